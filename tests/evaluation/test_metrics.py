"""What is measured of one ranking, and how sure a comparison is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, roc_auc_score

from recommender.metrics import (
    auc,
    measure,
    ndcg,
    order,
    ratio_interval,
    share_interval,
)


def hits(*places: int, of: int = 200) -> np.ndarray:
    return np.isin(np.arange(of), places)


def test_ties_stay_in_the_order_of_the_file():
    ranked = order(np.array([1, 3, 1, 3, 2], np.float32))

    assert ranked.tolist() == [1, 3, 4, 0, 2]


def test_recall_counts_hits_among_all_that_was_liked():
    measured = measure(np.arange(200), np.array([0, 19, 20, 99, 150]), 0.5)

    assert (measured.recall_at_20, measured.recall_at_100) == (0.4, 0.8)
    assert measured.seconds == 0.5


def test_ndcg_is_one_for_the_ideal_order_cut_at_ten():
    assert ndcg(hits(*range(12)), 10) == pytest.approx(1)
    assert ndcg(hits(0, 1), 10) == pytest.approx(1)


def test_ndcg_discounts_by_the_logarithm_of_the_place():
    assert ndcg(hits(2), 10) == pytest.approx(0.5)
    assert ndcg(hits(10), 10) == 0
    assert ndcg(hits(), 10) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_auc_is_the_share_of_pairs_in_the_right_order(liked: list[bool]):
    places = np.array(liked)
    good, bad = np.flatnonzero(places), np.flatnonzero(~places)
    pairs = [g < b for g in good for b in bad]

    assert auc(places) == pytest.approx(np.mean(pairs) if pairs else 0.5)


@given(
    st.lists(st.booleans(), min_size=2, max_size=30).filter(
        lambda hits: len({*hits}) == 2
    )
)
def test_ndcg_and_auc_are_those_of_scikit_learn(liked: list[bool]):
    places = np.array(liked)
    scores = -np.arange(len(liked))

    assert ndcg(places, 10) == pytest.approx(
        ndcg_score([places], [scores], k=10)
    )
    assert auc(places) == pytest.approx(roc_auc_score(places, scores))


def test_the_interval_of_a_ratio_holds_it_and_narrows_with_readers():
    rng = np.random.default_rng(0)
    theirs = rng.random(4_000)
    ours = theirs * 1.1 + rng.normal(0, 0.2, 4_000)

    few, many = (
        ratio_interval(ours[:n].tolist(), theirs[:n].tolist())
        for n in (100, 4_000)
    )

    assert few[0] < 1.1 < few[1]
    assert many[0] < 1.1 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 3


def test_readers_are_drawn_in_pairs_so_that_equal_rankings_have_no_spread():
    same = np.random.default_rng(0).random(50).tolist()

    assert ratio_interval(same, same) == (1.0, 1.0)


def test_the_interval_of_a_share_is_that_of_wilson():
    low, high = share_interval(25, 36)

    assert (round(low, 3), round(high, 3)) == (0.531, 0.82)
    assert share_interval(0, 10)[0] == 0
    assert share_interval(10, 10)[1] == pytest.approx(1)
