"""The papers that a reader passed some weeks ago, of which one may have a second look."""

from datetime import date, timedelta

import numpy as np

from bot.picks.shelf import Shelf
from bot.storage import impressions
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.second_look import MIN_AGE, PAUSE, Passed

# Papers that were shown longer ago are no news to anybody.
MAX_AGE = timedelta(days=180)


def of_reader(
    database: Database, shelf: Shelf, feedback: Feedback, today: date
) -> list[Passed]:
    """Return the passed papers on a shelf, without muted ones; none within a week of the last."""
    reader_id = feedback.reader_id
    if reader_id is None:
        return []
    last = impressions.last_second_look(database, reader_id)
    if last is not None and today - last < PAUSE:
        return []

    picks = impressions.passed(
        database, reader_id, today - MAX_AGE, today - MIN_AGE
    )
    # A vote in a group is a rating, too.
    rated = {rating.paper_id for rating in feedback.ratings}
    by_id = {p.paper_id: p for p in picks if p.paper_id not in rated}
    if not by_id:
        return []

    is_passed = shelf.among(by_id) & ~shelf.about(feedback.muted)
    passed = []
    for row in np.flatnonzero(is_passed).tolist():
        pick = by_id[int(shelf.candidates.ids[row])]
        passed.append(Passed(row, pick.expected, pick.popularity))
    return passed
