"""Chooses and records the few papers that a new reader is asked about to learn their taste."""

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

N_QUESTIONS = 6

# Papers just off the list from which these alone are asked about.
MIN_OLDER_PAPERS = QUESTION_POOL // 5


def begin(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> Digest | None:
    """Return the questions that a reader has not finished, or record new ones.

    Returns None if there are too few papers to ask about.
    """
    unfinished = digests.unasked(database, reader.id)
    if unfinished is not None:
        return unfinished
    choices = _choose(database, catalogue, reader, now)
    if choices is None:
        return None
    return recommendations.record(
        database,
        reader.id,
        choices,
        kind=ASK,
        local_date=reader.local_date(now),
        new_papers=0,
        feature_version=catalogue.version,
        now=now,
        style="cards",
    )


def current(questions: Digest) -> Pick:
    """Return the question that the reader sees: the last one shown, or else the first."""
    visible = [pick for pick in questions.picks if pick.sent or pick.rank == 1]
    return visible[-1]


def following(questions: Digest, answered: Pick) -> Pick | None:
    """Return the question to show after an answer, or None if all have been asked.

    After an answer to an earlier question, or the same answer twice, it is the current one.
    """
    question = current(questions)
    if answered.rank < question.rank:
        return question
    later = (pick for pick in questions.picks if pick.rank > question.rank)
    return next(later, None)


def _choose(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> list[Choice] | None:
    """Choose the papers whose ratings teach most, or return None if too few can be asked about."""
    today = reader.local_date(now)
    feedback = selection.read_feedback(database, reader, now)
    ranking = selection.rank(database, catalogue, feedback, today, reader.picks)

    shelf = ranking.shelf
    free = selection.allowed(shelf, feedback)
    # The next picks are kept for the digest.
    free[[pick.row for pick in ranking.picks]] = False
    askable = _askable(free, shelf.count_fresh(today))
    if askable.sum() < N_QUESTIONS:
        return None

    candidates = shelf.head(len(askable))
    scores = scoring.scores(candidates, ranking.taste)
    rows = scoring.choose_questions(
        candidates, scores, N_QUESTIONS, allowed=askable
    )
    return [
        Choice(
            paper_id=int(candidates.ids[row]),
            score=float(scores[row]),
            policy=ASK,
            popularity=float(candidates.popularity[row]),
            reason=Reason(),
        )
        for row in rows
    ]


def _askable(allowed: Mask, n_fresh: int) -> Mask:
    """Mark the papers to ask about: those just off the list, which can't be picks any more.

    If too few papers are that old, the newest ones are asked about.
    """
    end = n_fresh + QUESTION_POOL
    older = np.zeros_like(allowed)
    older[n_fresh:end] = allowed[n_fresh:end]
    if older.sum() >= MIN_OLDER_PAPERS:
        return older[:end]
    return allowed[:QUESTION_POOL]
