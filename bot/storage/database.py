"""The database: its connections, and transactions that read or write."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    any_,
    cast,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    TimeoutError,  # noqa: A004 - of the pool
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.errors import Failure
from bot.storage import permissions
from recommender.papers import one_line

# Seconds that a writer waits for the one before it.
BUSY_TIMEOUT = 10

# Seconds in which a server has to accept a connection.
CONNECT_TIMEOUT = 5

# Seconds between two attempts for which SQLite does not wait by itself.
RETRY_INTERVAL = 0.05

# Seconds that a process waits for another one to change the schema.
UPGRADE_TIMEOUT = 600

DAMAGE_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
MOVED_CODE = sqlite3.SQLITE_READONLY_DBMOVED

# Errors that are bugs of this program, and no failures of the database.
BUGS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)

Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class _File:
    """The identity of a file, which another file of its name has not, and its size."""

    identity: tuple[int, int]
    size: int

    @classmethod
    def of(cls, url: URL) -> "_File | None":
        """Return the file of a SQLite address, or None if there is none."""
        try:
            status = Path(url.database or "").stat()
        except OSError:
            return None

        return cls((status.st_dev, status.st_ino), status.st_size)


class Database:
    """A database; `read()` and `write()` are transactions that end with their block.

    Both raise Failure: a passing one if the database is away or busy, and a lasting one
    if it is damaged, of which `ruin` is the first. A process that writes much waits
    `breath` seconds after each transaction, so that others get a turn.
    """

    def __init__(self, url: str, breath: float = 0.0) -> None:
        self.breath = breath
        self.url = driver_url(url)
        self.ruin: Failure | None = None
        self._file: _File | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = create_engine(
            self.url, **_engine_options(is_sqlite=self.is_sqlite)
        )
        event.listen(self.engine, "handle_error", _keep_values_out)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", _close_to_others)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "first_connect", self._remember_file)
            event.listen(self.engine, "begin", _begin_sqlite)

        # SQLite takes the write lock when the transaction begins: a lock requested after a
        # read is refused at once, or worse, the change is lost.
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with self._failures(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that is committed when its block ends, or undone if it fails."""
        with self._failures():
            with Session(self._writing) as session, session.begin():
                yield session
            self._let_others_write()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction as `read` does, without a session.

        What every tap runs needs no objects that know of their changes.
        """
        with self._failures(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction as `write` does, without a session."""
        with self._failures():
            with self._writing.begin() as connection:
                yield connection
            self._let_others_write()

    def take_turns(self, session: Session, name: str) -> None:
        """Wait for a lock by name, held until the transaction ends.

        SQLite needs no such lock: it has one writer at a time.
        """
        if not self.is_sqlite:
            session.execute(
                select(func.pg_advisory_xact_lock(func.hashtext(name)))
            )

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        """Open a transaction that changes the schema; on SQLite all others wait for it."""
        with self._writing.connect() as connection:
            if self.is_sqlite:
                # With foreign keys, rebuilding a table would delete the rows that refer to
                # it. The driver is used directly: SQLite ignores this in a transaction.
                raw = connection.connection.cursor()
                raw.execute("PRAGMA foreign_keys=OFF")
                raw.execute(f"PRAGMA busy_timeout={UPGRADE_TIMEOUT * 1000}")
            try:
                with connection.begin():
                    yield connection
            finally:
                # The pool must not reuse a connection without foreign keys.
                connection.invalidate()

    def insert(self, model: type[Any]) -> Insert:
        """Return an INSERT that supports ON CONFLICT."""
        if self.is_sqlite:
            return sqlite.insert(model)

        return postgresql.insert(model)

    def among(
        self, column: InstrumentedAttribute[int], ids: Collection[int]
    ) -> ColumnElement[bool]:
        """Return the condition that a column is one of ids, which may be very many.

        They are one parameter, and no table to join: its plan would be a guess.
        """
        if self.is_sqlite:
            array = func.json_each(json.dumps(list(ids)))
            return column.in_(select(array.table_valued("value").c.value))

        return column == any_(cast(list(ids), postgresql.ARRAY(Integer)))

    def check(self) -> None:
        """Raise a passing Failure if the database does not answer."""
        with self.read() as session:
            session.execute(select(1))

    def watch(self) -> None:
        """Raise Failure if the database is known to be damaged, or its file is gone."""
        if self.ruin is None and self._file is not None:
            self._check_file(self._file)

        if self.ruin is not None:
            raise self.ruin

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _check_file(self, before: _File) -> None:
        """Compare the SQLite file with an earlier look at it, and set `ruin`."""
        self._file = _File.of(self.url)

        if self._file is None or self._file.identity != before.identity:
            place = self.url.render_as_string()
            self.ruin = Failure(
                f"{place} is gone, or another file is in its place.",
                passing=False,
            )
        elif self._file.size < before.size:
            # Somebody cut or vacuumed the file. If the database is busy, the next look
            # will do.
            with contextlib.suppress(Failure):
                self._look_through()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn the driver's errors into failures, all but those that are bugs."""
        try:
            yield
        except BUGS:
            raise
        except (DBAPIError, TimeoutError) as error:
            raise self._failure(error) from error

    def _let_others_write(self) -> None:
        if self.breath:
            time.sleep(self.breath)

    def _failure(self, error: DBAPIError | TimeoutError) -> Failure:
        """Return the failure that an error of the driver means to a caller."""
        why = one_line(str(getattr(error, "orig", error)))
        if not self.is_sqlite or not _is_damage(error):
            return Failure(f"the database did not answer ({why})")
        self.ruin = self.ruin or self._damaged(why)
        return self.ruin

    def _damaged(self, why: str) -> Failure:
        place = self.url.render_as_string()
        return Failure(
            f"{place} is damaged ({why}). Restore your last backup.",
            passing=False,
        )

    def _remember_file(self, _connection: object, _record: object) -> None:
        self._file = _File.of(self.url)

    def _look_through(self) -> None:
        with self.read() as session:
            result = session.scalar(text("PRAGMA quick_check(1)"))
        if result != "ok":
            self.ruin = self._damaged(one_line(str(result)))


