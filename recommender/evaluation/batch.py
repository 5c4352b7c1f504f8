"""Rank for many readers at once: their profiles as two matrix products."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from recommender.arrays import Floats, Rows
from recommender.vectors import Vectors, cosine_weight_for

# Readers at a time, so that memory does not grow with them.
BLOCK_SIZE = 2_000


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
    words = rated.kernel(candidates, 0.0)
    cosines = rated.directions @ candidates.directions.T

    for start in range(0, weights.shape[0], BLOCK_SIZE):
        block = weights[start : start + BLOCK_SIZE]
        positive = np.asarray(block.maximum(0).sum(axis=1), np.float32)
        cosine_weight = cosine_weight_for(positive)
        scores = block @ words + cosine_weight[:, None] * (block @ cosines)

        last = min(n, scores.shape[1]) - 1
        head = np.argpartition(-scores, last, axis=1)[:, :n]
        head_scores = np.take_along_axis(scores, head, axis=1)

        best_first = np.argsort(-head_scores, axis=1, kind="stable")
        rows = np.take_along_axis(head, best_first, axis=1)
        yield rows, np.take_along_axis(head_scores, best_first, axis=1)
