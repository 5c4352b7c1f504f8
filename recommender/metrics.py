"""How good one ranking was, and how sure a comparison of many is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.features import Floats

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measured:
    """One ranking against what its reader liked; the fields are those of the printed table."""

    recall_at_20: float
    recall_at_100: float
    ndcg_at_10: float
    auc: float
    seconds: float


def order(scores: Floats) -> Rows:
    """Return rows from the best to the worst; ties stay in the order they came in."""
    return np.argsort(-scores, kind="stable")


def measure(ranked: Rows, relevant: Rows, seconds: float) -> Measured:
    """Measure a ranking of n rows, of which the `relevant` ones were liked."""
    hits = np.isin(ranked, relevant)
    return Measured(
        recall_at_20=float(hits[:20].sum() / len(relevant)),
        recall_at_100=float(hits[:100].sum() / len(relevant)),
        ndcg_at_10=ndcg(hits, 10),
        auc=auc(hits),
        seconds=seconds,
    )


def ndcg(hits: NDArray[np.bool_], most: int) -> float:
    """Return binary nDCG of the first `most`, against the ideal order cut there too."""
    discount = 1 / np.log2(np.arange(2, min(most, len(hits)) + 2))
    ideal = discount[: int(hits.sum())].sum()
    return float((hits[:most] * discount).sum() / ideal) if ideal else 0.0


def auc(hits: NDArray[np.bool_]) -> float:
    """Return the share of (hit, miss) pairs in the right order; one half where there is none."""
    liked, n = int(hits.sum()), len(hits)
    if liked in {0, n}:
        return 0.5
    places = np.flatnonzero(hits)
    below = n - 1 - places - np.arange(liked)[::-1]
    return float(below.sum() / (liked * (n - liked)))


def ratio_interval(
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    draws: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the ratio of two means over the same readers."""
    pairs = np.array([ours, theirs], dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(
        pairs.shape[1], size=(draws, pairs.shape[1])
    )
    means = pairs[:, drawn].mean(axis=2)
    low, high = np.quantile(
        means[0] / np.maximum(means[1], 1e-12), [0.025, 0.975]
    )
    return float(low), float(high)


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (1927), which holds for few and for extreme ones."""
    z, p = 1.959964, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = (
        z
        / (1 + z * z / of)
        * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    )
    return max(0.0, middle - half), min(1.0, middle + half)
