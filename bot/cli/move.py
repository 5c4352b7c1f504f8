"""Moves an installation from SQLite to PostgreSQL for `paperpicks move`."""

from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.console import err, out
from bot.cli.progress import count_bar
from bot.errors import Failure
from bot.markup import plurals
from bot.settings import read_settings
from bot.storage import move as storage_move
from bot.storage.database import Database
from bot.storage.move import MoveCounts


def move(
    address: Annotated[
        str,
        typer.Argument(
            metavar="DATABASE_URL",
            help="An empty PostgreSQL database, as postgresql://user:password@host/name.",
        ),
    ],
) -> None:
    """Move everything from SQLite into an empty PostgreSQL database.

    Stop the bot first. The SQLite file is left as it was.
    """
    settings = read_settings()
    try:
        target = Database(address)
    except ValueError as error:
        raise Failure(
            f"The address {error}; it should look like postgresql://user:password@host/name.",
            passing=False,
        ) from None

    with (
        closing(Database(settings.effective_database_url)) as source,
        closing(target),
        count_bar(err, "rows") as show,
    ):
        counts = storage_move.move(source, target, show)

    print_counts(out, counts)
    out.print(
        f"Everything is in {storage_move.place(target)} now, and every row was compared. "
        "Set DATABASE_URL to that address with its password, and start PaperPicks. "
        f"{source.url.database} is left as it was: keep it until all is well."
    )


def print_counts(console: Console, counts: MoveCounts) -> None:
    """Print how many rows of each table were moved."""
    table = Table(show_header=False, box=None)
    for name, rows in counts.rows.items():
        if rows:
            table.add_row(name, plurals.of(rows, "row"))
    console.print(table)
