"""Readers as an operator sees them: how many there are, one of them, their moving and leaving."""

from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import Failure
from bot.markup import plurals
from bot.storage import counts as numbers
from bot.storage import deliveries, erasure, readers
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.takeout import document
from bot.storage.takeout.export import export_reader
from bot.storage.takeout.restore import restore_reader


def show(out: Console, database: Database) -> None:
    """Print how many papers, readers, ratings and picks there are."""
    counted = numbers.count(database)
    table = Table(show_header=False, box=None)
    rate = (
        f" ({counted.picks_liked / counted.picks_sent:.0%})"
        if counted.picks_sent
        else ""
    )
    for name, value in {
        "papers": f"{counted.papers} (newest: {counted.newest_day or 'none'})",
        "readers": f"{counted.active_readers} active of {counted.readers}",
        "ratings": f"{counted.likes} 👍 · {counted.dislikes} 👎",
        "picks": f"{counted.picks_sent} sent, {counted.picks_liked} liked{rate}",
    }.items():
        table.add_row(name, value)
    out.print(table)


def find(database: Database, chat_id: int) -> Reader:
    """Return a reader by their Telegram id; raise Failure, naming some, where there is none."""
    reader = readers.find(database, chat_id)
    if reader is None:
        known = ", ".join(
            str(r.chat_id) for r in readers.active_readers(database)[:10]
        )
        raise Failure(
            f"There is no reader {chat_id}. Known are: {known or 'none yet'}.",
            passing=False,
        )
    return reader


def forget(
    out: Console, database: Database, chat_id: int, *, sure: bool
) -> None:
    """Delete a reader and everything they said, unless whoever is asked says no."""
    reader = find(database, chat_id)
    held = erasure.count_data(database, reader.id)
    if not sure:
        typer.confirm(
            f"Delete {reader.name or chat_id} for good (ratings: {held.ratings}, "
            f"topics: {held.topics}, saved papers: {held.saved}, picks shown: {held.shown})?",
            abort=True,
        )
    erasure.delete_reader(database, reader.id)
    out.print(
        f"Reader {chat_id} is deleted. Backups from before still hold what was there."
    )


def export(database: Database, chat_id: int, now: datetime) -> bytes:
    """Return all that is kept of a reader, as a document."""
    return document.to_json(
        export_reader(database, find(database, chat_id).id, now)
    )


def import_(
    out: Console,
    database: Database,
    file: Path,
    chat_id: int | None,
    now: datetime,
    *,
    replace: bool,
) -> None:
    """Take a reader's document in, for who it is of or for somebody else; they may be new here."""
    try:
        taken = document.without_future_dates(
            document.read(file.read_bytes()), now
        )
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", passing=False) from None
    except Failure as failure:
        raise Failure(f"{file}: {failure}", passing=False) from None
    to = chat_id or taken.telegram_id
    new = readers.find(database, to) is None
    values = {
        "name": taken.settings.name,
        "at": taken.settings.at,
        "created_at": taken.since,
    }
    reader = readers.find_or_create(database, to, values) or find(database, to)
    counts = restore_reader(database, reader.id, taken, replace=replace or new)
    deliveries.reschedule(database, reader.id, now)
    out.print(
        f"Reader {to} has {plurals.of(counts.ratings, 'rating')}, "
        f"{plurals.of(counts.topics, 'topic')}, {plurals.of(counts.follows, 'followed author')}, "
        f"{plurals.of(counts.edits, 'moved word')} "
        f"and {plurals.of(counts.saved, 'saved paper')} more, and "
        f"{plurals.of(counts.shown, 'paper')} that will not come again."
    )
