"""Links that readers sent: counted by day, and kept until the paper behind them was found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.storage.database import Database
from bot.storage.tables import LookupRow, ReaderRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A link that is still to be looked up, and where to tell of it."""

    id: int
    reader_id: int
    chat_id: int
    language: str
    arxiv_id: str
    tries: int


def asked_today(database: Database, reader_id: int, now: datetime) -> int:
    """Return how many links this reader had looked up in the last 24 hours."""
    with database.read() as session:
        recent = select(func.count(LookupRow.id)).where(
            LookupRow.reader_id == reader_id, LookupRow.asked_at > now - DAY
        )
        return session.scalar(recent) or 0


def waiting(database: Database) -> int:
    """Return how many links are still to be looked up."""
    with database.read() as session:
        undone = select(func.count(LookupRow.id)).where(
            LookupRow.done_at.is_(None)
        )
        return session.scalar(undone) or 0


def note(
    database: Database,
    reader_id: int,
    arxiv_id: str,
    now: datetime,
    *,
    retry: datetime | None,
) -> None:
    """Remember a look-up: done, or to be tried again at `retry`."""
    with database.write() as session:
        session.add(
            LookupRow(
                reader_id=reader_id,
                arxiv_id=arxiv_id,
                asked_at=now,
                tries=1,
                next_try_at=retry,
                done_at=None if retry else now,
            )
        )


def pending(database: Database, now: datetime, most: int = 10) -> list[Lookup]:
    """Return the look-ups whose time to try again has come."""
    with database.read() as session:
        rows = session.execute(
            select(LookupRow, ReaderRow)
            .join(ReaderRow, ReaderRow.id == LookupRow.reader_id)
            .where(LookupRow.done_at.is_(None), LookupRow.next_try_at <= now)
            .order_by(LookupRow.next_try_at)
            .limit(most)
        ).all()
        return [
            Lookup(
                row.id,
                row.reader_id,
                reader.chat_id,
                reader.language,
                row.arxiv_id,
                row.tries,
            )
            for row, reader in rows
        ]


def tried(
    database: Database, lookup_id: int, now: datetime, *, retry: datetime | None
) -> None:
    """Say that a look-up is done, or when to try once more."""
    with database.write() as session:
        session.execute(
            update(LookupRow)
            .where(LookupRow.id == lookup_id)
            .values(
                tries=LookupRow.tries + 1,
                next_try_at=retry,
                done_at=None if retry else now,
            )
        )
