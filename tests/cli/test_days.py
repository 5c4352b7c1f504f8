"""How the local run's days pass."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.jobs import ticks
from bot.runtime import Runtime
from bot.sandbox.timeline import Days, MovingClock
from bot.sources.endpoints import Endpoints
from bot.storage import readers, schema
from bot.storage.database import Database
from bot.transport.sender import Bot

NOBODY = "http://127.0.0.1:9"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
ADA, BO = 1, 2


class Diary:
    """What happened, each with the local hour it happened at."""

    def __init__(self) -> None:
        self.clock = MovingClock()
        self.clock.begin(NOW)
        self.lines: list[tuple[str, datetime]] = []

    def note(self, what: str) -> None:
        self.lines.append(
            (what, self.clock().replace(minute=0, second=0, microsecond=0))
        )


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def runtime(tmp_path: Path, diary: Diary) -> Iterator[Runtime]:
    with closing(
        Database(f"sqlite:///{tmp_path / 'local-bot.db'}")
    ) as database:
        schema.prepare(database)
        yield Runtime(
            database=database,
            endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
            clock=diary.clock,
        )


@pytest.fixture
def days(
    runtime: Runtime, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> Days:
    async def learn(_runtime: Runtime, _bot: Bot) -> None:
        diary.note("learn")

    async def deliver(runtime: Runtime, _bot: Bot) -> None:
        diary.note("deliver")
        for reader in readers.active_readers(runtime.database):
            if reader.next_due_at and reader.next_due_at <= runtime.clock():
                later = reader.next_due_at + timedelta(days=1)
                readers.change(runtime.database, reader.id, next_due_at=later)

    def arrive(after: date, upto: date) -> str:
        diary.note(f"papers of {after + timedelta(days=1)} to {upto}")
        return "the end"

    monkeypatch.setattr(ticks, "deliver", deliver)
    return Days(
        runtime=runtime,
        bot=cast("Bot", None),
        clock=diary.clock,
        arrive=arrive,
        had=NOW.date(),
        learn=learn,
    )


def reader(runtime: Runtime, chat_id: int, due: datetime | None) -> None:
    values: dict[str, Any] = {"name": "R", "at": time(9), "created_at": NOW}
    readers.find_or_create(
        runtime.database, chat_id, {**values, "next_due_at": due}
    )


async def test_the_papers_are_learned_before_the_hour_comes_at_which_they_are_sent(
    runtime: Runtime, days: Days, diary: Diary
) -> None:
    runtime.ready.set()
    due = datetime(2026, 3, 5, 9, tzinfo=UTC)
    reader(runtime, ADA, due)

    said = await days.tomorrow(ADA)

    assert said == "the end"
    assert diary.lines == [
        ("papers of 2026-03-05 to 2026-03-05", NOW),
        ("learn", NOW),
        ("deliver", due),
    ]


async def test_whoever_is_due_on_the_way_has_theirs_too(
    runtime: Runtime, days: Days, diary: Diary
) -> None:
    runtime.ready.set()
    evening, morning = (
        datetime(2026, 3, d, h, tzinfo=UTC) for d, h in ((4, 20), (5, 9))
    )
    reader(runtime, ADA, morning)
    reader(runtime, BO, evening)

    await days.tomorrow(ADA)

    delivered = [at for what, at in diary.lines if what == "deliver"]
    assert delivered == [evening, morning]


async def test_who_waits_for_nothing_is_told_so(
    runtime: Runtime, days: Days, diary: Diary
) -> None:
    runtime.ready.set()
    reader(runtime, BO, None)

    for chat_id in (ADA, BO):
        assert await days.tomorrow(chat_id) == (
            "No picks are coming for this reader. Send /start first."
        )
    assert diary.lines == []


async def test_before_the_first_papers_nothing_moves(
    days: Days, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.timeline.GET_READY", 0.01)

    assert "still on their way" in await days.tomorrow(ADA)
    assert diary.lines == []
