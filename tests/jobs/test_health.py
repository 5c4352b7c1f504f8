"""What makes a process unready: a queue that is stuck, and sources that are silent."""

from datetime import datetime, timedelta

import pytest

from bot.jobs import fetch, health
from bot.jobs.delivery import LIST_PATIENCE
from bot.jobs.health import MAX_DELIVERY_DELAY, QueueWatch, SourcesWatch
from bot.runtime import Runtime
from bot.sources import arxiv, huggingface
from bot.sources.endpoints import Endpoints
from bot.storage import deliveries, outbox, sources
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow, OutgoingRow
from tests.storage.factories import NOW, due

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SATURDAY = NOW + timedelta(days=5)


@pytest.fixture
def kind() -> str:
    return "sqlite"


class Moment:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def runtime(database: Database, clock: Moment) -> Runtime:
    endpoints = Endpoints("http://x", "http://x", "http://x")
    return Runtime(database=database, endpoints=endpoints, clock=clock)


def answered(database: Database, at: datetime, name: str = "huggingface"):
    sources.record_fetch(database, name, at, papers=3)


def failed(database: Database, at: datetime, name: str = "huggingface"):
    sources.record_fetch(database, name, at, papers=0, failure="is down")


def send_one(database: Database, at: datetime) -> None:
    """Let a message of the first delivery count as sent, and leave the delivery open."""
    with database.write() as session:
        delivery = session.query(DeliveryRow).first()
        assert delivery is not None
        session.add(
            OutgoingRow(delivery_id=delivery.id, position=0, sent_at=at)
        )


