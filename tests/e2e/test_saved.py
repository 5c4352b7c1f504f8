"""Papers are saved, listed in pages by /saved, searched, dropped, and exported as a file."""

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


async def save_newest(talk: Talk, person: Person, n: int) -> None:
    """Save the newest papers, as taps would."""
    reader = talk.reader(person)
    for number, paper in enumerate(papers.newest(talk.runtime.database, n)):
        at = datetime(2026, 11, 1, 0, number, tzinfo=UTC)
        saves.save(talk.runtime.database, reader.id, paper.id, at)


async def test_a_pick_is_saved_listed_and_dropped_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    row = digest.keyboard[1]

    toast = await ada.answer_to(ada.press_data(digest.id, row[2].data or ""))
    saved = await ada.wait_for(lambda m: m.id == digest.id and m.edits > 0)
    saved_list = await says(ada, "/saved")
    ada.press(saved, "🔖 ✓")
    unsaved = await ada.wait_for(lambda m: m.id == digest.id and m.edits > 1)
    empty_list = await says(ada, "/saved")

    assert toast.text == "🔖 Saved. /saved shows your list"
    assert buttons(saved).count("🔖 ✓") == 1
    assert saved.keyboard[1][2].text == "🔖 ✓"
    assert saved_list.text.startswith("Saved · 1 paper")
    assert "🔖 ✓" not in buttons(unsaved)
    assert (
        empty_list.text
        == "You have saved no paper yet. Tap 🔖 under one to keep it here."
    )


async def test_saving_and_rating_a_pick_are_independent(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    ada.press_data(digest.id, digest.keyboard[0][2].data or "")
    await ada.wait_for(lambda m: m.id == digest.id and m.edits == 1)
    ada.press(digest, "👍 1")
    both = await ada.wait_for(lambda m: m.id == digest.id and m.edits == 2)

    assert [b.text for b in both.keyboard[0]] == ["👍 1 ✓", "👎 1", "🔖 ✓", "⋯"]


async def test_a_long_list_has_pages(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await save_newest(talk, ada, 18)

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


async def test_words_after_the_command_search_the_saved_papers(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    await save_newest(talk, ada, 30)

    results = await says(ada, "/saved graph gina")
    no_results = await says(ada, "/saved <b>quantum")

    assert results.text.startswith("Saved · 5 papers on “graph gina”")
    assert all(
        "Graph" in line or "graph" in line
        for line in results.text.split("\n")
        if "+" in line
    )
    assert (
        no_results.text
        == "None of your saved papers says “<b>quantum”. /saved shows them all."
    )


async def test_the_list_is_exported_as_bibtex_and_csv(talk: Talk) -> None:
    ada = await talk.started("Ada")
    empty_list = await says(ada, "/export")
    await save_newest(talk, ada, 3)

    question = await says(ada, "/export")
    ada.press(question, "BibTeX")
    bibtex = await ada.wait_for(
        lambda m: m.file is not None and m.file.name.endswith("bib")
    )
    ada.press(question, "CSV")
    csv = await ada.wait_for(
        lambda m: m.file is not None and m.file.name.endswith("csv")
    )

    assert empty_list.text.startswith("You have saved no paper yet")
    assert question.text == "Your 3 saved papers as a file. In which form?"
    assert bibtex.file is not None
    assert (
        len(parse_string(bibtex.file.content.decode(), "bibtex").entries) == 3
    )
    assert csv.file is not None
    assert csv.file.content.decode("utf-8-sig").count("\r\n") == 4


async def test_nobody_saves_or_drops_for_somebody_else(talk: Talk) -> None:
    ada, mallory = await talk.started("Ada"), await talk.started("Mallory")
    digest = await says(ada, "/picks")
    await save_newest(talk, ada, 1)
    first = papers.newest(talk.runtime.database, 1)[0]

    press = mallory.press_data(digest.id, digest.keyboard[0][2].data or "")
    toast = await mallory.answer_to(press)
    await mallory.answer_to(mallory.press_data(digest.id, f"b1:{first.id}x0:"))

    reader = talk.reader(ada)
    assert toast.text == "This button has no paper behind it any more."
    assert len(saves.of_reader(talk.runtime.database, reader.id)) == 1
