"""The command line: one function for each command that an operator can type."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.cli import logs, progress
from bot.cli.console import err, out
from bot.cli.credentials import all_secrets, is_local_run, require_token
from bot.cli.doctor import examine_installation
from bot.cli.evaluate.command import evaluate
from bot.cli.fetch import (
    Source,
    fetch_file,
    fetch_sources,
    is_useful,
    print_next_step,
    print_outcomes,
    require_lists,
)
from bot.cli.move import move
from bot.cli.preview import print_due_readers, print_picks
from bot.cli.processes import clock, web, worker
from bot.cli.readers import (
    find_reader,
    forget_reader,
    import_reader,
    print_counts,
)
from bot.cli.resources import (
    open_database,
    open_runtime,
    source_endpoints,
    source_limits,
)
from bot.cli.serve import serve_local_chat, serve_on_telegram
from bot.errors import Failure
from bot.jobs.fetch import DAYS
from bot.markup import plurals
from bot.sandbox.demo import read_plan, simulate
from bot.sandbox.local import DEFAULT_PORT
from bot.settings import read_settings
from bot.storage import schema, signals
from bot.storage.takeout import document
from bot.storage.takeout.export import export_reader

cli = typer.Typer(
    help="PaperPicks: a Telegram bot that learns which new machine-learning papers you would read.",
    epilog="Settings come from the environment and .env; the README lists them.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

UserId = Annotated[
    int,
    typer.Argument(metavar="USER", help="The reader's Telegram id."),
]


@cli.callback(invoke_without_command=True)
def show_help(
    context: typer.Context,
    *,
    print_version: Annotated[
        bool,
        typer.Option("--version", help="Print the version, and exit."),
    ] = False,
) -> None:
    """PaperPicks: a Telegram bot that learns which new machine-learning papers you would read."""
    if print_version:
        out.print(f"paperpicks {version('paperpicks')}")
        raise typer.Exit

    if context.invoked_subcommand is None:
        out.print(context.get_help())


@cli.command()
def run(
    *,
    adopt: Annotated[
        bool,
        typer.Option(help="Move this database to the token's bot."),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help=f"Port of the local chat: {DEFAULT_PORT}, or the next free one.",
        ),
    ] = None,
) -> None:
    """Fetch, learn, deliver and talk, all in one process, until Ctrl-C.

    Without a token it talks on a page in your browser, the local chat.
    """
    settings = read_settings()

    if is_local_run(settings):
        serve_local_chat(out, settings, port=port)
    else:
        serve_on_telegram(settings, adopt=adopt)


for part in (web, worker, clock):
    cli.command()(part)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with (
        open_database(read_settings(), prepare=False) as database,
        schema.opening(database),
    ):
        before, _ = schema.revisions(database)
        schema.migrate(database)
        after, _ = schema.revisions(database)

    out.print(
        f"The database is at revision {after} (it was at {before or 'none'})."
    )


@cli.command()
def fetch(
    *,
    source: Annotated[
        Source | None,
        typer.Option(help="Fetch from this source only."),
    ] = None,
    days: Annotated[
        int,
        typer.Option(min=1, max=366, help="How many days back to fetch."),
    ] = DAYS,
    file: Annotated[
        Path | None,
        typer.Option(
            help="Read a saved Daily Papers page, JSON lines (gzip too), BibTeX, RIS or .nbib."
        ),
    ] = None,
) -> None:
    """Bring papers into storage, from the sources or from a file."""
    settings = read_settings()
    endpoints = source_endpoints(settings)
    now = datetime.now(UTC)
    logs.set_up("ERROR")
    with open_database(settings) as database:
        if file is not None:
            outcomes = fetch_file(err, database, file, now)
        else:
            require_lists(database, endpoints, source)
            outcomes = fetch_sources(
                err, database, endpoints, now, days=days, source=source
            )
        # Whoever runs beside this command learns of the papers now.
        signals.send(database, signals.PAPERS)

    print_outcomes(out, err, outcomes)
    if not any(is_useful(outcome) for outcome in outcomes.values()):
        raise typer.Exit(1)

    if any(outcome.stored.new for outcome in outcomes.values()):
        is_local = settings.telegram_bot_token is None
        print_next_step(out, settings.data_dir, is_local=is_local)


@cli.command()
def deliver(
    *,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say who would get what."),
    ] = False,
) -> None:
    """Send every digest that is due now, once."""
    settings = read_settings()

    if dry_run:
        with open_runtime(settings) as runtime:
            asyncio.run(runtime.reload())
            print_due_readers(out, runtime)
        return

    token = require_token(settings)
    logs.set_up(
        settings.log_level,
        *all_secrets(settings),
        log_format=settings.log_format,
    )
    with open_runtime(settings) as runtime:
        asyncio.run(runtime.reload())
        digests = asyncio.run(
            app.deliver_once(runtime, token, settings.telegram_api_base)
        )
    out.print(f"{plurals.of(digests, 'digest')} sent.")


@cli.command()
def preview(user: UserId) -> None:
    """Show what a reader would get now, and why; nothing is sent or recorded."""
    with open_runtime(read_settings()) as runtime:
        reader = find_reader(runtime.database, user)
        asyncio.run(runtime.reload())
        print_picks(out, runtime, reader)


@cli.command()
def forget(
    user: UserId,
    *,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Delete without asking."),
    ] = False,
) -> None:
    """Delete a reader, and everything that is kept of them."""
    with open_database(read_settings()) as database:
        forget_reader(out, database, user, confirmed=yes)


@cli.command()
def export(
    user: Annotated[
        int | None,
        typer.Argument(metavar="USER", help="Their Telegram id."),
    ] = None,
    *,
    print_schema: Annotated[
        bool,
        typer.Option(
            "--schema", help="Print the JSON Schema of the document instead."
        ),
    ] = False,
) -> None:
    """Write all that is kept of a reader to standard output, as one JSON document."""
    if print_schema:
        sys.stdout.write(json.dumps(document.schema(), indent=1) + "\n")
        return

    if user is None:
        raise Failure(
            "export needs USER, the reader's Telegram id", passing=False
        )

    with open_database(read_settings()) as database:
        reader = find_reader(database, user)
        takeout = export_reader(database, reader.id, datetime.now(UTC))
    sys.stdout.write(document.to_json(takeout).decode() + "\n")


@cli.command(name="import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A document that `export` wrote."),
    ],
    *,
    user: Annotated[
        int | None,
        typer.Option(help="Import for this Telegram id instead."),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(help="Replace what is stored of the reader."),
    ] = False,
) -> None:
    """Take a reader's document in, from this instance or another, beside what they said here."""
    now = datetime.now(UTC)
    settings = read_settings()
    limits = source_limits(settings)
    with open_database(settings) as database:
        import_reader(
            out, database, file, user, now, limits=limits, replace=replace
        )


