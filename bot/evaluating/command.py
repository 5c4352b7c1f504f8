"""The command that measures the recommender on a data set, against the published recipes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import Failure
from bot.evaluating import data, tables
from recommender import baselines, evaluation

err = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)

WIDTH = 160  # of tables, so that they read the same in a log as on a terminal
NO_VOTES = {"popularity": "votes", "zotero": "dates"}  # left out where there are none, and why


class Protocol(StrEnum):
    """How to measure."""

    new_papers = "new-papers"
    stream = "stream"
    ratings = "ratings"


class Fold(StrEnum):
    """Which papers are new: every fifth, from one of the first five; or each fold in turn."""

    first = "0"
    second = "1"
    third = "2"
    fourth = "3"
    fifth = "4"
    every = "all"


def evaluate(
    *,
    protocol: Annotated[Protocol, typer.Option(help="How to measure.")] = Protocol.new_papers,
    papers: Annotated[list[Path] | None, typer.Option(help="JSON lines; may be repeated.")] = None,
    libraries: Annotated[Path | None, typer.Option(help="Who saved which paper.")] = None,
    readers: Annotated[int, typer.Option(min=1, help="How many, drawn by the seed.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Of every random choice.")] = 0,
    fold: Annotated[Fold, typer.Option(help="The fold of new papers, or all.")] = Fold.first,
    likes: Annotated[str, typer.Option(help="Known likes: all, or numbers.")] = "all,5,1",
    against: Annotated[str | None, typer.Option(help="Baselines, with commas.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON alone on standard output.")] = False,
) -> None:
    """Measure the recommender on a data set, side by side with the published recipes."""
    names = _models(against)
    if protocol is Protocol.new_papers:
        rows, told = _new_papers(
            papers=papers,
            libraries=libraries,
            readers=readers,
            seed=seed,
            fold=fold,
            likes=likes,
            names=names,
        )
    if as_json:
        sys.stdout.write(tables.as_json(rows) + "\n")
        return
    out = Console(width=WIDTH, markup=False, emoji=False, highlight=False)
    for table in told:
        out.print(tables.table(table))


def _new_papers(
    *,
    papers: Sequence[Path] | None,
    libraries: Path | None,
    readers: int,
    seed: int,
    fold: Fold,
    likes: str,
    names: Sequence[str],
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    if not papers or libraries is None:
        raise Failure("new-papers needs --papers and --libraries", passing=False)
    found = data.documents(papers)
    saved = data.libraries(libraries, found)
    for name in [name for name in names if name in NO_VOTES]:
        err.print(f"{name} is left out: these papers have no {NO_VOTES[name]}.")
    try:
        with progress("readers") as bar:
            results = evaluation.new_papers(
                [paper.terms for paper in found],
                saved,
                folds=range(evaluation.FOLDS) if fold is Fold.every else (int(fold),),
                readers=readers,
                seed=seed,
                likes=_known(likes),
                against=[name for name in names if name not in NO_VOTES],
                progress=bar,
            )
    except ValueError as error:
        raise Failure(
            f"{libraries}: {error}; ask for fewer with --readers", passing=False
        ) from None
    rows = tables.ranked(results)
    compared = tables.compared(results)
    return rows, [rows, compared] if compared else [rows]


def _models(against: str | None) -> list[str]:
    if against is None:
        return list(baselines.MODELS)
    names = [name.strip() for name in against.split(",") if name.strip()]
    unknown = next((name for name in names if name not in baselines.MODELS), None)
    if unknown is not None:
        known = ", ".join(baselines.MODELS)
        raise Failure(f"--against: there is no {unknown}; there are {known}", passing=False)
    return list(dict.fromkeys(names))


def _known(likes: str) -> list[int | str]:
    found: list[int | str] = []
    for part in likes.split(","):
        text = part.strip()
        if text != "all" and not (text.isascii() and text.isdigit() and int(text)):
            raise Failure(f"--likes: {text!r} is neither all nor a number above 0", passing=False)
        found.append(text if text == "all" else int(text))
    return list(dict.fromkeys(found))


@contextmanager
def progress(what: str) -> Iterator[evaluation.Progress]:
    """Show a bar with the time left on standard error, and nothing in a log."""
    bar = Progress(
        TextColumn("{task.completed} of {task.total} {task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
