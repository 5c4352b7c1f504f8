"""Opens the database, and gives transactions that read or write it."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
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
from sqlalchemy.orm import Session

from bot.errors import Failure
from bot.storage import permissions
from recommender.papers import one_line

BUSY_TIMEOUT = 10  # seconds a writer waits for the one before it
CONNECT_TIMEOUT = 5  # seconds for a server to take a connection
TURN = 0.05  # seconds between two attempts where SQLite does not wait by itself
UPGRADE_TIMEOUT = (
    600  # seconds that one process waits for another to change the schema
)
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
MOVED = sqlite3.SQLITE_READONLY_DBMOVED
OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class _File:
    """What tells a file from another one of its name, and how long it is."""

    identity: tuple[int, int]
    size: int

    @classmethod
    def of(cls, url: URL) -> "_File | None":
        """Return this of the file at an address; None where there is none."""
        try:
            seen = Path(url.database or "").stat()
        except OSError:
            return None
        return cls((seen.st_dev, seen.st_ino), seen.st_size)


class Database:
    """One engine; `read()` and `write()` are transactions that end with their block.

    Both raise a passing Failure where the database is away or busy, and one that does not pass
    where it is damaged; `ruin` is the first of these. One who has much to write takes a `breath`
    of so many seconds after each transaction, so that others get a turn.
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
        # SQLite takes the write lock when the transaction begins: a lock asked for after a
        # read is refused at once, or worse, the change is lost.
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        try:
            with Session(self.engine, autoflush=False) as session:
                yield session
        except OURS:
            raise
        except (DBAPIError, TimeoutError) as error:
            raise self._failure(error) from error

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that is committed when its block ends, and undone if it fails."""
        try:
            with Session(self._writing) as session, session.begin():
                yield session
            time.sleep(self.breath)
        except OURS:
            raise
        except (DBAPIError, TimeoutError) as error:
            raise self._failure(error) from error

    def take_turns(self, session: Session, what: str) -> None:
        """Wait until no other transaction is at `what`; on SQLite writers take turns anyway."""
        if not self.is_sqlite:
            session.execute(
                select(func.pg_advisory_xact_lock(func.hashtext(what)))
            )

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        """Open one transaction for all that changes the schema; on SQLite others wait for it."""
        with self._writing.connect() as connection:
            if self.is_sqlite:
                # A table rebuilt with foreign keys on would take its children's rows with it.
                # The driver is told directly: inside a transaction SQLite ignores this.
                raw = connection.connection.cursor()
                raw.execute("PRAGMA foreign_keys=OFF")
                raw.execute(f"PRAGMA busy_timeout={UPGRADE_TIMEOUT * 1000}")
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.invalidate()  # the pool must not hand out one without foreign keys

    def insert(self, model: type[Any]) -> Insert:
        """Start an INSERT that can say what to do on a conflict."""
        return (
            sqlite.insert(model) if self.is_sqlite else postgresql.insert(model)
        )

    def check(self) -> None:
        """Raise a passing Failure where the database does not answer."""
        with self.read() as session:
            session.execute(select(1))

    def watch(self) -> None:
        """Raise Failure where the database turned out damaged, or its file is not there now."""
        if self.ruin is None and self._file is not None:
            before, self._file = self._file, _File.of(self.url)
            if self._file is None or self._file.identity != before.identity:
                place = self.url.render_as_string()
                self.ruin = Failure(
                    f"{place} is gone, or another file is in its place.",
                    passing=False,
                )
            elif self._file.size < before.size:  # cut, or vacuumed by somebody
                with contextlib.suppress(
                    Failure
                ):  # not now: the next look is as good
                    self._look_through()
        if self.ruin is not None:
            raise self.ruin

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _failure(self, error: DBAPIError | TimeoutError) -> Failure:
        """Return what an error means to who asked."""
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
            seen = session.scalar(text("PRAGMA quick_check(1)"))
        if seen != "ok":
            self.ruin = self._damaged(one_line(str(seen)))


def _is_damage(error: DBAPIError | TimeoutError) -> bool:
    """Tell whether a SQLite file is not what it was: broken, or without our tables."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return (
        code & 0xFF in DAMAGE or code == MOVED or "no such table" in str(error)
    )


def file_url(path: Path) -> str:
    """Return the address of a SQLite file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def driver_url(url: str) -> URL:
    """Name the driver we ship for what hosts write (`postgres://`, `postgresql://`).

    Raises ValueError where the text is no database address, or not of a kind we speak.
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
    """Leave of an error its first line: in the others PostgreSQL tells a row, which is private."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (
                str(error.args[0]).partition("\n")[0],
                *error.args[1:],
            )


def _close_to_others(
    _dialect: object, _record: object, arguments: list[Any], _: object
) -> None:
    """Leave a SQLite file to its owner; what SQLite writes beside it is as open as the file."""
    permissions.database(Path(arguments[0]))


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own type
    # Autocommit in the driver: our `begin` event says when a transaction starts, and how.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - the driver's own type
    """Let readers and a writer work at once; two processes at a new file take turns by hand."""
    until = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except (
            sqlite3.OperationalError
        ) as error:  # here SQLite does not wait by itself
            if (
                error.sqlite_errorcode != sqlite3.SQLITE_BUSY
                or time.monotonic() > until
            ):
                raise
            time.sleep(TURN)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
