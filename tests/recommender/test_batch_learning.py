"""Ratings of many readers at once weigh what each reader's alone would weigh."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.batch import similarity, top
from recommender.evaluation.batch_learning import RatingBlock, weigh
from recommender.profile import MAX_DISLIKES
from tests.recommender.factories import (
    FIRST_ID,
    ROWS,
    Ratings,
    library,
    profile_of,
)

READERS: st.SearchStrategy[list[Ratings]] = st.lists(
    st.lists(
        st.tuples(ROWS, st.sampled_from([1, -1]), st.integers(0, 400)),
        max_size=25,
        unique_by=lambda rating: rating[0],
    ),
    min_size=1,
    max_size=5,
)


def block_of(readers: list[Ratings]) -> RatingBlock:
    ratings = [rating for reader in readers for rating in reader]
    rows, values, ages = np.array(ratings, np.int64).reshape(-1, 3).T
    starts = np.cumsum([0, *map(len, readers)])
    return RatingBlock(starts, rows, values, ages)


@given(READERS)
def test_each_rating_weighs_what_it_does_in_a_single_profile(
    readers: list[Ratings],
) -> None:
    vectors = library().vectors

    weights = weigh(block_of(readers), similarity(vectors, vectors)).toarray()

    for reader, ratings in enumerate(readers):
        alone = np.zeros(len(vectors))
        for piece in profile_of(ratings).evidence:
            alone[int(piece.ref) - FIRST_ID] = piece.weight
        np.testing.assert_allclose(weights[reader], alone, atol=1e-5)


@given(READERS)
def test_scores_are_those_of_the_single_profiles(
    readers: list[Ratings],
) -> None:
    vectors = library().vectors
    alike = similarity(vectors, vectors)

    scores = alike.score(weigh(block_of(readers), alike))

    for reader, ratings in enumerate(readers):
        alone = profile_of(ratings).score(vectors)
        np.testing.assert_allclose(scores[reader], alone, atol=1e-4)


def test_too_many_dislikes_are_refused() -> None:
    vectors = library().vectors
    dislikes = [(0, -1, 0)] * (MAX_DISLIKES + 1)

    with pytest.raises(ValueError, match="dislikes"):
        weigh(block_of([dislikes]), similarity(vectors, vectors))


def test_the_best_papers_come_first() -> None:
    scores = np.array([[0.1, 0.4, -np.inf, 0.3]], np.float32)

    rows, best_scores = top(scores, 3)

    assert rows.tolist() == [[1, 3, 0]]
    assert best_scores[0].tolist() == pytest.approx([0.4, 0.3, 0.1])
