"""Who is due: a delivery for each reader and local date, made with the reader's next moment."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.schedule import due as schedule
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.outbox import free
from bot.storage.readers import Reader, reader_of
from bot.storage.tables import ReaderRow


class Plan(TypedDict):
    """When a reader wants their picks, as `schedule.next_due` takes it."""

    zone: str
    at: time
    weekdays: int
    paused_until: date | None


def make_due(database: Database, now: datetime, most: int = 500) -> int:
    """Give every reader whose moment has come a delivery, and their next moment.

    Both happen in one transaction, so that a crash between them cannot lose or double a day.
    A moment missed by more than six hours is left to the next day.
    """
    with database.write() as session:
        rows = session.scalars(
            _due(now, most).with_for_update(skip_locked=True)
        ).all()
        made = [value for row in rows if (value := _made(row, now))]
        if made:
            new = database.insert(DeliveryRow).on_conflict_do_nothing(
                index_elements=["reader_id", "local_date", "kind"]
            )
            session.execute(new, made)
        for row in rows:
            row.next_due_at = _following(row, now)
        return len(rows)


def waiting(database: Database, now: datetime, most: int = 500) -> list[Reader]:
    """Return who `make_due` and `outbox.claim` would find now, once each; change nothing."""
    with database.read() as session:
        claimable = (
            select(ReaderRow)
            .join(DeliveryRow, ReaderRow.id == DeliveryRow.reader_id)
            .where(free(now), DeliveryRow.due_at > now - schedule.LATEST)
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
        )
        due = [
            row
            for row in session.scalars(_due(now, most))
            if _is_new(session, row, now)
        ]
        return [reader_of(row) for row in (*session.scalars(claimable), *due)]


def reckon(database: Database, reader_id: int, now: datetime) -> Reader | None:
    """Set a reader's next moment as their settings are now; a day that had its picks has them."""
    with database.write() as session:
        row = session.get(ReaderRow, reader_id, with_for_update=True)
        if row is None:
            return None
        following = schedule.next_due(
            now, after=_last_date(session, reader_id), **_plan(row)
        )
        row.next_due_at = following[0] if following else None
        return reader_of(row)


def counts(database: Database, since: datetime) -> dict[str, int]:
    """Return how many deliveries due since then are in each state."""
    with database.read() as session:
        states: Sequence[str] = session.scalars(
            select(DeliveryRow.state).where(DeliveryRow.due_at >= since)
        ).all()
        return {state: states.count(state) for state in sorted(set(states))}


def _due(now: datetime, most: int) -> Select[ReaderRow]:
    come = select(ReaderRow).where(
        ReaderRow.active, ReaderRow.next_due_at <= now
    )
    return come.order_by(ReaderRow.next_due_at, ReaderRow.id).limit(most)


def _made(row: ReaderRow, now: datetime) -> dict[str, Any] | None:
    """Return the delivery that a reader's moment makes; None where it came too long ago."""
    due = _moment(row, now)
    if due is None:
        return None
    day = schedule.intended_date(due, zone=row.zone, at=row.at)
    return {
        "reader_id": row.id,
        "local_date": day,
        "kind": "daily",
        "state": "pending",
        "due_at": due,
        "failures": 0,
    }


def _moment(row: ReaderRow, now: datetime) -> datetime | None:
    """Return the moment that has come: the one that waits, or after downtime a later one."""
    due = row.next_due_at
    if due is None or now - due < schedule.LATEST:
        return due
    found = schedule.next_due(now - schedule.LATEST, **_plan(row))
    return found[0] if found and found[0] <= now else None


def _plan(row: ReaderRow) -> Plan:
    return {
        "zone": row.zone,
        "at": row.at,
        "weekdays": row.weekdays,
        "paused_until": row.paused_until,
    }


def _last_date(session: Session, reader_id: int) -> date | None:
    mine = select(DeliveryRow.local_date).where(
        DeliveryRow.reader_id == reader_id
    )
    return session.scalar(mine.order_by(DeliveryRow.local_date.desc()).limit(1))


def _is_new(session: Session, row: ReaderRow, now: datetime) -> bool:
    """Tell whether a reader's moment would make a delivery that is not there yet."""
    made = _made(row, now)
    if made is None:
        return False
    unique = {name: made[name] for name in ("reader_id", "local_date", "kind")}
    return session.scalar(select(DeliveryRow.id).filter_by(**unique)) is None


def _following(row: ReaderRow, now: datetime) -> datetime | None:
    due = _moment(row, now)
    had = schedule.intended_date(due, zone=row.zone, at=row.at) if due else None
    following = schedule.next_due(now, after=had, **_plan(row))
    return following[0] if following else None
