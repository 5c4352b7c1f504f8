"""What is kept of a reader is told in plain words, and deleted once they say so twice."""

import logging

import pytest
from sqlalchemy import func, select

from bot.jobs import delivery
from bot.runtime import Runtime
from bot.sandbox.localchat.people import Person
from bot.storage import erasure, feedback, readers
from bot.storage.base import Base
from bot.storage.outbox import Delivery
from bot.storage.takeout import document
from tests.e2e.talk import BOTH_WAYS, Talk, buttons, says, taps

pytestmark = BOTH_WAYS
STRANGER = "We haven't met. Send /start, and I'll find your first papers."


def rows(runtime: Runtime) -> int:
    """Count the rows of readers, in every table that holds any."""
    whose = [
        t.c.reader_id for t in Base.metadata.sorted_tables if "reader_id" in t.c
    ]
    whose.append(Base.metadata.tables["readers"].c.id)
    with (
        runtime.database.read() as session
    ):  # a paper without a reader is everybody's
        return sum(
            session.scalar(select(func.count(column))) or 0 for column in whose
        )


async def settled(talk: Talk, name: str) -> Person:
    """Return somebody with a topic, a digest, a rating and a saved paper."""
    person = await talk.started(name)
    await says(person, "/topics add robots")
    picks = await says(person, "/picks")
    await taps(person, await taps(person, picks, "👍 1"), "🔖")
    return person


async def test_privacy_counts_what_is_kept_of_this_reader(talk: Talk) -> None:
    ada, bo = await settled(talk, "Ada"), await talk.started("Bo")

    told, other = await says(ada, "/privacy"), await says(bo, "/privacy")

    counted = "1 rating, 1 topic, 0 followed authors, 0 words moved by hand, 1 saved paper"
    assert counted in told.text
    assert "0 ratings, 0 topics" in other.text
    assert "/forget deletes everything" in told.text
    assert "/export data gives you" in told.text


async def test_forget_asks_with_the_counts_and_keeps_everything_on_keep(
    talk: Talk,
) -> None:
    ada = await settled(talk, "Ada")
    before = rows(talk.runtime)

    asked = await says(ada, "/forget")
    ada.press(asked, "Keep")
    await ada.wait_until(
        lambda: all(m.id != asked.id for m in ada.messages) or None
    )

    assert "1 rating, 1 topic" in asked.text
    assert buttons(asked) == ["Export first", "Delete everything", "Keep"]
    assert rows(talk.runtime) == before


@pytest.mark.parametrize(
    "way", ["/export data", "Export first", "All you keep of me (JSON)"]
)
async def test_all_that_is_kept_is_one_file(talk: Talk, way: str) -> None:
    ada = await settled(talk, "Ada")

    if way.startswith("/"):
        sent = await says(ada, way)
    else:
        asked = await says(
            ada, "/forget" if way == "Export first" else "/export"
        )
        ada.press(asked, way)
        sent = await ada.wait_for(lambda message: message.id > asked.id)

    assert sent.file is not None
    taken = document.read(sent.file.content)
    assert (taken.telegram_id, taken.settings.name) == (ada.id, "Ada")
    assert [topic.text for topic in taken.topics] == ["robots"]
    assert (len(taken.ratings), len(taken.saved), len(taken.digests)) == (
        1,
        1,
        1,
    )


async def test_everything_is_deleted_and_old_buttons_create_nothing(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await settled(talk, "Ada")
    picks = next(m for m in ada.messages if "👍 2" in buttons(m))
    asked = await says(ada, "/forget")

    gone = await taps(ada, asked, "Delete everything")
    toasts = [
        await ada.answer_to(ada.press(picks, old))
        for old in ("👍 2", "🔖", "↩ Undo 👍 1")
    ]
    again = await ada.answer_to(
        ada.press_data(asked.id, asked.keyboard[1][0].data or "")
    )
    ada.react(picks, "👎")
    talk.clock.forward(days=1)
    sent = await delivery.deliver(talk.runtime, talk.bot)
    words = await says(ada, "robots")

    assert (
        gone.text == "Everything I kept of you is deleted. /start begins anew."
    )
    assert buttons(gone) == []
    assert (
        {toast.text for toast in (*toasts, again)} == {words.text} == {STRANGER}
    )
    assert (sent, rows(talk.runtime)) == (0, 0)
    assert [
        r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR
    ] == []


async def test_bo_keeps_what_is_hers_when_ada_goes(talk: Talk) -> None:
    ada, bo = await settled(talk, "Ada"), await settled(talk, "Bo")
    before = erasure.count_data(talk.runtime.database, talk.reader(bo).id)

    await taps(ada, await says(ada, "/forget"), "Delete everything")

    assert (
        erasure.count_data(talk.runtime.database, talk.reader(bo).id) == before
    )


async def test_a_question_from_before_does_not_delete_who_came_again(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    first, second = await says(ada, "/forget"), await says(ada, "/forget")
    await taps(ada, first, "Delete everything")
    await says(ada, "/start")
    await says(ada, "/topics add robots")

    toast = await ada.answer_to(ada.press(second, "Delete everything"))

    assert (
        toast.text
        == "Nothing was deleted: this question is an old one. /forget asks again."
    )
    mine = feedback.topics(talk.runtime.database, talk.reader(ada).id)
    assert [text for _, text, _ in mine] == ["robots"]


async def test_nobody_deletes_anybody_else(talk: Talk) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    asked = await says(mallory, "/forget")

    for number in (talk.reader(bo).id, 0, 10**17):
        await mallory.answer_to(mallory.press_data(asked.id, f"g1:{number}"))

    assert readers.count(talk.runtime.database) == 2


async def test_who_was_invited_is_told_that_the_door_closes(talk: Talk) -> None:
    ada = await talk.started("Ada")
    talk.runtime.access = "invite"

    asked = await says(ada, "/forget")
    gone = await taps(ada, asked, "Delete everything")
    back = await says(ada, "/start")

    assert "you would need a new invitation" in asked.text
    assert gone.text == "Everything I kept of you is deleted."
    assert "by invitation" in back.text


async def test_a_reader_who_goes_while_their_picks_are_sent_is_no_error(
    talk: Talk,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = await talk.started("Ada")
    talk.clock.forward(hours=2)
    choose, reader_id = delivery.Round.prepare, talk.reader(ada).id

    def goes_meanwhile(self: delivery.Round, *claimed: Delivery) -> object:
        erasure.delete_reader(talk.runtime.database, reader_id)
        return choose(self, *claimed)

    monkeypatch.setattr(delivery.Round, "prepare", goes_meanwhile)
    sent = await delivery.deliver(talk.runtime, talk.bot)

    assert (sent, rows(talk.runtime)) == (0, 0)
    assert [
        r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR
    ] == []
