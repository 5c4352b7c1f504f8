"""The laws of ranking: what holds whatever papers there are and whatever was said of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.profile import WANTED
from recommender.ranking import MOST_FOLLOWED, NEAR, Places, Recommendation, recommend
from tests.recommender.made import Offer, offers

FOLLOWED_FIRST = ("follow", "interest", "score", "fallback")


def picks(offer: Offer) -> list[Recommendation]:
    return recommend(
        offer.candidates,
        offer.scored,
        offer.n,
        allowed=offer.allowed,
        followed=offer.followed,
        places=Places(offer.near, WANTED * offer.near),
        fallback=offer.fallback,
    )


@given(offers())
def test_a_paper_that_is_not_allowed_never_shows(offer: Offer):
    assert all(offer.allowed[pick.row] for pick in picks(offer))


@given(offers())
def test_no_paper_shows_twice(offer: Offer):
    shown = [pick.paper_id for pick in picks(offer)]

    assert len(shown) == len(set(shown))


@given(offers())
def test_there_are_n_picks_or_all_there_are(offer: Offer):
    """Followed papers over three wait, so they count as not there."""
    followed = int((offer.allowed & offer.followed).sum())
    there = int((offer.allowed & ~offer.followed).sum()) + min(followed, MOST_FOLLOWED)

    assert len(picks(offer)) == min(offer.n, there)


@given(offers())
def test_a_pick_names_its_paper_and_its_score(offer: Offer):
    for pick in picks(offer):
        assert pick.paper_id == offer.candidates.ids[pick.row]
        assert pick.score == offer.scored[pick.row]


@given(offers(), st.randoms())
def test_the_picks_do_not_depend_on_the_order_of_the_candidates(offer: Offer, rng):
    order = list(range(len(offer.candidates)))
    rng.shuffle(order)

    moved = picks(offer.shuffled(order))

    assert [(p.paper_id, p.policy, p.interest) for p in moved] == [
        (p.paper_id, p.policy, p.interest) for p in picks(offer)
    ]


@given(offers())
def test_each_right_comes_after_the_one_above_it(offer: Offer):
    rights = [FOLLOWED_FIRST.index(pick.policy) for pick in picks(offer)]

    assert rights == sorted(rights)


@given(offers())
def test_followed_papers_are_the_best_three_and_take_no_other_place(offer: Offer):
    rows = np.flatnonzero(offer.allowed & offer.followed)
    best = sorted(rows, key=lambda row: (-offer.scored[row], offer.candidates.ids[row]))

    chosen = picks(offer)

    assert [p.row for p in chosen if p.policy == "follow"] == best[: min(offer.n, MOST_FOLLOWED)]
    assert not any(offer.followed[p.row] for p in chosen if p.policy != "follow")


@given(offers())
def test_an_interest_gets_one_place_with_a_paper_near_it(offer: Offer):
    placed = [pick for pick in picks(offer) if pick.policy == "interest"]

    assert len({pick.interest for pick in placed}) == len(placed)
    assert all(offer.near[pick.row, pick.interest] >= NEAR for pick in placed)


@given(offers())
def test_an_interest_without_a_place_had_no_paper_or_no_place_was_left(offer: Offer):
    chosen = picks(offer)
    places = [pick for pick in chosen if pick.policy == "interest"]
    follows = sum(pick.policy == "follow" for pick in chosen)
    if len(places) + follows == offer.n:
        return
    for interest in {*range(offer.near.shape[1])} - {pick.interest for pick in places}:
        near = offer.near[:, interest] >= NEAR
        rows = np.flatnonzero(near & offer.allowed & ~offer.followed)
        earlier = {p.row for p in places if p.interest is not None and p.interest < interest}
        assert set(rows) <= earlier


@given(offers())
def test_the_best_of_the_rest_comes_first_and_ties_go_to_the_smaller_id(offer: Offer):
    chosen = picks(offer)
    rest = [pick.row for pick in chosen if pick.policy in {"score", "fallback"}]
    taken = {pick.row for pick in chosen} - set(rest)
    left = [r for r in np.flatnonzero(offer.allowed & ~offer.followed) if r not in taken]

    if rest:
        best = min(left, key=lambda row: (-offer.scored[row], offer.candidates.ids[row]))
        assert rest[0] == best
