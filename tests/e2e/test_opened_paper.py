"""👍 👎 🔖 under an opened paper rate and save the same pick as the buttons of its digest."""

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import digests, feedback, saves
from bot.storage.digests import Pick
from tests.e2e.talk import Talk, buttons, says, taps


async def open_first(
    talk: Talk, person: Person
) -> tuple[Message, Message, Pick]:
    """Return a digest, the message of its first paper, and that pick."""
    digest = await says(person, "/picks")
    person.press_data(digest.id, digest.keyboard[0][3].data or "")
    paper = await person.wait_for(lambda m: m.id > digest.id)
    stored = digests.by_message(talk.database, person.id, digest.id)
    assert stored is not None
    return digest, paper, stored.picks[0]


def thumbs(message: Message) -> list[str]:
    return [button.text for button in message.keyboard[0]][:3]


async def edited(person: Person, message: Message) -> Message:
    """Wait until a message was edited, and return it."""
    return await person.wait_for(
        lambda m: m.id == message.id and m.edits > message.edits, 30
    )


async def test_a_like_of_an_opened_paper_is_that_of_its_pick(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest, paper, pick = await open_first(talk, ada)

    rated = await taps(ada, paper, "👍")
    redrawn = await edited(ada, digest)

    value = feedback.rating(talk.database, talk.reader(ada).id, pick.paper.id)
    assert thumbs(paper) == ["👍", "👎", "🔖"]
    assert thumbs(rated) == ["👍 ✓", "👎", "🔖"]
    assert thumbs(redrawn) == ["👍 1 ✓", "👎 1", "🔖"]
    assert "Learned from 👍 1" in redrawn.text
    assert "↩ Undo 👍 1" in buttons(redrawn)
    assert value == 1
    assert rated.text == paper.text
    assert any("👍 noted" in toast.text for toast in ada.toasts)


async def test_a_rating_is_changed_and_taken_back_there(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest, paper, pick = await open_first(talk, ada)
    reader_id = talk.reader(ada).id

    liked = await taps(ada, paper, "👍")
    disliked = await taps(ada, liked, "👎")
    changed = feedback.rating(talk.database, reader_id, pick.paper.id)
    back = await taps(ada, disliked, "👎 ✓")
    redrawn = await ada.wait_for(
        lambda m: m.id == digest.id and "Undone" in m.text, 30
    )

    assert changed == -1
    assert thumbs(disliked) == ["👍", "👎 ✓", "🔖"]
    assert thumbs(back) == ["👍", "👎", "🔖"]
    assert thumbs(redrawn) == ["👍 1", "👎 1", "🔖"]
    assert feedback.rating(talk.database, reader_id, pick.paper.id) == 0


async def test_an_opened_paper_is_saved_and_its_digest_shows_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest, paper, pick = await open_first(talk, ada)
    reader_id = talk.reader(ada).id

    kept = await taps(ada, paper, "🔖")
    redrawn = await edited(ada, digest)
    is_saved = saves.is_saved(talk.database, reader_id, pick.paper.id)
    dropped = await taps(ada, kept, "🔖 ✓")

    assert thumbs(kept) == ["👍", "👎", "🔖 ✓"]
    assert thumbs(redrawn) == ["👍 1", "👎 1", "🔖 ✓"]
    assert is_saved
    assert thumbs(dropped) == ["👍", "👎", "🔖"]
    assert not saves.is_saved(talk.database, reader_id, pick.paper.id)


async def test_what_was_said_in_the_digest_shows_when_its_paper_is_opened(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    liked = await taps(ada, digest, "👎 1")

    ada.press_data(liked.id, liked.keyboard[0][3].data or "")
    paper = await ada.wait_for(lambda m: m.id > digest.id)

    assert thumbs(paper) == ["👍", "👎 ✓", "🔖"]


async def test_a_paper_of_a_search_is_rated_and_saved_where_it_is_opened(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    results = await says(ada, "/search diffusion models")
    data = next(
        button.data
        for row in results.keyboard
        for button in row
        if (button.data or "").startswith("d1:p")
    )
    assert data is not None
    ada.press_data(results.id, data)
    paper = await ada.wait_for(lambda m: m.id > results.id)

    liked = await taps(ada, paper, "👍")
    kept = await taps(ada, liked, "🔖")

    paper_id = int(data.split(":")[1].removeprefix("p"))
    assert thumbs(kept) == ["👍 ✓", "👎", "🔖 ✓"]
    assert feedback.rating(talk.database, talk.reader(ada).id, paper_id) == 1


async def test_nobody_rates_or_saves_somebody_elses_pick(talk: Talk) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    _, _, pick = await open_first(talk, ada)
    greeting = bo.messages[-1]

    for data in (f"d2:{pick.id}:+", f"d3:{pick.id}:+"):
        bo.press_data(greeting.id, data)
        # One person's updates are processed in their order.
        await says(bo, "/help")

    reader_id = talk.reader(bo).id
    assert feedback.rating(talk.database, reader_id, pick.paper.id) == 0
    assert not saves.is_saved(talk.database, reader_id, pick.paper.id)
