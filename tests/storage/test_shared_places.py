"""Several processes send no more together than one may alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.storage import places
from bot.storage.database import Database
from bot.storage.places import ARXIV, MESSAGES

pytestmark = pytest.mark.parametrize("kind", ["postgresql"])

# Far longer than the statements take, so that a slow machine changes nothing.
INTERVAL = timedelta(seconds=100)


def test_each_place_comes_an_interval_after_the_last_one(database: Database):
    waits = [places.reserve(database, MESSAGES, 1, INTERVAL) for _ in range(3)]

    assert waits == pytest.approx([0, 100, 200], abs=30)


def test_places_that_processes_reserve_at_once_are_all_different(
    database: Database,
):
    begin = threading.Barrier(4)

    def reserve(_: int) -> list[float]:
        begin.wait()
        return [
            time.monotonic() + places.reserve(database, MESSAGES, 2, INTERVAL)
            for _ in range(5)
        ]

    with ThreadPoolExecutor(4) as threads:
        moments = sorted(
            moment for part in threads.map(reserve, range(4)) for moment in part
        )

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert len(gaps) == 19
    assert all(gap == pytest.approx(200, abs=60) for gap in gaps)


def test_time_that_passed_unused_is_not_saved_up(database: Database):
    short = timedelta(milliseconds=1)
    places.reserve(database, MESSAGES, 1, short)
    time.sleep(0.05)

    waits = [places.reserve(database, MESSAGES, 1, INTERVAL) for _ in range(2)]

    assert waits == pytest.approx([0, 100], abs=30)


def test_a_rest_holds_for_every_process(database: Database):
    places.rest(database, MESSAGES, timedelta(seconds=500))

    assert places.reserve(database, MESSAGES, 1, INTERVAL) == pytest.approx(
        500, abs=30
    )


def test_messages_do_not_wait_for_arxiv(database: Database):
    places.reserve(database, ARXIV, 1, INTERVAL)

    assert places.reserve(database, MESSAGES, 1, INTERVAL) == 0
    assert places.reserve(database, ARXIV, 1, INTERVAL) > 50
