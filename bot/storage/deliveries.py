"""Deliveries that are due: picks once a local date, and the sum of a week once in seven days.

A delivery and its reader's next due time are written in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.schedule.due import MAX_DELAY, ONE_DAY, intended_date, next_due
from bot.storage.database import Database
from bot.storage.delivery_tables import DAILY, WEEKLY, DeliveryRow
from bot.storage.readers import Reader, change, reader_of
from bot.storage.tables import ReaderRow


class DueSettings(TypedDict):
    """A reader's settings that `next_due` takes as arguments."""

    zone: str
    at: time
    weekdays: int
    paused_until: date | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of delivery.

    Its `name` in the ledger, the column with a reader's next due time, and how far apart two
    of them are at least.
    """

    name: str
    due_at: InstrumentedAttribute[datetime | None]
    distance: timedelta


PICKS = Kind(DAILY, ReaderRow.next_due_at, ONE_DAY)
WEEKS = Kind(WEEKLY, ReaderRow.weekly_due_at, 7 * ONE_DAY)

# In the order in which they are created and sent.
KINDS = (PICKS, WEEKS)


def create_due(database: Database, now: datetime, most: int = 500) -> int:
    """Create the deliveries of up to `most` due readers, and return how many were due.

    Each of these readers gets their next due time in the same transaction, so that a
    crash can neither lose nor double a day. A delivery that would be more than six hours
    late is left to the next day, and the sum of a week to the next week.
    """
    return sum(_create_due(database, kind, now, most) for kind in KINDS)


def _create_due(
    database: Database, kind: Kind, now: datetime, most: int
) -> int:
    with database.write() as session:
        readers = session.scalars(
            _due_readers(kind, now, most).with_for_update(skip_locked=True)
        ).all()

        new_rows = []
        for reader in readers:
            delivery = _new_delivery(kind, reader, now)
            if delivery is not None:
                new_rows.append(delivery)

        if new_rows:
            insert = database.insert(DeliveryRow).on_conflict_do_nothing(
                index_elements=["reader_id", "local_date", "kind"]
            )
            session.execute(insert, new_rows)

        for reader in readers:
            _set_due_at(kind, reader, _next_due_at(kind, reader, now))
            if kind is PICKS and reader.weekly_due_at is None:
                # A reader from before there were weeks has the first one planned now.
                _plan(session, WEEKS, reader, now)

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
        .where(DeliveryRow.kind == DAILY)
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
    )

    with database.read() as session:
        due = [
            reader
            for reader in session.scalars(_due_readers(PICKS, now, most))
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
    """Set a reader's next due times from their settings, after the last dates delivered."""
    with database.write() as session:
        reader = session.get(ReaderRow, reader_id, with_for_update=True)
        if reader is None:
            return None

        for kind in KINDS:
            _plan(session, kind, reader, now)

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


def _plan(
    session: Session, kind: Kind, reader: ReaderRow, now: datetime
) -> None:
    """Set a reader's next due time of a kind, far enough from the last one."""
    after = _last_delivery_date(session, kind, reader.id)
    if after is not None:
        after += kind.distance - ONE_DAY
    due = next_due(now, after=after, **_due_settings(kind, reader))
    _set_due_at(kind, reader, due.moment if due else None)


def _set_due_at(kind: Kind, reader: ReaderRow, moment: datetime | None) -> None:
    setattr(reader, kind.due_at.key, moment)


def is_next(now: datetime, kind: str) -> ColumnElement[bool]:
    """Return the condition for claimable deliveries of a kind that wait for no other one."""
    condition = and_(is_claimable(now), DeliveryRow.kind == kind)
    return condition if kind == DAILY else and_(condition, has_no_picks(now))


def has_no_picks(now: datetime) -> ColumnElement[bool]:
    """Return the condition for deliveries whose reader waits for no picks.

    The sum of a week comes after the picks of its day, also if these wait for a late list.
    """
    picks = aliased(DeliveryRow)
    has_open_picks = exists().where(
        picks.reader_id == DeliveryRow.reader_id,
        picks.kind == DAILY,
        picks.state == "pending",
    )
    has_due_picks = exists().where(
        ReaderRow.id == DeliveryRow.reader_id, ReaderRow.next_due_at <= now
    )
    return and_(~has_open_picks, ~has_due_picks)


def _due_readers(kind: Kind, now: datetime, most: int) -> Select[ReaderRow]:
    return (
        select(ReaderRow)
        .where(ReaderRow.active, kind.due_at <= now)
        .order_by(kind.due_at, ReaderRow.id)
        .limit(most)
    )


def _new_delivery(
    kind: Kind, reader: ReaderRow, now: datetime
) -> dict[str, Any] | None:
    """Return the row of a due reader's delivery, or None if it would come too late."""
    due_at = _due_time(kind, reader, now)
    if due_at is None:
        return None

    return {
        "reader_id": reader.id,
        "local_date": intended_date(due_at, zone=reader.zone, at=reader.at),
        "kind": kind.name,
        "state": "pending",
        "due_at": due_at,
        "failures": 0,
    }


def _due_time(kind: Kind, reader: ReaderRow, now: datetime) -> datetime | None:
    """Return a reader's latest due time, or None if it passed over six hours ago.

    After an outage this may be a later time than the one stored.
    """
    stored: datetime | None = getattr(reader, kind.due_at.key)
    if stored is None or now - stored < MAX_DELAY:
        return stored

    due = next_due(now - MAX_DELAY, **_due_settings(kind, reader))
    if due is None or due.moment > now:
        return None

    return due.moment


def _due_settings(kind: Kind, reader: ReaderRow) -> DueSettings:
    weekdays = reader.weekdays
    if kind is WEEKS:
        weekday = reader_of(reader).week_ends_on
        weekdays = 0 if weekday is None else 1 << weekday
    return {
        "zone": reader.zone,
        "at": reader.at,
        "weekdays": weekdays,
        "paused_until": reader.paused_until,
    }


def _last_delivery_date(
    session: Session, kind: Kind, reader_id: int
) -> date | None:
    return session.scalar(
        select(DeliveryRow.local_date)
        .where(DeliveryRow.reader_id == reader_id)
        .where(DeliveryRow.kind == kind.name)
        .order_by(DeliveryRow.local_date.desc())
        .limit(1)
    )


def _lacks_delivery(session: Session, reader: ReaderRow, now: datetime) -> bool:
    """Return whether `create_due` would create a delivery for a due reader."""
    delivery = _new_delivery(PICKS, reader, now)
    if delivery is None:
        return False

    existing = select(DeliveryRow.id).where(
        DeliveryRow.reader_id == delivery["reader_id"],
        DeliveryRow.local_date == delivery["local_date"],
        DeliveryRow.kind == delivery["kind"],
    )
    return session.scalar(existing) is None


def _next_due_at(
    kind: Kind, reader: ReaderRow, now: datetime
) -> datetime | None:
    """Return a reader's due time after the present one."""
    present = _due_time(kind, reader, now)
    last_date = None
    if present is not None:
        last_date = intended_date(present, zone=reader.zone, at=reader.at)
        last_date += kind.distance - ONE_DAY

    due = next_due(now, after=last_date, **_due_settings(kind, reader))
    return due.moment if due else None
