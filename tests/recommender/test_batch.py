"""Many readers at once get what each would get alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.evaluation.batch import BLOCK_SIZE, best
from tests.recommender.factories import (
    FIRST_ID,
    ROWS,
    Ratings,
    library,
    profile_of,
)

# Ratings of different papers by each of some readers.
READERS = st.lists(
    st.lists(
        st.tuples(ROWS, st.sampled_from([1, -1]), st.integers(0, 90)),
        max_size=8,
        unique_by=lambda rating: rating[0],
    ),
    min_size=1,
    max_size=5,
)


def weights_of(readers: list[Ratings]) -> csr_array:
    """Return what each reader's ratings weigh in their profile, (n_readers, n_papers)."""
    weights = np.zeros((len(readers), len(library().papers)), np.float32)
    for reader, ratings in enumerate(readers):
        for piece in profile_of(ratings).evidence:
            weights[reader, int(piece.ref) - FIRST_ID] += piece.weight
    return csr_array(weights)


@given(READERS)
def test_each_reader_gets_the_scores_of_a_single_profile(
    readers: list[Ratings],
):
    vectors = library().vectors

    [(rows, scores)] = best(weights_of(readers), vectors, vectors, 7)

    for reader, ratings in enumerate(readers):
        alone = profile_of(ratings).score(vectors)
        best_alone = np.sort(alone)[::-1][:7]
        np.testing.assert_allclose(scores[reader], best_alone, atol=1e-4)
        np.testing.assert_allclose(
            alone[rows[reader]], scores[reader], atol=1e-4
        )


def test_readers_come_in_blocks_and_none_is_left_out():
    vectors = library().vectors
    weights = csr_array((BLOCK_SIZE + 3, 60))

    sizes = [len(rows) for rows, _ in best(weights, vectors, vectors, 5)]

    assert sizes == [BLOCK_SIZE, 3]


def test_where_there_are_fewer_candidates_all_are_ranked():
    vectors = library().vectors
    candidates = vectors.take([1, 2, 3])

    [(rows, _)] = best(weights_of([[(0, 1, 0)]]), vectors, candidates, 5)

    assert sorted(rows[0]) == [0, 1, 2]
