"""How one piece of a reader's evidence changes what the others weigh.

Each function takes the weights of all evidence, (n_evidence,), and returns new ones.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.evidence import (
    PHRASE_KINDS,
    RATING_KINDS,
    UNKNOWN_AGE,
    Evidence,
    rows_of_kind,
)
from recommender.vectors import Vectors

# What a dislike takes of an older like of the same kind: tastes move on.
EROSION = 0.2

# A topic is trusted like so many likes near it, against the dislikes near it; the share that
# is left to the likes counts with this power.
TRUST_PRIOR = 3.0
TRUST_POWER = 2

# The score of a paper whose dislike weighs half of the most it can.
EXPECTED_SCORE = 2.0

# Newton's method: steps at most, and the change below which a solution has settled.
MAX_STEPS = 25
TOLERANCE = 1e-6


def erode_likes(
    weights: Doubles, evidence: Sequence[Evidence], vectors: Vectors
) -> Doubles:
    """Lower each like by the dislikes near it that came on later days."""
    likes = rows_of_kind(evidence, "like")
    dislikes = rows_of_kind(evidence, "dislike")
    if not len(likes) or not len(dislikes):
        return weights

    ages = np.array([piece.age for piece in evidence])
    is_later = ages[dislikes] < ages[likes][:, None]
    cosines = _positive_cosines(vectors, likes, dislikes)
    remainder = np.exp(-EROSION * (cosines * is_later).sum(axis=1))

    eroded = weights.copy()
    eroded[likes] *= remainder
    return eroded


def raise_new_topics(
    weights: Doubles,
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask,
) -> Doubles:
    """Raise topics that are all newer than some likes, so that they outweigh these likes.

    Such a reader has stated anew what they want: together the topics weigh as much as the older
    likes, as far as these are not near them.
    """
    topics = rows_of_kind(evidence, "wanted")
    oldest = max((evidence[row].age for row in topics), default=UNKNOWN_AGE)
    older_likes = [
        row
        for row in rows_of_kind(evidence, "like")
        if evidence[row].age > oldest
    ]
    if not older_likes:
        return weights

    phrases = rows_of_kind(evidence, *PHRASE_KINDS)
    topic_columns = np.searchsorted(phrases, topics)
    contains_topic = phrase_matches[older_likes][:, topic_columns]
    cosines = _positive_cosines(vectors, older_likes, topics)
    nearness = np.where(contains_topic, 1, cosines).max(axis=1)
    outvoted = weights[older_likes] @ (1 - np.minimum(nearness, 1))

    raised = weights.copy()
    raised[topics] = np.maximum(weights[topics], outvoted)
    return raised


def discount_topics(
    weights: Doubles,
    evidence: Sequence[Evidence],
    vectors: Vectors,
    phrase_matches: Mask,
) -> Doubles:
    """Lower each typed topic by the dislikes near it.

    A rating is near as far as its paper is about the topic, and wholly if the paper contains it;
    a like counts by what later dislikes left of it.
    """
    phrases = rows_of_kind(evidence, *PHRASE_KINDS)
    ratings = rows_of_kind(evidence, *RATING_KINDS)
    if not len(phrases) or not len(ratings):
        return weights

    cosines = _positive_cosines(vectors, ratings, phrases)
    nearness = np.where(phrase_matches[ratings], 1, cosines)
    is_dislike = np.array([evidence[row].kind == "dislike" for row in ratings])
    likes_near = np.maximum(weights[ratings], 0) @ nearness
    dislikes_near = is_dislike @ nearness

    ratio = (TRUST_PRIOR + likes_near) / (TRUST_PRIOR + dislikes_near)
    trust = np.minimum(ratio, 1) ** TRUST_POWER
    is_topic = np.array([evidence[row].kind == "wanted" for row in phrases])

    discounted = weights.copy()
    discounted[phrases] *= np.where(is_topic, trust, 1)
    return discounted


def dislike_weights(
    scores: Doubles, max_weights: Doubles, kernel: Doubles
) -> Doubles:
    """Weigh dislikes by how much each paper was expected to be liked.

    Parameters
    ----------
    scores
        (n_dislikes,) scores of the disliked papers by all other evidence.
    max_weights
        (n_dislikes,) the most that each dislike can take.
    kernel
        (n_dislikes, n_dislikes) inner products of the papers.

    Returns
    -------
    (n_dislikes,) negative weights.

    Notes
    -----
    The weight of a dislike is `−max_weight · σ(score − EXPECTED_SCORE)`, where the score already
    counts the other dislikes: a logistic loss in the space of the kernel, with `scores` as
    offset, solved by Newton's method with step halving. It is convex, so that what raises a score
    before it raises it after it.

    References
    ----------
    C. E. Rasmussen and C. K. I. Williams (2006). Gaussian processes for machine learning,
    section 3.4.

    """

    def loss(weights: Doubles) -> float:
        margins = scores - EXPECTED_SCORE + kernel @ weights
        penalty = weights @ kernel @ weights / 2
        return float(penalty + max_weights @ np.logaddexp(0, margins))

    weights = -max_weights * expit(scores - EXPECTED_SCORE)
    for _ in range(MAX_STEPS):
        expected = expit(scores - EXPECTED_SCORE + kernel @ weights)
        curvature = max_weights * expected * (1 - expected)
        step = np.linalg.solve(
            np.eye(len(max_weights)) + curvature[:, None] * kernel,
            weights + max_weights * expected,
        )

        size = 1.0
        limit = loss(weights) + TOLERANCE
        while loss(weights - size * step) > limit and size > TOLERANCE:
            size /= 2

        weights = weights - size * step
        if np.abs(step).max() < TOLERANCE:
            break

    return weights


def _positive_cosines(
    vectors: Vectors, rows: Rows | Sequence[int], columns: Rows
) -> Floats:
    """Return the cosines between some evidence and other evidence, 0 where negative."""
    directions = vectors.directions
    cosines = directions[rows] @ directions[columns].T
    return np.asarray(np.maximum(cosines, 0))
