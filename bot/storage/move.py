"""Moves everything from a SQLite database into an empty PostgreSQL one, in one transaction."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Select,
    StaticPool,
    Table,
    Text,
    cast,
    create_engine,
    exists,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Session

from bot.errors import Failure
from bot.storage import fulltext, schema
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK
from recommender.papers import one_line

# Rows that are in memory at once.
BATCH = 1_000

# The index of words is no table of ours, and differs between the two databases.
WORDS = text("SELECT rowid AS id, title, words FROM paper_words")
INDEXED = text("SELECT rowid FROM paper_words")

# Checksums are numbers below this one.
MODULUS = 2**64

# Called with how many rows are done, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MoveCounts:
    """How many rows of each table were moved, by the table's name."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        """How many rows were moved in all."""
        return sum(self.rows.values())


class _Steps:
    """Counts the rows that are done, of all that are copied and then compared."""

    def __init__(self, total: int, show: Progress) -> None:
        self._total = total
        self._done = 0
        self._show = show

    def add(self, rows: int) -> None:
        self._done += rows
        self._show(self._done, self._total)


def move(source: Database, target: Database, show: Progress) -> MoveCounts:
    """Copy every row into the target, compare all of them, and only then commit.

    Both databases are brought to the newest schema first. Raises Failure, and leaves the
    target empty, if the source is in use, if the target is not empty, or if a row differs.
    """
    _check_source(source)
    _check_target(target)
    schema.migrate(source)
    source.close()
    with schema.opening(target):
        schema.migrate(target)

    with _only_user(source) as old, target.write() as session:
        _require_empty(target, session)
        rows = {table.name: _count(old, table) for table in tables()}
        words = old.scalar(fulltext.COUNT_SQLITE) or 0
        steps = _Steps(2 * sum(rows.values()) + words, show)

        for table in tables():
            _copy(old, session, table, steps)
            _continue_ids(old, session, table)
        _copy_words(old, session, steps)
        _compare(old, session, steps)

    return MoveCounts(rows)


def tables() -> list[Table]:
    """Return our tables; each comes after those that it refers to."""
    return Base.metadata.sorted_tables


def _check_source(source: Database) -> None:
    """Raise Failure unless the source is a SQLite database that nobody uses."""
    if not source.is_sqlite:
        raise Failure(
            "The database is in PostgreSQL already: nothing was moved.",
            passing=False,
        )

    if not Path(source.url.database or "").is_file():
        raise Failure(
            f"There is no database at {source.url.database} yet: nothing was moved.",
            passing=False,
        )

    schema.check(source)
    with _only_user(source):
        pass


def _check_target(target: Database) -> None:
    """Raise Failure unless the target is a PostgreSQL database without others' tables."""
    if target.is_sqlite:
        raise Failure(
            "The address to move to should look like postgresql://user:password@host/name.",
            passing=False,
        )

    with schema.opening(target), target.engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    if names and "alembic_version" not in names:
        raise Failure(
            f"{place(target)} holds the data of another program. Create an empty database.",
            passing=False,
        )


def place(database: Database) -> str:
    """Return the address of a database as people write it, without its password."""
    name = database.url.get_backend_name()
    return database.url.set(drivername=name).render_as_string()


