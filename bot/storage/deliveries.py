"""Deliveries that are due: one for each reader and local date.

A delivery and its reader's next due time are written in one transaction.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from bot.schedule.due import MAX_DELAY, intended_date, next_due
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.readers import Reader, change, reader_of
from bot.storage.tables import ReaderRow


class DueSettings(TypedDict):
    """A reader's settings that `next_due` takes as arguments."""

    zone: str
    at: time
    weekdays: int
    paused_until: date | None


def create_due(database: Database, now: datetime, most: int = 500) -> int:
    """Create the deliveries of up to `most` due readers, and return how many were due.

    Each of these readers gets their next due time in the same transaction, so that a
    crash can neither lose nor double a day. A delivery that would be more than six hours
    late is left to the next day.
    """
    with database.write() as session:
        readers = session.scalars(
            _due_readers(now, most).with_for_update(skip_locked=True)
        ).all()

        new_rows = []
        for reader in readers:
            delivery = _new_delivery(reader, now)
            if delivery is not None:
                new_rows.append(delivery)

        if new_rows:
            insert = database.insert(DeliveryRow).on_conflict_do_nothing(
                index_elements=["reader_id", "local_date", "kind"]
            )
            session.execute(insert, new_rows)

        for reader in readers:
            reader.next_due_at = _next_due_at(reader, now)

        return len(readers)


def waiting_readers(
    database: Database, now: datetime, most: int = 500
) -> list[Reader]:
    """Return the readers whose picks would be sent now, and change nothing.

    These are the readers of the deliveries that `outbox.claim` would return after
    `create_due`.
    """
    claimable = (
        select(ReaderRow)
        .join(DeliveryRow, ReaderRow.id == DeliveryRow.reader_id)
        .where(is_claimable(now), DeliveryRow.due_at > now - MAX_DELAY)
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
    )

    with database.read() as session:
        due = [
            reader
            for reader in session.scalars(_due_readers(now, most))
            if _lacks_delivery(session, reader, now)
        ]
        return [
            reader_of(reader) for reader in (*session.scalars(claimable), *due)
        ]


def change_reader(
    database: Database,
    reader_id: int,
    now: datetime,
    **settings: Any,  # noqa: ANN401 - the type of each column
) -> Reader | None:
    """Change a reader's settings and their next due time; return the reader, or None if gone."""
    change(database, reader_id, **settings)
    return reschedule(database, reader_id, now)


def reschedule(
    database: Database, reader_id: int, now: datetime
) -> Reader | None:
    """Set a reader's next due time from their settings, after the last date delivered."""
    with database.write() as session:
        reader = session.get(ReaderRow, reader_id, with_for_update=True)
        if reader is None:
            return None

        due = next_due(
            now,
            after=_last_delivery_date(session, reader_id),
            **_due_settings(reader),
        )
        reader.next_due_at = due.moment if due else None

        return reader_of(reader)


def count_by_state(database: Database, since: datetime) -> dict[str, int]:
    """Return the number of deliveries due since a time, by state."""
    with database.read() as session:
        states: Sequence[str] = session.scalars(
            select(DeliveryRow.state).where(DeliveryRow.due_at >= since)
        ).all()

        return {state: states.count(state) for state in sorted(set(states))}


def is_claimable(now: datetime) -> ColumnElement[bool]:
    """Return the condition for deliveries with something to send and no valid lease."""
    return and_(
        DeliveryRow.state == "pending",
        or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now),
    )


def _due_readers(now: datetime, most: int) -> Select[ReaderRow]:
    return (
        select(ReaderRow)
        .where(ReaderRow.active, ReaderRow.next_due_at <= now)
        .order_by(ReaderRow.next_due_at, ReaderRow.id)
        .limit(most)
    )


def _new_delivery(reader: ReaderRow, now: datetime) -> dict[str, Any] | None:
    """Return the row of a due reader's delivery, or None if it would come too late."""
    due_at = _due_time(reader, now)
    if due_at is None:
        return None

    return {
        "reader_id": reader.id,
        "local_date": intended_date(due_at, zone=reader.zone, at=reader.at),
        "kind": "daily",
        "state": "pending",
        "due_at": due_at,
        "failures": 0,
    }


def _due_time(reader: ReaderRow, now: datetime) -> datetime | None:
    """Return a reader's latest due time, or None if it passed over six hours ago.

    After an outage this may be a later time than the one stored.
    """
    stored = reader.next_due_at
    if stored is None or now - stored < MAX_DELAY:
        return stored

    due = next_due(now - MAX_DELAY, **_due_settings(reader))
    if due is None or due.moment > now:
        return None

    return due.moment


def _due_settings(reader: ReaderRow) -> DueSettings:
    return {
        "zone": reader.zone,
        "at": reader.at,
        "weekdays": reader.weekdays,
        "paused_until": reader.paused_until,
    }


def _last_delivery_date(session: Session, reader_id: int) -> date | None:
    return session.scalar(
        select(DeliveryRow.local_date)
        .where(DeliveryRow.reader_id == reader_id)
        .order_by(DeliveryRow.local_date.desc())
        .limit(1)
    )


def _lacks_delivery(session: Session, reader: ReaderRow, now: datetime) -> bool:
    """Return whether `create_due` would create a delivery for a due reader."""
    delivery = _new_delivery(reader, now)
    if delivery is None:
        return False

    existing = select(DeliveryRow.id).where(
        DeliveryRow.reader_id == delivery["reader_id"],
        DeliveryRow.local_date == delivery["local_date"],
        DeliveryRow.kind == delivery["kind"],
    )
    return session.scalar(existing) is None


def _next_due_at(reader: ReaderRow, now: datetime) -> datetime | None:
    """Return a reader's due time after the present one."""
    present = _due_time(reader, now)
    last_date = None
    if present is not None:
        last_date = intended_date(present, zone=reader.zone, at=reader.at)

    due = next_due(now, after=last_date, **_due_settings(reader))
    return due.moment if due else None
