"""What a fetch brought, and why it brought no more, told to whoever asked for it."""

from datetime import datetime
from pathlib import Path

from rich.console import Console

from bot.jobs.fetch import Outcome
from bot.markup import plurals
from bot.storage import sources
from bot.storage.database import Database

MOST_FAULTS = 10


def tell(out: Console, err: Console, name: str, outcome: Outcome) -> bool:
    """Print what a source brought and why it brought no more; tell whether it was of any use."""
    new, known = outcome.stored.new, outcome.stored.existing
    useful = outcome.down is None or new + known > 0
    if useful:
        out.print(
            f"{name}: {plurals.of(new + known, 'paper')} read, {new} new, {known} known already."
        )
    for fault in outcome.faults[:MOST_FAULTS]:
        err.print(f"paperpicks: {fault}")
    if len(outcome.faults) > MOST_FAULTS:
        err.print(
            f"paperpicks: and {len(outcome.faults) - MOST_FAULTS} more of that kind"
        )
    if outcome.down is not None:
        err.print(f"paperpicks: {outcome.down}")
    return useful


def tell_where(out: Console, data_dir: Path, *, local: bool) -> None:
    """Print how to see papers that are new; a local chat that has begun keeps its own."""
    if not local:
        out.print("To see them, write /picks to the bot.")
    elif (data_dir / "local.db").exists():
        out.print(
            "To see them, press Tomorrow on the chat page. If it shows other papers: "
            f"stop it, delete {data_dir / 'local*'}, and start it again."
        )
    else:
        out.print(
            "To see them, open the chat page (paperpicks run), press Start and Tomorrow."
        )


def tell_skipped(
    err: Console, database: Database, name: str, now: datetime
) -> None:
    """Print why a source that could have been asked was not."""
    state = sources.states(database).get(name)
    until = state.not_before if state else None
    if until is not None and now < until:
        what = (
            "it asked to be left alone"
            if state and state.note
            else "it has nothing new"
        )
        why = f"{what} until {until:%Y-%m-%d %H:%M} UTC"
    else:
        why = "it was read today already"
    err.print(f"paperpicks: {name} was skipped: {why}.")
