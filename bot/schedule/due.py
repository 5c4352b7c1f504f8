"""When a reader's next picks are due, on their own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# After downtime: later than this is left to the next day.
LATEST = timedelta(hours=6)
EVERY_DAY = 0b1111111
ONE_DAY = timedelta(days=1)
# Yesterday, today, and each weekday once after that.
SEARCHED = 9 * ONE_DAY


def local_date(now: datetime, zone: str) -> date:
    """Return the reader's date."""
    return now.astimezone(ZoneInfo(zone)).date()


def moment(day: date, at: time, zone: str) -> datetime:
    """Return when a local clock shows `at` on `day`, in UTC.

    Where the clock skips that time, the time after the gap; where it shows it twice, the first.
    """
    return (
        datetime.combine(day, at, tzinfo=ZoneInfo(zone))
        .replace(fold=0)
        .astimezone(UTC)
    )


def intended_date(due: datetime, *, zone: str, at: time) -> date:
    """Return the local date a due moment is for: the day before, where a gap led past midnight."""
    day = local_date(due, zone)
    before = day - ONE_DAY
    return before if moment(before, at, zone) == due else day


def begins_week(day: date, weekdays: int) -> bool:
    """Tell whether `day` is the first of the `weekdays` in its week; bit 0 is Monday."""
    earlier = (1 << day.weekday()) - 1
    return bool(weekdays >> day.weekday() & 1) and not weekdays & earlier


def next_due(
    now: datetime,
    *,
    zone: str,
    at: time,
    weekdays: int,
    after: date | None = None,
    paused_until: date | None = None,
) -> tuple[datetime, date] | None:
    """Return the next moment after `now`, and the local date it is for; None if there is none.

    `after` is a local date that has had its picks already; `paused_until` the first date to
    send again; bit 0 of `weekdays` is Monday.
    """
    first = (
        local_date(now, zone) - ONE_DAY
    )  # its moment may lie after midnight in a gap
    first = max(
        first, after + ONE_DAY if after else first, paused_until or first
    )
    if first > date.max - SEARCHED:  # paused for ever
        return None
    for number in range(SEARCHED.days):
        day = first + number * ONE_DAY
        due = moment(day, at, zone)
        if due > now and weekdays >> day.weekday() & 1:
            return due, day
    return None
