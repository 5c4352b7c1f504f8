"""Opens the database, and gives transactions that read or write it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot import permissions
from bot.errors import Failure
from recommender.papers import one_line

BUSY_TIMEOUT = 10  # seconds a writer waits for the one before it
Insert = sqlite.Insert | postgresql.Insert


class Database:
    """One engine; `read()` and `write()` are transactions that end with their block.

    Both raise a passing Failure where the database is away or busy. One who has much to write
    takes a `breath` of so many seconds after each transaction, so that others get a turn.
    """

    def __init__(self, url: str, breath: float = 0.0) -> None:
        self.breath = breath
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = create_engine(self.url, **_engine_options(is_sqlite=self.is_sqlite))
        event.listen(self.engine, "handle_error", _keep_values_out)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", _close_to_others)
            event.listen(self.engine, "connect", _prepare_sqlite)
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
        except (OperationalError, InterfaceError) as error:
            raise Failure(f"the database did not answer ({one_line(str(error.orig))})") from error

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that is committed when its block ends, and undone if it fails."""
        try:
            with Session(self._writing) as session, session.begin():
                yield session
            time.sleep(self.breath)
        except (OperationalError, InterfaceError) as error:
            raise Failure(f"the database did not answer ({one_line(str(error.orig))})") from error

    def take_turns(self, session: Session, what: str) -> None:
        """Wait until no other transaction is at `what`; on SQLite writers take turns anyway."""
        if not self.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))

    def insert(self, model: type[Any]) -> Insert:
        """Start an INSERT that can say what to do on a conflict."""
        return sqlite.insert(model) if self.is_sqlite else postgresql.insert(model)

    def check(self) -> None:
        """Raise a passing Failure where the database does not answer."""
        with self.read() as session:
            session.execute(select(1))

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


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
        return options | {"connect_args": {"timeout": BUSY_TIMEOUT, "check_same_thread": False}}
    return options | {"pool_pre_ping": True, "pool_size": 10}


def _keep_values_out(context: ExceptionContext) -> None:
    """Leave of an error its first line: in the others PostgreSQL tells a row, which is private."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _close_to_others(_dialect: object, _record: object, arguments: list[Any], _: object) -> None:
    """Leave a SQLite file to its owner; what SQLite writes beside it is as open as the file."""
    permissions.database(Path(arguments[0]))


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own type
    # Autocommit in the driver: our `begin` event says when a transaction starts, and how.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
