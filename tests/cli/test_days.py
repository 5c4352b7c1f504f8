"""How the days of a local run pass, one digest at a time."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.jobs import ticks
from bot.runtime import Runtime
from bot.sandbox.timeline import MovingClock, Timeline
from bot.sources.endpoints import Endpoints
from bot.storage import readers, schema
from bot.storage.database import Database
from bot.transport.sender import Bot

NOBODY = "http://127.0.0.1:9"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
ADA, BO = 1, 2
LAB = -1_000_000_003_001


class Diary:
    """What happened, and at which hour of the local clock."""

    def __init__(self) -> None:
        self.clock = MovingClock()
        self.clock.begin(NOW)
        self.entries: list[tuple[str, datetime]] = []

    def add(self, event: str) -> None:
        hour = self.clock().replace(minute=0, second=0, microsecond=0)
        self.entries.append((event, hour))


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
def timeline(
    runtime: Runtime, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> Timeline:
    """A timeline that notes in the diary what it does; delivering moves readers on a day."""

    async def learn(_runtime: Runtime, _bot: Bot) -> None:
        diary.add("learn")

    async def deliver(runtime: Runtime, _bot: Bot) -> None:
        diary.add("deliver")
        for reader in readers.active_readers(runtime.database):
            if reader.next_due_at and reader.next_due_at <= runtime.clock():
                tomorrow = reader.next_due_at + timedelta(days=1)
                readers.change(
                    runtime.database, reader.id, next_due_at=tomorrow
                )

    def store_papers(after: date, last: date) -> str:
        diary.add(f"papers of {after + timedelta(days=1)} to {last}")
        return "the end"

    monkeypatch.setattr(ticks, "deliver", deliver)
    return Timeline(
        runtime=runtime,
        bot=cast("Bot", None),
        clock=diary.clock,
        store_papers=store_papers,
        last_day=NOW.date(),
        learn=learn,
    )


def add_reader(
    runtime: Runtime, chat_id: int, next_due_at: datetime | None
) -> None:
    values: dict[str, Any] = {
        "name": "R",
        "at": time(9),
        "created_at": NOW,
        "next_due_at": next_due_at,
    }
    readers.find_or_create(runtime.database, chat_id, values)


async def test_the_papers_are_learned_before_the_hour_comes_at_which_they_are_sent(
    runtime: Runtime, timeline: Timeline, diary: Diary
) -> None:
    runtime.ready.set()
    due_at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    add_reader(runtime, ADA, due_at)

    report = await timeline.move_to_next_digest(ADA)

    assert report == "the end"
    assert diary.entries == [
        ("papers of 2026-03-05 to 2026-03-05", NOW),
        ("learn", NOW),
        ("deliver", due_at),
    ]


async def test_a_reader_who_is_due_on_the_way_gets_a_digest_too(
    runtime: Runtime, timeline: Timeline, diary: Diary
) -> None:
    runtime.ready.set()
    evening = datetime(2026, 3, 4, 20, tzinfo=UTC)
    morning = datetime(2026, 3, 5, 9, tzinfo=UTC)
    add_reader(runtime, ADA, morning)
    add_reader(runtime, BO, evening)

    await timeline.move_to_next_digest(ADA)

    deliveries = [hour for event, hour in diary.entries if event == "deliver"]
    assert deliveries == [evening, morning]


@pytest.mark.parametrize("chat_id", [ADA, BO])
async def test_a_reader_who_waits_for_nothing_is_told_so(
    runtime: Runtime, timeline: Timeline, diary: Diary, chat_id: int
) -> None:
    runtime.ready.set()
    add_reader(runtime, BO, next_due_at=None)

    report = await timeline.move_to_next_digest(chat_id)

    assert report == "No picks are coming for this reader. Send /start first."
    assert diary.entries == []


async def test_a_group_has_digests_like_a_reader(
    runtime: Runtime, timeline: Timeline, diary: Diary
) -> None:
    runtime.ready.set()
    due_at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    add_reader(runtime, LAB, due_at)

    await timeline.move_to_next_digest(LAB)

    assert diary.entries[-1] == ("deliver", due_at)


async def test_a_group_that_the_bot_does_not_know_waits_for_nothing(
    runtime: Runtime, timeline: Timeline, diary: Diary
) -> None:
    runtime.ready.set()

    report = await timeline.move_to_next_digest(LAB)

    assert report == (
        "No picks are coming for this chat. Add the bot to it first, and set it up."
    )
    assert diary.entries == []


async def test_before_the_first_papers_nothing_moves(
    timeline: Timeline, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.timeline.READY_TIMEOUT", 0.01)

    report = await timeline.move_to_next_digest(ADA)

    assert "still on their way" in report
    assert diary.entries == []