@cli.command()
def demo(
    *,
    papers: Annotated[
        Path | None,
        typer.Option(help="Papers, in a file that `fetch --file` can read."),
    ] = None,
    readers: Annotated[
        Path | None,
        typer.Option(help="Simulated readers, JSON lines."),
    ] = None,
    days: Annotated[
        int,
        typer.Option(min=1, help="How many days with picks."),
    ] = 14,
    picks: Annotated[
        int,
        typer.Option(min=1, max=10, help="Picks a day."),
    ] = 2,
    seed: Annotated[
        int,
        typer.Option(help="Seed of the random order to compare with."),
    ] = 0,
) -> None:
    """Simulate weeks of use, with the bundled sample or your files, and draw how they went."""
    logs.set_up("ERROR")
    chart = read_settings().data_dir / "demo.png"
    plan = read_plan(
        papers,
        readers,
        days=days,
        picks=picks,
        seed=seed,
    )
    simulate(plan, out, partial(progress.day_bar, err), chart)


@cli.command()
def doctor() -> None:
    """Say what is wrong with this installation, and how to mend it."""
    healthy = True
    for finding in examine_installation(read_settings()):
        out.print(finding.line)
        healthy = healthy and finding.ok

    raise typer.Exit(0 if healthy else 1)


@cli.command()
def backup(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A file that does not exist yet."),
    ],
) -> None:
    """Copy the database into one file, also while the bot runs."""
    with open_database(read_settings(), prepare=False) as database:
        schema.backup(database, file)

    out.print(
        f"{file} holds everything. To restore it, put it where the database is."
    )


@cli.command()
def stats() -> None:
    """Show how many papers, readers and ratings there are."""
    with open_database(read_settings()) as database:
        print_counts(out, database)


cli.command()(move)
cli.command()(evaluate)

# Typer shortens a long description in the middle of a sentence; the first line is whole.
for command in cli.registered_commands:
    command.short_help = (command.callback.__doc__ or "").split("\n")[0]


def main() -> None:
    """Run the command line.

    Whatever is wrong is one line on standard error and an exit code: 1 if the command
    failed, 2 if it was typed wrongly, 130 if it was interrupted.
    """
    try:
        sys.exit(cli(standalone_mode=False))
    except typer.TyperException as error:
        err.print(_usage_line(error))
        sys.exit(2)
    except Failure as failure:
        err.print(f"paperpicks: {failure}")
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)


def _usage_line(error: typer.TyperException) -> str:
    """Return what is wrong with an option or argument, and where to read about it."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "paperpicks"
    format_message = getattr(error, "format_message", error.__str__)
    message = format_message().rstrip(".")
    return f"paperpicks: {message} (see {path} --help)"


if __name__ == "__main__":
    main()
