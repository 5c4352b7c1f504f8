"""Who reads: their chat, their clock, and how much they want."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.schedule import due
from bot.storage.database import Database
from bot.storage.tables import ReaderRow

# Asked at every update, so built once: building a statement costs more than SQLite's answer.
BY_CHAT = select(ReaderRow).where(ReaderRow.chat_id == bindparam("chat"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader; bit 0 of `weekdays` is Monday, `dialogue` what their next words answer."""

    id: int
    chat_id: int
    name: str
    language: str
    zone: str
    at: time
    weekdays: int
    picks: int
    style: str
    bar: str
    explores: bool
    sound: bool
    paused_until: date | None
    active: bool
    dialogue: str
    next_due_at: datetime | None

    def local_date(self, now: datetime) -> date:
        """Return the date on this reader's own clock."""
        return due.local_date(now, self.zone)


def find(database: Database, chat_id: int) -> Reader | None:
    """Return the reader in this chat, None before their first /start."""
    with database.read() as session:
        row = session.scalar(BY_CHAT, {"chat": chat_id})
        return reader_of(row) if row else None


def by_id(database: Database, reader_id: int) -> Reader | None:
    """Return a reader by the database's own number."""
    with database.read() as session:
        row = session.get(ReaderRow, reader_id)
        return reader_of(row) if row else None


def welcome(
    database: Database,
    chat_id: int,
    values: Mapping[str, Any],
    *,
    most: int | None = None,
) -> Reader | None:
    """Return the reader in this chat, made from `values` if new; None when `most` are here.

    One statement makes the row, so that two first messages at once make one reader.
    """
    with database.write() as session:
        if most is not None:  # two at once would both see the last free place
            database.take_turns(session, "readers")
        row = session.scalar(BY_CHAT, {"chat": chat_id})
        if row is None and most is not None and _count(session) >= most:
            return None
        if row is None:
            made = database.insert(ReaderRow).values(chat_id=chat_id, **values)
            session.execute(
                made.on_conflict_do_nothing(index_elements=["chat_id"])
            )
            row = session.scalars(BY_CHAT, {"chat": chat_id}).one()
        return reader_of(row)


def change(database: Database, reader_id: int, **values: Any) -> Reader | None:  # noqa: ANN401 - columns
    """Set columns of one reader in one statement; return what they are now."""
    with database.write() as session:
        changed = (
            update(ReaderRow).where(ReaderRow.id == reader_id).values(**values)
        )
        row = session.scalar(changed.returning(ReaderRow))
        return reader_of(row) if row else None


def move(database: Database, reader_id: int, chat_id: int) -> None:
    """Write to another chat from now on; where it has a reader already, this one rests."""
    with database.write() as session:
        taken = session.scalar(BY_CHAT, {"chat": chat_id}) is not None
        new: dict[str, object] = (
            {"active": False} if taken else {"chat_id": chat_id}
        )
        session.execute(
            update(ReaderRow).where(ReaderRow.id == reader_id).values(**new)
        )


def count(database: Database) -> int:
    """Return how many readers are active."""
    with database.read() as session:
        return _count(session)


def everyone(database: Database) -> list[Reader]:
    """Return all active readers, by who is due first."""
    with database.read() as session:
        order = (
            ReaderRow.next_due_at.is_(None),
            ReaderRow.next_due_at,
            ReaderRow.id,
        )
        active = select(ReaderRow).where(ReaderRow.active).order_by(*order)
        return [reader_of(row) for row in session.scalars(active)]


def reader_of(row: ReaderRow) -> Reader:
    """Return the value of a row."""
    names = Reader.__dataclass_fields__
    return Reader(**{name: getattr(row, name) for name in names})


def _count(session: Session) -> int:
    return (
        session.scalar(select(func.count(ReaderRow.id)).where(ReaderRow.active))
        or 0
    )
