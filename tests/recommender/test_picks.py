"""Picks by example: what Ada, Bo and Cy are shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.features import Vectors, stack
from recommender.interests import places, topics
from recommender.profile import learn, rated
from recommender.ranking import POPULARITY, Candidates, Places, diversify, recommend, scores
from tests.recommender.made import (
    FIRST_ID,
    RATINGS,
    ROWS,
    Library,
    Said,
    offer,
    taste,
    wanting,
)
from tests.recommender.made import library as made_library


def unknown(n: int) -> Vectors:
    """Return n papers as they are before the first fit: without a single feature."""
    return Vectors(csr_array(np.zeros((n, 0), np.float32)), np.zeros((n, 0), np.float32))


def near(vectors: Vectors, *names: str) -> Places | None:
    """Return what typed topics say of papers."""
    profile = wanting(*names)
    return places(profile, topics(profile.evidence), vectors)


@given(RATINGS, st.lists(ROWS, min_size=1, max_size=20), st.randoms())
def test_scores_do_not_depend_on_the_order_of_the_candidates(said: Said, rows: list[int], rng):
    candidates = offer(made_library().vectors.take(rows), np.linspace(0, 1, len(rows)))
    order = list(range(len(rows)))
    rng.shuffle(order)
    moved = Candidates(
        candidates.ids[order], candidates.vectors.take(order), candidates.popularity[order]
    )

    assert np.array_equal(scores(moved, taste(said)), scores(candidates, taste(said))[order])


def test_a_score_is_taste_and_popularity_and_what_else_speaks_for_a_paper(library: Library):
    candidates = offer(library.vectors.take([0, 10]), [0.0, 1.0])
    profile = taste([(0, 1, 0)])
    prior = np.array([0.0, 2.0], np.float32)

    scored = scores(candidates, profile, prior)

    expected = profile.score(candidates.vectors) + np.array([0, POPULARITY + 2])
    np.testing.assert_allclose(scored, expected, atol=1e-6)


def test_popularity_alone_decides_for_cy_of_whom_nothing_is_known(library: Library):
    popularity = np.random.default_rng(0).permutation(len(library.papers)) / len(library.papers)
    candidates = offer(library.vectors, popularity)
    cy = learn([], library.vectors.take([]))

    scored = scores(candidates, cy)

    assert np.argsort(-scored).tolist() == np.argsort(-popularity).tolist()


def test_cy_gets_popular_papers_of_different_kinds(library: Library):
    """The three most popular ones are one paper in three copies."""
    rows = [0, 0, 0, 10, 20, 30]
    candidates = offer(library.vectors.take(rows), [1, 0.99, 0.98, 0.9, 0.85, 0])
    cy = learn([], library.vectors.take([]))

    chosen = recommend(candidates, scores(candidates, cy), 3, fallback=True)

    assert [pick.row for pick in chosen] == [0, 3, 4]
    assert {pick.policy for pick in chosen} == {"fallback"}


def test_more_spread_gives_less_alike_papers(library: Library):
    scored = wanting("diffusion models").score(library.vectors)
    order = np.argsort(-scored, kind="stable")

    def alike(spread: float) -> float:
        rows = diversify(order, scored, library.vectors, 5, spread)
        chosen = library.vectors.take(rows)
        return float(chosen.similarity(chosen).mean())

    assert alike(0.8) < alike(0.25) <= alike(0)


def test_without_spread_the_picks_are_the_best_in_order(library: Library):
    scored = wanting("diffusion models").score(library.vectors)
    order = np.argsort(-scored, kind="stable")

    rows = diversify(order, scored, library.vectors, 7, 0)

    assert rows == order[:7].tolist()


def test_a_like_of_one_paper_brings_its_kind_to_ada(library: Library):
    candidates = offer(library.vectors)
    liked = library.rows("image")[0]
    allowed = np.arange(len(candidates)) != liked

    chosen = recommend(candidates, scores(candidates, taste([(liked, 1, 0)])), 3, allowed=allowed)

    assert {pick.row for pick in chosen} <= set(library.rows("image"))
    assert {pick.policy for pick in chosen} == {"score"}


def test_a_fourth_followed_paper_waits_although_it_is_the_best_left(library: Library):
    candidates = offer(library.vectors.take(list(range(6))))
    scored = np.array([6, 5, 4, 3, 2, 1], np.float32)
    followed = np.array([1, 1, 1, 1, 0, 0], bool)

    chosen = recommend(candidates, scored, 5, followed=followed)

    assert [(pick.row, pick.policy) for pick in chosen] == [
        (0, "follow"), (1, "follow"), (2, "follow"), (4, "score"), (5, "score"),
    ]  # fmt: skip


def test_followed_papers_never_make_more_than_n(library: Library):
    candidates = offer(library.vectors.take([0, 1, 2]))

    chosen = recommend(candidates, np.ones(3, np.float32), 2, followed=np.ones(3, bool))

    assert [pick.row for pick in chosen] == [0, 1]


def test_an_unloved_interest_still_gets_its_place_before_better_papers(library: Library):
    speech = library.rows("speech")
    candidates = offer(library.vectors)
    scored = scores(candidates, wanting("diffusion models"))
    close = near(library.vectors, "speech recognition")

    chosen = recommend(candidates, scored, 3, places=close)

    assert chosen[0].row in speech
    assert (chosen[0].policy, chosen[0].interest) == ("interest", 0)
    assert [pick.policy for pick in chosen[1:]] == ["score", "score"]


def test_an_interest_that_finds_nothing_leaves_its_place_to_the_next(library: Library):
    candidates = offer(library.vectors.take([0, 1, 10]))
    wanted = ("zyzzyva", "diffusion models", "speech recognition")
    close = near(candidates.vectors, *wanted)

    chosen = recommend(candidates, np.zeros(3, np.float32), 2, places=close)

    assert [pick.interest for pick in chosen] == [1, 2]


def test_a_paper_between_two_interests_does_not_take_the_place_of_both(library: Library):
    wanted = ("diffusion model", "speech recognition")
    texts = ["Diffusion model for speech recognition", "Diffusion model", "Speech recognition"]
    between = library.features.transform(texts)
    candidates = offer(between)
    scored = scores(candidates, wanting(*wanted))
    assert scored.argmax() == 0

    chosen = recommend(candidates, scored, 2, places=near(between, *wanted))

    assert [(pick.row, pick.interest) for pick in chosen] == [(1, 0), (2, 1)]


def test_places_go_to_the_first_interests_while_they_last(library: Library):
    wanted = ("diffusion model", "speech recognition", "graph network")
    close = near(library.vectors, *wanted)
    candidates = offer(library.vectors)

    chosen = recommend(candidates, scores(candidates, wanting(*wanted)), 2, places=close)

    assert [pick.interest for pick in chosen] == [0, 1]


def test_a_tie_goes_to_the_smaller_id(library: Library):
    vectors = library.vectors.take([0, 0, 0])
    candidates = Candidates(np.array([30, 10, 20]), vectors, np.full(3, 0.5, np.float32))

    chosen = recommend(candidates, np.ones(3, np.float32), 3)

    assert [pick.paper_id for pick in chosen] == [10, 20, 30]


@pytest.mark.parametrize("fallback", [True, False])
def test_nobody_is_shown_anything_where_there_is_nothing(library: Library, fallback: bool):
    candidates = offer(library.vectors.take([]))
    scored = scores(candidates, taste([(0, 1, 0)]))
    none = np.zeros(0, bool)
    close = near(candidates.vectors, "graph network")

    chosen = recommend(
        candidates, scored, 5, allowed=none, followed=none, places=close, fallback=fallback
    )

    assert chosen == []


def test_who_wants_no_picks_gets_none(library: Library):
    candidates = offer(library.vectors)
    every = np.ones(len(candidates), bool)
    close = near(library.vectors, "graph network")
    scored = np.ones(len(candidates), np.float32)

    chosen = recommend(candidates, scored, 0, followed=every, places=close)

    assert chosen == []


def test_before_the_first_fit_popularity_decides():
    candidates = offer(unknown(4), [0.2, 0.9, 0.5, 0.7])
    cy = learn([], unknown(0))

    chosen = recommend(
        candidates,
        scores(candidates, cy),
        3,
        places=near(candidates.vectors, "graph network"),
        fallback=True,
    )

    assert [pick.row for pick in chosen] == [1, 3, 2]


def test_before_the_first_fit_a_like_is_kept_and_moves_nothing():
    candidates = offer(unknown(3), [0.2, 0.9, 0.5])
    ada = learn([rated(FIRST_ID, 1, 0)], stack([unknown(1), unknown(0)]))

    scored = scores(candidates, ada)

    np.testing.assert_allclose(scored, POPULARITY * candidates.popularity)
