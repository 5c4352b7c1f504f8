"""A .bib file in the chat becomes likes; any other file gets one line."""

import pytest

from bot.handlers import files
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources import references
from bot.storage import counts, feedback, papers
from tests.e2e.talk import Talk, buttons, says, taps

ROBOTS = """
@article{one, title={A robot arm with an imitation policy}, year={2021},
  abstract={A robot arm learns a manipulation policy by imitation learning.}}
@article{two, title={Contact force of a robot arm}, year={2022}}
@misc{three, note={no title}}
"""


async def sends(
    person: Person,
    content: bytes | str,
    name: str = "mine.bib",
    caption: str = "",
) -> Message:
    """Send a file; return the answer in its last state."""
    body = content.encode() if isinstance(content, str) else content
    sent = person.send_document(name, body, caption=caption)
    return await person.wait_for(
        lambda m: m.id > sent.id and not m.text.startswith("Reading your file"),
        30,
    )


async def test_a_bib_file_is_liked_and_the_next_picks_know_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    known = papers.newest(talk.runtime.database, 1)[0]
    entry = f"@article{{four, title={{Whatever}}, eprint={{{known.arxiv_id}}}}}"

    answer = await sends(ada, ROBOTS + entry)
    digest = await says(ada, "/picks")

    assert answer.text.startswith(
        "👍 3 papers of your file are among your likes now."
    )
    assert f"· {known.title}" in answer.text
    assert "Whatever" not in answer.text
    assert "next 5 picks changed" in answer.text
    assert (
        "1 entry I couldn't use:\n· line 5: @misc{three, note={no title}} has no title"
        in answer.text
    )
    assert buttons(answer) == ["↩ Undo all 3"]
    assert digest.text.count("It helps robot learning") >= 2
    assert known.title not in digest.text


async def test_a_file_is_taken_back_as_one_and_liked_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    reader = talk.reader(ada)
    before = feedback.of_reader(
        talk.runtime.database, reader.id, "UTC", talk.clock().date()
    )
    answer = await sends(ada, ROBOTS)

    undone = await taps(ada, answer, "↩ Undo all 2")
    after = feedback.of_reader(
        talk.runtime.database, reader.id, "UTC", talk.clock().date()
    )
    again = await taps(ada, undone, "👍 Like all 2 again")

    assert undone.text.startswith("Taken back: 2 papers of your file.")
    assert after == before
    assert buttons(again) == ["↩ Undo all 2"]
    assert counts.count(talk.runtime.database).likes == 2


async def test_what_one_reader_brings_no_other_reader_gets(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await sends(
        ada, "@article{a, title={My secret robot arm}, year={2026}, month=11}"
    )
    await talk.runtime.reload()
    await says(bo, "robot arm")

    offered = [paper.title for paper in talk.runtime.catalogue.papers]
    followed = await says(bo, "/picks")

    assert "My secret robot arm" not in offered
    assert "secret" not in followed.text


@pytest.mark.parametrize(
    ("content", "name", "line"),
    [
        (
            "@book{a, title={Обучение роботов движениям}}".encode("cp1251"),
            "cyrillic.bib",
            "I can't tell that file's encoding. Save it as UTF-8, please.",
        ),
        (
            b'@string{a = "b"}',
            "strings.bib",
            "I found no entry in that file. Is it the right one?",
        ),
        (
            b"",
            "empty.bib",
            "That file isn't BibTeX. I read .bib files up to 2 MB.",
        ),
        (
            b"\x00\x01\x02",
            "binary.bib",
            "That file isn't BibTeX. I read .bib files up to 2 MB.",
        ),
        (
            b"x" * 2_000_001,
            "big.bib",
            "That file is too big. I read .bib files up to 2 MB.",
        ),
        (
            b"@misc{a, note={b}}",
            "a.bib",
            "1 entry I couldn't use:\n· line 1: @misc{a, note={b}",
        ),
    ],
    ids=["unknown encoding", "no entry", "empty", "binary", "big", "unusable"],
)
async def test_what_can_not_be_read_gets_one_line(
    talk: Talk, content: bytes, name: str, line: str
) -> None:
    ada = await talk.started("Ada")

    answer = await sends(ada, content, name)

    assert answer.text.startswith(line)
    assert buttons(answer) == []


async def test_a_bibliography_is_known_by_its_content_whatever_its_name(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await sends(
        ada, "@book{a, title={Über Gödel}}".encode("latin-1"), "notes.txt"
    )

    assert "· Über Gödel" in answer.text


async def test_too_many_entries_and_too_long_a_reading_are_said_so(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await talk.started("Ada")
    entries = [
        f"@article{{k{number}, title={{T{number}}}}}\n"
        for number in range(5_001)
    ]
    many = await sends(ada, "".join(entries))
    monkeypatch.setattr(references, "PATIENCE", 0.001)

    slow = await sends(ada, ROBOTS)

    assert (
        many.text
        == "That file has more than 5000 entries. Send me a part of it."
    )
    assert slow.text.startswith("I couldn't read that file.")


async def test_links_in_a_caption_count_and_so_does_the_bib_file_above_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    known = papers.newest(talk.runtime.database, 1)[0]
    link = f"https://arxiv.org/abs/{known.arxiv_id}"

    ada.send_document("paper.pdf", b"%PDF-1.7", caption=link)
    liked = await ada.wait_for(lambda m: known.title in m.text)
    ada.send_document("mine.bib", ROBOTS.encode(), caption=link)
    read = await ada.wait_for(lambda m: "papers of your file" in m.text, 20)

    assert "👍 noted" in liked.text
    assert "👍 2 papers" in read.text
    assert not any("isn't BibTeX" in m.text for m in ada.messages)


async def test_ten_files_a_day_are_enough(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "A_DAY", 1)
    ada = await talk.started("Ada")
    await sends(ada, ROBOTS)

    refused = await sends(ada, ROBOTS)

    assert (
        refused.text
        == "I read 1 files a day for each reader. Send me this one tomorrow."
    )


async def test_a_paper_that_stands_twice_in_a_file_is_liked_once(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await sends(ada, ROBOTS + ROBOTS.replace("{one", "{again"))

    assert answer.text.startswith(
        "👍 2 papers of your file are among your likes now."
    )
    assert "rated before" not in answer.text


async def test_what_was_exported_is_taken_in_beside_or_in_place_of_what_is_here(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await taps(ada, await says(ada, "/picks"), "👍 1")
    await says(ada, "/topics add robots")
    await says(bo, "/topics add speech")
    exported = await says(ada, "/export data")
    assert exported.file is not None
    document = exported.file.content

    beside = await sends(bo, document, "ada.json")
    both = await says(bo, "/topics")
    instead = await sends(bo, document, "ada.json", "Replace")
    theirs = await says(bo, "/topics")

    assert beside.text.startswith(
        "Taken in, beside what I had: 1 rating, 1 topic, 0 followed"
    )
    assert "speech · robots" in both.text
    assert instead.text.startswith(
        "Your file stands in the place of what I had: 1 rating, 1 topic"
    )
    assert "speech" not in theirs.text
    assert talk.reader(bo).next_due_at is not None


async def test_a_document_that_was_tampered_with_changes_nothing(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    exported = await says(ada, "/export data")
    assert exported.file is not None

    answer = await sends(
        ada, exported.file.content.replace(b'"version":1', b'"version":9')
    )

    assert answer.text == (
        "I can't take that file in, so nothing changed. What is wrong: version: Input should be 1"
    )
