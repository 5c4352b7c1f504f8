"""Our model without each of its parts, to measure what each part is worth."""

from dataclasses import replace

from recommender.arrays import Floats
from recommender.evaluation.baselines import RatingHistory
from recommender.evaluation.model import (
    Scorer,
    Terms,
    fit_vectors,
    paperpicks,
)
from recommender.evidence import Evidence, rating_evidence
from recommender.profile import learn, sum_evidence
from recommender.vectors import COSINE_WEIGHT, Vectors

# Parameters of the features, each changed alone, by the name of the model in the printed table.
CHANGED_PARAMETERS: dict[str, dict[str, float]] = {
    "ours, whole norm": {"norm": 0.0},
    "ours, each word once": {"k1": 0.0},
    "ours, length not discounted": {"b": 0.0},
}


def fit(train: Terms, test: Terms) -> dict[str, Scorer]:
    """Return the models by name, fitted on the training papers alone."""
    models = {
        name: paperpicks(*fit_vectors(train, test, **parameters))
        for name, parameters in CHANGED_PARAMETERS.items()
    }

    vectors = fit_vectors(train, test)
    models["ours, no background"] = _without("background_weights", *vectors)
    models["ours, words alone"] = _without("direction_weights", *vectors)
    models["ours, about counts as much at any number"] = _constant_cosine(
        *vectors
    )

    larger = fit_vectors(train, test, n_components=256)
    models["ours, 256 components"] = paperpicks(*larger)
    return models


def _without(weights: str, train: Vectors, test: Vectors) -> Scorer:
    """Return the model with some of a profile's weights set to zero."""

    def score(history: RatingHistory) -> Floats:
        profile = learn(_likes(history), train.take(history.likes))
        zeros = getattr(profile, weights) * 0
        return replace(profile, **{weights: zeros}).score(test)

    return score


def _constant_cosine(train: Vectors, test: Vectors) -> Scorer:
    """Return the model whose cosine counts as much for any number of likes."""

    def score(history: RatingHistory) -> Floats:
        profile = sum_evidence(
            _likes(history),
            train.take(history.likes),
            cosine_weight=COSINE_WEIGHT,
        )
        return profile.score(test)

    return score


def _likes(history: RatingHistory) -> list[Evidence]:
    return [rating_evidence(int(row), 1, 0) for row in history.likes]
