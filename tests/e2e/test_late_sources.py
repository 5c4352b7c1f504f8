"""Picks wait for a late source, and a digest or a line says what is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.jobs.fetch import silent_since
from bot.sandbox.localchat.people import Person
from bot.storage import feedback, papers, readers, sources
from bot.storage.feedback import RatingEvent
from bot.storage.tables import SourceRow
from tests.e2e.talk import MONDAY, Talk, buttons, eventually, says
from tests.storage.factories import last_date

SIX = MONDAY.replace(hour=6, minute=0)
HF = "huggingface"


def record_answer(talk: Talk, at: datetime) -> None:
    sources.record_fetch(talk.database, HF, at, papers=50)


def record_failure(talk: Talk) -> None:
    sources.record_fetch(
        talk.database, HF, talk.clock(), papers=0, failure="it is away"
    )


def digest_texts(person: Person) -> list[str]:
    return [m.text for m in person.messages if "👍 1" in buttons(m)]


@pytest.fixture
async def ada(talk: Talk) -> Person:
    """Ada, whose picks are due at nine, on a morning on which the list is silent since six."""
    ada = await talk.started("Ada")
    record_answer(talk, SIX)
    talk.clock.now = MONDAY.replace(hour=9, minute=1)
    record_failure(talk)
    return ada


async def test_picks_wait_for_a_late_list_and_go_when_it_comes(
    talk: Talk, ada: Person
) -> None:
    early = await talk.deliver()
    talk.clock.forward(minutes=30)
    record_answer(talk, talk.clock())
    sent = await talk.deliver()

    assert (early, sent) == (0, 1)
    assert "has not answered" not in digest_texts(ada)[0]


async def test_after_two_hours_picks_go_without_the_list_and_say_so(
    talk: Talk, ada: Person
) -> None:
    await talk.deliver()
    talk.clock.now = MONDAY.replace(hour=10, minute=59)
    early = await talk.deliver()
    talk.clock.forward(minutes=1)
    record_failure(talk)
    sent = await talk.deliver()
    [digest] = digest_texts(ada)
    ada.press(ada.messages[-1], "👍 1")
    rated = await ada.wait_for(lambda m: m.edits > 0)

    note = (
        "Hugging Face has not answered since Monday 06:00; "
        "these are from the papers I already had."
    )
    assert (early, sent) == (0, 1)
    assert note in digest
    # A tap keeps the note of the digest.
    assert note in rated.text


async def test_the_line_of_an_empty_day_names_the_silent_list(
    talk: Talk, ada: Person
) -> None:
    await says(ada, "/topics mute we study")
    talk.clock.forward(hours=2)

    await talk.deliver()

    line = await ada.wait_for(lambda m: "No picks today" in m.text)
    assert line.silent
    assert line.text == (
        "No picks today: Hugging Face has not answered since Monday 06:00. "
        "You'll see its papers when it does."
    )


@pytest.mark.parametrize(
    ("moment", "success", "failure", "since"),
    [
        # Missed once: it is asked again within the hour.
        (MONDAY, SIX, "away", None),
        (MONDAY + timedelta(hours=1), SIX, "away", SIX),
        (MONDAY + timedelta(hours=9), SIX, "", None),
        # Nobody waits for a source that never answered.
        (MONDAY + timedelta(hours=9), None, "away", None),
        # Lists rest at weekends.
        (datetime(2026, 11, 28, 9, tzinfo=UTC), SIX, "away", None),
    ],
)
async def test_a_list_is_silent_if_its_answer_is_overdue(
    talk: Talk,
    moment: datetime,
    success: datetime | None,
    failure: str,
    since: datetime | None,
) -> None:
    with talk.database.write() as session:
        session.execute(delete(SourceRow))
    if success:
        record_answer(talk, success)
    if failure:
        sources.record_fetch(
            talk.database, HF, moment, papers=0, failure=failure
        )

    assert silent_since(talk.database, moment) == since


async def test_a_reader_who_comes_back_gets_picks_again_at_once(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    ada.block()
    await eventually(lambda: not is_active(talk, ada))
    talk.clock.forward(days=2, hours=2)
    while_away = await talk.deliver()
    ada.unblock()
    await eventually(lambda: is_active(talk, ada))

    afterwards = await talk.deliver()

    assert (while_away, afterwards) == (0, 1)
    assert last_date(talk.database, talk.reader(ada)) == talk.clock().date()


def is_active(talk: Talk, person: Person) -> bool:
    reader = readers.find(talk.database, person.id)
    return reader is not None and reader.active


async def test_a_strict_bar_leaves_places_open_and_says_so_and_a_button_sends_more(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    like(talk, ada, "diffusion models", 12)
    readers.change(talk.database, talk.reader(ada).id, picks=10, bar="strict")
    for _ in range(4):
        talk.clock.forward(days=1, hours=2)
        record_answer(talk, talk.clock())
        await talk.deliver()
        talk.clock.forward(hours=-2)
    # The last day is a Friday: the sum of the week follows its line.
    message, week = ada.messages[-2:]
    ada.press(message, "Show the best anyway")
    digest = await ada.wait_for(lambda m: m.id > week.id)

    assert [m for m in ada.messages if " today; nothing else fits." in m.text]
    assert message.text == "No picks today: nothing above your bar."
    # A reader who asks gets picks, whatever the bar.
    assert "10 papers for you" in digest.text


def like(talk: Talk, person: Person, field: str, n: int) -> None:
    liked = [
        p
        for p in papers.newest(talk.database, 200)
        if f"helps {field}" in p.abstract
    ]
    for paper in liked[:n]:
        event = RatingEvent(
            reader_id=talk.reader(person).id,
            paper_id=paper.id,
            value=1,
            rated_at=talk.clock(),
            origin="link",
        )
        feedback.rate(talk.database, event)
