"""Picks by example: what Ada, Bo and Cy are shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.features import Vectors, stack
from recommender.policy import Day, Offer, choose
from recommender.profile import SAYS, Profile, learn, rated
from recommender.ranking import (
    POPULARITY,
    Candidates,
    Recommendation,
    diversify,
    scores,
)
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    Library,
    Said,
    offer,
    on_offer,
    saying,
    taste,
    wanting,
)
from tests.recommender.factories import library as made_library


def unknown(n: int) -> Vectors:
    """Return n papers as they are before the first fit: without a single feature."""
    return Vectors(
        csr_array(np.zeros((n, 0), np.float32)), np.zeros((n, 0), np.float32)
    )


def picks(
    profile: Profile, offered: Offer, n: int, **wishes: str | Day
) -> list[Recommendation]:
    return [*choose(profile, offered, n, **wishes).chosen]  # type: ignore[arg-type] # by name


def marked(candidates: Candidates, *rows: int) -> np.ndarray:
    """Return the mask of these rows."""
    return np.isin(np.arange(len(candidates)), rows)


@given(RATINGS, st.lists(ROWS, min_size=1, max_size=20), st.randoms())
def test_scores_do_not_depend_on_the_order_of_the_candidates(
    said: Said, rows: list[int], rng
):
    candidates = offer(
        made_library().vectors.take(rows), np.linspace(0, 1, len(rows))
    )
    order = list(range(len(rows)))
    rng.shuffle(order)
    moved = Candidates(
        candidates.ids[order],
        candidates.vectors.take(order),
        candidates.popularity[order],
    )

    assert np.array_equal(
        scores(moved, taste(said)), scores(candidates, taste(said))[order]
    )


def test_a_score_is_taste_and_popularity_and_the_topics_that_a_paper_says(
    library: Library,
):
    candidates = offer(library.vectors.take([0, 10]), [0.0, 1.0])
    profile = taste([(0, 1, 0)], "robot arm")
    says = np.array([[False], [True]])

    scored = scores(candidates, profile, says)

    expected = profile.score(candidates.vectors) + np.array(
        [0, POPULARITY + SAYS]
    )
    np.testing.assert_allclose(scored, expected, atol=1e-6)


def test_popularity_alone_decides_for_cy_of_whom_nothing_is_known(
    library: Library,
):
    popularity = np.random.default_rng(0).permutation(
        len(library.papers)
    ) / len(library.papers)
    candidates = offer(library.vectors, popularity)
    cy = learn([], library.vectors.take([]))

    scored = scores(candidates, cy)

    assert np.argsort(-scored).tolist() == np.argsort(-popularity).tolist()


def test_cy_gets_popular_papers_of_different_kinds(library: Library):
    """The three most popular ones are one paper in three copies."""
    rows = [0, 0, 0, 10, 20, 30]
    candidates = offer(
        library.vectors.take(rows), [1, 0.99, 0.98, 0.9, 0.85, 0]
    )
    cy = learn([], library.vectors.take([]))

    chosen = picks(cy, on_offer(candidates), 3)

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

    chosen = picks(
        taste([(liked, 1, 0)]),
        on_offer(candidates, allowed=~marked(candidates, 0)),
        3,
    )

    assert {pick.row for pick in chosen} <= set(library.rows("image"))
    assert {pick.policy for pick in chosen} == {"score"}


def test_a_fourth_followed_paper_waits_although_it_is_better_than_the_rest(
    library: Library,
):
    candidates = offer(library.vectors.take([1, 2, 3, 4, 30, 31]))
    followed = marked(candidates, 0, 1, 2, 3)

    chosen = picks(
        taste([(0, 1, 0)]), on_offer(candidates, followed=followed), 5
    )

    assert [pick.policy for pick in chosen] == ["follow"] * 3 + ["score"] * 2
    assert {pick.row for pick in chosen[3:]} == {4, 5}


def test_followed_papers_never_make_more_than_n(library: Library):
    candidates = offer(library.vectors.take([0, 1, 2]))
    every = marked(candidates, 0, 1, 2)

    chosen = picks(taste([(0, 1, 0)]), on_offer(candidates, followed=every), 2)

    assert [pick.policy for pick in chosen] == ["follow"] * 2


def test_an_unloved_topic_still_gets_its_place_beside_better_papers(
    library: Library,
):
    """Three likes of images speak louder than a topic that is typed."""
    candidates = offer(library.vectors)
    ada = taste(
        [(row, 1, 0) for row in library.rows("image")[:6]], "speech recognition"
    )

    chosen = picks(
        ada, on_offer(candidates, says=np.zeros((len(candidates), 1), bool)), 3
    )

    assert [
        (p.row in library.rows("speech"))
        for p in chosen
        if p.policy == "interest"
    ] == [True]
    assert {p.row for p in chosen if p.policy == "score"} <= set(
        library.rows("image")
    )


def test_picks_stand_in_the_order_of_their_scores_whatever_brought_them(
    library: Library,
):
    candidates = offer(library.vectors)
    ada = taste(
        [(row, 1, 0) for row in library.rows("image")[:6]], "speech recognition"
    )

    chosen = picks(
        ada, on_offer(candidates, says=np.zeros((len(candidates), 1), bool)), 5
    )

    assert [pick.policy for pick in chosen].index("interest") > 0
    assert [pick.score for pick in chosen] == sorted(
        (p.score for p in chosen), reverse=True
    )


def test_a_topic_that_finds_nothing_leaves_its_place_to_the_next(
    library: Library,
):
    candidates = offer(library.vectors.take([0, 1, 10]))
    profile = wanting("zyzzyva", "diffusion model", "speech recognition")

    chosen = picks(
        profile, on_offer(candidates, says=np.zeros((3, 3), bool)), 2
    )

    assert sorted(pick.interest or 0 for pick in chosen) == [1, 2]


def test_a_paper_between_two_topics_does_not_take_the_place_of_both(
    library: Library,
):
    wanted = ("diffusion model", "speech recognition")
    texts = [
        "Diffusion model for speech recognition",
        "Diffusion model",
        "Speech recognition",
    ]
    between = library.features.transform(texts)
    profile, silent = wanting(*wanted), np.zeros((3, 2), bool)
    assert profile.score(between).argmax() == 0

    chosen = picks(profile, on_offer(offer(between), says=silent), 2)

    assert {(pick.row, pick.interest) for pick in chosen} == {(1, 0), (2, 1)}


def test_a_paper_that_says_a_topic_comes_before_one_that_is_only_near_it(
    library: Library,
):
    profile = wanting("robot arm")
    rows = library.rows("robot")
    vectors, said = library.vectors.take(rows), saying("robot arm")[rows]
    near = profile.score(vectors)
    weakest = int(np.flatnonzero(said[:, 0])[near[said[:, 0]].argmin()])
    says = np.zeros((len(rows), 1), bool)
    says[weakest] = True

    [first, *_] = picks(profile, on_offer(offer(vectors), says=says), 3)

    assert near.argmax() != weakest
    assert first.row == weakest


def test_a_tie_goes_to_the_smaller_id(library: Library):
    vectors = library.vectors.take([0, 0, 0])
    candidates = Candidates(
        np.array([30, 10, 20]), vectors, np.full(3, 0.5, np.float32)
    )

    chosen = picks(taste([(0, 1, 0)]), on_offer(candidates), 3)

    assert [pick.paper_id for pick in chosen] == [10, 20, 30]


@pytest.mark.parametrize("topics", [(), ("graph network",)])
def test_nobody_is_shown_anything_where_there_is_nothing(
    library: Library, topics: tuple[str, ...]
):
    nothing = on_offer(
        offer(library.vectors.take([])), says=np.zeros((0, len(topics)), bool)
    )

    for special in (Day(explores=True), Day(proves=True)):
        assert picks(wanting(*topics), nothing, 5, day=special) == []


def test_who_wants_no_picks_gets_none(library: Library):
    candidates = offer(library.vectors)
    every = np.ones(len(candidates), bool)
    offered = on_offer(candidates, followed=every, says=saying("graph network"))

    assert picks(wanting("graph network"), offered, 0) == []


def test_older_papers_follow_the_new_ones_where_these_are_too_few(
    library: Library,
):
    candidates = offer(library.vectors.take([30, 31, 0, 1, 2]))

    chosen = picks(taste([(3, 1, 0)]), on_offer(candidates, new=2), 4)

    assert {pick.row for pick in chosen[:2]} == {0, 1}
    assert {pick.row for pick in chosen[2:]} <= {2, 3, 4}


def test_while_there_are_new_papers_the_bar_leaves_places_open(
    library: Library,
):
    """Old papers that fit fill none of them."""
    candidates = offer(library.vectors.take([30, 31, 32, 0, 1]))

    told = choose(
        taste([(3, 1, 0)]), on_offer(candidates, new=3), 3, bar="strict"
    )

    assert (told.chosen, told.held_back) == ([], 3)


def test_before_the_first_fit_popularity_decides():
    candidates = offer(unknown(4), [0.2, 0.9, 0.5, 0.7])
    cy = learn([], unknown(0))

    chosen = picks(cy, on_offer(candidates), 3)

    assert [pick.row for pick in chosen] == [1, 3, 2]


def test_before_the_first_fit_a_like_is_kept_and_moves_nothing():
    candidates = offer(unknown(3), [0.2, 0.9, 0.5])
    ada = learn([rated(FIRST_ID, 1, 0)], stack([unknown(1), unknown(0)]))

    scored = scores(candidates, ada)

    np.testing.assert_allclose(scored, POPULARITY * candidates.popularity)
