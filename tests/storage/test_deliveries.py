"""Who is due: one delivery for each reader and local date, whatever their clock does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.storage import deliveries, outbox, readers
from bot.storage.database import Database
from bot.storage.outbox import Delivery
from bot.storage.readers import Reader
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    due,
    existing,
    last_date,
)

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def claimed(database: Database, now: datetime = NOW) -> list[Delivery]:
    return outbox.claim(database, now, 10)


def next_due(database: Database, reader: Reader) -> datetime | None:
    stored = readers.by_id(database, reader.id)
    assert stored is not None
    return stored.next_due_at


def test_a_reader_whose_moment_has_come_gets_a_delivery_and_the_next_moment(
    database: Database,
):
    ada = due(database, "Ada")
    due(database, "Bo", NOW + MINUTE)

    made = deliveries.create_due(database, NOW)

    assert made == 1
    [one] = claimed(database)
    assert (one.reader.id, one.local_date, one.digest_id) == (
        ada.id,
        TODAY,
        None,
    )
    assert next_due(database, ada) == NOW + timedelta(days=1)
    assert one.reader == readers.by_id(database, ada.id)


def test_nobody_is_due_twice_on_one_local_date(database: Database):
    ada = due(database, "Ada")
    deliveries.create_due(database, NOW)
    readers.change(database, ada.id, next_due_at=NOW + MINUTE)

    deliveries.create_due(database, NOW + MINUTE)

    assert deliveries.count_by_state(database, NOW - timedelta(days=1)) == {
        "pending": 1
    }
    assert next_due(database, ada) == NOW + timedelta(days=1)


def test_a_new_hour_after_todays_delivery_takes_effect_tomorrow(
    database: Database,
):
    ada = due(database, "Ada", at=time(10))

    deliveries.create_due(database, NOW)

    assert next_due(database, ada) == NOW + timedelta(days=1, hours=1)


def test_two_clocks_at_once_make_each_delivery_once(database: Database):
    for name in ("Ada", "Bo", "Cy"):
        due(database, name)

    at_once(*[lambda: deliveries.create_due(database, NOW)] * 3)

    assert deliveries.count_by_state(database, NOW) == {"pending": 3}


@pytest.mark.parametrize(
    ("late", "sent"),
    [(timedelta(hours=6) - MINUTE, 1), (timedelta(hours=6), 0)],
)
def test_less_than_six_hours_late_is_sent_and_more_is_left_to_the_next_day(
    database: Database, late: timedelta, sent: int
):
    ada = due(database, "Ada", NOW)

    deliveries.create_due(database, NOW + late)

    assert len(claimed(database, NOW + late)) == sent
    assert next_due(database, ada) == NOW + timedelta(days=1)


def test_after_days_of_downtime_only_the_next_moment_counts(database: Database):
    ada = due(database, "Ada", NOW - timedelta(days=5))

    deliveries.create_due(database, NOW - timedelta(minutes=1))

    assert claimed(database) == []
    assert next_due(database, ada) == NOW


def test_after_days_of_downtime_todays_picks_are_late_but_sent(
    database: Database,
):
    ada = due(database, "Ada", NOW - timedelta(days=5))

    deliveries.create_due(database, NOW + timedelta(hours=2))

    [one] = claimed(database, NOW + timedelta(hours=2))
    assert (one.local_date, one.due_at) == (TODAY, NOW)
    assert next_due(database, ada) == NOW + timedelta(days=1)


def test_a_reader_who_left_is_never_due(database: Database):
    due(database, "Ada", active=False)

    assert deliveries.create_due(database, NOW) == 0
    assert claimed(database) == []


def test_a_reader_who_chose_no_day_is_not_due_again(database: Database):
    ada = due(database, "Ada", weekdays=0)

    deliveries.create_due(database, NOW)

    assert next_due(database, ada) is None
    assert deliveries.create_due(database, NOW + timedelta(days=1)) == 0


def test_a_pause_moves_the_next_moment(database: Database):
    ada = due(database, "Ada", paused_until=date(2026, 3, 20))

    deliveries.create_due(database, NOW)

    assert next_due(database, ada) == datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def test_the_local_date_is_the_readers_own(database: Database):
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    due(database, "Ada", late, zone="Asia/Tokyo", at=time(5))

    deliveries.create_due(database, late)

    assert [one.local_date for one in claimed(database, late)] == [TOMORROW]


def test_an_hour_that_the_clock_skips_past_midnight_skips_no_day(
    database: Database,
):
    skipped = datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )  # 23:30 on the 27th does not exist in Nuuk
    ada = due(database, "Ada", skipped, zone="America/Nuuk", at=time(23, 30))

    deliveries.create_due(database, skipped)

    assert [one.local_date for one in claimed(database, skipped)] == [
        date(2027, 3, 27)
    ]
    assert next_due(database, ada) == datetime(
        2027, 3, 29, 0, 30, tzinfo=UTC
    )  # the 28th, 23:30


def test_the_hour_that_the_clock_repeats_sends_once(database: Database):
    first = datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )  # 02:30 in Berlin, and an hour later again
    ada = due(database, "Ada", first, zone="Europe/Berlin", at=time(2, 30))

    deliveries.create_due(database, first)
    again = deliveries.create_due(database, first + timedelta(hours=1))

    assert again == 0
    assert next_due(database, ada) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_those_due_first_are_made_due_and_claimed_first(database: Database):
    for name, minutes in (("Ada", 2), ("Bo", 3), ("Cy", 1)):
        due(database, name, NOW - minutes * MINUTE)

    first = deliveries.create_due(database, NOW, most=2)

    assert first == 2
    assert [one.reader.name for one in outbox.claim(database, NOW, 1)] == ["Bo"]
    assert [one.reader.name for one in claimed(database)] == ["Ada"]
    assert deliveries.create_due(database, NOW, most=2) == 1
    assert [one.reader.name for one in claimed(database)] == ["Cy"]


def test_a_day_that_had_its_delivery_has_no_second_moment(database: Database):
    ada = due(database, "Ada", NOW - timedelta(days=1))
    before = last_date(database, ada)
    deliveries.create_due(database, NOW - timedelta(days=1))
    deliveries.create_due(database, NOW)

    later = readers.change(database, ada.id, at=time(23))
    reckoned = deliveries.reschedule(database, ada.id, NOW)

    assert before is None
    assert last_date(database, ada) == TODAY
    assert later is not None
    assert existing(reckoned).next_due_at == datetime(
        2026, 3, 3, 23, tzinfo=UTC
    )
    assert deliveries.reschedule(database, 999, NOW) is None


def test_deliveries_are_counted_since_a_moment(database: Database):
    due(database, "Ada", NOW - timedelta(days=1))
    deliveries.create_due(database, NOW - timedelta(days=1))
    deliveries.create_due(database, NOW)

    assert deliveries.count_by_state(database, NOW - timedelta(days=1)) == {
        "pending": 2
    }
    assert deliveries.count_by_state(database, NOW) == {"pending": 1}
    assert deliveries.count_by_state(database, NOW + MINUTE) == {}
