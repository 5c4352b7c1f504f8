"""Brings the database to the newest schema, copies it, and remembers whose it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

import migrations
from bot import permissions
from bot.errors import Failure
from bot.storage import papers
from bot.storage.database import Database
from bot.storage.models import BotRow


def migrate(database: Database) -> None:
    """Run every migration that this database has not seen, each all or nothing."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # A table rebuilt with foreign keys on would take its children's rows with it.
            # The driver is told directly, because inside a transaction SQLite ignores this.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        connection.invalidate()  # the pool must not hand out one without foreign keys
    papers.catch_up(database)  # as our code folds them, which a migration can't know


def prepare(database: Database) -> None:
    """Make the database usable: SQLite is migrated here, for PostgreSQL it is said what to do."""
    with opening(database):
        if database.is_sqlite:
            if database.url.database:
                folder = Path(database.url.database).parent
                folder.mkdir(mode=permissions.FOLDER, parents=True, exist_ok=True)
            migrate(database)
        current, newest = revisions(database)
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
    if not Path(database.url.database or "").is_file():
        raise Failure(f"There is no database at {database.url.database} yet.", passing=False)
    if path.exists():
        raise Failure(f"{path} is there already. Name a new file.", passing=False)
    try:
        with database.engine.connect() as connection:
            # Autocommit: SQLite copies nothing from within a transaction.
            raw = connection.connection.cursor()
            permissions.database(path)
            raw.execute("VACUUM INTO ?", [str(path)])
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):  # what is not whole must not look like a backup
            path.unlink(missing_ok=True)
        raise Failure(f"{path} can't be written: {error}", passing=False) from None


@contextmanager
def opening(database: Database) -> Iterator[None]:
    """Turn what goes wrong in the block into a Failure of one line, without the password."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        why = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        place = database.url.render_as_string()
        raise Failure(f"The database {place} can't be opened: {why}", passing=False) from None


def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision of this database and the newest there is."""
    with opening(database), database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def claim(database: Database, bot_id: int, username: str, now: datetime, *, adopt: bool) -> None:
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
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
