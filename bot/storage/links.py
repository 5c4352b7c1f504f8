"""Links to papers that readers sent, with the attempts to look each up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.storage.database import Database
from bot.storage.tables import LookupRow, ReaderRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A link whose paper was not found yet, and the chat to answer.

    `reference` is the text form of a `bot.markup.references.Reference`.
    """

    id: int
    reader_id: int
    chat_id: int
    language: str
    reference: str
    tries: int


def count_today(database: Database, reader_id: int, now: datetime) -> int:
    """Return how many links a reader sent in the last 24 hours."""
    recent = select(func.count(LookupRow.id)).where(
        LookupRow.reader_id == reader_id, LookupRow.asked_at > now - DAY
    )

    with database.read() as session:
        return session.scalars(recent).one()


def count_waiting(database: Database) -> int:
    """Return how many links still wait for their paper."""
    open_lookups = select(func.count(LookupRow.id)).where(
        LookupRow.done_at.is_(None)
    )

    with database.read() as session:
        return session.scalars(open_lookups).one()


def record(
    database: Database,
    reader_id: int,
    reference: str,
    now: datetime,
    *,
    retry: datetime | None,
) -> None:
    """Store a link after its first attempt; `retry` is None if it succeeded."""
    row = LookupRow(
        reader_id=reader_id,
        reference=reference,
        asked_at=now,
        tries=1,
        next_try_at=retry,
        done_at=None if retry else now,
    )

    with database.write() as session:
        session.add(row)


def due_lookups(
    database: Database, now: datetime, most: int = 10
) -> list[Lookup]:
    """Return up to `most` links that are due for another attempt."""
    due = (
        select(LookupRow, ReaderRow)
        .join(ReaderRow, ReaderRow.id == LookupRow.reader_id)
        .where(LookupRow.done_at.is_(None), LookupRow.next_try_at <= now)
        .order_by(LookupRow.next_try_at)
        .limit(most)
    )

    with database.read() as session:
        return [
            Lookup(
                id=row.id,
                reader_id=row.reader_id,
                chat_id=reader.chat_id,
                language=reader.language,
                reference=row.reference,
                tries=row.tries,
            )
            for row, reader in session.execute(due)
        ]


def record_attempt(
    database: Database, lookup_id: int, now: datetime, *, retry: datetime | None
) -> None:
    """Record another attempt; `retry` is None if it was the last."""
    statement = (
        update(LookupRow)
        .where(LookupRow.id == lookup_id)
        .values(
            tries=LookupRow.tries + 1,
            next_try_at=retry,
            done_at=None if retry else now,
        )
    )

    with database.write() as session:
        session.execute(statement)