def test_what_is_due_for_a_quarter_of_an_hour_while_nothing_is_sent_is_stuck(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    watch = QueueWatch(runtime)
    due(database, "Ada")
    due(database, "Bo", NOW + MINUTE)

    clock.now = NOW + MAX_DELIVERY_DELAY - MINUTE
    early = watch.examine()
    clock.now = NOW + MAX_DELIVERY_DELAY
    late = watch.examine()
    deliveries.create_due(database, clock.now)
    outbox.claim(database, clock.now, 1)
    while_held = watch.examine()

    assert early is None
    assert late == while_held
    assert late == (
        "2 digests wait, the oldest for 15 minutes, and none was sent meanwhile"
    )


def test_a_long_queue_that_moves_is_not_stuck(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    due(database, "Ada")
    deliveries.create_due(database, NOW)
    clock.now = NOW + HOUR

    send_one(database, clock.now - 14 * MINUTE)
    moving = QueueWatch(runtime).examine()
    clock.now += 2 * MINUTE
    standing = QueueWatch(runtime).examine()

    assert moving is None
    assert standing is not None


def test_readers_who_wait_for_a_late_list_are_no_stuck_queue(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    watch = QueueWatch(runtime)
    answered(database, NOW - 3 * HOUR)
    failed(database, NOW)
    due(database, "Ada")

    clock.now = NOW + LIST_PATIENCE + MAX_DELIVERY_DELAY - MINUTE
    waiting = watch.examine()
    answered(database, clock.now)
    just_back = watch.examine()
    clock.now += MAX_DELIVERY_DELAY
    still_there = watch.examine()

    assert (waiting, just_back) == (None, None)
    assert still_there is not None


def test_readers_whose_patience_is_over_are_a_stuck_queue(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    answered(database, NOW - 3 * HOUR)
    failed(database, NOW)
    due(database, "Ada")

    clock.now = NOW + LIST_PATIENCE + MAX_DELIVERY_DELAY
    cause = QueueWatch(runtime).examine()

    assert cause is not None
    assert cause.startswith("1 digest waits, the oldest for 135 minutes")


@pytest.mark.parametrize(
    ("silence", "is_silent"),
    [(fetch.SILENCE, False), (fetch.SILENCE + MINUTE, True)],
)
def test_the_daily_list_is_silent_after_ninety_minutes_of_failures(
    runtime: Runtime,
    database: Database,
    clock: Moment,
    silence: timedelta,
    is_silent: bool,
) -> None:
    answered(database, NOW)
    clock.now = NOW + silence
    failed(database, clock.now)

    cause = SourcesWatch(runtime).examine()

    assert cause == (
        "huggingface is silent since 2026-03-02 09:00 UTC"
        if is_silent
        else None
    )


def test_at_a_weekend_the_daily_list_may_fail_for_a_day(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    answered(database, SATURDAY)
    clock.now = SATURDAY + 3 * HOUR
    failed(database, clock.now)
    for_hours = SourcesWatch(runtime).examine()
    clock.now = SATURDAY + fetch.MAX_AGE + MINUTE
    for_a_day = SourcesWatch(runtime).examine()

    assert for_hours is None
    assert for_a_day is not None


def test_a_source_that_nobody_asks_any_more_is_silent_too(
    database: Database, runtime: Runtime, clock: Moment
) -> None:
    runtime.endpoints = Endpoints(
        "http://x", "http://x", "http://x", arxiv_categories=("cs.LG",)
    )
    answered(database, NOW)
    answered(database, NOW, arxiv.SOURCE)
    clock.now = NOW + fetch.MAX_AGE + MINUTE

    cause = SourcesWatch(runtime).examine()

    assert cause == (
        "huggingface is silent since 2026-03-02 09:00 UTC; "
        "arxiv is silent since 2026-03-02 09:00 UTC"
    )


def test_a_source_that_nobody_reads_may_be_silent(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    answered(database, NOW, arxiv.SOURCE)
    clock.now = NOW + 30 * timedelta(days=1)
    answered(database, clock.now)

    assert SourcesWatch(runtime).examine() is None


def test_a_source_that_never_answered_is_given_its_time(
    runtime: Runtime, clock: Moment
) -> None:
    watch = SourcesWatch(runtime)

    at_first = watch.examine()
    clock.now = NOW + fetch.SILENCE + MINUTE
    later = watch.examine()

    assert (at_first, later) == (None, "huggingface never answered")


def test_without_any_lists_no_source_is_silent(
    runtime: Runtime, clock: Moment
) -> None:
    runtime.endpoints = Endpoints("", "", "", lists=False)
    watch = SourcesWatch(runtime)
    watch.examine()
    clock.now = NOW + timedelta(days=9)

    assert watch.examine() is None


def test_the_cause_holds_no_words_of_a_source(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    answered(database, NOW)
    clock.now = NOW + 2 * HOUR
    note = "failed at https://user:secret@mirror.example"
    sources.record_fetch(
        database, huggingface.SOURCE, clock.now, papers=0, failure=note
    )

    assert "secret" not in (SourcesWatch(runtime).examine() or "secret")


def test_the_figures_are_those_of_the_database(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    due(database, "Ada")
    due(database, "Bo", NOW + MINUTE, active=False)
    answered(database, NOW - HOUR)
    answered(database, NOW - HOUR, fetch.HISTORY)
    clock.now = NOW + 90 * timedelta(seconds=1)

    figures = health.read_figures(runtime)

    assert (figures.readers, figures.active_readers) == (2, 1)
    assert (figures.queue_length, figures.queue_age) == (1, 90)
    assert figures.features_age is None
    assert figures.source_ages == {"huggingface": 3690}


def test_the_figures_leave_those_out_who_wait_for_a_late_list(
    runtime: Runtime, database: Database, clock: Moment
) -> None:
    answered(database, NOW - 3 * HOUR)
    failed(database, NOW)
    due(database, "Ada")
    clock.now = NOW + HOUR

    waiting = health.read_figures(runtime)
    clock.now = NOW + LIST_PATIENCE
    over = health.read_figures(runtime)

    assert (waiting.queue_length, waiting.queue_age) == (0, 0)
    assert over.queue_length == 1
