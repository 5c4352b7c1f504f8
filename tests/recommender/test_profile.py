"""What one reader likes: a sum over what they said, each piece of which can be taken back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.profile import DISLIKE, LIKE, Profile, learn, rated
from tests.recommender.made import FIRST_ID, RATINGS, ROWS, Library, Said, library, taste, wanting

CLOSE = 1e-5


def raised(said: Said, more: Said) -> np.ndarray:
    """Return by how much saying `more` raises each paper of the library."""
    vectors = library().vectors
    return np.asarray(taste(said + more).score(vectors) - taste(said).score(vectors))


@given(RATINGS, ROWS)
def test_a_like_raises_its_own_paper_at_least_as_much_as_any_other(said: Said, row: int):
    gain = raised(said, [(row, 1, 0)])

    assert gain[row] > 0
    assert gain[row] >= gain.max() - CLOSE


@given(RATINGS, ROWS)
def test_a_dislike_lowers_its_own_paper_at_least_as_much_as_any_other(said: Said, row: int):
    gain = raised(said, [(row, -1, 0)])

    assert gain[row] < 0
    assert gain[row] <= gain.min() + CLOSE


@given(RATINGS, ROWS, st.integers(0, 400))
def test_a_like_never_lowers_a_copy_of_its_paper(said: Said, row: int, age: int):
    made = library()
    copy = made.features.transform([made.papers[row].content])

    before = taste(said).score(copy)
    after = taste([*said, (row, 1, age)]).score(copy)

    assert after[0] > before[0]


@given(RATINGS, ROWS, st.sampled_from([1, -1]), st.integers(0, 12))
def test_what_is_taken_back_leaves_no_trace(said: Said, row: int, value: int, place: int):
    vectors = library().vectors
    before = taste(said).score(vectors)
    more = [*said[:place], (row, value, 0), *said[place:]]
    taste(more)

    more.pop(min(place, len(said)))

    assert np.array_equal(taste(more).score(vectors), before)


@given(RATINGS, RATINGS)
def test_a_profile_is_the_sum_of_its_parts(some: Said, others: Said):
    whole, one, two = taste(some + others), taste(some), taste(others)

    np.testing.assert_allclose(whole.sparse, one.sparse + two.sparse, atol=CLOSE)
    np.testing.assert_allclose(whole.common, one.common + two.common, atol=CLOSE)
    towards = one.about / one.share + two.about / two.share
    np.testing.assert_allclose(whole.about / whole.share, towards, atol=CLOSE)


@given(RATINGS, st.randoms())
def test_the_order_in_which_things_were_said_does_not_matter(said: Said, rng):
    vectors, moved = library().vectors, list(said)
    rng.shuffle(moved)

    np.testing.assert_allclose(taste(moved).score(vectors), taste(said).score(vectors), atol=CLOSE)


@given(RATINGS, st.permutations(range(17)))
def test_a_score_does_not_depend_on_the_papers_beside_it(said: Said, order: list[int]):
    profile, vectors = taste(said), library().vectors.take(list(range(17)))

    moved = profile.score(vectors.take(order))

    assert np.array_equal(moved, profile.score(vectors)[order])


@given(RATINGS, ROWS)
def test_the_shares_of_the_evidence_sum_to_the_taste(said: Said, row: int):
    profile, paper = taste(said), library().vectors.take([row])

    shares = profile.shares(paper)

    assert shares.shape == (len(said),)
    assert shares.sum() == pytest.approx(profile.score(paper)[0], abs=CLOSE)


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_an_older_rating_weighs_less_and_none_turns_around(one: int, two: int):
    younger, older = (rated(1, 1, age).weight for age in sorted([one, two]))

    assert LIKE >= younger >= older > 0
    assert rated(1, -1, one).weight == pytest.approx(DISLIKE * rated(1, 1, one).weight)


def test_a_like_fades_by_one_percent_a_day():
    assert rated(1, 1, 30).weight == pytest.approx(LIKE * math.exp(-0.3))


def test_a_rating_from_tomorrow_weighs_like_one_of_today():
    assert rated(1, 1, -1) == rated(1, 1, 0)


def test_a_rating_remembers_its_paper_and_its_kind():
    profile = taste([(0, 1, 0), (1, -1, 0)])

    told = [(piece.kind, piece.ref) for piece in profile.evidence]

    assert told == [("like", FIRST_ID), ("dislike", FIRST_ID + 1)]


def test_cy_who_said_nothing_finds_all_papers_equal(library: Library):
    cy = learn([], library.vectors.take([]))

    assert not cy.score(library.vectors).any()


def test_a_paper_without_a_known_word_teaches_nothing(library: Library):
    unknown = library.features.transform(["zyzzyva"])

    profile = learn([rated(1, 1, 0)], unknown)

    assert not profile.score(library.vectors).any()


def test_ada_and_bo_who_typed_topics_get_papers_of_their_kind_first(library: Library):
    ada, bo = wanting("diffusion models"), wanting("machine translation")

    best = [np.argsort(-p.score(library.vectors))[:5].tolist() for p in (ada, bo)]

    assert set(best[0]) <= set(library.rows("image"))
    assert set(best[1]) <= set(library.rows("language"))


def test_evidence_without_its_vector_is_refused(library: Library):
    with pytest.raises(ValueError, match="2 pieces of evidence, but 1 vectors"):
        learn([rated(1, 1, 0), rated(2, 1, 0)], library.vectors.take([0]))


def test_scores_are_single_precision_rows(library: Library):
    profile: Profile = taste([(0, 1, 0)])

    scored = profile.score(library.vectors)

    assert scored.dtype == np.float32
    assert scored.shape == (len(library.papers),)
