"""Signals between processes: `NOTIFY` says that something is new, `LISTEN` hears of it at once."""

from collections.abc import AsyncGenerator

from psycopg import Error
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import Failure
from bot.storage import lasting
from bot.storage.database import Database

CHANNEL = "paperpicks"

# There are papers without vectors.
PAPERS = "papers"
# There is a new version of the features, or there are vectors for more papers.
FEATURES = "features"
# Deliveries are due.
DUE = "due"
# A reader left; their ids follow.
FORGOTTEN = "forgotten"
# Whoever listens has just begun to, and does not know what was signalled before.
BEGINNING = ""


def send(database: Database, signal: str) -> None:
    """Send a signal to every process; on SQLite there is no other one."""
    if not database.is_sqlite:
        with database.write() as session:
            add(database, session, signal)


def add(database: Database, session: Session, signal: str) -> None:
    """Send a signal with the end of a transaction."""
    if not database.is_sqlite:
        session.execute(select(func.pg_notify(CHANNEL, signal)))


def forgotten(reader_id: int, chat_id: int) -> str:
    """Return the signal that a reader left, of whom nothing may stay in memory either."""
    return f"{FORGOTTEN} {reader_id} {chat_id}"


def read_forgotten(signal: str) -> tuple[int, int] | None:
    """Return the ids of a reader who left, or None if a signal says something else."""
    name, *ids = signal.split() or [""]
    return (int(ids[0]), int(ids[1])) if name == FORGOTTEN else None


async def receive(database: Database) -> AsyncGenerator[str]:
    """Yield each signal as it comes, after `BEGINNING`.

    Raises a passing Failure once the connection is gone.
    """
    connection = await lasting.connect(database)
    try:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield BEGINNING
        async for signal in connection.notifies():
            yield signal.payload
    except Error as error:
        raise lasting.failure(error) from error
    finally:
        await connection.close()
    raise Failure("the database ended a connection")
