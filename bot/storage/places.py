"""Places in time that all processes share: messages to Telegram, and requests to arXiv.

The clock is PostgreSQL's, as those of two machines differ.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, extract, func
from sqlalchemy.dialects.postgresql import insert

from bot.storage.database import Database
from bot.storage.process_tables import PlaceRow

# What is done at one pace.
MESSAGES = "messages"
ARXIV = "arxiv"


def reserve(
    database: Database, name: str, places: int, interval: timedelta
) -> float:
    """Take the next places, an interval apart; return the seconds until the first of them."""
    now = func.clock_timestamp()
    span = places * interval
    latest = func.greatest(PlaceRow.next_at, now)
    until_end = _set_next(database, name, now + span, latest + span)
    return max(until_end - span.total_seconds(), 0.0)


def rest(database: Database, name: str, pause: timedelta) -> None:
    """Let no place come before a pause is over."""
    until = func.clock_timestamp() + pause
    _set_next(database, name, until, func.greatest(PlaceRow.next_at, until))


def _set_next(
    database: Database,
    name: str,
    first: ColumnElement[datetime],
    later: ColumnElement[datetime],
) -> float:
    """Set the time of the next place, the first one ever or a later one.

    Return the seconds until then.
    """
    statement = (
        insert(PlaceRow)
        .values(name=name, next_at=first)
        .on_conflict_do_update(index_elements=["name"], set_={"next_at": later})
        .returning(extract("epoch", PlaceRow.next_at - func.clock_timestamp()))
    )
    with database.write() as session:
        return float(session.scalars(statement).one())
