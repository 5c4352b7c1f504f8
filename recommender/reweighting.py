"""How one piece of a reader's evidence changes what the others weigh.

Each function takes the weights of all evidence, (n_evidence,), and returns new ones. `index` tells
of which kind each piece is, and how old; `directions` (n_evidence, n_components) what it is about.
"""

import numpy as np
from scipy.special import expit

from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.evidence import (
    PHRASE_KINDS,
    RATING_KINDS,
    UNKNOWN_AGE,
    EvidenceIndex,
)

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
    weights: Doubles, index: EvidenceIndex, directions: Floats
) -> Doubles:
    """Lower each like by the dislikes near it that came on later days."""
    likes = index.rows("like")
    dislikes = index.rows("dislike")
    if not len(likes) or not len(dislikes):
        return weights

    is_later = index.ages[dislikes] < index.ages[likes][:, None]
    cosines = _positive_cosines(directions, likes, dislikes)
    remainder = np.exp(-EROSION * (cosines * is_later).sum(axis=1))

    eroded = weights.copy()
    eroded[likes] *= remainder
    return eroded


def raise_new_topics(
    weights: Doubles,
    index: EvidenceIndex,
    directions: Floats,
    phrase_matches: Mask,
) -> Doubles:
    """Raise topics that are all newer than some likes, so that they outweigh these likes.

    Such a reader has stated anew what they want: together the topics weigh as much as the older
    likes, as far as these are not near them.
    """
    topics = index.rows("wanted")
    oldest = index.ages[topics].max() if len(topics) else UNKNOWN_AGE
    likes = index.rows("like")
    older_likes = likes[index.ages[likes] > oldest]
    if not len(older_likes):
        return weights

    phrases = index.rows(*PHRASE_KINDS)
    topic_columns = np.searchsorted(phrases, topics)
    contains_topic = phrase_matches[older_likes][:, topic_columns]
    cosines = _positive_cosines(directions, older_likes, topics)
    nearness = np.where(contains_topic, 1, cosines).max(axis=1)
    outvoted = weights[older_likes] @ (1 - np.minimum(nearness, 1))

    raised = weights.copy()
    raised[topics] = np.maximum(weights[topics], outvoted)
    return raised


def discount_topics(
    weights: Doubles,
    index: EvidenceIndex,
    directions: Floats,
    phrase_matches: Mask,
) -> Doubles:
    """Lower each typed topic by the dislikes near it.

    A rating is near as far as its paper is about the topic, and wholly if the paper contains it;
    a like counts by what later dislikes left of it.
    """
    phrases = index.rows(*PHRASE_KINDS)
    ratings = index.rows(*RATING_KINDS)
    if not len(phrases) or not len(ratings):
        return weights

    cosines = _positive_cosines(directions, ratings, phrases)
    nearness = np.where(phrase_matches[ratings], 1, cosines)
    is_dislike = index.marks("dislike")[ratings]
    likes_near = np.maximum(weights[ratings], 0) @ nearness
    dislikes_near = is_dislike @ nearness

    ratio = (TRUST_PRIOR + likes_near) / (TRUST_PRIOR + dislikes_near)
    trust = np.minimum(ratio, 1) ** TRUST_POWER
    is_topic = index.marks("wanted")[phrases]

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

    def loss(weights: Doubles, products: Doubles) -> float:
        penalty = weights @ products / 2
        margins = offsets + products
        return float(penalty + max_weights @ np.logaddexp(0, margins))

    offsets = scores - EXPECTED_SCORE
    identity = np.eye(len(max_weights))
    weights = -max_weights * expit(offsets)
    products = kernel @ weights
    present_loss = loss(weights, products)

    for _ in range(MAX_STEPS):
        expected = expit(offsets + products)
        curvature = max_weights * expected * (1 - expected)
        step = np.linalg.solve(
            identity + curvature[:, None] * kernel,
            weights + max_weights * expected,
        )

        size = 1.0
        limit = present_loss + TOLERANCE
        while True:
            shorter = weights - size * step
            products = kernel @ shorter
            present_loss = loss(shorter, products)
            if not (present_loss > limit and size > TOLERANCE):
                break
            size /= 2

        weights = shorter
        if np.abs(step).max() < TOLERANCE:
            break

    return weights


def _positive_cosines(directions: Floats, rows: Rows, columns: Rows) -> Floats:
    """Return the cosines between some evidence and other evidence, 0 where negative."""
    cosines = directions[rows] @ directions[columns].T
    return np.asarray(np.maximum(cosines, 0))
