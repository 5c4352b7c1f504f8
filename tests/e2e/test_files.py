"""A .bib file becomes likes, exported data are restored, any other file gets one line."""

import pytest

from bot.handlers import files
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources import uploads
from bot.storage import counts, papers
from tests.corpus import pick_fields
from tests.e2e.talk import Talk, buttons, says, taps

ROBOTS = """
@article{one, title={A robot arm with an imitation policy}, year={2021},
  abstract={A robot arm learns a manipulation policy by imitation learning.}}
@article{two, title={Contact force of a robot arm}, year={2022}}
@misc{three, note={no title}}
"""

RIS = """TY  - JOUR
TI  - My private robot arm with an imitation policy
AU  - Lovelace, Ada
ER  -
PMID- 12345
TI  - Contact force of a robot arm
FAU - Doe, Jane
TY  - GEN
ER  -
"""


async def send_file(
    person: Person,
    content: bytes | str,
    name: str = "mine.bib",
    caption: str = "",
) -> Message:
    """Send a file; return the answer in its last state."""
    body = content.encode() if isinstance(content, str) else content
    message = person.send_document(name, body, caption=caption)
    return await person.wait_for(
        lambda m: (
            m.id > message.id and not m.text.startswith("Reading your file")
        ),
        30,
    )


async def test_a_bib_file_is_liked_and_the_next_picks_know_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    stored = papers.newest(talk.database, 1)[0]
    entry = (
        f"@article{{four, title={{Whatever}}, eprint={{{stored.arxiv_id}}}}}"
    )

    answer = await send_file(ada, ROBOTS + entry)
    digest = await says(ada, "/picks")

    assert answer.text.startswith(
        "👍 3 papers from your file are among your likes now."
    )
    assert f"· {stored.title}" in answer.text
    assert "Whatever" not in answer.text
    assert "next 5 picks changed" in answer.text
    assert (
        "1 entry I couldn't use:\n· line 5: @misc{three, note={no title}} has no title"
        in answer.text
    )
    assert buttons(answer) == ["↩ Undo all 3"]
    assert pick_fields(digest.text).count("robot learning") >= 2
    assert stored.title not in digest.text


@pytest.mark.parametrize("name", ["mine.ris", "mine.nbib", "mine.txt"])
async def test_a_ris_file_is_liked_like_a_bib_file_and_stays_its_reader_s(
    talk: Talk, name: str
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")

    answer = await send_file(ada, RIS, name)
    results = await says(bo, "/search imitation")
    undone = await taps(ada, answer, "↩ Undo all 2")

    assert answer.text.startswith("👍 2 papers from your file")
    assert "line 8: TY  - GEN has no title" in answer.text
    assert "My private robot arm" not in results.text
    assert undone.text.startswith("Undone: 2 papers from your file.")


async def test_a_file_is_taken_back_as_one_and_liked_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    before = talk.feedback(ada)
    answer = await send_file(ada, ROBOTS)

    undone = await taps(ada, answer, "↩ Undo all 2")
    after = talk.feedback(ada)
    again = await taps(ada, undone, "👍 Like all 2 again")

    assert undone.text.startswith("Undone: 2 papers from your file.")
    assert after == before
    assert buttons(again) == ["↩ Undo all 2"]
    assert counts.count(talk.database).likes == 2


async def test_the_papers_of_a_file_are_picked_for_no_other_reader(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await send_file(
        ada, "@article{a, title={My secret robot arm}, year={2026}, month=11}"
    )
    await talk.runtime.reload()
    await says(bo, "robot arm")

    titles = [paper.title for paper in talk.runtime.catalogue.papers]
    digest = await says(bo, "/picks")

    assert "My secret robot arm" not in titles
    assert "secret" not in digest.text


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
            "That file is no bibliography. I read .bib, .ris and .nbib files up to 2 MB.",
        ),
        (
            b"\x00\x01\x02",
            "binary.bib",
            "That file is no bibliography. I read .bib, .ris and .nbib files up to 2 MB.",
        ),
        (
            b"x" * 2_000_001,
            "big.bib",
            "That file is too big. I read .bib, .ris and .nbib files up to 2 MB.",
        ),
        (
            b"@misc{a, note={b}}",
            "a.bib",
            "1 entry I couldn't use:\n· line 1: @misc{a, note={b}",
        ),
    ],
    ids=["unknown encoding", "no entry", "empty", "binary", "big", "unusable"],
)
async def test_an_unreadable_file_gets_one_line(
    talk: Talk, content: bytes, name: str, line: str
) -> None:
    ada = await talk.started("Ada")

    answer = await send_file(ada, content, name)

    assert answer.text.startswith(line)
    assert buttons(answer) == []


