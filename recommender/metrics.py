"""Measure how good one ranking is, and how sure a comparison of many rankings is.

A ranking is given as its hits: a mask over all ranked papers, best first, of those that the reader
liked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats, Mask, Rows

# The standard normal distribution has 95 % of its mass between −Z_95 and Z_95.
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class RankingMetrics:
    """How good one ranking is; the fields are those of the printed table."""

    recall_at_20: float
    recall_at_100: float
    ndcg_at_10: float
    auc: float
    seconds: float


def rank(scores: Floats) -> Rows:
    """Return rows from the best to the worst score; ties stay in their order."""
    return np.argsort(-scores, kind="stable")


def measure(ranking: Rows, relevant: Rows, seconds: float) -> RankingMetrics:
    """Measure a ranking.

    Parameters
    ----------
    ranking
        (n_papers,) rows of all papers, best first.
    relevant
        (n_relevant,) rows of the papers that the reader liked.
    seconds
        Processor time that scoring and ranking took.

    """
    hits = np.isin(ranking, relevant)

    return RankingMetrics(
        recall_at_20=recall(hits, 20, len(relevant)),
        recall_at_100=recall(hits, 100, len(relevant)),
        ndcg_at_10=ndcg(hits, 10),
        auc=auc(hits),
        seconds=seconds,
    )


def recall(hits: Mask, k: int, n_relevant: int) -> float:
    """Return the share of all relevant papers, at least one, that are among the first k."""
    return float(hits[:k].sum() / n_relevant)


def ndcg(hits: Mask, k: int) -> float:
    """Return the normalised discounted cumulative gain of the first k, between 0 and 1.

    Notes
    -----
    The gain of a hit is 1, and at rank r (from 1 on) it is discounted by `1 / log2(r + 1)`. The
    sum is divided by that of the ideal ranking, which has all hits first. Without a hit it is 0.

    References
    ----------
    K. Järvelin and J. Kekäläinen (2002). Cumulated gain-based evaluation of IR techniques.

    """
    ranks = np.arange(1, min(k, len(hits)) + 1)
    discount = 1 / np.log2(ranks + 1)

    n_hits = int(hits.sum())
    ideal_gain = discount[:n_hits].sum()
    if not ideal_gain:
        return 0.0

    gain = (hits[:k] * discount).sum()
    return float(gain / ideal_gain)


def auc(hits: Mask) -> float:
    """Return the share of pairs of a hit and a miss that are in the right order.

    This is the area under the ROC curve; without a hit or without a miss it is one half.
    """
    n_hits = int(hits.sum())
    n_misses = len(hits) - n_hits
    if n_hits == 0 or n_misses == 0:
        return 0.5

    places = np.flatnonzero(hits)
    hits_below = np.arange(n_hits)[::-1]
    misses_below = len(hits) - 1 - places - hits_below

    return float(misses_below.sum() / (n_hits * n_misses))


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    *,
    draws: int = 1_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the ratio of two means over the same readers.

    Readers are drawn with replacement, in pairs: the figure of one model and that of the other.
    """
    figures = np.array([numerators, denominators], dtype=np.float64)
    n_readers = figures.shape[1]

    rng = np.random.default_rng(seed)
    samples = rng.integers(n_readers, size=(draws, n_readers))

    means = figures[:, samples].mean(axis=2)
    ratios = means[0] / np.maximum(means[1], 1e-12)
    low, high = np.quantile(ratios, [0.025, 0.975])

    return float(low), float(high)


def difference_interval(
    figures: Sequence[float],
    others: Sequence[float],
    *,
    draws: int = 10_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the difference of two means over the same readers.

    Readers are drawn with replacement, each with both figures.
    """
    gains = np.subtract(figures, others, dtype=np.float64)

    rng = np.random.default_rng(seed)
    samples = rng.integers(len(gains), size=(draws, len(gains)))

    means = gains[samples].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share, which holds for few trials and extreme shares.

    References
    ----------
    E. B. Wilson (1927). Probable inference, the law of succession, and statistical inference.

    """
    share = successes / trials
    z_squared = Z_95 * Z_95
    scale = 1 + z_squared / trials

    centre = (share + z_squared / (2 * trials)) / scale
    variance = share * (1 - share) / trials + z_squared / (4 * trials * trials)
    half_width = Z_95 / scale * math.sqrt(variance)

    return max(0.0, centre - half_width), min(1.0, centre + half_width)
