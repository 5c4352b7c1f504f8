"""Lists papers by their upvotes: those of the last days, or all those of one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.picks import shelf as shelves
from bot.picks import strengths
from bot.picks.catalogue import Catalogue
from bot.picks.shelf import Shelf
from bot.picks.strengths import Fit
from bot.storage import papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.arrays import Rows

# How many days up to today a period has. `today` is the last day of which votes are counted.
PERIODS = {"today": 1, "week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class TopList:
    """The papers of a period with the most upvotes; `day` is the only one that it has, if so."""

    period: str
    paper_ids: tuple[int, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DayList:
    """The papers of a day, and the nearest days before and after it that have any."""

    day: date
    paper_ids: tuple[int, ...]
    before: date | None = None
    after: date | None = None


def top(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    period: str,
    today: date,
) -> TopList:
    """Return a period's papers by upvotes, as they are stored now.

    Of as many upvotes, the last listed paper comes first, then the one with the smaller id.
    """
    shelf = shelves.of_reader(database, catalogue, feedback)
    if period == "today":
        rows, day = _newest_day(shelf)
    else:
        rows, day = _since(shelf, today.toordinal() - PERIODS[period] + 1), None
    rows = _unmuted(shelf, feedback, rows)
    votes = _votes(database, shelf, rows)

    voted = [row for row in rows if _id(shelf, row) in votes]
    voted.sort(
        key=lambda row: (
            -votes[_id(shelf, row)],
            -shelf.days[row],
            _id(shelf, row),
        )
    )
    ids = tuple(_id(shelf, row) for row in voted)
    return TopList(period, ids, day)


def of_day(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    day: date | None,
    today: date,
) -> DayList:
    """Return all papers of a day, or of the newest one: by upvotes, the others by their fit."""
    shelf = shelves.of_reader(database, catalogue, feedback)
    everything = _unmuted(shelf, feedback, np.arange(len(shelf)))
    days = shelf.days[everything]
    if day is None:
        day = date.fromordinal(int(days[0])) if len(days) else today

    rows = everything[days == day.toordinal()]
    votes = _votes(database, shelf, rows)
    ids = [_id(shelf, row) for row in rows]
    # A day of one list of arXiv has hundreds of papers, and no votes at all.
    fits = {}
    if len(votes) < len(ids):
        fits = strengths.of_papers(database, catalogue, feedback, ids, today)
    ids.sort(key=lambda paper_id: _place(paper_id, votes, fits))

    earlier = days[days < day.toordinal()]
    later = days[days > day.toordinal()]
    return DayList(
        day=day,
        paper_ids=tuple(ids),
        before=date.fromordinal(int(earlier.max())) if len(earlier) else None,
        after=date.fromordinal(int(later.min())) if len(later) else None,
    )


def _place(
    paper_id: int, votes: Mapping[int, int], fits: Mapping[int, Fit]
) -> tuple[bool, float, int]:
    """Return the key by which the papers of a day are sorted."""
    if paper_id in votes:
        return False, -votes[paper_id], paper_id
    fit = fits.get(paper_id)
    return True, -fit.score if fit else 0.0, paper_id


def _newest_day(shelf: Shelf) -> tuple[Rows, date | None]:
    """Return the papers of the last day of which votes are counted, and that day."""
    if not len(shelf):
        return np.zeros(0, np.intp), None
    last = int(shelf.days[shelf.newest_count - 1])
    return np.flatnonzero(shelf.days == last), date.fromordinal(last)


def _since(shelf: Shelf, first: int) -> Rows:
    """Return the papers of a day, as an ordinal, and of all days after it."""
    return np.flatnonzero(shelf.days >= first)


def _unmuted(shelf: Shelf, feedback: Feedback, rows: Rows) -> Rows:
    return np.asarray(rows[~shelf.about(feedback.muted)[rows]], np.intp)


def _votes(database: Database, shelf: Shelf, rows: Rows) -> dict[int, int]:
    """Return the upvotes of papers as they are stored; a catalogue may be hours older."""
    return papers.upvotes(database, (_id(shelf, row) for row in rows))


def _id(shelf: Shelf, row: int) -> int:
    return int(shelf.candidates.ids[row])
