"""Readers as an operator sees them: how many there are, one of them, and their leaving."""

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import Failure
from bot.storage import leaving, numbers, readers
from bot.storage.database import Database
from bot.storage.readers import Reader


def show(out: Console, database: Database) -> None:
    """Print how many papers, readers, ratings and picks there are."""
    counted = numbers.count(database)
    table = Table(show_header=False, box=None)
    rate = f" ({counted.picks_liked / counted.picks_sent:.0%})" if counted.picks_sent else ""
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
        known = ", ".join(str(r.chat_id) for r in readers.everyone(database)[:10])
        raise Failure(
            f"There is no reader {chat_id}. Known are: {known or 'none yet'}.", passing=False
        )
    return reader


def forget(out: Console, database: Database, chat_id: int, *, sure: bool) -> None:
    """Delete a reader and everything they said, unless whoever is asked says no."""
    reader = find(database, chat_id)
    held = leaving.held(database, reader.id)
    if not sure:
        typer.confirm(
            f"Delete {reader.name or chat_id} for good (ratings: {held.ratings}, "
            f"topics: {held.topics}, saved papers: {held.saved}, picks shown: {held.shown})?",
            abort=True,
        )
    leaving.forget(database, reader.id)
    out.print(f"Reader {chat_id} is deleted. Backups from before still hold what was there.")
