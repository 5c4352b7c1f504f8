"""Papers are saved, listed in pages by /saved, searched, dropped, and exported as a file."""

from datetime import UTC, datetime

from pybtex.database import parse_string

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers, saves
from tests.e2e.talk import Talk, buttons, says, taps


def titles(message: Message) -> list[str]:
    return [
        line
        for line in message.text.split("\n")
        if " · " in line and line[0].isdigit()
    ]


def save_newest(talk: Talk, person: Person, n: int) -> None:
    """Save the newest papers, as taps would."""
    reader = talk.reader(person)
    for number, paper in enumerate(papers.newest(talk.database, n)):
        at = datetime(2026, 11, 1, 0, number, tzinfo=UTC)
        saves.save(talk.database, reader.id, paper.id, at)


async def press_save(person: Person, digest: Message, row: int) -> Message:
    """Press the save button of a pick, and return the edited digest."""
    data = digest.keyboard[row][2].data or ""
    person.press_data(digest.id, data)
    return await person.wait_for(
        lambda m: m.id == digest.id and m.edits > digest.edits
    )


async def receive_file(person: Person, ending: str) -> bytes:
    """Wait for a file whose name has an ending, and return its content."""
    message = await person.wait_for(
        lambda m: m.file is not None and m.file.name.endswith(ending)
    )
    assert message.file is not None
    return message.file.content


async def test_a_pick_is_saved_listed_and_dropped_again(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    saved = await press_save(ada, digest, row=1)
    toast = ada.toasts[-1]
    saved_list = await says(ada, "/saved")
    unsaved = await taps(ada, saved, "🔖 ✓")
    empty_list = await says(ada, "/saved")

    assert toast.text == "🔖 Saved. /saved shows your list"
    assert buttons(saved).count("🔖 ✓") == 1
    assert saved.keyboard[1][2].text == "🔖 ✓"
    assert saved_list.text.startswith("Saved · 1 paper")
    assert "🔖 ✓" not in buttons(unsaved)
    assert empty_list.text == (
        "You have no saved papers yet. Tap 🔖 under one to save it here."
    )


async def test_saving_and_rating_a_pick_are_independent(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    saved = await press_save(ada, digest, row=0)
    rated = await taps(ada, saved, "👍 1")

    first_row = [button.text for button in rated.keyboard[0]]
    assert first_row == ["👍 1 ✓", "👎 1", "🔖 ✓", "⋯"]


async def test_a_long_list_has_pages(talk: Talk) -> None:
    ada = await talk.started("Ada")
    save_newest(talk, ada, 18)

    first = await says(ada, "/saved")
    second = await taps(ada, first, "→")
    dropped = await taps(ada, second, "9 ✕")
    third = await taps(ada, dropped, "→")

    lengths = [len(titles(page)) for page in (first, second, dropped, third)]
    assert lengths == [8, 8, 8, 1]
    assert "Saved · 17 papers" in third.text
    assert "→" not in buttons(third)


async def test_words_after_the_command_search_the_saved_papers(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    save_newest(talk, ada, 30)

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
        == "None of your saved papers contains “<b>quantum”. /saved shows them all."
    )


async def test_the_list_is_exported_as_bibtex_ris_and_csv(talk: Talk) -> None:
    ada = await talk.started("Ada")
    empty_list = await says(ada, "/export")
    save_newest(talk, ada, 3)

    question = await says(ada, "/export")
    ada.press(question, "BibTeX")
    bibtex = await receive_file(ada, "bib")
    ada.press(question, "CSV")
    csv = await receive_file(ada, "csv")

    ada.press(question, "RIS (Zotero, EndNote)")
    ris = await receive_file(ada, "ris")
    by_command = await says(ada, "/export RIS")

    assert ris.count(b"TY  - ") == ris.count(b"ER  - \r\n") == 3
    assert by_command.file is not None
    assert by_command.file.content == ris
    assert by_command.file.name == "paperpicks.ris"
    assert empty_list.text.startswith("You have no saved papers yet")
    assert question.text == "Your 3 saved papers as a file. Which format?"
    assert len(parse_string(bibtex.decode(), "bibtex").entries) == 3
    assert csv.decode("utf-8-sig").count("\r\n") == 4


async def test_nobody_saves_or_drops_for_somebody_else(talk: Talk) -> None:
    ada = await talk.started("Ada")
    mallory = await talk.started("Mallory")
    digest = await says(ada, "/picks")
    save_newest(talk, ada, 1)
    [paper] = papers.newest(talk.database, 1)
    data_of_ada = digest.keyboard[0][2].data or ""

    save = mallory.press_data(digest.id, data_of_ada)
    toast = await mallory.answer_to(save)
    drop = mallory.press_data(digest.id, f"b1:{paper.id}x0:")
    await mallory.answer_to(drop)

    saved = saves.of_reader(talk.database, talk.reader(ada).id)
    assert toast.text == "The paper behind this button is gone."
    assert len(saved) == 1
