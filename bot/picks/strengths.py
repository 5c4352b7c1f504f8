"""Tells how well any papers fit a reader: by the measure with which picks are called strong."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.picks import selection, tastes
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender import ranking
from recommender.expectation import expect


@dataclass(frozen=True, slots=True)
class Fit:
    """What a paper is worth to a reader, and in a word: strong, fair or stretch."""

    score: float
    strength: str


def of_papers(
    database: Database,
    catalogue: Catalogue,
    feedback: Feedback,
    ids: Collection[int],
    today: date,
) -> dict[int, Fit]:
    """Return how well papers on a reader's shelf fit them, by id.

    Empty before the reader has any taste, or the papers have any features.
    """
    taste = tastes.learn(database, catalogue, feedback)
    if catalogue.model is None or not taste.evidence:
        return {}

    shelf = shelves.of_reader(database, catalogue, feedback)
    new = shelf.head(shelf.count_fresh(today))
    matches = shelf.phrase_matches(tastes.phrases(taste.evidence))
    new_scores = ranking.scores(new, taste, matches[: len(new)])
    others = selection.background(database, catalogue, feedback, taste, today)
    expectation = expect(taste, np.concatenate([new_scores, others]))

    rows = np.flatnonzero(shelf.among(ids))
    papers = shelf.candidates.take(rows)
    scores = ranking.scores(papers, taste, matches[rows])
    return {
        int(paper_id): Fit(float(score), expectation.strength(float(score)))
        for paper_id, score in zip(papers.ids, scores, strict=True)
    }
