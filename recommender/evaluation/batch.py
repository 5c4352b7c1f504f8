"""Rank for many readers at once: their profiles as two matrix products."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from recommender.arrays import Floats, Rows
from recommender.vectors import Vectors, cosine_weight_for

# Readers at a time, so that memory does not grow with them.
BLOCK_SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Similarity:
    """What each of n rated papers adds to the scores of m others.

    Attributes
    ----------
    words
        (n_papers, m_papers) by the words that they share, as `Vectors.kernel` without cosines.
    cosines
        (n_papers, m_papers) cosines of their dense blocks.

    """

    words: Floats
    cosines: Floats

    def score(self, weights: csr_array) -> Floats:
        """Return the (n_readers, m_papers) scores that `Profile.score` gives one by one.

        `weights` (n_readers, n_papers) are those of each rating in a learned profile's evidence.
        """
        cosine_weight = cosine_weights(weights)
        words = weights @ self.words
        cosines = weights @ self.cosines
        return np.asarray(words + cosine_weight[:, None] * cosines, np.float32)


def similarity(rated: Vectors, papers: Vectors) -> Similarity:
    """Return how alike n rated papers are to m others."""
    return Similarity(
        words=rated.kernel(papers, 0.0),
        cosines=np.asarray(rated.directions @ papers.directions.T),
    )


def cosine_weights(weights: csr_array) -> Floats:
    """Return what a cosine counts for each reader, (n_readers,)."""
    positive = np.asarray(weights.maximum(0).sum(axis=1), np.float32)
    return cosine_weight_for(positive)


def top(scores: Floats, n: int) -> tuple[Rows, Floats]:
    """Return the n best papers of each reader, (n_readers, n), best first, and their scores."""
    last = min(n, scores.shape[1]) - 1
    head = np.argpartition(-scores, last, axis=1)[:, :n]
    head_scores = np.take_along_axis(scores, head, axis=1)

    best_first = np.argsort(-head_scores, axis=1, kind="stable")
    rows = np.take_along_axis(head, best_first, axis=1)
    return rows, np.take_along_axis(head_scores, best_first, axis=1)


def best(
    weights: csr_array, rated: Vectors, candidates: Vectors, n: int
) -> Iterator[tuple[Rows, Floats]]:
    """Yield each block of readers with their n best candidates.

    The scores are those of `Profile.score`; the cost is linear in readers and in candidates.

    Parameters
    ----------
    weights
        (n_readers, n_rated) what each rating weighs in a learned profile's evidence.
    rated
        (n_rated, …) vectors of the rated papers.
    candidates
        (n_candidates, …) vectors of the papers to rank.

    Yields
    ------
    (n_block, n) rows of candidates, best first, and (n_block, n) their scores.

    """
    likeness = similarity(rated, candidates)

    for start in range(0, weights.shape[0], BLOCK_SIZE):
        block = weights[start : start + BLOCK_SIZE]
        yield top(likeness.score(block), n)
