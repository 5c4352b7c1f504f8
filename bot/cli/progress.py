"""Shows how far a long command has come: a bar on a terminal, and nothing in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bot.jobs import fetch

# How many steps are done.
Step = Callable[[int], None]


@contextmanager
def steps(console: Console, total: int) -> Iterator[Step]:
    """Show a bar for steps of which it is known how many there are."""
    columns = (
        TextColumn("day {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(),
    )
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task("", total=total)
    with bar:
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def papers(console: Console) -> Iterator[fetch.Progress]:
    """Show a bar for each source, with the papers it has brought."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("papers: {task.completed}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def show(source: str, papers: int) -> None:
        if source not in tasks:
            tasks[source] = bar.add_task(source, total=None)
        bar.update(tasks[source], completed=papers)

    with bar:
        yield show
