"""The budget of messages that all processes share: one row with the time of the next place.

The clock is PostgreSQL's, as those of two machines differ.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, extract, func
from sqlalchemy.dialects.postgresql import insert

from bot.storage.database import Database
from bot.storage.process_tables import SendBudgetRow

ONLY_ROW = 1


def reserve(database: Database, places: int, interval: timedelta) -> float:
    """Take the next places, an interval apart; return the seconds until the first of them."""
    now = func.clock_timestamp()
    span = places * interval
    latest = func.greatest(SendBudgetRow.next_at, now)
    until_end = _set_next(database, now + span, latest + span)
    return max(until_end - span.total_seconds(), 0.0)


def rest(database: Database, pause: timedelta) -> None:
    """Let no place come before a pause is over, as Telegram asked for it."""
    until = func.clock_timestamp() + pause
    _set_next(database, until, func.greatest(SendBudgetRow.next_at, until))


def _set_next(
    database: Database,
    first: ColumnElement[datetime],
    later: ColumnElement[datetime],
) -> float:
    """Set the time of the next place, the first one ever or a later one.

    Return the seconds until then.
    """
    statement = (
        insert(SendBudgetRow)
        .values(id=ONLY_ROW, next_at=first)
        .on_conflict_do_update(index_elements=["id"], set_={"next_at": later})
        .returning(
            extract("epoch", SendBudgetRow.next_at - func.clock_timestamp())
        )
    )
    with database.write() as session:
        return float(session.scalars(statement).one())
