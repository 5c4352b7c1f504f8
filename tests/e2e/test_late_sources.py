"""Never a silent morning: late lists are waited for, and what is missing is said."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.jobs import delivery
from bot.jobs.fetch import silent_since
from bot.sandbox.localchat.people import Person
from bot.storage import feedback, papers, readers, sources
from bot.storage.feedback import RatingEvent
from bot.storage.tables import SourceRow
from tests.e2e.talk import MONDAY, Talk, buttons, eventually, says
from tests.storage.factories import last_date

SIX = MONDAY.replace(hour=6, minute=0)
HF = "huggingface"


def answered(talk: Talk, at: datetime) -> None:
    sources.record_fetch(talk.runtime.database, HF, at, papers=50)


def failed(talk: Talk) -> None:
    sources.record_fetch(
        talk.runtime.database, HF, talk.clock(), papers=0, failure="it is away"
    )


def digests(person: Person) -> list[str]:
    return [m.text for m in person.messages if "👍 1" in buttons(m)]


@pytest.fixture
async def ada(talk: Talk) -> Person:
    """Ada, whose picks are due at nine, on a morning on which the list is silent since six."""
    ada = await talk.started("Ada")
    answered(talk, SIX)
    talk.clock.now = MONDAY.replace(hour=9, minute=1)
    failed(talk)
    return ada


async def test_picks_wait_for_a_late_list_and_go_when_it_comes(
    talk: Talk, ada: Person
) -> None:
    waited = await delivery.deliver(talk.runtime, talk.bot)
    talk.clock.forward(minutes=30)
    answered(talk, talk.clock())
    sent = await delivery.deliver(talk.runtime, talk.bot)

    assert (waited, sent) == (0, 1)
    assert "has not answered" not in digests(ada)[0]


async def test_after_two_hours_picks_go_with_what_is_there_and_say_so(
    talk: Talk, ada: Person
) -> None:
    await delivery.deliver(talk.runtime, talk.bot)
    talk.clock.now = MONDAY.replace(hour=10, minute=59)
    waited = await delivery.deliver(talk.runtime, talk.bot)
    talk.clock.forward(minutes=1)
    failed(talk)
    sent = await delivery.deliver(talk.runtime, talk.bot)
    [digest] = digests(ada)
    ada.press(ada.messages[-1], "👍 1")
    rated = await ada.wait_for(lambda m: m.edits > 0)

    told = "Hugging Face has not answered since Monday 06:00; these are from what I had."
    assert (waited, sent) == (0, 1)
    assert told in digest
    assert told in rated.text  # a tap keeps what the digest said


async def test_the_line_of_an_empty_day_names_the_silent_list(
    talk: Talk, ada: Person
) -> None:
    await says(ada, "/topics mute we study")
    talk.clock.forward(hours=2)

    await delivery.deliver(talk.runtime, talk.bot)

    line = await ada.wait_for(lambda m: "No picks today" in m.text)
    assert line.silent
    assert line.text == (
        "No picks today: Hugging Face has not answered since Monday 06:00. "
        "You'll see its papers when it does."
    )


@pytest.mark.parametrize(
    ("moment", "success", "failure", "since"),
    [
        (MONDAY, SIX, "away", None),  # missed once: asked again within the hour
        (MONDAY + timedelta(hours=1), SIX, "away", SIX),
        (MONDAY + timedelta(hours=9), SIX, "", None),
        (
            MONDAY + timedelta(hours=9),
            None,
            "away",
            None,
        ),  # nobody waits for what never was
        (
            datetime(2026, 11, 28, 9, tzinfo=UTC),
            SIX,
            "away",
            None,
        ),  # lists rest at weekends
    ],
)
async def test_a_list_is_silent_when_it_should_have_answered_and_did_not(
    talk: Talk,
    moment: datetime,
    success: datetime | None,
    failure: str,
    since: datetime | None,
) -> None:
    with talk.runtime.database.write() as session:
        session.execute(delete(SourceRow))
    if success:
        answered(talk, success)
    if failure:
        sources.record_fetch(
            talk.runtime.database, HF, moment, papers=0, failure=failure
        )

    assert silent_since(talk.runtime.database, moment) == since


async def test_a_reader_who_comes_back_goes_on_where_they_were(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    ada.block()
    await eventually(lambda: not active(talk, ada))
    talk.clock.forward(days=2, hours=2)
    gone = await delivery.deliver(talk.runtime, talk.bot)
    ada.unblock()
    await eventually(lambda: active(talk, ada))

    back = await delivery.deliver(talk.runtime, talk.bot)

    assert (gone, back) == (0, 1)
    assert (
        last_date(talk.runtime.database, talk.reader(ada))
        == talk.clock().date()
    )


def active(talk: Talk, person: Person) -> bool:
    found = readers.find(talk.runtime.database, person.id)
    return found is not None and found.active


async def test_a_bar_leaves_places_open_says_so_and_is_lifted_by_asking(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    like(talk, ada, "diffusion models", 12)
    readers.change(
        talk.runtime.database, talk.reader(ada).id, picks=10, bar="strict"
    )
    for _ in range(4):
        talk.clock.forward(days=1, hours=2)
        answered(talk, talk.clock())
        await delivery.deliver(talk.runtime, talk.bot)
        talk.clock.forward(hours=-2)
    line = ada.messages[-1]
    ada.press(line, "Show the best anyway")
    more = await ada.wait_for(lambda m: m.id > line.id)

    assert [m for m in ada.messages if " today; nothing else fits." in m.text]
    assert line.text == "No picks today: nothing above your bar."
    assert "10 papers for you" in more.text  # who asks gets them


def like(talk: Talk, person: Person, field: str, many: int) -> None:
    found = [
        p
        for p in papers.newest(talk.runtime.database, 200)
        if f"helps {field}" in p.abstract
    ]
    for paper in found[:many]:
        said = RatingEvent(
            reader_id=talk.reader(person).id,
            paper_id=paper.id,
            value=1,
            rated_at=talk.clock(),
            origin="link",
        )
        feedback.rate(talk.runtime.database, said)
