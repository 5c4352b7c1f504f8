"""What is kept of a reader's papers is what would be computed anew, and computed once."""

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.overlaps import Overlaps
from tests.recommender.factories import library

PAPERS = st.lists(st.integers(0, 59), min_size=1, max_size=20, unique=True)


@given(st.lists(PAPERS, min_size=1, max_size=6))
def test_products_kept_from_state_to_state_are_those_computed_anew(
    states: Sequence[Sequence[int]],
):
    vectors = library().vectors
    kept = Overlaps()

    for rows in states:
        places = np.array(rows, np.intp)
        anew = Overlaps().products("like", rows, vectors, places)

        assert np.array_equal(
            kept.products("like", rows, vectors, places), anew
        )


def counting(calls: list[str], name: str) -> Callable[[], list[tuple[int]]]:
    """Return a computation of a split that notes that it is made."""

    def compute() -> list[tuple[int]]:
        calls.append(name)
        return [(len(name),)]

    return compute


def test_likes_are_split_once_also_if_a_rating_is_taken_back():
    overlaps = Overlaps()
    calls: list[str] = []

    splits = [
        overlaps.split(refs, counting(calls, refs))
        for refs in ("abc", "abcd", "abc", "abcd")
    ]

    assert splits == [[(3,)], [(4,)], [(3,)], [(4,)]]
    assert calls == ["abc", "abcd"]


def test_of_splits_the_last_two_are_kept():
    overlaps = Overlaps()
    calls: list[str] = []

    for refs in ("a", "ab", "abc", "ab", "a"):
        overlaps.split(refs, counting(calls, refs))

    assert calls == ["a", "ab", "abc", "a"]
