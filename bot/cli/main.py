"""The commands: what an operator types."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot import app as application
from bot.cli import doctor, logs, progress, resources
from bot.cli import fetch as fetched
from bot.cli import preview as previews
from bot.cli import readers as census
from bot.cli.evaluate.command import evaluate
from bot.errors import Failure
from bot.jobs import fetch as ingest
from bot.markup import plurals
from bot.sandbox import demo, local
from bot.settings import Settings, is_local, proof, read, token
from bot.storage import schema
from bot.storage.takeout import document
from bot.transport.webhook import Address

cli = typer.Typer(
    help="PaperPicks: a Telegram bot that learns which new machine-learning papers you would read.",
    epilog="Settings come from the environment and .env; the README lists them.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli.command()(evaluate)
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(
    stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False
)
User = Annotated[
    int, typer.Argument(metavar="USER", help="The reader's Telegram id.")
]


@cli.callback(invoke_without_command=True)
def bare(context: typer.Context) -> None:
    """PaperPicks: a Telegram bot that learns which new machine-learning papers you would read."""
    if context.invoked_subcommand is None:
        out.print(context.get_help())


class Source(StrEnum):
    """What can be fetched from."""

    huggingface = "huggingface"
    arxiv = "arxiv"


@cli.command()
def run(
    *,
    adopt: Annotated[
        bool, typer.Option(help="Move this database to the token's bot.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help=f"Of the local chat: {local.PORT}, or the next free.",
        ),
    ] = None,
) -> None:
    """Fetch, learn, deliver and talk, all in one process, until Ctrl-C.

    Without a token it talks on a page in your browser, the local chat.
    """
    settings = read()
    if is_local(settings):
        # What the page shows needs no log beside it, unless one was asked for.
        asked = "log_level" in settings.model_fields_set
        logs.set_up(settings.log_level if asked else "WARNING")
        local.run(
            settings.data_dir,
            resources.endpoints(settings),
            settings.picks_per_day,
            out,
            port,
        )
        return
    secret = token(settings)
    url, proves = settings.webhook_url, proof(settings)
    address = (
        Address(url, proves, settings.host, settings.port) if url else None
    )
    logs.set_up(settings.log_level, secret, proves)
    base = settings.telegram_api_base
    with resources.runtime(settings) as runtime:
        asyncio.run(
            application.run(runtime, secret, base, adopt=adopt, address=address)
        )


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with (
        resources.database(read(), prepare=False) as database,
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
        Source | None, typer.Option(help="Only this one.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=366, help="How far back.")
    ] = ingest.DAYS,
    file: Annotated[
        Path | None,
        typer.Option(
            help="A saved Daily Papers page, JSON lines (gzip too) or BibTeX."
        ),
    ] = None,
) -> None:
    """Bring papers into storage, from the sources or from a file."""
    settings, now = read(), datetime.now(UTC)
    if (
        file is None
        and source is Source.arxiv
        and not settings.arxiv_categories
    ):
        raise Failure(
            "ARXIV_CATEGORIES is not set, so there is nothing to ask arXiv for. "
            "Set it, for example to cs.LG,stat.ML.",
            passing=False,
        )
    logs.set_up("ERROR")
    with resources.database(settings) as database, progress.papers(err) as show:
        if file is not None:
            told = {
                str(file): ingest.read(
                    database, file, now.date(), progress=show
                )
            }
        else:
            endpoints = resources.endpoints(settings)
            told = ingest.fetch(
                database, endpoints, now, days=days, only=source, progress=show
            )
            for name in sorted(_asked(settings, source) - set(told)):
                fetched.tell_skipped(err, database, name, now)
    useful = [
        fetched.tell(out, err, name, outcome) for name, outcome in told.items()
    ]
    if not any(useful):
        raise typer.Exit(1)
    if any(outcome.stored.new for outcome in told.values()):
        local_run = settings.telegram_bot_token is None
        fetched.tell_where(out, settings.data_dir, local=local_run)


@cli.command()
def deliver(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say who would get what.")
    ] = False,
) -> None:
    """Send every digest that is due now, once."""
    settings = read()
    if dry_run:
        with resources.runtime(settings) as runtime:
            asyncio.run(runtime.reload())
            previews.due(out, runtime)
        return
    secret = token(settings)
    logs.set_up(settings.log_level, secret)
    with resources.runtime(settings) as runtime:
        asyncio.run(runtime.reload())
        sent = asyncio.run(
            application.deliver_once(
                runtime, secret, settings.telegram_api_base
            )
        )
    out.print(f"{plurals.of(sent, 'digest')} sent.")


@cli.command()
def preview(user: User) -> None:
    """Show what a reader would get now, and why; nothing is sent or recorded."""
    with resources.runtime(read()) as runtime:
        reader = census.find(runtime.database, user)
        asyncio.run(runtime.reload())
        previews.reader(out, runtime, reader)


@cli.command()
def forget(
    user: User,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a reader, and everything that is kept of them."""
    with resources.database(read()) as database:
        census.forget(out, database, user, sure=yes)


