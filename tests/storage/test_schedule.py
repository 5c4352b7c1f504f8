"""When the next picks are due: on the reader's own clock, whatever that clock does."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.schedule import due as schedule
from bot.schedule.due import EVERY_DAY


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


NOW = utc(2026, 3, 2, 8)  # a Monday
NINE = time(9)
MONDAY, SATURDAY = 0b0000001, 0b0100000
# Clocks that skip an hour at midnight, or before it, move by half an hour, or lie far out.
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/Nuuk",
        "America/St_Johns",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ]
)
MINUTES = st.integers(0, 14 * 365 * 24 * 60)
MOMENTS = MINUTES.map(
    lambda minutes: utc(2024, 1, 1) + timedelta(minutes=minutes)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DAYS = st.integers(-30, 400).map(lambda days: timedelta(days=days))


def due(now: datetime = NOW, **settings: Any) -> tuple[datetime, date] | None:
    return schedule.next_due(
        now, **{"zone": "UTC", "at": NINE, "weekdays": EVERY_DAY, **settings}
    )


@given(
    now=MOMENTS,
    zone=ZONES,
    at=TIMES,
    weekdays=st.integers(1, EVERY_DAY),
    pause=DAYS,
)
@example(
    utc(2027, 3, 28, 0, 0), "America/Nuuk", time(23, 30), EVERY_DAY, timedelta()
)
@example(
    utc(2027, 3, 28, 1, 10),
    "America/Nuuk",
    time(23, 30),
    EVERY_DAY,
    -timedelta(days=9),
)
@example(
    utc(2026, 4, 23, 21, 59), "Africa/Cairo", time(0, 0), EVERY_DAY, timedelta()
)
def test_the_next_moment_is_the_first_to_come_on_a_chosen_day_after_the_pause(
    now: datetime, zone: str, at: time, weekdays: int, pause: timedelta
):
    paused_until = now.date() + pause

    due_moment = due(
        now, zone=zone, at=at, weekdays=weekdays, paused_until=paused_until
    )

    assert due_moment is not None
    moment, day = due_moment
    assert moment > now
    assert weekdays >> day.weekday() & 1
    assert day >= paused_until
    assert moment == schedule.local_moment(day, at, zone)
    start = max(paused_until, now.date() - timedelta(days=2))
    skipped = (start + timedelta(days=n) for n in range((day - start).days))
    assert not any(
        weekdays >> other.weekday() & 1
        and schedule.local_moment(other, at, zone) > now
        for other in skipped
    )


@given(now=MOMENTS, zone=ZONES, at=TIMES)
def test_every_local_date_has_its_turn(now: datetime, zone: str, at: time):
    first = due(now, zone=zone, at=at)
    assert first is not None

    second = due(first[0], zone=zone, at=at, after=first[1])

    assert second is not None
    assert second[1] == first[1] + timedelta(days=1)


@given(day=MOMENTS.map(datetime.date), zone=ZONES, at=TIMES)
def test_a_moment_tells_which_date_it_is_for(day: date, zone: str, at: time):
    moment = schedule.local_moment(day, at, zone)

    assert schedule.intended_date(moment, zone=zone, at=at) == day


@given(day=MOMENTS.map(datetime.date), zone=ZONES, at=TIMES)
def test_a_local_clock_shows_the_readers_time_or_the_time_after_a_gap(
    day: date, zone: str, at: time
):
    moment = schedule.local_moment(day, at, zone)

    local_time = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert moment.utcoffset() == timedelta()
    assert wanted <= local_time <= wanted + timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (
            "Europe/Berlin",
            date(2026, 3, 29),
            time(2, 30),
            utc(2026, 3, 29, 1, 30),
        ),  # 03:30
        (
            "Europe/Berlin",
            date(2026, 10, 25),
            time(2, 30),
            utc(2026, 10, 25, 0, 30),
        ),  # the first
        (
            "America/Nuuk",
            date(2027, 3, 27),
            time(23, 30),
            utc(2027, 3, 28, 1, 30),
        ),  # 00:30
        (
            "Africa/Cairo",
            date(2026, 4, 24),
            time(0, 0),
            utc(2026, 4, 23, 22, 0),
        ),  # 01:00
        (
            "Asia/Kathmandu",
            date(2026, 3, 2),
            time(9, 0),
            utc(2026, 3, 2, 3, 15),
        ),
    ],
)
def test_a_gap_gives_the_time_after_it_and_a_repeated_hour_the_first(
    zone: str, day: date, at: time, expected: datetime
):
    assert schedule.local_moment(day, at, zone) == expected


def test_a_moment_that_has_just_come_is_not_the_next_one():
    assert due(utc(2026, 3, 2, 9, 0)) == (
        utc(2026, 3, 3, 9, 0),
        date(2026, 3, 3),
    )
    assert due(utc(2026, 3, 2, 8, 59)) == (
        utc(2026, 3, 2, 9, 0),
        date(2026, 3, 2),
    )


def test_a_date_that_has_had_its_picks_is_left_out():
    assert due(after=date(2026, 3, 2)) == (
        utc(2026, 3, 3, 9, 0),
        date(2026, 3, 3),
    )


def test_a_new_zone_after_todays_picks_takes_effect_tomorrow():
    tomorrow = date(2026, 3, 3)

    due_moment = due(zone="America/Los_Angeles", after=date(2026, 3, 2))

    assert due_moment == (utc(2026, 3, 3, 17, 0), tomorrow)


def test_one_chosen_weekday_comes_once_a_week():
    assert due(utc(2026, 3, 2, 10, 0), weekdays=MONDAY) == (
        utc(2026, 3, 9, 9, 0),
        date(2026, 3, 9),
    )
    assert due(weekdays=SATURDAY) == (utc(2026, 3, 7, 9, 0), date(2026, 3, 7))


def test_a_pause_ends_on_its_first_chosen_day():
    due_moment = due(weekdays=SATURDAY, paused_until=date(2027, 3, 1))

    assert due_moment == (utc(2027, 3, 6, 9, 0), date(2027, 3, 6))


def test_a_pause_that_is_over_changes_nothing():
    assert due(paused_until=date(2026, 3, 2)) == due(paused_until=None) == due()


def test_no_weekday_is_no_next_moment():
    assert due(weekdays=0) is None


@given(
    back=st.integers(0, 8),
    zone=ZONES,
    at=TIMES,
    weekdays=st.integers(0, EVERY_DAY),
)
def test_a_pause_for_ever_has_no_next_moment(
    back: int, zone: str, at: time, weekdays: int
):
    for_ever = date.max - timedelta(days=back)

    assert (
        due(zone=zone, at=at, weekdays=weekdays, paused_until=for_ever) is None
    )


def test_the_local_date_is_the_readers():
    late = utc(2026, 3, 2, 23, 30)

    dates = [
        schedule.local_date(late, zone)
        for zone in ("Asia/Tokyo", "UTC", "Pacific/Honolulu")
    ]

    assert dates == [date(2026, 3, 3), date(2026, 3, 2), date(2026, 3, 2)]


HOURS = [time(0, 0), time(2, 30), time(8, 0), time(23, 30)]
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def changes(zone: str) -> tuple[tuple[datetime, timedelta | None], ...]:
    """Return the minutes at which a zone's clock is moved in these years, and to what."""
    info, day = ZoneInfo(zone), timedelta(days=1)

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(info).utcoffset()

    start = utc(2025, 12, 29)
    moments = [(start, offset(start))]
    for number in range(1100):
        early, late = start + number * day, start + (number + 1) * day
        if offset(early) == offset(late):
            continue
        moved = [
            offset(early + timedelta(minutes=m)) != offset(early)
            for m in range(24 * 60)
        ]
        moments.append(
            (early + timedelta(minutes=bisect_left(moved, True)), offset(late))
        )
    return tuple(moments)


