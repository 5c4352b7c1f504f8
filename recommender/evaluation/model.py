"""Our model as the evaluations run it: learned and scored by the functions that the bot uses."""

from collections.abc import Callable, Sequence

import numpy as np

from recommender.arrays import Floats
from recommender.evaluation.baselines import RatingHistory
from recommender.evidence import rating_evidence
from recommender.features import PaperFeatures
from recommender.profile import learn
from recommender.vectors import Vectors

PAPERPICKS = "paperpicks"

# Learns one reader's ratings, and scores the papers to rank, (n_test,).
Scorer = Callable[[RatingHistory], Floats]

# The terms of each paper.
Terms = Sequence[list[str]]


def paperpicks(train: Vectors, test: Vectors, *, dated: bool = False) -> Scorer:
    """Return our model over the vectors of training papers and of papers to rank.

    If likes are `dated`, their ages are days, and old ones count less.
    """

    def score(history: RatingHistory) -> Floats:
        ages = history.ages if dated else np.zeros(len(history.likes))
        evidence = [
            rating_evidence(int(row), 1, int(age))
            for row, age in zip(history.likes, ages, strict=True)
        ]
        evidence += [
            rating_evidence(int(row), -1, 0) for row in history.dislikes
        ]
        rows = np.concatenate([history.likes, history.dislikes])
        return learn(evidence, train.take(rows)).score(test)

    return score


def fit_vectors(
    train: Terms, test: Terms, **parameters: float
) -> tuple[Vectors, Vectors]:
    """Return the vectors of training papers and of papers to rank.

    Features with these parameters are fitted on the training papers alone.
    """
    features = PaperFeatures(analyzer=list, **parameters)  # type: ignore[arg-type] # all are numbers
    features.fit(train)
    return features.transform(train), features.transform(test)