@contextmanager
def _only_user(source: Database) -> Iterator[Connection]:
    """Open a SQLite database, and keep all other processes out of it.

    Raises Failure if one has it open.
    """
    address = Path(source.url.database or "").absolute().as_uri()
    with closing(
        sqlite3.connect(
            f"{address}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    ) as raw:
        # Before the first access, so that it takes the place of a lock by each access.
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        raw.execute("PRAGMA busy_timeout=0")
        try:
            raw.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Failure(
                f"{source.url.database} is in use ({error}). Stop the bot first: what it "
                "still writes would be lost.",
                passing=False,
            ) from None

        engine = create_engine(
            "sqlite://", creator=lambda: raw, poolclass=StaticPool
        )
        with engine.connect() as connection:
            yield connection


def _require_empty(target: Database, session: Session) -> None:
    """Keep others from writing into the target; raise Failure if somebody did already."""
    names = [table.name for table in tables()]
    session.execute(
        text(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE")
    )

    for table in tables():
        if session.scalar(select(exists().select_from(table))):
            count = session.scalar(select(func.count()).select_from(table))
            raise Failure(
                f"{place(target)} is not empty (rows in {table.name}: {count}): nothing was "
                "moved. Name a database that is empty.",
                passing=False,
            )


def _count(old: Connection, table: Table) -> int:
    return old.scalar(select(func.count()).select_from(table)) or 0


def _columns(table: Table) -> list[ColumnElement[Any]]:
    """Return the columns of a table; JSON as the text that it is stored as."""
    return [
        cast(column, Text) if isinstance(column.type, JSON) else column
        for column in table.columns
    ]


def _rows(table: Table) -> Select[Any]:
    return select(*_columns(table)).order_by(*table.primary_key)


def _batches(
    connection: Connection, table: Table
) -> Iterator[Sequence[Sequence[Any]]]:
    statement = _rows(table).execution_options(yield_per=BATCH)
    yield from connection.execute(statement).partitions()


def _copy(
    old: Connection, session: Session, table: Table, steps: _Steps
) -> None:
    """Copy the rows of a table; raise Failure for a value that PostgreSQL refuses."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'

    driver: Any = session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for batch in _batches(old, table):
                for row in batch:
                    copy.write_row(row)
                steps.add(len(batch))
    except psycopg.DataError as error:
        # The other lines of the error hold the value.
        reason = one_line(str(error).partition("\n")[0])
        raise Failure(
            f"PostgreSQL does not take a value in {table.name} ({reason}): nothing was moved.",
            passing=False,
        ) from None


def _continue_ids(old: Connection, session: Session, table: Table) -> None:
    """Let new ids begin after the highest that there ever was.

    Buttons of old messages name rows by id, also those of rows that are deleted.
    """
    column = table.autoincrement_column
    if column is None:
        return

    sequence = session.scalar(
        select(func.pg_get_serial_sequence(table.name, column.name))
    )
    given = old.scalar(
        text("SELECT seq FROM sqlite_sequence WHERE name = :name"),
        {"name": table.name},
    )
    stored = old.scalar(select(func.max(column)))
    highest = max(given or 0, stored or 0)
    if sequence and highest:
        session.execute(select(func.setval(sequence, highest)))


def _copy_words(old: Connection, session: Session, steps: _Steps) -> None:
    """Put the words of papers, folded already, into PostgreSQL's own index."""
    words = old.execution_options(yield_per=CHUNK).execute(WORDS)
    for batch in words.mappings().partitions():
        session.execute(
            fulltext.INSERT_POSTGRESQL, [dict(row) for row in batch]
        )
        steps.add(len(batch))


def _compare(old: Connection, session: Session, steps: _Steps) -> None:
    """Raise Failure unless every table has the same rows in both databases."""
    new = session.connection()
    for table in tables():
        before = _checksum(_batches(old, table))
        after = _checksum(_batches(new, table))
        if before != after:
            raise Failure(
                f"The rows of {table.name} differ after the move (there are {before[0]} in "
                f"SQLite, {after[0]} in PostgreSQL): nothing was moved.",
                passing=False,
            )
        steps.add(before[0])

    indexed = set(old.scalars(INDEXED))
    if fulltext.indexed_ids(session) != indexed:
        raise Failure(
            "Not every paper can be found after the move: nothing was moved.",
            passing=False,
        )


def _checksum(batches: Iterable[Sequence[Sequence[Any]]]) -> tuple[int, int]:
    """Return how many rows there are, and a number that any change of a value changes.

    The order of the rows makes no difference: the two databases order texts each in its way.
    """
    count = 0
    total = 0
    for batch in batches:
        count += len(batch)
        for row in batch:
            digest = hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8)
            total += int.from_bytes(digest.digest())

    return count, total % MODULUS
