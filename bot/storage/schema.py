"""The schema of the database: its migrations, backups, and the bot it belongs to."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, func, select
from sqlalchemy.exc import DBAPIError

from bot.errors import Failure
from bot.storage import papers, permissions
from bot.storage.database import Database
from bot.storage.tables import BotRow
from recommender.papers import one_line

# The folder of the migrations.
SCRIPTS = Path(str(files("migrations")))


def migrate(database: Database) -> None:
    """Upgrade the database to the newest schema, in one transaction.

    Processes take turns. Raises Failure if the database is another program's or a newer
    version's.
    """
    check(database)

    current, newest = revisions(database)
    if current != newest:
        check_known(database, current)
        _upgrade(database)

    # Here and not in a migration, which can't know how the code folds words.
    papers.index_missing(database)


def _upgrade(database: Database) -> None:
    with database.upgrading() as connection:
        if not database.is_sqlite:
            connection.execute(
                select(func.pg_advisory_xact_lock(func.hashtext("migrate")))
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def prepare(database: Database) -> None:
    """Migrate a SQLite database; raise Failure if a PostgreSQL one is not migrated."""
    with opening(database):
        if database.is_sqlite:
            if database.url.database:
                folder = Path(database.url.database).parent
                folder.mkdir(
                    mode=permissions.FOLDER, parents=True, exist_ok=True
                )
            migrate(database)
        current, newest = revisions(database)
        check_known(database, current)
    if current != newest:
        raise Failure(
            "The database is not at the newest schema. Run `paperpicks migrate` first.",
            passing=False,
        )


def owner(database: Database) -> int | None:
    """Return the id of the bot that the database belongs to, or None before its first start."""
    with database.read() as session:
        return session.scalar(select(BotRow.id))


def backup(database: Database, path: Path) -> None:
    """Write a consistent copy of a SQLite database, which may be in use.

    Raises Failure if the database is none of SQLite, if the file exists, or if it can't
    be written.
    """
    if not database.is_sqlite:
        raise Failure(
            "That is for SQLite. For PostgreSQL use its own tool: `pg_dump --format=custom "
            f"--file={path} '{_without_password(database)}'`, and `pg_restore` to bring it back.",
            passing=False,
        )
    if path.exists():
        raise Failure(
            f"{path} is there already. Name a new file.", passing=False
        )

    exists = Path(database.url.database or "").is_file()
    if not exists or revisions(database)[0] is None:
        raise Failure(
            f"There is no database at {database.url.database} yet.",
            passing=False,
        )

    # An incomplete copy must not look like a complete one.
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.unlink(missing_ok=True)
        _copy(database, partial)
        partial.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise Failure(
            f"{path} can't be written: {error}", passing=False
        ) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def _without_password(database: Database) -> str:
    """Return the address of a PostgreSQL database as its own tools take it."""
    url = database.url
    return URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    ).render_as_string()


def _copy(database: Database, path: Path) -> None:
    with database.engine.connect() as connection:
        # Autocommit: SQLite copies nothing from within a transaction.
        raw = connection.connection.cursor()
        permissions.database(path)
        raw.execute("VACUUM INTO ?", [str(path)])
    with path.open("rb+") as copied:
        os.fsync(copied.fileno())


def check(database: Database) -> None:
    """Raise Failure if a SQLite file is damaged or another program's; change nothing."""
    path = Path(database.url.database or "")
    if not database.is_sqlite or not path.is_file():
        return
    place = database.url.render_as_string()
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master")
            tables = {name for (name,) in names}
            [result] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise Failure(
            f"The database {place} can't be opened: {error}", passing=False
        ) from None

    if tables and "alembic_version" not in tables:
        raise Failure(
            f"{place} holds the data of another program. "
            "Set DATABASE_URL or DATA_DIR to another file.",
            passing=False,
        )
    if result != "ok":
        why = one_line(result)
        raise Failure(
            f"{place} is damaged ({why}). Restore your last backup.",
            passing=False,
        )


@contextmanager
def opening(database: Database) -> Iterator[None]:
    """Turn errors in the block into a Failure of one line, without the password."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        why = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        place = database.url.render_as_string()
        raise Failure(
            f"The database {place} can't be opened: {why}", passing=False
        ) from None


def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision of the database, and the newest one of the program."""
    with opening(database), database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def check_known(database: Database, current: str | None) -> None:
    """Raise Failure if the revision of a database is not one of this program's."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    own_revisions = {script.revision for script in scripts}
    if current is not None and current not in own_revisions:
        raise Failure(
            f"{database.url.render_as_string()} is at revision {current}, which is not known "
            "here. Install a newer PaperPicks, or set DATABASE_URL or DATA_DIR to another one.",
            passing=False,
        )


def claim(
    database: Database,
    bot_id: int,
    username: str,
    now: datetime,
    *,
    adopt: bool,
) -> None:
    """Make a bot the owner of the database; raise Failure if another one is.

    With `adopt` it takes the database over from the other one.
    """
    with database.write() as session:
        # Several processes may begin at once.
        database.take_turns(session, "claim")
        rows = session.scalars(select(BotRow)).all()
        if any(row.id != bot_id for row in rows) and not adopt:
            raise Failure(
                f"This database belongs to another bot (@{rows[0].username}, id {rows[0].id}), "
                f"and the token is @{username}'s. Use that bot's token, another DATABASE_URL, "
                "or `paperpicks run --adopt` to move the readers to this bot.",
                passing=False,
            )

        if rows and rows[0].id == bot_id:
            return

        for row in rows:
            session.delete(row)
        session.add(BotRow(id=bot_id, username=username, adopted_at=now))


def _config() -> Config:
    config = Config()
    location = str(SCRIPTS).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    return config
