"""Brings the database to the newest schema, copies it, and remembers whose it is."""

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
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.errors import Failure
from bot.storage import papers, permissions
from bot.storage.database import Database
from bot.storage.tables import BotRow
from recommender.papers import one_line

# The folder of the migrations.
SCRIPTS = Path(str(files("migrations")))


def migrate(database: Database) -> None:
    """Run every migration that this database has not seen, all or nothing, one process at a time.

    Raises Failure where the database is not ours to migrate.
    """
    check(database)
    current, newest = revisions(database)
    if current != newest:
        check_known(database, current)
        _upgrade(database)
    papers.index_missing(
        database
    )  # as our code folds them, which a migration can't know


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
    """Make the database usable: SQLite is migrated here, for PostgreSQL it is said what to do."""
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
    """Return the id of the bot whose database this is; None before its first start."""
    with database.read() as session:
        return session.scalar(select(BotRow.id))


def backup(database: Database, path: Path) -> None:
    """Write a consistent copy of a SQLite database that may be in use.

    Raises Failure where there is a file already, nowhere to write, or no SQLite.
    """
    if not database.is_sqlite:
        name = database.url.database
        raise Failure(
            "That is for SQLite. For PostgreSQL use its own tool: "
            f"`pg_dump --format=custom --file={path} {name}`, and `pg_restore` to bring it back.",
            passing=False,
        )
    if path.exists():
        raise Failure(
            f"{path} is there already. Name a new file.", passing=False
        )
    there = Path(database.url.database or "").is_file()
    if not there or revisions(database)[0] is None:
        raise Failure(
            f"There is no database at {database.url.database} yet.",
            passing=False,
        )
    beside = path.with_name(
        f"{path.name}.part"
    )  # a copy that is cut off must not look whole
    try:
        beside.unlink(missing_ok=True)
        _copy(database, beside)
        beside.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise Failure(
            f"{path} can't be written: {error}", passing=False
        ) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _copy(database: Database, path: Path) -> None:
    with database.engine.connect() as connection:
        # Autocommit: SQLite copies nothing from within a transaction.
        raw = connection.connection.cursor()
        permissions.database(path)
        raw.execute("VACUUM INTO ?", [str(path)])
    with path.open("rb+") as copied:
        os.fsync(copied.fileno())


def check(database: Database) -> None:
    """Raise Failure where a SQLite file is damaged, or not ours; it stays as it is."""
    path = Path(database.url.database or "")
    if not database.is_sqlite or not path.is_file():
        return
    place = database.url.render_as_string()
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        ) as raw:
            tables = {
                name
                for (name,) in raw.execute("SELECT name FROM sqlite_master")
            }
            [seen] = raw.execute("PRAGMA quick_check(1)").fetchone()
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
    if seen != "ok":
        why = one_line(seen)
        raise Failure(
            f"{place} is damaged ({why}). Restore your last backup.",
            passing=False,
        )


@contextmanager
def opening(database: Database) -> Iterator[None]:
    """Turn what goes wrong in the block into a Failure of one line, without the password."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        why = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        place = database.url.render_as_string()
        raise Failure(
            f"The database {place} can't be opened: {why}", passing=False
        ) from None


def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision of this database and the newest there is."""
    with opening(database), database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def check_known(database: Database, current: str | None) -> None:
    """Refuse what a newer version of ours made, or another program."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    if current not in {None, *(script.revision for script in scripts)}:
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
    """Remember the first bot that uses this database; refuse another unless it adopts it."""
    with database.write() as session:
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
