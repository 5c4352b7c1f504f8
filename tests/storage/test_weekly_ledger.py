"""The sum of a week is due once in seven days, after the picks of its day, whatever happens."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.schedule.due import EVERY_DAY
from bot.storage import deliveries, outbox, readers
from bot.storage.database import Database
from bot.storage.delivery_tables import DAILY, WEEKLY
from bot.storage.outbox import LEASE, Delivery
from bot.storage.readers import Reader
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    due,
    existing,
    join,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WORKDAYS = 0b0011111


def weekly(database: Database, now: datetime) -> list[Delivery]:
    return outbox.claim(database, now, 10, kind=WEEKLY)


def daily(database: Database, now: datetime) -> list[Delivery]:
    return outbox.claim(database, now, 10, kind=DAILY)


def planned(database: Database, reader: Reader) -> datetime | None:
    return existing(readers.by_id(database, reader.id)).weekly_due_at


def on(weekday: int) -> datetime:
    """Return nine o'clock on the first such weekday from NOW on."""
    return NOW + (weekday - NOW.weekday()) % 7 * DAY


def finish(database: Database, delivery: Delivery, now: datetime) -> str:
    """Send the only message of a delivery."""
    outbox.add_messages(database, delivery, None, [1])
    [message] = outbox.unsent_messages(database, delivery)
    started = existing(outbox.start_sending(database, delivery, message, now))
    outbox.record_sent(database, started, message, 501, now)
    return outbox.finish(database, started)


def live_a_day(database: Database, now: datetime) -> list[tuple[str, date]]:
    """Send all that is due at a moment, the picks first; return what that was."""
    deliveries.create_due(database, now)
    sent = []
    for kind in (DAILY, WEEKLY):
        for delivery in outbox.claim(database, now, 10, kind=kind):
            assert finish(database, delivery, now) == "sent"
            sent.append((delivery.kind, delivery.local_date))
    return sent


@pytest.mark.parametrize(
    ("weekdays", "chosen", "weekday"),
    [
        (WORKDAYS, None, 4),
        (EVERY_DAY, None, 6),
        (0b0000101, None, 2),
        (WORKDAYS, 6, 6),
        (WORKDAYS, 0, 0),
    ],
)
def test_the_week_ends_on_the_chosen_day_or_the_last_one_with_picks(
    database: Database, weekdays: int, chosen: int | None, weekday: int
):
    ada = join(database, "Ada")

    deliveries.change_reader(
        database, ada.id, NOW - MINUTE, weekdays=weekdays, weekly_day=chosen
    )

    assert planned(database, ada) == on(weekday)


@pytest.mark.parametrize(
    "values",
    [
        {"weekly": False},
        {"weekdays": 0},
        {"kind": "group"},
        {"kind": "channel"},
        {"paused_until": date.max},
    ],
)
def test_who_wants_no_week_or_is_no_person_gets_none(
    database: Database, values: dict[str, object]
):
    ada = join(database, "Ada")

    deliveries.change_reader(
        database, ada.id, NOW, **{"weekdays": EVERY_DAY, **values}
    )

    assert planned(database, ada) is None


def test_in_a_month_each_week_is_summed_up_once_after_that_days_picks(
    database: Database,
):
    ada = due(database, "Ada", weekdays=WORKDAYS)

    sent = [
        one for n in range(28) for one in live_a_day(database, NOW + n * DAY)
    ]

    days = [day for kind, day in sent if kind == DAILY]
    weeks = [day for kind, day in sent if kind == WEEKLY]
    assert len(days) == 20
    assert len(weeks) == 4
    assert {day.weekday() for day in weeks} == {4}
    for week in weeks:
        assert sent.index((DAILY, week)) < sent.index((WEEKLY, week))
    assert planned(database, ada) is not None


def test_a_reader_from_before_has_the_first_week_planned_with_the_next_picks(
    database: Database,
):
    ada = due(database, "Ada", weekly_day=on(0).weekday())

    deliveries.create_due(database, NOW)

    assert planned(database, ada) == NOW + ((0 - NOW.weekday()) % 7 or 7) * DAY


