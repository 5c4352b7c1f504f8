"""The bundled sample: real titles, summaries in our own words, and days that are made up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from recommender.papers import Paper

SOURCE = "sample"
FILE = Path(__file__).with_name("sample.jsonl")
DAYS, A_DAY = 14, 8  # the last day takes what remains
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of the sample; `subject` says what it is about, for simulated readers alone."""

    title: str
    summary: str
    categories: tuple[str, ...]
    subject: str


def fetch(first: date) -> Iterator[tuple[date, list[Paper]]]:
    """Yield the papers of each made-up weekday, the first of them on `first`."""
    entries, day = parse(FILE.read_text("utf-8")), first
    for number in range(DAYS):
        last = None if number == DAYS - 1 else (number + 1) * A_DAY
        yield (
            day,
            [_paper(entry, day) for entry in entries[number * A_DAY : last]],
        )
        day = weekday_after(day)


def parse(payload: str) -> list[Entry]:
    """Return the entries of the file, in its order."""
    rows = map(json.loads, payload.splitlines())
    return [
        Entry(**{**row, "categories": tuple(row["categories"])}) for row in rows
    ]


def weekday_after(day: date) -> date:
    """Return the next day that is neither Saturday nor Sunday."""
    return day + timedelta(
        days=1 if day.weekday() < FRIDAY else 7 - day.weekday()
    )


def _paper(entry: Entry, day: date) -> Paper:
    return Paper(
        title=entry.title,
        abstract=entry.summary,
        categories=entry.categories,
        listed=day,
        source=SOURCE,
    )
