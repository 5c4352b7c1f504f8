"""When arXiv announces papers: at midnight in New York, from Monday to Friday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
SATURDAY = 5
# Asked every hour, the announcement that is not there yet, as long as it may only be late. Less
# than an hour, so that the next tick is not missed by a second.
LATE = timedelta(minutes=50)
PUNCTUAL = 4
# On holidays there is none.
HOLIDAY = timedelta(hours=6)


def day(now: datetime) -> date:
    """Return the day whose announcement is the newest at this moment."""
    return now.astimezone(NEW_YORK).date()


def again(now: datetime, newest: date) -> datetime | None:
    """Return when to ask again on the same day; None once its papers are there, and at weekends.

    `newest` is the last day of which the answer had papers.
    """
    today = day(now)
    if newest >= today or today.weekday() >= SATURDAY:
        return None
    midnight = datetime.combine(today + timedelta(days=1), time(), NEW_YORK)
    wait = LATE if now.astimezone(NEW_YORK).hour < PUNCTUAL else HOLIDAY
    return min(now + wait, midnight.astimezone(UTC))