@cli.command()
def export(
    user: Annotated[
        int | None, typer.Argument(metavar="USER", help="Their Telegram id.")
    ] = None,
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="The JSON Schema of it.")
    ] = False,
) -> None:
    """Write all that is kept of a reader to standard output, as one JSON document."""
    if schema:
        sys.stdout.write(json.dumps(document.schema(), indent=1) + "\n")
        return
    if user is None:
        raise Failure(
            "export needs USER, the reader's Telegram id", passing=False
        )
    with resources.database(read()) as database:
        sys.stdout.write(
            census.export(database, user, datetime.now(UTC)).decode() + "\n"
        )


@cli.command(name="import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `export` wrote.")
    ],
    *,
    user: Annotated[
        int | None, typer.Option(help="For this Telegram id instead.")
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="In place of what is there.")
    ] = False,
) -> None:
    """Take a reader's document in, from this instance or another, beside what they said here."""
    with resources.database(read()) as database:
        census.import_(
            out, database, file, user, datetime.now(UTC), replace=replace
        )


@cli.command(name="demo")
def simulate(
    *,
    papers: Annotated[
        Path | None, typer.Option(help="What `fetch --file` reads.")
    ] = None,
    readers: Annotated[
        Path | None, typer.Option(help="Simulated readers, JSON lines.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, help="How many days with picks.")
    ] = 14,
    picks: Annotated[int, typer.Option(min=1, max=10, help="Picks a day.")] = 2,
    seed: Annotated[
        int, typer.Option(help="Of the random order beside ours.")
    ] = 0,
) -> None:
    """Simulate weeks of use, with the bundled sample or your files, and draw how they went."""
    logs.set_up("ERROR")
    picture = read().data_dir / "demo.png"
    plan = demo.plan(papers, readers, days, picks, seed)
    demo.run(plan, out, partial(progress.steps, err), picture)


@cli.command(name="doctor")
def examine() -> None:
    """Say what is wrong with this installation, and how to mend it."""
    settings = read()
    ill = settings.telegram_bot_token is None
    if ill:
        out.print("✗ TELEGRAM_BOT_TOKEN is not set → get one from @BotFather")
    with resources.database(settings, prepare=False) as database:
        seen = doctor.examine(
            database,
            resources.endpoints(settings),
            resources.line(settings),
            datetime.now(UTC),
        )
        for finding in chain(
            doctor.privacy(resources.private(settings, database)), seen
        ):
            ill |= not finding.well
            mend = "" if finding.well else f" → {finding.mend}"
            out.print(f"{'✓' if finding.well else '✗'} {finding.seen}{mend}")
    raise typer.Exit(1 if ill else 0)


@cli.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="One that is not there yet.")
    ],
) -> None:
    """Copy the database into one file, also while the bot runs."""
    with resources.database(read(), prepare=False) as database:
        schema.backup(database, file)
    out.print(
        f"{file} holds everything. To restore it, put it where the database is."
    )


@cli.command()
def stats() -> None:
    """Show how many papers, readers and ratings there are."""
    with resources.database(read()) as database:
        census.show(out, database)


# As they stand: what is made of a longer description is cut in the middle of a sentence.
for command in cli.registered_commands:
    command.short_help = (command.callback.__doc__ or "").split("\n")[0]


def main() -> None:
    """Run a command; whatever is wrong is one line on standard error, and an exit code."""
    try:
        sys.exit(cli(standalone_mode=False))
    except typer.TyperException as error:  # a wrong option or argument
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "paperpicks"
        said = getattr(error, "format_message", error.__str__)().rstrip(".")
        err.print(f"paperpicks: {said} (see {path} --help)")
        sys.exit(2)
    except Failure as failure:
        err.print(f"paperpicks: {failure}")
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)


def _asked(settings: Settings, source: Source | None) -> set[str]:
    if source is not None:
        return {source}
    return set(Source) if settings.arxiv_categories else {Source.huggingface}


if __name__ == "__main__":
    main()