def _is_damage(error: DBAPIError | TimeoutError) -> bool:
    """Return whether an error says that a SQLite file is broken or lacks our tables."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return (
        code & 0xFF in DAMAGE_CODES
        or code == MOVED_CODE
        or "no such table" in str(error)
    )


def file_url(path: Path) -> str:
    """Return the address of a SQLite file, with any characters of its path escaped."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def driver_url(url: str) -> URL:
    """Return a database address with the driver that we ship.

    Hosts write `postgres://` or `postgresql://`. Raises ValueError if the text is no
    address of SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except Exception as error:
        raise ValueError("is not a database address") from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("names neither SQLite nor PostgreSQL")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine_options(*, is_sqlite: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"hide_parameters": True}
    if is_sqlite:
        return options | {
            "connect_args": {
                "timeout": BUSY_TIMEOUT,
                "check_same_thread": False,
            }
        }
    return options | {
        "pool_pre_ping": True,
        "pool_size": 10,
        "connect_args": {"connect_timeout": CONNECT_TIMEOUT},
    }


def _keep_values_out(context: ExceptionContext) -> None:
    """Cut an error to its first line: the others contain a row, which is private."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (
                str(error.args[0]).partition("\n")[0],
                *error.args[1:],
            )


def _close_to_others(
    _dialect: object, _record: object, arguments: list[Any], _: object
) -> None:
    """Make a SQLite file its owner's alone; the files beside it get the same mode."""
    permissions.database(Path(arguments[0]))


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own type
    # Autocommit in the driver: the `begin` event below starts the transactions.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - the driver's own type
    """Set the write-ahead log, with which readers and a writer work at once.

    For this, SQLite does not wait for another process by itself.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT

    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_INTERVAL)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
