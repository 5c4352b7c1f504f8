"""The calendar of arXiv's announcements: midnight in New York, Monday to Friday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
SATURDAY = 5

# How soon to ask again for an announcement that may only be late. Less than an hour, so
# that the next hourly fetch is not missed by a second.
LATE = timedelta(minutes=50)

# The hour in New York from which a missing announcement is taken for a holiday.
HOLIDAY_HOUR = 4

# How soon to ask again on a day that may be a holiday, which has no announcement.
HOLIDAY = timedelta(hours=6)


def current_day(now: datetime) -> date:
    """Return the day whose announcement is the newest at a time."""
    return now.astimezone(NEW_YORK).date()


def next_check(now: datetime, newest: date) -> datetime | None:
    """Return when to ask for today's announcement again.

    `newest` is the last day that the answer had papers of. Return None if that is today,
    and at weekends.
    """
    today = current_day(now)
    if newest >= today or today.weekday() >= SATURDAY:
        return None

    hour = now.astimezone(NEW_YORK).hour
    wait = LATE if hour < HOLIDAY_HOUR else HOLIDAY
    midnight = datetime.combine(today + timedelta(days=1), time(), NEW_YORK)

    return min(now + wait, midnight.astimezone(UTC))
