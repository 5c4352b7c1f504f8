"""Finds papers for a local run: stored ones, those of Hugging Face, or the bundled sample."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.errors import Failure
from bot.jobs import fetch
from bot.markup import list_keys
from bot.sources import huggingface, queries, sample
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.storage import papers
from bot.storage.database import Database, file_url
from bot.storage.subscriptions import Limits

# A local run begins this many weekdays before the newest paper, to have days to play.
WEEKDAYS_BEFORE_NEWEST = 20

# How far back the papers go that are there on the first day.
HISTORY = timedelta(days=30)

# Days of the sample that are there on the first day: interests show from some thirty
# papers on.
SAMPLE_HISTORY_DAYS = 3

# The sample has eight papers a day, of which five picks would be too many.
SAMPLE_PICKS = 2

# When a local run begins on its first day: after the usual hour of the picks.
START_TIME = time(10, tzinfo=UTC)

# Seconds in which Hugging Face has to answer.
TIMEOUT = 3.0

# The kinds of a corpus. A local run stores the kind, so the values stay as they are.
SAMPLE = "sample"
STORED = "stored"
HUGGING_FACE = "huggingface"

# What readers may choose where no source is asked, to try it.
OFFLINE_KINDS = frozenset(
    {
        list_keys.DAILY,
        list_keys.ARXIV,
        list_keys.BIORXIV,
        list_keys.MEDRXIV,
    }
)

FRIDAY = 4

log = logging.getLogger(__name__)

# Stores the papers listed after one day and up to another; returns what went wrong.
StorePapers = Callable[[Database, date, date], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Papers by day, which a local run stores as its days pass.

    `note` tells the reader where the papers come from. `picks` is how many a new reader
    gets a day.
    """

    kind: str
    first_day: date
    note: str
    endpoints: Endpoints
    picks: int
    store_papers: StorePapers

    @property
    def start(self) -> datetime:
        """When the local clock begins; with the sample, after the first of its days."""
        day = self.first_day
        if self.kind == SAMPLE:
            for _ in range(SAMPLE_HISTORY_DAYS):
                day = sample.weekday_after(day)

        return datetime.combine(day, START_TIME)

    @property
    def limits(self) -> Limits:
        """Which sources readers may choose: none that has to be asked, where none is."""
        if self.endpoints.lists:
            return Limits()
        return Limits(kinds=OFFLINE_KINDS)

    @property
    def history_start(self) -> date:
        """The day after which the first papers are stored."""
        if self.kind == SAMPLE:
            return self.first_day - timedelta(days=1)
        return self.first_day - HISTORY


def find_corpus(
    endpoints: Endpoints, picks: int, database_file: Path, today: date
) -> Corpus:
    """Return stored papers, or else those of Hugging Face, or else the sample."""
    kind = STORED
    newest = _newest_stored(database_file)
    if newest is None:
        kind = HUGGING_FACE
        newest = _newest_listed(endpoints, today)
    if newest is None:
        return sample_corpus(endpoints, picks, today)

    first_day = _weekdays_before(newest, WEEKDAYS_BEFORE_NEWEST)
    return create_corpus(
        kind, first_day, endpoints, picks, database_file=database_file
    )


def sample_corpus(endpoints: Endpoints, picks: int, today: date) -> Corpus:
    """Return the bundled sample, so that the local run begins today."""
    first_day = _weekdays_before(
        _last_weekday(today),
        SAMPLE_HISTORY_DAYS,
    )
    return create_corpus(SAMPLE, first_day, endpoints, picks)


def create_corpus(
    kind: str,
    first_day: date,
    endpoints: Endpoints,
    picks: int,
    *,
    database_file: Path = Path(),
) -> Corpus:
    """Return the corpus of a kind; `database_file` holds the stored papers."""
    if kind == SAMPLE:
        return Corpus(
            kind=kind,
            first_day=first_day,
            note="You see the bundled sample: 115 real titles with summaries of our own; their "
            "days are made up. For today's papers, stop PaperPicks, delete local* in its data "
            "folder, and run it again online.",
            endpoints=replace(endpoints, lists=False),
            picks=SAMPLE_PICKS,
            store_papers=_sample_storer(first_day),
        )

    if kind == HUGGING_FACE:
        origin = "Hugging Face Daily Papers"
        store_papers = _list_storer(endpoints)
    else:
        origin = "those you stored"
        store_papers = _copier(database_file)

    day = f"{first_day:%A, %d %B %Y}".replace(" 0", " ")
    return Corpus(
        kind=kind,
        first_day=first_day,
        note=f"The papers are {origin}, day by day as they were listed from {day} on.",
        endpoints=endpoints,
        picks=picks,
        store_papers=store_papers,
    )


def _sample_storer(first_day: date) -> StorePapers:
    """Return a callable that stores days of the sample."""

    def store(database: Database, after: date, last: date) -> str:
        days = list(sample.fetch(first_day))
        for day, entries in days:
            if after < day <= last:
                papers.store(database, entries)

        final_day, _ = days[-1]
        if last < final_day:
            return ""
        return "That was the sample's last day: no new papers will come."

    return store


def _copier(database_file: Path) -> StorePapers:
    """Return a callable that copies days from the database of `paperpicks fetch`."""

    def store(database: Database, after: date, last: date) -> str:
        with closing(Database(file_url(database_file))) as source:
            listed = papers.listed_between(source, after, last)
            papers.store(database, listed)
        return ""

    return store


def _list_storer(endpoints: Endpoints) -> StorePapers:
    """Return a callable that fetches days from Hugging Face."""

    def store(database: Database, after: date, last: date) -> str:
        days = min(max((last - after).days, 1), HISTORY.days)
        outcomes = fetch.fetch(
            database,
            endpoints,
            datetime.combine(last, START_TIME),
            days=days,
            only=huggingface.SOURCE,
        )
        if any(outcome.down for outcome in outcomes.values()):
            return "No new papers came: Hugging Face can't be reached at the moment."
        return ""

    return store


def _newest_stored(database_file: Path) -> date | None:
    """Return the newest day that `paperpicks fetch` has stored, or None."""
    if not database_file.exists():
        return None

    try:
        with closing(Database(file_url(database_file))) as database:
            newest = papers.newest(database, 1)
    except Failure as failure:
        log.warning(
            "The papers in %s can't be used: %s", database_file, failure
        )
        return None

    return newest[0].listed if newest else None


def _newest_listed(endpoints: Endpoints, today: date) -> date | None:
    """Return the newest day that Hugging Face lists, or None if it can't be reached."""
    try:
        [answer] = queries.ask(
            huggingface.SOURCE,
            "front",
            max(today, endpoints.clock().date()),
            patience=TIMEOUT,
            endpoint=endpoints.hf_endpoint,
            today=today,
        )
    except SourceDown as down:
        log.info("%s", down)
        return None

    return max((paper.listed for paper in answer.papers), default=None)


def _last_weekday(day: date) -> date:
    """Return the day itself, or the Friday before if it is at a weekend."""
    return day - timedelta(days=max(day.weekday() - FRIDAY, 0))


def _weekdays_before(day: date, number: int) -> date:
    for _ in range(number):
        day = _last_weekday(day - timedelta(days=1))
    return day
