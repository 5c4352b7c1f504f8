"""A process takes its places from the row that all share, some at a time."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import Failure
from bot.storage import places
from bot.storage.database import Database
from bot.transport.shared_budget import AHEAD, TELLING, SharedBudget

RATE = 100.0
INTERVAL = timedelta(seconds=1 / RATE)


class Row:
    """The row that processes share, with a clock of its own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.next_at = 0.0
        self.reservations: list[int] = []
        self.is_away = False

    def reserve(
        self, _database: Database, _name: str, many: int, interval: timedelta
    ) -> float:
        if self.is_away:
            raise Failure("the database did not answer")
        first = max(self.next_at, self.now)
        self.next_at = first + many * interval.total_seconds()
        self.reservations.append(many)
        return first - self.now

    def rest(self, _database: Database, _name: str, pause: timedelta) -> None:
        if self.is_away:
            raise Failure("the database did not answer")
        self.next_at = max(self.next_at, self.now + pause.total_seconds())


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> Row:
    row = Row()
    monkeypatch.setattr(places, "reserve", row.reserve)
    monkeypatch.setattr(places, "rest", row.rest)
    return row


def budget(row: Row, rate: float = RATE) -> SharedBudget:
    return SharedBudget(Database("sqlite://"), rate, clock=lambda: row.now)


async def test_two_processes_together_keep_the_rate_of_one(row: Row):
    processes = [budget(row), budget(row)]

    waits = sorted(
        [await processes[number % 2].reserve() for number in range(20)]
    )

    assert waits == pytest.approx([0.01 * n for n in range(20)])
    assert row.reservations == [round(RATE * AHEAD)] * 4


async def test_at_the_usual_rate_each_place_is_reserved_by_itself(row: Row):
    ours = budget(row, 25)

    waits = [await ours.reserve() for _ in range(3)]

    assert waits == pytest.approx([0, 0.04, 0.08])
    assert row.reservations == [1, 1, 1]


async def test_places_that_passed_unused_do_not_come_all_at_once(row: Row):
    ours = budget(row)
    await ours.reserve()
    row.now += 60

    waits = [await ours.reserve() for _ in range(6)]

    assert waits == pytest.approx([0, 0.01, 0.02, 0.03, 0.04, 0.05])


async def test_answers_to_people_take_places_from_everybody_and_wait_for_none(
    row: Row,
):
    talking, sending = budget(row), budget(row)

    for _ in range(30):
        talking.note()
    await asyncio.sleep(2 * TELLING)

    assert await sending.reserve() == pytest.approx(30 * 0.01)


async def test_a_rest_that_telegram_asked_for_holds_for_all(row: Row):
    ours, theirs = budget(row), budget(row)

    await ours.rest(7)

    assert await theirs.reserve() == pytest.approx(7)


async def test_without_the_database_bulk_fails_and_answers_go_on(row: Row):
    ours = budget(row)
    row.is_away = True

    ours.note()
    await ours.rest(7)
    await asyncio.sleep(2 * TELLING)
    with pytest.raises(Failure):
        await ours.reserve()
    row.is_away = False

    assert await ours.reserve() == 0
