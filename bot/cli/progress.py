"""Progress bars for commands that take long; they show on a terminal, and not in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from bot.jobs import fetch

# Called with how many things are done, and of how many.
SetCount = Callable[[int, int], None]

# Called with the number of days that are done.
SetDays = Callable[[int], None]


@contextmanager
def day_bar(console: Console, total: int) -> Iterator[SetDays]:
    """Show a bar of `total` days; yield the callable that moves it."""
    bar = Progress(
        TextColumn("day {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task("", total=total)

    def show(days: int) -> None:
        bar.update(task, completed=days)

    with bar:
        yield show


@contextmanager
def paper_bars(console: Console) -> Iterator[fetch.Progress]:
    """Show a bar for each source; yield the callable that sets its number of papers."""
    bars = Progress(
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
            # How many papers a source has is only known at its end.
            tasks[source] = bars.add_task(source, total=None)
        bars.update(tasks[source], completed=papers)

    with bars:
        yield show


@contextmanager
def count_bar(console: Console, unit: str) -> Iterator[SetCount]:
    """Show a bar with the time left; `unit` names what is counted, as `readers`."""
    bar = Progress(
        TextColumn("{task.completed} of {task.total} {task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task(unit, total=None)

    def show(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    with bar:
        yield show
