"""A second look: one passed paper in the last place, for one of two true reasons, or none."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.offer import Offer
from recommender.policy import Day, choose
from recommender.profile import Profile
from recommender.ranking import Recommendation
from recommender.second_look import (
    MIN_GAIN,
    MOVED,
    TOP_TWENTIETH,
    UPVOTED,
    Passed,
)
from recommender.second_look import choose as choose_look
from tests.recommender.factories import (
    Library,
    candidates_of,
    offer_of,
    profile_of,
)

N = 5


@pytest.fixture
def ada(library: Library) -> Profile:
    """Return the profile of Ada, who likes four papers of images."""
    return profile_of([(row, 1, 0) for row in library.rows("image")[:4]])


@pytest.fixture
def passed_row(library: Library) -> int:
    """Return the row of a paper of images that Ada passed."""
    return int(library.rows("image")[4])


@pytest.fixture
def offer(library: Library, passed_row: int) -> Offer:
    """Return all that Ada did not rate and was not shown."""
    n = len(library.papers)
    allowed = np.ones(n, bool)
    allowed[[*library.rows("image")[:4], passed_row]] = False
    popularity = np.full(n, 0.4)
    return offer_of(candidates_of(library.vectors, popularity), allowed=allowed)


def recommend(
    profile: Profile,
    offer: Offer,
    passed: Sequence[Passed],
    *,
    n: int = N,
    day: Day | None = None,
    bar: str = "normal",
) -> list[Recommendation]:
    picks = choose(profile, replace(offer, passed=passed), n, bar=bar, day=day)
    return [*picks.recommendations]


def test_a_taste_that_moved_gives_a_passed_paper_the_last_place(
    ada: Profile, offer: Offer, passed_row: int
) -> None:
    plain = recommend(ada, offer, [])

    picks = recommend(ada, offer, [Passed(passed_row, 0.05, 0.4)])

    assert (picks[-1].row, picks[-1].policy) == (passed_row, "second-look")
    assert picks[-1].why == MOVED
    assert picks[:-1] == plain[: N - 1]
    assert len(picks) <= N


def test_a_paper_of_which_as_much_was_expected_before_does_not_come_again(
    ada: Profile, offer: Offer, passed_row: int
) -> None:
    picks = recommend(ada, offer, [Passed(passed_row, 0.95, 0.4)])

    assert picks == recommend(ada, offer, [])


def test_votes_that_rose_to_the_top_twentieth_are_the_other_reason(
    library: Library, ada: Profile, offer: Offer, passed_row: int
) -> None:
    popularity = np.full(len(library.papers), 0.4)
    popularity[passed_row] = 0.97
    risen = replace(
        offer, candidates=candidates_of(library.vectors, popularity)
    )

    picks = recommend(ada, risen, [Passed(passed_row, 0.95, 0.5)])
    at_the_top_before = recommend(ada, risen, [Passed(passed_row, 0.95, 0.96)])

    assert (picks[-1].row, picks[-1].why) == (passed_row, UPVOTED)
    assert at_the_top_before[-1].policy != "second-look"


@pytest.mark.parametrize("bar", ["off", "normal", "strict"])
def test_what_is_below_the_bar_gets_no_second_look(
    library: Library, ada: Profile, offer: Offer, bar: str
) -> None:
    """Whatever the votes say, and without a bar nothing that would be a stretch."""
    far = int(library.rows("speech")[0])
    popularity = np.full(len(library.papers), 0.4)
    popularity[far] = 1.0
    risen = replace(
        offer, candidates=candidates_of(library.vectors, popularity)
    )

    picks = recommend(ada, risen, [Passed(far, 0.0, 0.1)], bar=bar)

    assert "second-look" not in {pick.policy for pick in picks}


@pytest.mark.parametrize(
    "day", [Day(proves=True), Day(explores=True, rng=random.Random(1))]
)
def test_no_second_look_on_a_special_day(
    ada: Profile, offer: Offer, passed_row: int, day: Day
) -> None:
    picks = recommend(ada, offer, [Passed(passed_row, 0.05, 0.4)], day=day)

    assert "second-look" not in {pick.policy for pick in picks}


def test_a_followed_author_keeps_the_last_place(
    ada: Profile, offer: Offer, passed_row: int
) -> None:
    followed = offer.followed.copy()
    followed[np.flatnonzero(offer.allowed)[:1]] = True

    picks = recommend(
        ada,
        replace(offer, followed=followed),
        [Passed(passed_row, 0.05, 0.4)],
        n=1,
    )

    assert [pick.policy for pick in picks] == ["follow"]


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(0, 1),
            st.floats(0, 1),
            st.floats(0, 1),
            st.floats(0, 1),
        ),
        max_size=8,
    )
)
def test_each_second_look_has_a_true_reason(
    papers: list[tuple[float | None, float, float, float]],
) -> None:
    passed = [
        Passed(row, expected, popularity)
        for row, (expected, popularity, _, _) in enumerate(papers)
    ]
    shares = np.array([share for _, _, share, _ in papers], np.float32)
    now = np.array([votes for _, _, _, votes in papers], np.float32)

    choice = choose_look(passed, shares, now)

    if choice is None:
        return
    number, why = choice
    paper = passed[number]
    share, votes = float(shares[number]), float(now[number])
    assert share > 0
    if why == MOVED:
        assert paper.expected is not None
        assert share - paper.expected >= MIN_GAIN
    else:
        assert paper.popularity < TOP_TWENTIETH <= votes