@cache
def clocks() -> list[str]:
    """Return every IANA zone but those whose clocks show the same as another's in these years."""
    return list(
        {changes(zone): zone for zone in sorted(available_timezones())}.values()
    )


@pytest.mark.parametrize("at", HOURS, ids=str)
def test_every_zone_has_exactly_one_moment_for_each_of_its_dates(at: time):
    """Three years of daily picks, whatever the clocks of the world do in them."""
    for zone in clocks():
        days = []
        now, had = (
            schedule.local_moment(FIRST - timedelta(days=1), at, zone),
            FIRST - timedelta(days=1),
        )
        while had < LAST:
            due_moment = due(now, zone=zone, at=at, after=had)
            assert due_moment is not None
            assert due_moment[0] > now
            now, had = due_moment
            days.append(had)
            assert schedule.intended_date(now, zone=zone, at=at) == had
        assert days == [FIRST + timedelta(days=n) for n in range(len(days))], (
            zone
        )
        assert days[-1] == LAST


@pytest.mark.parametrize("weekdays", range(1, 128))
def test_a_week_begins_on_the_first_of_ones_days(weekdays: int):
    monday = date(2026, 11, 23)
    days = [monday + timedelta(days=number) for number in range(7)]
    own = [day for day in days if weekdays >> day.weekday() & 1]

    assert [day for day in days if schedule.begins_week(day, weekdays)] == own[
        :1
    ]
