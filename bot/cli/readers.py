"""Readers as an operator manages them: count, find, delete, and move in from elsewhere."""

from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import Failure
from bot.markup import plurals
from bot.picks import source_names
from bot.storage import counts, deliveries, erasure, readers
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits
from bot.storage.takeout import document
from bot.storage.takeout.document import Takeout
from bot.storage.takeout.restore import RestoredCounts, restore_reader

# Readers that are named to an operator who asks for one that does not exist.
MAX_NAMES = 10


def print_counts(console: Console, database: Database) -> None:
    """Print how many papers, readers, ratings and picks are stored."""
    numbers = counts.count(database)

    liked_share = ""
    if numbers.picks_sent:
        liked_share = f" ({numbers.picks_liked / numbers.picks_sent:.0%})"

    table = Table(show_header=False, box=None)
    table.add_row(
        "papers",
        f"{numbers.papers} (newest: {numbers.newest_day or 'none'})",
    )
    table.add_row(
        "readers",
        f"{numbers.active_readers} active of {numbers.readers}",
    )
    if numbers.groups:
        table.add_row("groups", str(numbers.groups))
    table.add_row(
        "ratings",
        f"{numbers.likes} 👍 · {numbers.dislikes} 👎",
    )
    table.add_row(
        "picks",
        f"{numbers.picks_sent} sent, {numbers.picks_liked} liked{liked_share}",
    )
    console.print(table)


def find_reader(database: Database, chat_id: int) -> Reader:
    """Return a reader by Telegram id; raise a Failure that names some existing ids."""
    reader = readers.find(database, chat_id)
    if reader is not None:
        return reader

    active = readers.active_readers(database)[:MAX_NAMES]
    ids = ", ".join(str(reader.chat_id) for reader in active)
    raise Failure(
        f"There is no reader {chat_id}. Known are: {ids or 'none yet'}.",
        passing=False,
    )


def forget_reader(
    console: Console, database: Database, chat_id: int, *, confirmed: bool
) -> None:
    """Delete a reader and all their data, after a question unless `confirmed`.

    Raises typer.Abort if the operator answers no.
    """
    reader = find_reader(database, chat_id)

    if not confirmed:
        data = erasure.count_data(database, reader.id)
        typer.confirm(
            f"Delete {reader.name or chat_id} for good (ratings: {data.ratings}, "
            f"topics: {data.topics}, saved papers: {data.saved}, picks shown: {data.shown})?",
            abort=True,
        )

    erasure.delete_reader(database, reader.id)
    console.print(
        f"Reader {chat_id} is deleted. Backups from before still hold what was there."
    )


def import_reader(
    console: Console,
    database: Database,
    file: Path,
    chat_id: int | None,
    now: datetime,
    *,
    limits: Limits,
    replace: bool,
) -> None:
    """Restore the document in a file for its own reader, or for another `chat_id`.

    A reader who is new to this database is created with the document's settings.
    """
    takeout = _read_document(file, now)
    chat_id = chat_id or takeout.telegram_id

    is_new = readers.find(database, chat_id) is None
    profile = {
        "name": takeout.settings.name,
        "at": takeout.settings.at,
        "created_at": takeout.since,
    }
    # It returns None only if there are too many readers, which is not checked here.
    reader = readers.find_or_create(database, chat_id, profile)
    reader = reader or find_reader(database, chat_id)

    restored = restore_reader(
        database,
        reader.id,
        source_names.with_existing_sources(takeout),
        now,
        limits,
        replace=replace or is_new,
    )
    deliveries.reschedule(database, reader.id, now)
    _print_restored(console, chat_id, restored)


def _read_document(file: Path, now: datetime) -> Takeout:
    """Return the document in a file; raise a Failure that names the file."""
    try:
        takeout = document.read(file.read_bytes())
        return document.without_future_dates(takeout, now)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", passing=False) from None
    except Failure as failure:
        raise Failure(f"{file}: {failure}", passing=False) from None


def _print_restored(
    console: Console, chat_id: int, restored: RestoredCounts
) -> None:
    ratings = plurals.of(restored.ratings, "rating")
    topics = plurals.of(restored.topics, "topic")
    follows = plurals.of(restored.follows, "followed author")
    sources = plurals.of(restored.sources, "source")
    edits = plurals.of(restored.edits, "moved word")
    saved_papers = plurals.of(restored.saved, "saved paper")
    shown_papers = plurals.of(restored.shown, "paper")
    console.print(
        f"Reader {chat_id} has {ratings}, {topics}, {follows}, {sources}, "
        f"{edits} and {saved_papers} more, and {shown_papers} that will not come again."
    )