def test_the_week_waits_for_open_picks_of_its_day(database: Database):
    ada = due(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    deliveries.create_due(database, NOW)

    assert weekly(database, NOW) == []
    [picks] = daily(database, NOW)
    assert weekly(database, NOW) == []

    finish(database, picks, NOW)
    [week] = weekly(database, NOW)
    assert (week.reader.id, week.kind, week.local_date) == (
        ada.id,
        WEEKLY,
        TODAY,
    )
    assert week.is_silent


def test_the_week_waits_for_picks_that_are_due_but_not_created(
    database: Database,
):
    ada = due(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    deliveries.create_due(database, NOW)
    [picks] = daily(database, NOW)
    finish(database, picks, NOW)
    readers.change(database, ada.id, next_due_at=NOW)

    assert weekly(database, NOW) == []


def test_the_week_comes_on_a_day_without_picks(database: Database):
    friday = on(4)
    join(
        database,
        "Ada",
        weekdays=WORKDAYS,
        weekly_day=5,
        next_due_at=friday + 3 * DAY,
        weekly_due_at=friday + DAY,
    )

    assert live_a_day(database, friday + DAY) == [
        (WEEKLY, (friday + DAY).date())
    ]


def test_two_clocks_at_once_make_each_week_once(database: Database):
    for name in ("Ada", "Bo", "Cy"):
        join(database, name, weekly_day=NOW.weekday(), weekly_due_at=NOW)

    at_once(*[lambda: deliveries.create_due(database, NOW)] * 3)
    claimed = at_once(*[lambda: weekly(database, NOW)] * 3)

    assert deliveries.count_by_state(database, NOW) == {"pending": 3}
    assert len([one for some in claimed for one in some]) == 3


@pytest.mark.parametrize("later_weekday", range(7))
def test_another_weekday_never_brings_two_within_seven_days(
    database: Database, later_weekday: int
):
    ada = due(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    first = live_a_day(database, NOW)

    deliveries.change_reader(
        database, ada.id, NOW + MINUTE, weekly_day=later_weekday
    )
    later = [
        day
        for n in range(1, 22)
        for kind, day in live_a_day(database, NOW + n * DAY)
        if kind == WEEKLY
    ]

    assert (WEEKLY, TODAY) in first
    days = [TODAY, *later]
    gaps = [b - a for a, b in pairwise(days)]
    assert all(gap >= 7 * DAY for gap in gaps)
    assert later[0] - TODAY <= 13 * DAY
    assert {day.weekday() for day in later} == {later_weekday}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_another_zone_on_the_same_day_brings_no_second_week(
    database: Database, zone: str
):
    ada = due(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    live_a_day(database, NOW)

    deliveries.change_reader(database, ada.id, NOW + MINUTE, zone=zone)

    weeks = [
        day
        for hours in range(1, 24 * 6)
        for kind, day in live_a_day(database, NOW + timedelta(hours=hours))
        if kind == WEEKLY
    ]
    assert weeks == []


def test_a_week_switched_off_and_on_again_is_not_sent_twice(
    database: Database,
):
    ada = due(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    live_a_day(database, NOW)

    deliveries.change_reader(database, ada.id, NOW, weekly=False)
    off = planned(database, ada)
    deliveries.change_reader(database, ada.id, NOW, weekly=True)

    assert off is None
    assert planned(database, ada) == NOW + 7 * DAY


def test_a_week_cut_off_between_call_and_record_is_sent_once_more(
    database: Database,
):
    join(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    deliveries.create_due(database, NOW)
    [week] = weekly(database, NOW)
    outbox.add_messages(database, week, None, [1])
    [message] = outbox.unsent_messages(database, week)
    outbox.start_sending(database, week, message, NOW)

    assert weekly(database, NOW + LEASE - MINUTE) == []
    [again] = weekly(database, NOW + LEASE)

    assert again.id == week.id
    assert outbox.has_messages(database, again)
    assert [m.attempts for m in outbox.unsent_messages(database, again)] == [1]


def test_a_week_more_than_six_hours_late_is_left_to_the_next(
    database: Database,
):
    ada = join(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)

    deliveries.create_due(database, NOW + timedelta(hours=6))

    assert weekly(database, NOW + timedelta(hours=6)) == []
    assert planned(database, ada) == NOW + 7 * DAY


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Nuuk", "UTC"])
def test_a_week_is_due_at_the_readers_own_hour(database: Database, zone: str):
    ada = join(database, "Ada", zone=zone, at=time(8), weekdays=WORKDAYS)
    start = datetime(2027, 3, 22, tzinfo=UTC)

    changed = existing(
        deliveries.change_reader(database, ada.id, start, weekly_day=6)
    )

    local = existing(changed.weekly_due_at).astimezone(ZoneInfo(zone))
    assert (local.weekday(), local.time()) == (6, time(8))


def test_what_is_blocked_gets_no_week(database: Database):
    ada = join(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    deliveries.create_due(database, NOW)

    outbox.deactivate_reader(database, ada.id)

    assert weekly(database, NOW) == []
    assert live_a_day(database, NOW + 7 * DAY) == []


def test_picks_are_planned_after_picks_alone(database: Database):
    """A week's sum today does not push today's picks to tomorrow."""
    ada = join(database, "Ada", weekly_day=NOW.weekday(), weekly_due_at=NOW)
    live_a_day(database, NOW)

    changed = existing(
        deliveries.change_reader(
            database,
            ada.id,
            NOW + MINUTE,
            at=time(12),
            weekdays=EVERY_DAY,
        )
    )

    assert existing(changed.next_due_at).date() == TODAY
