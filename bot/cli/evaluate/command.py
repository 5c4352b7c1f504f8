"""The command that measures the recommender on a data set, against the published recipes."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.evaluate import data, tables
from bot.cli.evaluate import first_weeks as weeks
from bot.cli.evaluate import plots as pictures
from bot.cli.evaluate import stream as streams
from bot.errors import Failure
from bot.picks.catalogue import popularity
from recommender.evaluation import authorship, baselines, new_papers
from recommender.evaluation.ratings import MIN_PAPERS, validate

err = Console(
    stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False
)

# Of tables, so that they read the same in a log as on a terminal.
WIDTH = 160
# What baselines there need.
NEW_PAPERS_LACK = {
    "popularity": "votes",
    "zotero": "dates",
}
VOTELESS = {"popularity": "votes"}

# Protocol 1 draws so many where no number is named.
READERS_OF_LIBRARIES = 300

# Of the stream its last days are replayed, so many where no number is named.
DAYS_OF_STREAM = 60
DAYS = f"Of the stream its last {DAYS_OF_STREAM}, of first weeks the first {weeks.DAYS}."
READERS = f"How many, drawn by the seed; {READERS_OF_LIBRARIES} of libraries, all authors."

Rows = list[dict[str, Any]]


class Protocol(StrEnum):
    """How to measure."""

    new_papers = "new-papers"
    stream = "stream"
    ratings = "ratings"
    authors = "authors"
    first_weeks = "first-weeks"


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
    protocol: Annotated[
        Protocol, typer.Option(help="How to measure.")
    ] = Protocol.new_papers,
    papers: Annotated[
        list[Path] | None, typer.Option(help="JSON lines; may be repeated.")
    ] = None,
    libraries: Annotated[
        Path | None, typer.Option(help="Who saved which paper.")
    ] = None,
    readers_file: Annotated[
        Path | None, typer.Option(help="Readers of the stream.")
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option(help="One reader's ratings, in order.")
    ] = None,
    readers: Annotated[int | None, typer.Option(min=1, help=READERS)] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of every random choice.")
    ] = 0,
    fold: Annotated[
        Fold, typer.Option(help="The fold of new papers, or all.")
    ] = Fold.first,
    likes: Annotated[
        str, typer.Option(help="Known likes: all, or numbers.")
    ] = "all,5,1",
    cut: Annotated[
        str | None, typer.Option(help="The day from which papers are new.")
    ] = None,
    picks: Annotated[
        int, typer.Option(min=1, max=50, help="Of the stream, a day.")
    ] = 5,
    days: Annotated[int | None, typer.Option(min=1, help=DAYS)] = None,
    starts: Annotated[
        str, typer.Option(help="First days of picks.")
    ] = weeks.STARTS,
    stored_days: Annotated[
        int, typer.Option(min=1, help="Stored before the first day.")
    ] = 10,
    against: Annotated[
        str | None, typer.Option(help="Baselines, with commas.")
    ] = None,
    plots: Annotated[Path, typer.Option(help="Folder for pictures.")] = Path(
        "plots"
    ),
    ablation: Annotated[
        bool, typer.Option(help="Our model without each of its parts.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON alone on standard output.")
    ] = False,
) -> None:
    """Measure the recommender on a data set, side by side with the published recipes."""
    names = _models(against)
    shown: dict[str, Any] = {"picks": picks, "plots": plots}
    if protocol is Protocol.new_papers:
        wanted = {
            "readers": readers or READERS_OF_LIBRARIES,
            "seed": seed,
            "ablation": ablation,
        }
        folds = (
            range(new_papers.N_FOLDS) if fold is Fold.every else (int(fold),)
        )
        told = _new_papers(
            papers, libraries, names, likes=_known(likes), folds=folds, **wanted
        )
    elif protocol is Protocol.stream:
        told = _stream(
            papers,
            readers_file,
            names,
            seed=seed,
            days=days or DAYS_OF_STREAM,
            **shown,
        )
    elif protocol is Protocol.first_weeks:
        told = _first_weeks(
            papers,
            readers_file,
            names,
            starts=starts,
            stored_days=stored_days,
            days=days or weeks.DAYS,
            as_json=as_json,
            **shown,
        )
    elif protocol is Protocol.authors:
        told = _authors(
            papers, cut, names, likes=_known(likes), readers=readers, seed=seed
        )
    else:
        told = _ratings(ratings, papers, names)
    _print(told, as_json=as_json)


def _print(told: Sequence[Rows], *, as_json: bool) -> None:
    """Print tables, or all their rows as one JSON list; comparisons are for people alone."""
    if as_json:
        rows = [row for table in told for row in table if "protocol" in row]
        sys.stdout.write(tables.as_json(rows) + "\n")
        return
    out = Console(width=WIDTH, markup=False, emoji=False, highlight=False)
    for table in told:
        out.print(tables.table(table))


def _new_papers(
    papers: Sequence[Path] | None,
    libraries: Path | None,
    names: Sequence[str],
    *,
    likes: Sequence[int | str],
    **wanted: Any,  # noqa: ANN401 - handed on as they are
) -> list[Rows]:
    if not papers or libraries is None:
        raise Failure(
            "new-papers needs --papers and --libraries", passing=False
        )
    found = data.documents(papers)
    saved = data.libraries(libraries, found)
    terms = [paper.terms for paper in found]
    against = _without(names, NEW_PAPERS_LACK)
    try:
        with progress("readers") as bar:
            results = new_papers.evaluate(
                terms,
                saved,
                likes=likes,
                against=against,
                progress=bar,
                **wanted,
            )
    except ValueError as error:
        raise Failure(f"{libraries}: {error}", passing=False) from None
    return _ranked(Protocol.new_papers, results)


def _authors(
    papers: Sequence[Path] | None,
    cut: str | None,
    names: Sequence[str],
    **wanted: Any,  # noqa: ANN401 - handed on as they are
) -> list[Rows]:
    if not papers or cut is None:
        raise Failure("authors needs --papers and --cut", passing=False)
    day = _day(cut)
    listed = [paper for _, paper in data.dated(papers)]
    voted = any(paper.upvotes is not None for paper in listed)
    against = names if voted else _without(names, VOTELESS)
    try:
        with progress("readers") as bar:
            results = authorship.evaluate(
                listed,
                popularity(listed),
                cut=day,
                against=against,
                progress=bar,
                **wanted,
            )
    except ValueError as error:
        raise Failure(
            f"{', '.join(map(str, papers))}: {error}", passing=False
        ) from None
    return _ranked(Protocol.authors, results)


def _ranked(
    protocol: Protocol, results: Sequence[new_papers.Result]
) -> list[Rows]:
    """Return the table of all models, and where there is any the one of ours to the best."""
    told = [tables.ranked(protocol.value, results), tables.compared(results)]
    return [table for table in told if table]


def _stream(
    papers: Sequence[Path] | None,
    readers_file: Path | None,
    names: Sequence[str],
    *,
    days: int,
    picks: int,
    seed: int,
    plots: Path,
) -> list[Rows]:
    if not papers or readers_file is None:
        raise Failure("stream needs --papers and --readers-file", passing=False)
    corpus, readers = streams.load(papers, readers_file, days)
    with progress("days") as bar:
        found, asked = streams.run(
            corpus,
            readers,
            names,
            days=days,
            picks=picks,
            seed=seed,
            progress=bar,
        )
    for path in pictures.draw(plots, found):
        err.print(f"drawn: {path}")
    return [streams.rows(found), streams.weeks(found), asked]


def _first_weeks(
    papers: Sequence[Path] | None,
    readers_file: Path | None,
    names: Sequence[str],
    *,
    plots: Path,
    as_json: bool,
    **wanted: Any,  # noqa: ANN401 - handed on as they are
) -> list[Rows]:
    if not papers or readers_file is None:
        raise Failure(
            "first-weeks needs --papers and --readers-file", passing=False
        )
    against = [name for name in names if name != "random"]
    with progress("days") as bar:
        results = weeks.run(
            papers, readers_file, against, progress=bar, **wanted
        )
    err.print(f"drawn: {pictures.first_weeks(plots, results)}")
    if as_json:
        return [weeks.rows(results)]
    return [weeks.summary(results), weeks.courses(results)]


def _ratings(
    ratings: Path | None, papers: Sequence[Path] | None, names: Sequence[str]
) -> list[Rows]:
    if ratings is None:
        raise Failure("ratings needs --ratings", passing=False)
    rated = data.ratings(ratings)
    background = [paper.terms for paper in data.documents(papers or [])]
    with progress("ratings") as bar:
        verdicts = validate(
            rated,
            background=background,
            against=_without(names, VOTELESS),
            progress=bar,
        )
    if not verdicts:
        raise Failure(
            f"{ratings}: too few ratings to predict any: it takes a like, a dislike and "
            f"{MIN_PAPERS} papers before one (older ones may come by --papers)",
            passing=False,
        )
    return [
        [
            {"protocol": "ratings", **tables.rounded(asdict(each))}
            for each in verdicts
        ]
    ]


def _without(names: Sequence[str], lacking: Mapping[str, str]) -> list[str]:
    """Return the baselines that these data allow, with a word about those left out."""
    for name in names:
        if name in lacking:
            err.print(
                f"{name} is left out: these papers have no {lacking[name]}."
            )
    return [name for name in names if name not in lacking]


def _models(against: str | None) -> list[str]:
    if against is None:
        return list(baselines.MODELS)
    names = [name.strip() for name in against.split(",") if name.strip()]
    unknown = next(
        (name for name in names if name not in baselines.MODELS), None
    )
    if unknown is not None:
        known = ", ".join(baselines.MODELS)
        raise Failure(
            f"--against: there is no {unknown}; there are {known}",
            passing=False,
        )
    return list(dict.fromkeys(names))


def _day(cut: str) -> date:
    try:
        return date.fromisoformat(cut)
    except ValueError:
        raise Failure(
            f"--cut: {cut!r} is no day such as 2026-03-01", passing=False
        ) from None


def _known(likes: str) -> list[int | str]:
    found: list[int | str] = []
    for part in likes.split(","):
        text = part.strip()
        if text != "all" and not (
            text.isascii() and text.isdigit() and int(text)
        ):
            raise Failure(
                f"--likes: {text!r} is neither all nor a number above 0",
                passing=False,
            )
        found.append(text if text == "all" else int(text))
    return list(dict.fromkeys(found))


@contextmanager
def progress(what: str) -> Iterator[new_papers.Progress]:
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
