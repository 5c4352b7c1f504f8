"""The few papers that a new reader is asked about: those that teach most, chosen and recorded."""

from datetime import datetime

import numpy as np

from bot.picks import selection
from bot.picks.catalogue import Catalogue
from bot.storage import digests, recommendations
from bot.storage.database import Database
from bot.storage.delivery_tables import ASK
from bot.storage.digests import Digest, Pick
from bot.storage.readers import Reader
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from recommender import ranking as scoring
from recommender.arrays import Mask
from recommender.ranking import QUESTION_POOL

MOST = 6


def begin(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> Digest | None:
    """Return the questions a reader is in the midst of, or new ones; None for want of papers."""
    under_way = digests.unasked(database, reader.id)
    if under_way is not None:
        return under_way
    today = reader.local_date(now)
    feedback = selection.read_feedback(database, reader, now)
    free = selection.allowed(catalogue, feedback)
    # The next picks are kept for the digest.
    ranking = selection.rank(database, catalogue, feedback, today, reader.picks)
    free[[pick.row for pick in ranking.picks]] = False
    allowed = _askable(free, catalogue.fresh(today))
    if allowed.sum() < MOST:
        return None
    candidates = catalogue.first(len(allowed))
    scored = scoring.scores(candidates, ranking.taste)
    choices = [
        Choice(
            paper_id=int(candidates.ids[row]),
            score=float(scored[row]),
            policy=ASK,
            popularity=float(candidates.popularity[row]),
            reason=Reason(),
        )
        for row in scoring.choose_questions(
            candidates, scored, MOST, allowed=allowed
        )
    ]
    return recommendations.record(
        database,
        reader.id,
        choices,
        kind=ASK,
        local_date=today,
        new_papers=0,
        feature_version=catalogue.version,
        now=now,
        style="cards",
    )


def current(asked: Digest) -> Pick:
    """Return the question that was shown last: the first one before any was."""
    return [pick for pick in asked.picks if pick.sent or pick.rank == 1][-1]


def following(asked: Digest, answered: Pick) -> Pick | None:
    """Return what to show after an answer: the next question, None once all were asked.

    An answer to an earlier question, or one that came twice, moves nothing on.
    """
    now = current(asked)
    if answered.rank < now.rank:
        return now
    return next((pick for pick in asked.picks if pick.rank > now.rank), None)


def _askable(allowed: Mask, fresh: int) -> Mask:
    """Tell which papers to ask about: those just off the list, which are no picks any more.

    Where few are that old, the newest.
    """
    older = np.zeros_like(allowed)
    older[fresh : fresh + QUESTION_POOL] = allowed[
        fresh : fresh + QUESTION_POOL
    ]
    if older.sum() >= QUESTION_POOL // 5:
        return older[: fresh + QUESTION_POOL]
    return allowed[:QUESTION_POOL]
