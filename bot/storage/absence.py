"""Since when a reader missed papers: days without picks, or digests that nobody answered."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow, DigestRow
from bot.storage.readers import Reader

# Digests in a row without any answer, after which the next one looks back.
UNANSWERED = 3

ONE_DAY = timedelta(days=1)


def missed_since(
    database: Database, reader: Reader, today: date
) -> date | None:
    """Return the first day whose papers a reader missed; None if they missed none.

    They did so if a day that should have had picks had none since the last ones, or if they
    left three digests unanswered since they were offered to look back.
    """
    with database.read() as session:
        last = _last_day(session, reader.id, today)
        if last is not None and _skipped_any(reader, last, today):
            return last + ONE_DAY

        return _unanswered_since(session, reader, today)


def _last_day(session: Session, reader_id: int, today: date) -> date | None:
    """Return the last day before today that had its picks, or the line of an empty day."""
    sent = select(func.max(DeliveryRow.local_date)).where(
        _was_sent(reader_id, today)
    )
    # Deliveries are deleted after two months, digests are not.
    shown = select(func.max(DigestRow.local_date)).where(
        DigestRow.reader_id == reader_id,
        DigestRow.kind == "daily",
        DigestRow.local_date < today,
    )
    days = [session.scalar(sent), session.scalar(shown)]

    return max((day for day in days if day is not None), default=None)


def _skipped_any(reader: Reader, last: date, today: date) -> bool:
    """Tell whether a weekday with picks passed without any."""
    days = min((today - last).days - 1, 7)
    return any(
        reader.weekdays >> (last + number * ONE_DAY).weekday() & 1
        for number in range(1, days + 1)
    )


def _unanswered_since(
    session: Session, reader: Reader, today: date
) -> date | None:
    seen_at = reader.seen_at
    if seen_at is None:
        return None

    offered_at = session.scalar(
        select(func.max(DigestRow.created_at)).where(
            DigestRow.reader_id == reader.id,
            DigestRow.missed_since.is_not(None),
        )
    )
    digests = session.execute(
        select(DeliveryRow.local_date, DeliveryRow.due_at)
        .where(
            _was_sent(reader.id, today),
            DeliveryRow.digest_id.is_not(None),
            DeliveryRow.due_at > seen_at,
        )
        .order_by(DeliveryRow.local_date)
    ).all()

    unanswered = [due for _, due in digests if _is_after(due, offered_at)]
    return digests[0][0] if len(unanswered) >= UNANSWERED else None


def _is_after(due: datetime, offered_at: datetime | None) -> bool:
    return offered_at is None or due > offered_at


def _was_sent(reader_id: int, today: date) -> ColumnElement[bool]:
    return and_(
        DeliveryRow.reader_id == reader_id,
        DeliveryRow.kind == "daily",
        DeliveryRow.state.in_(["sent", "uncertain"]),
        DeliveryRow.local_date < today,
    )
