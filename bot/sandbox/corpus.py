"""Where the local run's papers come from: the stored ones, Hugging Face, or the bundled sample."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.errors import Failure
from bot.jobs import fetch
from bot.sources import huggingface, queries, sample
from bot.sources.endpoints import Endpoints
from bot.sources.errors import SourceDown
from bot.storage import papers
from bot.storage.database import Database, file_url

# Weekdays that the first local day lies before the newest one.
BACK = 20
# Papers that are there already on the first day.
BEFORE = timedelta(days=30)
# On the first day, after the usual hour of the picks.
MORNING = time(10, tzinfo=UTC)
# Seconds.
QUICK = 3.0
SAMPLE_PICKS = 2
# Days of the sample are there already: interests show from some thirty papers on.
BEGUN = 3
SAMPLE, STORED, HUGGING_FACE = "sample", "stored", "huggingface"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Papers by day. `arrive` stores those after one day and up to another; it says what failed."""

    kind: str
    first: date
    about: str
    endpoints: Endpoints
    picks: int
    arrive: Callable[[Database, date, date], str]

    @property
    def begins(self) -> datetime:
        """The first moment of the local clock; some of the sample's days have passed by then."""
        day = self.first
        for _ in range(BEGUN if self.kind == SAMPLE else 0):
            day = sample.weekday_after(day)
        return datetime.combine(day, MORNING)

    @property
    def before(self) -> date:
        """The day before the first one whose papers are wanted."""
        return self.first - (
            timedelta(days=1) if self.kind == SAMPLE else BEFORE
        )


def find(endpoints: Endpoints, picks: int, stored: Path, today: date) -> Shelf:
    """Return real papers where there are any, stored or to be had at once; else the sample."""
    newest = _newest_in(stored)
    kind = STORED
    if newest is None:
        newest, kind = _newest_listed(endpoints, today), HUGGING_FACE
    if newest is None:
        return sample_of(today, endpoints, picks)
    return make(kind, _weekdays_before(newest, BACK), endpoints, picks, stored)


def sample_of(today: date, endpoints: Endpoints, picks: int) -> Shelf:
    """Return the bundled sample, beginning today."""
    first = _weekdays_before(_weekday(today), BEGUN)
    return make(SAMPLE, first, endpoints, picks, Path())


def make(
    kind: str, first: date, endpoints: Endpoints, picks: int, stored: Path
) -> Shelf:
    """Return the shelf of this kind whose first day is `first`."""
    day = f"{first:%A, %d %B %Y}".replace(" 0", " ")
    if kind == SAMPLE:
        return Shelf(
            kind=kind,
            first=first,
            about="You see the bundled sample: 115 real titles with summaries of our own; their "
            "days are made up. For today's papers, stop PaperPicks, delete local* in its data "
            "folder, and run it again online.",
            endpoints=replace(endpoints, lists=False),
            picks=SAMPLE_PICKS,
            arrive=lambda database, after, upto: _from_sample(
                database, first, after, upto
            ),
        )
    source = (
        "Hugging Face Daily Papers"
        if kind == HUGGING_FACE
        else "those you stored"
    )
    return Shelf(
        kind=kind,
        first=first,
        about=f"The papers are {source}, day by day as they were listed from {day} on.",
        endpoints=endpoints,
        picks=picks,
        arrive=(
            (
                lambda database, after, upto: _from_list(
                    database, endpoints, after, upto
                )
            )
            if kind == HUGGING_FACE
            else (
                lambda database, after, upto: _from_stored(
                    database, stored, after, upto
                )
            )
        ),
    )


def _from_sample(
    database: Database, first: date, after: date, upto: date
) -> str:
    days = list(sample.fetch(first))
    for day, found in days:
        if after < day <= upto:
            papers.store(database, found)
    last = days[-1][0]
    return (
        ""
        if upto < last
        else "That was the sample's last day: no new papers will come."
    )


def _from_stored(
    database: Database, stored: Path, after: date, upto: date
) -> str:
    with closing(Database(file_url(stored))) as library:
        papers.store(database, papers.listed_between(library, after, upto))
    return ""


def _from_list(
    database: Database, endpoints: Endpoints, after: date, upto: date
) -> str:
    days = min(max((upto - after).days, 1), BEFORE.days)
    now = datetime.combine(upto, MORNING)
    outcomes = fetch.fetch(
        database, endpoints, now, days=days, only=huggingface.SOURCE
    )
    down = any(outcome.down for outcome in outcomes.values())
    return (
        "No new papers came: Hugging Face can't be reached at the moment."
        if down
        else ""
    )


def _newest_in(stored: Path) -> date | None:
    """Return the newest day in the database that `paperpicks fetch` fills, if there is one."""
    if not stored.exists():
        return None
    try:
        with closing(Database(file_url(stored))) as library:
            newest = papers.newest(library, 1)
    except Failure as failure:
        log.warning("The papers in %s can't be used: %s", stored, failure)
        return None
    return newest[0].listed if newest else None


def _newest_listed(endpoints: Endpoints, today: date) -> date | None:
    try:
        [answer] = queries.ask(
            huggingface.SOURCE,
            "front",
            max(today, endpoints.clock().date()),
            patience=QUICK,
            endpoint=endpoints.hf_endpoint,
            today=today,
        )
    except SourceDown as down:
        log.info("%s", down)
        return None
    return max((paper.listed for paper in answer.papers), default=None)


def _weekday(day: date) -> date:
    """Return the last day up to `day` that is neither Saturday nor Sunday."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _weekdays_before(day: date, number: int) -> date:
    for _ in range(number):
        day = _weekday(day - timedelta(days=1))
    return day
