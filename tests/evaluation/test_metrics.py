"""Metrics of a ranking beside those of scikit-learn and SciPy, and intervals of comparisons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import ndcg_score, recall_score, roc_auc_score

from recommender.arrays import Mask
from recommender.metrics import (
    auc,
    difference_interval,
    measure,
    ndcg,
    rank,
    ratio_interval,
    recall,
    wilson_interval,
)

# Which papers of a ranking, best first, are liked.
HITS = st.lists(st.booleans(), min_size=1, max_size=30).map(np.array)
CUTOFFS = st.integers(1, 40)


def hits_at(*places: int, n: int = 200) -> Mask:
    """Return the hits of a ranking of n papers, at these places from 0 on."""
    return np.isin(np.arange(n), places)


def scores_of(hits: Mask) -> np.ndarray:
    """Return scores that rank papers in the order in which they stand."""
    return -np.arange(len(hits))


# Ranking


def test_ties_stay_in_the_order_of_the_file():
    ranking = rank(np.array([1, 3, 1, 3, 2], np.float32))

    assert ranking.tolist() == [1, 3, 4, 0, 2]


# Recall


def test_recall_counts_hits_among_all_that_was_liked():
    liked = np.array([0, 19, 20, 99, 150])

    metrics = measure(np.arange(200), liked, seconds=0.5)

    assert metrics.recall_at_20 == 0.4
    assert metrics.recall_at_100 == 0.8
    assert metrics.seconds == 0.5


@given(HITS.filter(np.any), CUTOFFS)
def test_recall_is_that_of_scikit_learn(hits: Mask, k: int):
    is_recommended = np.arange(len(hits)) < k

    assert recall(hits, k, int(hits.sum())) == pytest.approx(
        recall_score(hits, is_recommended)
    )


# nDCG


def test_ndcg_is_one_for_the_ideal_order_cut_at_ten():
    assert ndcg(hits_at(*range(12)), 10) == pytest.approx(1)
    assert ndcg(hits_at(0, 1), 10) == pytest.approx(1)


def test_ndcg_discounts_by_the_logarithm_of_the_rank():
    assert ndcg(hits_at(2), 10) == pytest.approx(1 / np.log2(4))
    assert ndcg(hits_at(9), 10) == pytest.approx(1 / np.log2(11))


def test_ndcg_is_zero_without_a_hit_above_the_cut():
    assert ndcg(hits_at(10), 10) == 0
    assert ndcg(hits_at(), 10) == 0


@given(HITS.filter(lambda hits: len(hits) > 1), CUTOFFS)
def test_ndcg_is_that_of_scikit_learn(hits: Mask, k: int):
    assert ndcg(hits, k) == pytest.approx(
        ndcg_score([hits], [scores_of(hits)], k=k)
    )


# AUC


@given(HITS)
def test_auc_is_the_share_of_pairs_in_the_right_order(hits: Mask):
    pairs = [
        hit < miss
        for hit in np.flatnonzero(hits)
        for miss in np.flatnonzero(~hits)
    ]

    assert auc(hits) == pytest.approx(np.mean(pairs) if pairs else 0.5)


@given(HITS.filter(lambda hits: hits.any() and not hits.all()))
def test_auc_is_that_of_scikit_learn(hits: Mask):
    assert auc(hits) == pytest.approx(roc_auc_score(hits, scores_of(hits)))


# Intervals


def test_the_interval_of_a_ratio_holds_it_and_narrows_with_readers():
    rng = np.random.default_rng(0)
    baseline = rng.random(4_000)
    model = baseline * 1.1 + rng.normal(0, 0.2, 4_000)

    few = ratio_interval(model[:100].tolist(), baseline[:100].tolist())
    many = ratio_interval(model.tolist(), baseline.tolist())

    assert few[0] < 1.1 < few[1]
    assert many[0] < 1.1 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 3


def test_readers_are_drawn_in_pairs_so_that_equal_rankings_have_no_spread():
    figures = np.random.default_rng(0).random(50).tolist()

    assert ratio_interval(figures, figures) == (1.0, 1.0)


def test_the_interval_of_a_share_is_that_of_wilson():
    low, high = wilson_interval(25, 36)

    assert (round(low, 3), round(high, 3)) == (0.531, 0.82)
    assert wilson_interval(0, 10)[0] == 0
    assert wilson_interval(10, 10)[1] == pytest.approx(1)


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_is_that_of_scipy(trials: int, data):
    successes = data.draw(st.integers(0, trials))

    interval = wilson_interval(successes, trials)

    reference = binomtest(successes, trials).proportion_ci(0.95, "wilson")
    assert interval == pytest.approx((reference.low, reference.high), abs=1e-6)


# Differences


def test_the_interval_of_a_difference_is_that_of_readers_drawn_in_pairs():
    rng = np.random.default_rng(1)
    others = rng.uniform(size=400)
    gains = rng.normal(0.1, 0.2, size=400)

    low, high = difference_interval(list(others + gains), list(others))

    error = 1.96 * gains.std() / 20
    expected = (gains.mean() - error, gains.mean() + error)
    assert (low, high) == pytest.approx(expected, abs=0.003)


def test_the_interval_of_no_difference_is_zero():
    assert difference_interval([0.1, 0.9], [0.1, 0.9]) == (0, 0)
