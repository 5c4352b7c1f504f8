"""The bundled sample: real titles, summaries in our own words, and days that are made up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from recommender.papers import Paper

SOURCE = "sample"
FILE = Path(__file__).with_name("sample.jsonl")

# The days of the sample.
DAYS = 14

# The papers of each day; the last day has all that remain.
A_DAY = 8

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of the sample; only simulated readers know its `subject`."""

    title: str
    summary: str
    categories: tuple[str, ...]
    subject: str


def fetch(first: date) -> Iterator[tuple[date, list[Paper]]]:
    """Yield the papers of each made-up weekday, beginning on `first`."""
    entries = parse(FILE.read_text("utf-8"))
    day = first

    for number in range(DAYS):
        start = number * A_DAY
        stop = None if number == DAYS - 1 else start + A_DAY
        yield day, [_paper(entry, day) for entry in entries[start:stop]]

        day = weekday_after(day)


def parse(payload: str) -> list[Entry]:
    """Return the entries of the file in their order."""
    rows = map(json.loads, payload.splitlines())

    return [
        Entry(**{**row, "categories": tuple(row["categories"])}) for row in rows
    ]


def weekday_after(day: date) -> date:
    """Return the next day that is neither Saturday nor Sunday."""
    if day.weekday() < FRIDAY:
        return day + timedelta(days=1)

    return day + timedelta(days=7 - day.weekday())


def _paper(entry: Entry, day: date) -> Paper:
    return Paper(
        title=entry.title,
        abstract=entry.summary,
        categories=entry.categories,
        listed=day,
        source=SOURCE,
    )
