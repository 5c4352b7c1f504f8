"""The queue of what is due, as an operator watches it: how long it is, and whether it moves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.markup import list_keys
from bot.storage import approvals, subscriptions
from bot.storage.database import Database
from bot.storage.deliveries import KINDS, PICKS, has_no_picks
from bot.storage.delivery_tables import DAILY, DeliveryRow, OutgoingRow
from bot.storage.tables import ReaderRow


@dataclass(frozen=True, slots=True)
class Queue:
    """How many deliveries could be sent now, and since when the oldest of them is due."""

    length: int
    oldest_due_at: datetime | None


def read(
    database: Database, now: datetime, *, daily_due_before: datetime | None
) -> Queue:
    """Return the queue at a time: deliveries that wait, and readers who have none yet.

    Nobody's picks are in it who waits for Daily Papers: while these are late, only their
    readers who were due by `daily_due_before` are.
    """
    statements = [
        _waiting(now, daily_due_before),
        *(_due(kind.due_at, now, daily_due_before) for kind in KINDS),
    ]
    with database.read() as session:
        parts = [_read(session, statement) for statement in statements]

    dates = [part.oldest_due_at for part in parts if part.oldest_due_at]
    return Queue(
        sum(part.length for part in parts),
        min(dates, default=None),
    )


def last_sent_at(database: Database) -> datetime | None:
    """Return when a message of a delivery was sent last."""
    with database.read() as session:
        return session.scalar(select(func.max(OutgoingRow.sent_at)))


def _read(session: Session, statement: Select[int, datetime | None]) -> Queue:
    length, oldest_due_at = session.execute(statement).one()
    return Queue(length, oldest_due_at)


def _waiting(
    now: datetime, daily_due_before: datetime | None
) -> Select[int, datetime | None]:
    """Select the deliveries that are not finished, whether a process has them or not."""
    is_picks = and_(
        DeliveryRow.kind == DAILY,
        _has_waited(
            DeliveryRow.due_at, DeliveryRow.reader_id, daily_due_before
        ),
    )
    return select(
        func.count(DeliveryRow.id), func.min(DeliveryRow.due_at)
    ).where(
        DeliveryRow.state == "pending",
        DeliveryRow.approval != approvals.ASKED,
        DeliveryRow.due_at <= now,
        or_(is_picks, and_(DeliveryRow.kind != DAILY, has_no_picks(now))),
    )


def _due(
    due_at: InstrumentedAttribute[datetime | None],
    now: datetime,
    daily_due_before: datetime | None,
) -> Select[int, datetime | None]:
    """Select the readers who are due, and for whom no process has created a delivery yet."""
    is_due = and_(ReaderRow.active, due_at <= now)
    if due_at is PICKS.due_at:
        is_due &= _has_waited(due_at, ReaderRow.id, daily_due_before)
    else:
        is_due &= or_(
            ReaderRow.next_due_at.is_(None), ReaderRow.next_due_at > now
        )

    return select(func.count(ReaderRow.id), func.min(due_at)).where(is_due)


def _has_waited(
    due_at: InstrumentedAttribute[datetime]
    | InstrumentedAttribute[datetime | None],
    reader_id: InstrumentedAttribute[int],
    daily_due_before: datetime | None,
) -> ColumnElement[bool]:
    """Return the condition for picks that wait for Daily Papers no longer."""
    if daily_due_before is None:
        return true()

    reads_daily = subscriptions.reads(reader_id, list_keys.DAILY)
    return or_(due_at <= daily_due_before, ~reads_daily)
