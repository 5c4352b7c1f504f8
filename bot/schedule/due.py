"""Computes when a reader's next picks are due, in their own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

# Picks that are later than this, after the bot was down, are left out until the next day.
MAX_DELAY = timedelta(hours=6)

# A set of weekdays has a bit for each day: bit 0 is Monday.
EVERY_DAY = 0b1111111

ONE_DAY = timedelta(days=1)

# How far to look for the next due day: yesterday, today, and each weekday once after that.
SEARCH_SPAN = 9 * ONE_DAY


class Due(NamedTuple):
    """The moment at which picks are due, in UTC, and the local date that they are for."""

    moment: datetime
    local_date: date


def local_date(now: datetime, zone: str) -> date:
    """Return the date in a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def local_moment(day: date, at: time, zone: str) -> datetime:
    """Return in UTC when it is `at` on a local day.

    If the clocks skip that time, this is as much later as they are moved; if they show it twice,
    it is the first of the two.
    """
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return local.replace(fold=0).astimezone(UTC)


def intended_date(due: datetime, *, zone: str, at: time) -> date:
    """Return the local date for which picks are due.

    This is the day before if the clocks skipped midnight and the due time before it.
    """
    day = local_date(due, zone)
    previous_day = day - ONE_DAY
    if local_moment(previous_day, at, zone) == due:
        return previous_day
    return day


def begins_week(day: date, weekdays: int) -> bool:
    """Tell whether a day is the first one of a set of weekdays in its week."""
    bit = 1 << day.weekday()
    earlier_days = bit - 1
    return bool(weekdays & bit) and not weekdays & earlier_days


def last_weekday(weekdays: int) -> int | None:
    """Return the last day of a set of weekdays in its week, or None if the set is empty."""
    return weekdays.bit_length() - 1 if weekdays else None


def next_due(
    now: datetime,
    *,
    zone: str,
    at: time,
    weekdays: int,
    after: date | None = None,
    paused_until: date | None = None,
) -> Due | None:
    """Return when the next picks are due, or None if they never are.

    Parameters
    ----------
    at
        The local time of the picks.
    weekdays
        The set of weekdays with picks.
    after
        The last local date that had its picks.
    paused_until
        The first local date after a pause.

    """
    # Yesterday's picks are due after midnight if the clocks skipped the time before it.
    first_day = local_date(now, zone) - ONE_DAY
    if after is not None:
        first_day = max(first_day, after + ONE_DAY)
    if paused_until is not None:
        first_day = max(first_day, paused_until)
    if first_day > date.max - SEARCH_SPAN:
        # Paused for ever.
        return None

    for number in range(SEARCH_SPAN.days):
        day = first_day + number * ONE_DAY
        moment = local_moment(day, at, zone)
        if moment > now and weekdays >> day.weekday() & 1:
            return Due(moment, day)
    return None
