"""/privacy and /export show what is stored of a reader, /forget deletes it after a question."""

import pytest
from sqlalchemy import func, select

from bot.jobs import delivery_content
from bot.runtime import Runtime
from bot.sandbox.localchat.people import Person
from bot.storage import erasure, readers
from bot.storage.base import Base
from bot.storage.outbox import Delivery
from bot.storage.takeout import document
from bot.storage.votes import Count
from tests.e2e.talk import (
    BOTH_WAYS,
    Talk,
    buttons,
    logged_errors,
    says,
    taps,
    wait_for_deletion,
)
from tests.e2e.test_inline_votes import counts, press, share

pytestmark = BOTH_WAYS
STRANGER = "We haven't met. Send /start, and I'll find your first papers."


def count_rows(runtime: Runtime) -> int:
    """Count the rows of readers, in every table that holds any."""
    columns = [
        table.c.reader_id
        for table in Base.metadata.sorted_tables
        if "reader_id" in table.c
    ]
    columns.append(Base.metadata.tables["readers"].c.id)
    # A paper without a reader is everybody's.
    with runtime.database.read() as session:
        return sum(
            session.scalar(select(func.count(column))) or 0
            for column in columns
        )


async def reader_with_data(talk: Talk, name: str) -> Person:
    """Return a reader with a topic, a digest, a rating and a saved paper."""
    person = await talk.started(name)
    await says(person, "/topics add robots")
    picks = await says(person, "/picks")
    await taps(person, await taps(person, picks, "👍 1"), "🔖")
    return person


async def test_privacy_counts_the_stored_data_of_one_reader(talk: Talk) -> None:
    ada, bo = await reader_with_data(talk, "Ada"), await talk.started("Bo")

    privacy_of_ada = await says(ada, "/privacy")
    privacy_of_bo = await says(bo, "/privacy")

    counted = (
        "1 rating, 1 topic, 0 followed authors, 0 sources, "
        "0 words moved by hand, 1 saved paper"
    )
    assert counted in privacy_of_ada.text
    assert "0 ratings, 0 topics" in privacy_of_bo.text
    assert "/forget deletes everything" in privacy_of_ada.text
    assert "/export data gives you" in privacy_of_ada.text


async def test_forget_asks_with_the_counts_and_keeps_everything_on_keep(
    talk: Talk,
) -> None:
    ada = await reader_with_data(talk, "Ada")
    before = count_rows(talk.runtime)

    question = await says(ada, "/forget")
    ada.press(question, "Keep")
    await wait_for_deletion(ada, question)

    assert "1 rating, 1 topic" in question.text
    assert buttons(question) == ["Export first", "Delete everything", "Keep"]
    assert count_rows(talk.runtime) == before


@pytest.mark.parametrize(
    "way", ["/export data", "Export first", "Everything about me (JSON)"]
)
async def test_all_stored_data_are_exported_as_one_file(
    talk: Talk, way: str
) -> None:
    ada = await reader_with_data(talk, "Ada")

    if way.startswith("/"):
        export = await says(ada, way)
    else:
        question = await says(
            ada, "/forget" if way == "Export first" else "/export"
        )
        ada.press(question, way)
        export = await ada.wait_for(lambda message: message.id > question.id)

    assert export.file is not None
    takeout = document.read(export.file.content)
    assert (takeout.telegram_id, takeout.settings.name) == (ada.id, "Ada")
    assert [topic.text for topic in takeout.topics] == ["robots"]
    assert (len(takeout.ratings), len(takeout.saved), len(takeout.digests)) == (
        1,
        1,
        1,
    )


async def test_everything_is_deleted_and_old_buttons_create_nothing(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await reader_with_data(talk, "Ada")
    picks = next(m for m in ada.messages if "👍 2" in buttons(m))
    question = await says(ada, "/forget")

    answer = await taps(ada, question, "Delete everything")
    toasts = [
        await ada.answer_to(ada.press(picks, button))
        for button in ("👍 2", "🔖", "↩ Undo 👍 1")
    ]
    second_press = await ada.answer_to(
        ada.press_data(question.id, question.keyboard[1][0].data or "")
    )
    ada.react(picks, "👎")
    talk.clock.forward(days=1)
    sent = await talk.deliver()
    answer_to_words = await says(ada, "robots")

    assert (
        answer.text
        == "Everything I stored about you is deleted. /start begins afresh."
    )
    assert buttons(answer) == []
    assert (
        {toast.text for toast in (*toasts, second_press)}
        == {answer_to_words.text}
        == {STRANGER}
    )
    assert (sent, count_rows(talk.runtime)) == (0, 0)
    assert logged_errors(caplog) == []


async def test_the_votes_of_a_reader_are_counted_and_deleted(
    talk: Talk,
) -> None:
    ada, bo = await talk.started("Ada"), talk.person("Bo")
    card = await share(talk, ada)
    await press(ada, card, "+")
    await press(bo, card, "-")

    privacy = await says(ada, "/privacy")
    export = await says(ada, "/export data")
    question = await says(ada, "/forget")
    await taps(ada, question, "Delete everything")

    assert "1 vote on a paper shared with others" in privacy.text
    assert "1 vote on a paper shared with others" in question.text
    assert export.file is not None
    [vote] = document.read(export.file.content).votes
    assert (vote.value, vote.place) == (1, "shared")
    assert counts(talk, card.id) == Count(0, 1)


async def test_the_data_of_other_readers_stay(talk: Talk) -> None:
    ada = await reader_with_data(talk, "Ada")
    bo = await reader_with_data(talk, "Bo")
    before = erasure.count_data(talk.database, talk.reader(bo).id)

    await taps(ada, await says(ada, "/forget"), "Delete everything")

    assert erasure.count_data(talk.database, talk.reader(bo).id) == before


async def test_an_old_question_does_not_delete_a_reader_who_started_again(
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
        == "Nothing was deleted: that question has expired. /forget asks again."
    )
    assert talk.topics(ada) == [("robots", "wanted")]


async def test_nobody_deletes_anybody_else(talk: Talk) -> None:
    bo, mallory = await talk.started("Bo"), await talk.started("Mallory")
    question = await says(mallory, "/forget")

    for number in (talk.reader(bo).id, 0, 10**17):
        await mallory.answer_to(mallory.press_data(question.id, f"g1:{number}"))

    assert readers.count(talk.database) == 2


async def test_an_invited_reader_is_told_that_they_would_need_a_new_invitation(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.runtime.access = "invite"

    question = await says(ada, "/forget")
    answer = await taps(ada, question, "Delete everything")
    greeting = await says(ada, "/start")

    assert "you would need a new invitation" in question.text
    assert answer.text == "Everything I stored about you is deleted."
    assert "by invitation" in greeting.text


async def test_a_reader_who_leaves_while_their_picks_are_sent_is_no_error(
    talk: Talk,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = await talk.started("Ada")
    talk.clock.forward(hours=2)
    prepare, reader_id = delivery_content.prepare, talk.reader(ada).id

    def delete_and_prepare(runtime: Runtime, claimed: Delivery) -> object:
        erasure.delete_reader(talk.database, reader_id)
        return prepare(runtime, claimed)

    monkeypatch.setattr(delivery_content, "prepare", delete_and_prepare)
    sent = await talk.deliver()

    assert (sent, count_rows(talk.runtime)) == (0, 0)
    assert logged_errors(caplog) == []
