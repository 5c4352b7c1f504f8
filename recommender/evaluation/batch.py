"""Many readers at once: the sums of single profiles as two matrix products."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from recommender.features import Floats, Vectors, about
from recommender.metrics import Rows

BLOCK = 2_000  # readers at a time, so that memory does not grow with them


def best(
    weights: csr_array, rated: Vectors, candidates: Vectors, n: int
) -> Iterator[tuple[Rows, Floats]]:
    """Yield for each block of readers their n best candidates, best first, and the scores.

    `weights` (readers, rated) are what each rating weighs in a learned profile's evidence; the
    scores are those that `Profile.score` gives one reader. Cost is linear in readers
    and in candidates.
    """
    words = rated.product(candidates, 0.0)
    alike = rated.directions @ candidates.directions.T
    for start in range(0, weights.shape[0], BLOCK):
        block = weights[start : start + BLOCK]
        share = about(np.asarray(block.maximum(0).sum(axis=1), np.float32))
        scores = block @ words + share[:, None] * (block @ alike)
        head = np.argpartition(-scores, min(n, scores.shape[1]) - 1, axis=1)[
            :, :n
        ]
        found = np.take_along_axis(scores, head, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        yield (
            np.take_along_axis(head, order, axis=1),
            np.take_along_axis(found, order, axis=1),
        )
