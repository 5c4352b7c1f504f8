"""Opens connections of PostgreSQL that last, for locks and signals, which end with them."""

from typing import Any, LiteralString

from psycopg import AsyncConnection, Error
from psycopg.abc import Params

from bot.errors import Failure
from bot.storage.database import Database
from recommender.papers import one_line

# The name under which the server lists such connections.
APPLICATION = "paperpicks"

# Seconds without a word after which the system asks whether the server lives, between two
# such questions, and how many of them stay without an answer before the connection is over.
KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

Lasting = AsyncConnection[tuple[object, ...]]


async def connect(database: Database) -> Lasting:
    """Open a connection; raise a passing Failure if the server does not answer."""
    _, options = database.engine.dialect.create_connect_args(database.url)
    try:
        return await AsyncConnection.connect(
            **options,
            **KEEPALIVE,
            autocommit=True,
            application_name=APPLICATION,
            connect_timeout=5,
        )
    except Error as error:
        raise failure(error) from error


async def ask(
    connection: Lasting, query: LiteralString, values: Params | None = None
) -> object:
    """Return the first value that a query gives; raise a passing Failure if the server is gone."""
    try:
        cursor = await connection.execute(query, values)
        row = await cursor.fetchone()
    except Error as error:
        raise failure(error) from error
    return row[0] if row else None


def failure(error: Error) -> Failure:
    """Return what an error of the driver means to a caller."""
    return Failure(f"the database did not answer ({one_line(str(error))})")
