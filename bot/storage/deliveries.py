"""What is due, claimed, sent: one row per reader, local date and kind."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from bot import schedule
from bot.storage.database import Database
from bot.storage.models import DeliveryRow, ReaderRow
from bot.storage.readers import Reader, reader_of

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery: to whom, for which local date, and the digest once chosen."""

    id: int
    reader: Reader
    local_date: date
    digest_id: int | None


def make_due(database: Database, now: datetime, most: int = 500) -> int:
    """Give every reader whose moment has come a delivery row, and their next moment.

    Both happen in one transaction, so that a crash between them cannot lose or double a day.
    A moment missed by more than six hours is left to the next day.
    """
    with database.write() as session:
        rows = session.scalars(_due(now, most).with_for_update(skip_locked=True)).all()
        for row in rows:
            _make_due(database, session, row, now)
        return len(rows)


def claim(database: Database, now: datetime, most: int) -> list[Delivery]:
    """Lease up to `most` deliveries that nobody is at, oldest first.

    Those are the pending, and once again those that may or may not have arrived.
    """
    with database.write() as session:
        rows = session.execute(
            select(DeliveryRow, ReaderRow)
            .join(ReaderRow, ReaderRow.id == DeliveryRow.reader_id)
            .where(_free(now))
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=DeliveryRow)
        ).all()
        for row, _ in rows:
            row.lease_until = now + LEASE
        return [
            Delivery(row.id, reader_of(reader), row.local_date, row.digest_id)
            for row, reader in rows
        ]


def waiting(database: Database, now: datetime, most: int = 500) -> list[Reader]:
    """Return who `make_due` and `claim` would find now, once for each digest; change nothing."""
    with database.read() as session:
        claimable = (
            select(ReaderRow)
            .join(DeliveryRow, ReaderRow.id == DeliveryRow.reader_id)
            .where(_free(now))
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
        )
        due = [row for row in session.scalars(_due(now, most)) if _is_new(session, row, now)]
        return [reader_of(row) for row in (*session.scalars(claimable), *due)]


def choose(database: Database, delivery_id: int, digest_id: int | None) -> None:
    """Remember which digest a delivery will send."""
    _set(database, delivery_id, digest_id=digest_id)


def start(database: Database, delivery_id: int, now: datetime) -> None:
    """Say that the call is about to be made: from here on it may have arrived."""
    tries = DeliveryRow.attempts + 1
    _set(database, delivery_id, state="sending", attempts=tries, lease_until=now + LEASE)


def finish(database: Database, delivery_id: int, state: str, now: datetime) -> None:
    """Say how the call ended: `sent` or `cancelled`."""
    _set(database, delivery_id, state=state, sent_at=now if state == "sent" else None)


def doubt(database: Database, delivery_id: int, until: datetime) -> None:
    """Say that a call may or may not have arrived; it is made once more at `until`."""
    _set(database, delivery_id, state="uncertain", lease_until=until)


def put_back(database: Database, delivery_id: int, until: datetime) -> None:
    """Leave a delivery that was certainly not sent until later; that was no attempt."""
    tries = DeliveryRow.attempts - 1
    _set(database, delivery_id, state="pending", attempts=tries, lease_until=until)


def cancel_all(database: Database, reader_id: int) -> None:
    """Cancel what is still to be sent to a reader who left."""
    with database.write() as session:
        waiting = (DeliveryRow.reader_id == reader_id, DeliveryRow.state == "pending")
        session.execute(update(DeliveryRow).where(*waiting).values(state="cancelled"))


def last_date(database: Database, reader_id: int) -> date | None:
    """Return the newest local date that has had its delivery."""
    with database.read() as session:
        mine = select(DeliveryRow.local_date).where(DeliveryRow.reader_id == reader_id)
        return session.scalar(mine.order_by(DeliveryRow.local_date.desc()).limit(1))


def counts(database: Database, since: datetime) -> dict[str, int]:
    """Return how many deliveries due since then are in each state."""
    with database.read() as session:
        states = session.scalars(select(DeliveryRow.state).where(DeliveryRow.due_at >= since)).all()
        return {state: states.count(state) for state in sorted(set(states))}


def _due(now: datetime, most: int) -> Select[ReaderRow]:
    come = select(ReaderRow).where(ReaderRow.active, ReaderRow.next_due_at <= now)
    return come.order_by(ReaderRow.next_due_at, ReaderRow.id).limit(most)


def _free(now: datetime) -> ColumnElement[bool]:
    nobody = or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now)
    in_doubt = DeliveryRow.state.in_(("sending", "uncertain")) & (DeliveryRow.attempts < 2)
    return or_(DeliveryRow.state == "pending", in_doubt) & nobody


def _is_new(session: Session, row: ReaderRow, now: datetime) -> bool:
    """Tell whether a reader's moment would make a delivery that is not there yet."""
    due = row.next_due_at
    if due is None or now - due >= schedule.LATEST:
        return False
    day = schedule.intended_date(due, zone=row.zone, at=row.at)
    had = select(DeliveryRow.id).where(
        DeliveryRow.reader_id == row.id, DeliveryRow.local_date == day, DeliveryRow.kind == "daily"
    )
    return session.scalar(had) is None


def _make_due(database: Database, session: Session, row: ReaderRow, now: datetime) -> None:
    due = row.next_due_at
    if due is None:
        return
    day = schedule.intended_date(due, zone=row.zone, at=row.at)
    if now - due < schedule.LATEST:
        insert = database.insert(DeliveryRow).values(
            reader_id=row.id, local_date=day, kind="daily", state="pending", due_at=due
        )
        session.execute(
            insert.on_conflict_do_nothing(index_elements=["reader_id", "local_date", "kind"])
        )
    following = schedule.next_due(
        now,
        zone=row.zone,
        at=row.at,
        weekdays=row.weekdays,
        after=day,
        paused_until=row.paused_until,
    )
    row.next_due_at = following[0] if following else None


def _set(database: Database, delivery_id: int, **values: object) -> None:
    with database.write() as session:
        session.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**values))
