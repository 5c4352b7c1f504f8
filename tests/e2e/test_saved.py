"""Papers kept for later: saved, listed in pages, found, dropped, and taken along as a file."""

from datetime import UTC, datetime

from pybtex.database import parse_string

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers, saves
from tests.e2e.talk import Talk, buttons, says


def titles(message: Message) -> list[str]:
    return [
        line
        for line in message.text.split("\n")
        if " · " in line and line[0].isdigit()
    ]


async def keep(talk: Talk, person: Person, many: int) -> None:
    """Save the newest papers, as if by taps."""
    reader = talk.reader(person)
    for number, paper in enumerate(papers.newest(talk.runtime.database, many)):
        at = datetime(2026, 11, 1, 0, number, tzinfo=UTC)
        saves.save(talk.runtime.database, reader.id, paper.id, at)


async def test_a_pick_is_saved_listed_and_dropped_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    row = digest.keyboard[1]

    toast = await ada.answer_to(ada.press_data(digest.id, row[2].data or ""))
    kept = await ada.wait_for(lambda m: m.id == digest.id and m.edits > 0)
    listed = await says(ada, "/saved")
    ada.press(kept, "🔖 ✓")
    dropped = await ada.wait_for(lambda m: m.id == digest.id and m.edits > 1)
    empty = await says(ada, "/saved")

    assert toast.text == "🔖 Saved. /saved shows your list"
    assert buttons(kept).count("🔖 ✓") == 1
    assert kept.keyboard[1][2].text == "🔖 ✓"
    assert listed.text.startswith("Saved · 1 paper")
    assert "🔖 ✓" not in buttons(dropped)
    assert (
        empty.text
        == "You have saved no paper yet. Tap 🔖 under one to keep it here."
    )


async def test_saving_and_rating_leave_each_other_alone(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    ada.press_data(digest.id, digest.keyboard[0][2].data or "")
    await ada.wait_for(lambda m: m.id == digest.id and m.edits == 1)
    ada.press(digest, "👍 1")
    both = await ada.wait_for(lambda m: m.id == digest.id and m.edits == 2)

    assert [b.text for b in both.keyboard[0]] == ["👍 1 ✓", "👎 1", "🔖 ✓", "⋯"]


async def test_a_long_list_has_pages(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await keep(talk, ada, 18)

    first = await says(ada, "/saved")
    ada.press(first, "→")
    second = await ada.wait_for(lambda m: m.id == first.id and m.edits == 1)
    ada.press(second, "9 ✕")
    dropped = await ada.wait_for(lambda m: m.id == first.id and m.edits == 2)
    ada.press(dropped, "→")
    third = await ada.wait_for(lambda m: m.id == first.id and m.edits == 3)

    assert [len(titles(page)) for page in (first, second, dropped, third)] == [
        8,
        8,
        8,
        1,
    ]
    assert "Saved · 17 papers" in third.text
    assert "→" not in buttons(third)


async def test_words_after_the_command_find_among_the_saved(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await keep(talk, ada, 30)

    found = await says(ada, "/saved graph gina")
    nothing = await says(ada, "/saved <b>quantum")

    assert found.text.startswith("Saved · 5 papers on “graph gina”")
    assert all(
        "Graph" in line or "graph" in line
        for line in found.text.split("\n")
        if "+" in line
    )
    assert (
        nothing.text
        == "None of your saved papers says “<b>quantum”. /saved shows them all."
    )


async def test_the_list_is_taken_along_as_bibtex_and_csv(talk: Talk) -> None:
    ada = await talk.started("Ada")
    early = await says(ada, "/export")
    await keep(talk, ada, 3)

    ask = await says(ada, "/export")
    ada.press(ask, "BibTeX")
    bib = await ada.wait_for(
        lambda m: m.file is not None and m.file.name.endswith("bib")
    )
    ada.press(ask, "CSV")
    table = await ada.wait_for(
        lambda m: m.file is not None and m.file.name.endswith("csv")
    )

    assert early.text.startswith("You have saved no paper yet")
    assert ask.text == "Your 3 saved papers as a file. In which form?"
    assert bib.file is not None
    assert len(parse_string(bib.file.content.decode(), "bibtex").entries) == 3
    assert table.file is not None
    assert table.file.content.decode("utf-8-sig").count("\r\n") == 4


async def test_nobody_saves_or_drops_for_somebody_else(talk: Talk) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    digest = await says(ada, "/picks")
    await keep(talk, ada, 1)
    first = papers.newest(talk.runtime.database, 1)[0]

    forged = mallory.press_data(digest.id, digest.keyboard[0][2].data or "")
    toast = await mallory.answer_to(forged)
    await mallory.answer_to(mallory.press_data(digest.id, f"b1:{first.id}x0:"))

    reader = talk.reader(ada)
    assert toast.text == "This button has no paper behind it any more."
    assert len(saves.of_reader(talk.runtime.database, reader.id)) == 1
