"""Fetches papers for `paperpicks fetch`, and prints what came and why no more did."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from bot.cli import progress
from bot.errors import Failure
from bot.jobs import fetch
from bot.jobs.fetch import Outcome
from bot.markup import plurals
from bot.sources.endpoints import Endpoints
from bot.storage import sources
from bot.storage.database import Database

# The most complaints about single records that are printed of one source.
MAX_FAULTS = 10


class Source(StrEnum):
    """A source that can be named on the command line."""

    huggingface = "huggingface"
    arxiv = "arxiv"
    biorxiv = "biorxiv"
    medrxiv = "medrxiv"
    crossref = "crossref"


def fetch_file(
    err: Console, database: Database, file: Path, now: datetime
) -> dict[str, Outcome]:
    """Store the papers of a file; return the outcome by the file's name."""
    with progress.paper_bars(err) as show:
        outcome = fetch.read(database, file, now.date(), progress=show)

    return {str(file): outcome}


def fetch_sources(
    err: Console,
    database: Database,
    endpoints: Endpoints,
    now: datetime,
    *,
    days: int,
    source: Source | None,
) -> dict[str, Outcome]:
    """Fetch from one source or from all of them; return the outcomes by source.

    A source that need not be asked now is skipped, and the reason is printed.
    """
    with progress.paper_bars(err) as show:
        outcomes = fetch.fetch(
            database,
            endpoints,
            now,
            days=days,
            only=source,
            progress=show,
        )

    names = [source] if source else fetch.asked_sources(database, endpoints)
    for name in names:
        if name not in outcomes:
            _print_skipped(err, database, name, now)

    return outcomes


def require_lists(
    database: Database, endpoints: Endpoints, source: Source | None
) -> None:
    """Raise a Failure if nobody reads anything of the source that is to be asked."""
    if source is None or source in fetch.asked_sources(database, endpoints):
        return

    message = (
        f"There is nothing to ask {source} for: no reader chose any of its lists. "
        "Readers do by /sources."
    )
    if source is Source.arxiv:
        message = (
            "ARXIV_CATEGORIES is not set and no reader chose a category, so there is nothing "
            "to ask arXiv for. Set it, for example to cs.LG,stat.ML."
        )
    raise Failure(message, passing=False)


def print_outcomes(
    out: Console, err: Console, outcomes: Mapping[str, Outcome]
) -> None:
    """Print for each source how many papers came, and what was wrong."""
    for name, outcome in outcomes.items():
        _print_outcome(out, err, name, outcome)


def is_useful(outcome: Outcome) -> bool:
    """Return whether a source answered to its end, or at least sent some papers."""
    stored = outcome.stored
    return outcome.down is None or stored.new + stored.existing > 0


def print_next_step(out: Console, data_dir: Path, *, is_local: bool) -> None:
    """Print how to see the new papers."""
    if not is_local:
        out.print("To see them, write /picks to the bot.")
    elif (data_dir / "local.db").exists():
        # A local chat keeps the papers that it began with.
        out.print(
            "To see them, press Tomorrow on the chat page. If it shows other papers: "
            f"stop it, delete {data_dir / 'local*'}, and start it again."
        )
    else:
        out.print(
            "To see them, open the chat page (paperpicks run), press Start and Tomorrow."
        )


def _print_outcome(
    out: Console, err: Console, name: str, outcome: Outcome
) -> None:
    new = outcome.stored.new
    existing = outcome.stored.existing

    if is_useful(outcome):
        papers = plurals.of(new + existing, "paper")
        out.print(
            f"{name}: {papers} read, {new} new, {existing} known already."
        )

    for fault in outcome.faults[:MAX_FAULTS]:
        err.print(f"paperpicks: {fault}")

    hidden = len(outcome.faults) - MAX_FAULTS
    if hidden > 0:
        err.print(f"paperpicks: and {hidden} more of that kind")

    if outcome.down is not None:
        err.print(f"paperpicks: {outcome.down}")


def _print_skipped(
    err: Console, database: Database, name: str, now: datetime
) -> None:
    state = sources.states(database).get(name)
    pause_end = state.not_before if state else None

    if pause_end is None or now >= pause_end:
        reason = "it was read today already"
    elif state and state.note:
        reason = (
            f"it asked to be left alone until {pause_end:%Y-%m-%d %H:%M} UTC"
        )
    else:
        reason = f"it has nothing new until {pause_end:%Y-%m-%d %H:%M} UTC"

    err.print(f"paperpicks: {name} was skipped: {reason}.")
