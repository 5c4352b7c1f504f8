"""The options of `paperpicks evaluate`: how each is typed, and how its text is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Failure
from recommender.evaluation import baselines
from recommender.evaluation.new_papers import N_FOLDS

# Readers who are drawn for the protocol new-papers.
N_LIBRARIES = 300

# How many of its last days are replayed of a stream.
STREAM_DAYS = 60

# How many of their first days are replayed of new installations, and from where on.
FIRST_WEEKS_DAYS = 40
FIRST_WEEKS_STARTS = "2026-01-12,2026-02-23,2026-04-13"

# Picks a day, of one reader and of a group.
READER_PICKS = 5
GROUP_PICKS = 3

# How many groups of each kind are drawn; half as many of twenty members.
GROUP_DRAWS = 6

# How many listed days readers rate their picks before they get sources of their own.
SOURCES_DAYS = 40


class Protocol(StrEnum):
    """How to measure; docs/recommender.md describes each."""

    new_papers = "new-papers"
    stream = "stream"
    ratings = "ratings"
    authors = "authors"
    first_weeks = "first-weeks"
    sources = "sources"
    groups = "groups"
    gist = "gist"


class Fold(StrEnum):
    """Which papers are new: every fifth, from one of the first five, or each fold in turn."""

    first = "0"
    second = "1"
    third = "2"
    fourth = "3"
    fifth = "4"
    every = "all"


ProtocolOption = Annotated[
    Protocol,
    typer.Option(help="How to measure."),
]
PapersOption = Annotated[
    list[Path] | None,
    typer.Option(help="JSON lines; may be repeated."),
]
LibrariesOption = Annotated[
    Path | None,
    typer.Option(help="Who saved which paper."),
]
ReadersFileOption = Annotated[
    Path | None,
    typer.Option(help="Readers of the stream."),
]
RatingsOption = Annotated[
    Path | None,
    typer.Option(help="One reader's ratings, in order."),
]
ReadersOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help=f"How many, drawn by the seed; {N_LIBRARIES} of libraries, all authors.",
    ),
]
SeedOption = Annotated[
    int,
    typer.Option(min=0, help="Of every random choice."),
]
FoldOption = Annotated[
    Fold,
    typer.Option(help="The fold of new papers, or all."),
]
LikesOption = Annotated[
    str,
    typer.Option(help="Known likes: all, or numbers."),
]
CutOption = Annotated[
    str | None,
    typer.Option(help="The day from which papers, or sources, are new."),
]
UntilOption = Annotated[
    str | None,
    typer.Option(help="Of new sources the last day."),
]
PicksOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=50,
        help=f"A day: {READER_PICKS} of a reader, {GROUP_PICKS} of a group.",
    ),
]
DrawsOption = Annotated[
    int,
    typer.Option(min=1, help="Groups of each kind, half as many of twenty."),
]
DaysOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help=(
            f"Of the stream its last {STREAM_DAYS}, of first weeks and groups the "
            f"first {FIRST_WEEKS_DAYS}, "
            f"of sources {SOURCES_DAYS} before the cut."
        ),
    ),
]
StartsOption = Annotated[
    str,
    typer.Option(help="First days of picks."),
]
StoredDaysOption = Annotated[
    int,
    typer.Option(min=1, help="Stored before the first day."),
]
AgainstOption = Annotated[
    str | None,
    typer.Option(help="Baselines, with commas."),
]
PlotsOption = Annotated[
    Path,
    typer.Option(help="Folder for pictures."),
]
AblationOption = Annotated[
    bool,
    typer.Option(help="Our model without each of its parts."),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="JSON alone on standard output."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options as they were typed; each protocol uses those that it has a use for."""

    papers: Sequence[Path]
    libraries: Path | None
    readers_file: Path | None
    ratings: Path | None
    readers: int | None
    seed: int
    fold: Fold
    likes: str
    cut: str | None
    until: str | None
    picks: int | None
    draws: int
    days: int | None
    starts: str
    stored_days: int
    baselines: Sequence[str]
    plots: Path
    ablation: bool


def parse_baselines(text: str | None) -> list[str]:
    """Return the names of baselines, which are all if none is typed."""
    if text is None:
        return list(baselines.MODELS)

    names = [name.strip() for name in text.split(",")]
    names = [name for name in names if name]
    for name in names:
        if name not in baselines.MODELS:
            raise Failure(
                f"--against: there is no {name}; there are {', '.join(baselines.MODELS)}",
                passing=False,
            )

    return list(dict.fromkeys(names))


def parse_likes(text: str) -> list[int | str]:
    """Return the numbers of known likes, of which `all` is one."""
    numbers: list[int | str] = []
    for item in text.split(","):
        number = item.strip()
        if number == "all":
            numbers.append(number)
        elif number.isascii() and number.isdigit() and int(number):
            numbers.append(int(number))
        else:
            raise Failure(
                f"--likes: {number!r} is neither all nor a number above 0",
                passing=False,
            )

    return list(dict.fromkeys(numbers))


def parse_fold(fold: Fold) -> Sequence[int]:
    """Return the numbers of the folds."""
    if fold is Fold.every:
        return range(N_FOLDS)
    return [int(fold)]


def parse_cut(text: str) -> date:
    """Return the day from which on papers are new."""
    return _parse_day(text, option="--cut", example="2026-03-01")


def parse_until(text: str | None) -> date:
    """Return the last day, which has no end if none is typed."""
    if text is None:
        return date.max
    return _parse_day(text, option="--until", example="2026-04-30")


def parse_starts(text: str) -> list[date]:
    """Return the first days of picks."""
    return [
        _parse_day(item.strip(), option="--starts", example="2026-01-12")
        for item in text.split(",")
    ]


def _parse_day(text: str, *, option: str, example: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(
            f"{option}: {text!r} is no day such as {example}", passing=False
        ) from None
