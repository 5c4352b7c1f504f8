"""Readers: the chat, the time of the picks, and the other settings of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.schedule import due
from bot.storage.base import Columns
from bot.storage.database import Database
from bot.storage.tables import ReaderRow

BY_CHAT = select(ReaderRow).where(ReaderRow.chat_id == bindparam("chat"))
# Every update runs this statement, and building it costs more than SQLite's answer.
READER = Columns(ReaderRow)
FIND = select(*READER.attributes).where(ReaderRow.chat_id == bindparam("chat"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader and their settings: a person, or a group or channel with its members.

    Bit 0 of `weekdays` is Monday. `weekly` says if each week is summed up, on the weekday
    `weekly_day` or, without one, on the last day with picks. `dialogue` names the question
    that the reader's next message answers, and is empty if there is none.
    """

    id: int
    kind: str
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
    votes_count: bool
    sound: bool
    weekly: bool
    weekly_day: int | None
    paused_until: date | None
    active: bool
    dialogue: str
    thread_id: int | None
    next_due_at: datetime | None
    weekly_due_at: datetime | None
    seen_at: datetime | None = None
    text: str = "gist"
    previews: bool = True

    @property
    def is_person(self) -> bool:
        """Whether this is one person, who reads in a private chat."""
        return self.kind == "person"

    @property
    def week_ends_on(self) -> int | None:
        """The weekday on which this reader's week is summed up, or None if it never is."""
        if not (self.weekly and self.is_person):
            return None
        if self.weekly_day is not None:
            return self.weekly_day
        return due.last_weekday(self.weekdays)

    def local_date(self, now: datetime) -> date:
        """Return the date on this reader's own clock."""
        return due.local_date(now, self.zone)


# What a reader is read from where many are read at once, in the order of the fields.
COLUMNS = tuple(
    getattr(ReaderRow, name) for name in Reader.__dataclass_fields__
)


def find(database: Database, chat_id: int) -> Reader | None:
    """Return the reader in a chat, or None before their first /start."""
    with database.reading() as connection:
        row = connection.execute(FIND, {"chat": chat_id}).one_or_none()

        return reader_of(READER.entity(row)) if row else None


def by_id(database: Database, reader_id: int) -> Reader | None:
    """Return the reader with an id, or None if they were deleted."""
    with database.read() as session:
        row = session.get(ReaderRow, reader_id)

        return reader_of(row) if row else None


def find_or_create(
    database: Database,
    chat_id: int,
    values: Mapping[str, Any],
    *,
    most: int | None = None,
) -> Reader | None:
    """Return the reader in a chat, and create them from `values` if they are new.

    Return None if they are new and there are `most` active readers already. A single
    INSERT creates the row, so two first messages at once create one reader.
    """
    with database.write() as session:
        if most is not None:
            # Two newcomers at once would both see the last free place.
            database.take_turns(session, "readers")

        row = session.scalar(BY_CHAT, {"chat": chat_id})

        if row is None:
            if most is not None and _count_active(session) >= most:
                return None

            insert = database.insert(ReaderRow).values(
                chat_id=chat_id, **values
            )
            session.execute(
                insert.on_conflict_do_nothing(index_elements=["chat_id"])
            )
            row = session.scalars(BY_CHAT, {"chat": chat_id}).one()

        return reader_of(row)


def change(database: Database, reader_id: int, **values: Any) -> Reader | None:  # noqa: ANN401 - columns
    """Set columns of a reader; return the changed reader, or None if there is none."""
    statement = (
        update(ReaderRow)
        .where(ReaderRow.id == reader_id)
        .values(**values)
        .returning(ReaderRow)
    )

    with database.write() as session:
        row = session.scalar(statement)

        return reader_of(row) if row else None


def move(database: Database, reader_id: int, chat_id: int) -> None:
    """Move a reader to another chat; deactivate them if it has a reader already."""
    with database.write() as session:
        is_taken = session.scalar(BY_CHAT, {"chat": chat_id}) is not None

        change: dict[str, object] = (
            {"active": False} if is_taken else {"chat_id": chat_id}
        )
        session.execute(
            update(ReaderRow).where(ReaderRow.id == reader_id).values(change)
        )


def count(database: Database) -> int:
    """Return the number of active people, without groups."""
    with database.read() as session:
        return _count_active(session)


def active_readers(database: Database) -> list[Reader]:
    """Return all active readers, those due first at the top."""
    active = (
        select(ReaderRow)
        .where(ReaderRow.active)
        .order_by(
            ReaderRow.next_due_at.is_(None),
            ReaderRow.next_due_at,
            ReaderRow.id,
        )
    )

    with database.read() as session:
        return [reader_of(row) for row in session.scalars(active)]


def reader_of(row: ReaderRow) -> Reader:
    """Return a row as a value that outlives its session."""
    names = Reader.__dataclass_fields__

    return Reader(**{name: getattr(row, name) for name in names})


def _count_active(session: Session) -> int:
    active = select(func.count(ReaderRow.id)).where(
        ReaderRow.active, ReaderRow.kind == "person"
    )

    return session.scalars(active).one()
