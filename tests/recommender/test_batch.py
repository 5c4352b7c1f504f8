"""Many readers at once get what each would get alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.evaluation.batch import BLOCK, best
from tests.recommender.factories import FIRST_ID, Said, taste
from tests.recommender.factories import library as made_library


def weights(readers: list[Said]) -> csr_array:
    """Return what each reader's ratings came to weigh, (readers, papers)."""
    found = np.zeros((len(readers), len(made_library().papers)), np.float32)
    for reader, said in enumerate(readers):
        for piece in taste(said).evidence:
            found[reader, int(piece.ref) - FIRST_ID] += piece.weight
    return csr_array(found)


@given(st.lists(st.lists(st.tuples(st.integers(0, 59), st.sampled_from([1, -1]),
                                   st.integers(0, 90)), max_size=8, unique_by=lambda s: s[0]),
                min_size=1, max_size=5))  # fmt: skip
def test_each_reader_gets_the_scores_of_a_single_profile(readers: list[Said]):
    vectors = made_library().vectors

    [(rows, scores)] = best(weights(readers), vectors, vectors, 7)

    for said, mine, scored in zip(readers, rows, scores, strict=True):
        alone = taste(said).score(vectors)
        np.testing.assert_allclose(scored, np.sort(alone)[::-1][:7], atol=1e-4)
        np.testing.assert_allclose(alone[mine], scored, atol=1e-4)


def test_readers_come_in_blocks_and_none_is_left_out():
    vectors = made_library().vectors

    sizes = [
        len(rows)
        for rows, _ in best(csr_array((BLOCK + 3, 60)), vectors, vectors, 5)
    ]

    assert sizes == [BLOCK, 3]


def test_where_there_are_fewer_candidates_all_are_ranked():
    vectors = made_library().vectors

    [(rows, _)] = best(
        weights([[(0, 1, 0)]]), vectors, vectors.take([1, 2, 3]), 5
    )

    assert sorted(rows[0]) == [0, 1, 2]