async def test_a_bibliography_is_known_by_its_content_whatever_its_name(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await send_file(
        ada, "@book{a, title={Über Gödel}}".encode("latin-1"), "notes.txt"
    )

    assert "· Über Gödel" in answer.text


async def test_a_file_with_too_many_entries_or_that_takes_too_long_is_refused(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await talk.started("Ada")
    entries = [
        f"@article{{k{number}, title={{T{number}}}}}\n"
        for number in range(5_001)
    ]
    too_many = await send_file(ada, "".join(entries))
    monkeypatch.setattr(uploads, "PATIENCE", 0.001)

    too_slow = await send_file(ada, ROBOTS)

    assert (
        too_many.text
        == "That file has more than 5000 entries. Send me a part of it."
    )
    assert too_slow.text.startswith("I couldn't read that file.")


async def test_links_in_a_caption_count_and_so_does_the_bib_file_above_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    stored = papers.newest(talk.database, 1)[0]
    link = f"https://arxiv.org/abs/{stored.arxiv_id}"

    ada.send_document("paper.pdf", b"%PDF-1.7", caption=link)
    liked = await ada.wait_for(lambda m: stored.title in m.text)
    ada.send_document("mine.bib", ROBOTS.encode(), caption=link)
    imported = await ada.wait_for(
        lambda m: "papers from your file" in m.text, 20
    )

    assert "👍 noted" in liked.text
    assert "👍 2 papers" in imported.text
    assert not any("is no bibliography" in m.text for m in ada.messages)


async def test_ten_files_a_day_are_enough(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "A_DAY", 1)
    ada = await talk.started("Ada")
    await send_file(ada, ROBOTS)

    refusal = await send_file(ada, ROBOTS)

    assert (
        refusal.text
        == "I read 1 files a day for each reader. Send me this one tomorrow."
    )


async def test_a_paper_that_stands_twice_in_a_file_is_liked_once(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await send_file(ada, ROBOTS + ROBOTS.replace("{one", "{again"))

    assert answer.text.startswith(
        "👍 2 papers from your file are among your likes now."
    )
    assert "rated before" not in answer.text


async def test_exported_data_are_added_to_those_of_another_reader_or_replace_them(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await taps(ada, await says(ada, "/picks"), "👍 1")
    await says(ada, "/topics add robots")
    await says(bo, "/topics add speech")
    exported = await says(ada, "/export data")
    assert exported.file is not None
    document = exported.file.content

    added = await send_file(bo, document, "ada.json")
    topics_after_adding = await says(bo, "/topics")
    replaced = await send_file(bo, document, "ada.json", "Replace")
    topics_after_replacing = await says(bo, "/topics")

    assert added.text.startswith(
        "Added to what I had: 1 rating, 1 topic, 0 followed"
    )
    assert "speech · robots" in topics_after_adding.text
    assert replaced.text.startswith(
        "Your file has replaced what I had: 1 rating, 1 topic"
    )
    assert "speech" not in topics_after_replacing.text
    assert talk.reader(bo).next_due_at is not None


async def test_exported_data_with_a_wrong_version_change_nothing(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    exported = await says(ada, "/export data")
    assert exported.file is not None

    answer = await send_file(
        ada, exported.file.content.replace(b'"version":1', b'"version":9')
    )

    assert answer.text == (
        "I can't import that file, so nothing changed. What is wrong: version: Input should be 1"
    )
