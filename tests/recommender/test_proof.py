"""The picks beside what everybody reads: each side by its own papers, once enough is rated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.proof import MIN_RATINGS, PERSONAL, POPULAR, compare

PAPERS = st.lists(
    st.tuples(st.sampled_from([PERSONAL, POPULAR]), st.booleans()), max_size=80
)


@given(PAPERS)
def test_each_side_counts_its_own_papers_and_its_interval_holds_its_share(
    papers: list[tuple[str, bool]],
):
    proof = compare(papers, MIN_RATINGS)

    assert proof is not None
    assert proof.personal.papers + proof.popular.papers == len(papers)
    assert proof.personal.liked == papers.count((PERSONAL, True))
    for side in (proof.personal, proof.popular):
        assert 0 <= side.low < side.high <= 1
        assert side.low * side.papers <= side.liked + 1e-9
        assert side.liked <= side.high * side.papers + 1e-9


@pytest.mark.parametrize(
    ("ratings", "is_enough"), [(0, False), (29, False), (30, True)]
)
def test_it_waits_for_thirty_ratings(ratings: int, is_enough: bool):
    papers = [(PERSONAL, True)] * 20 + [(POPULAR, False)] * 20

    assert (compare(papers, ratings) is not None) == is_enough


def test_a_side_without_papers_tells_nothing():
    proof = compare([(PERSONAL, True)] * 40, 40)

    assert proof is not None
    assert (proof.popular.liked, proof.popular.papers) == (0, 0)
    assert (proof.popular.low, proof.popular.high) == (0.0, 1.0)


def test_a_share_comes_with_the_interval_of_wilson():
    proof = compare([(PERSONAL, True)] * 25 + [(PERSONAL, False)] * 11, 36)

    assert proof is not None
    assert (proof.personal.liked, proof.personal.papers) == (25, 36)
    assert (round(proof.personal.low, 2), round(proof.personal.high, 2)) == (
        0.53,
        0.82,
    )
