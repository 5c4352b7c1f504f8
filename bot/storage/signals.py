"""Signals between processes: `NOTIFY` says that something is new, `LISTEN` hears of it at once."""

from collections.abc import AsyncIterator

from psycopg import Error
from sqlalchemy import func, select

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
# Whoever listens has just begun to, and does not know what was signalled before.
BEGINNING = ""


def send(database: Database, signal: str) -> None:
    """Send a signal to every process; on SQLite there is no other one."""
    if database.is_sqlite:
        return
    with database.write() as session:
        session.execute(select(func.pg_notify(CHANNEL, signal)))


async def receive(database: Database) -> AsyncIterator[str]:
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
