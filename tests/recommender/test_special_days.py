"""Special days: exploring and the proof against popularity; the quality bar; a pick's strength."""

import random
from dataclasses import replace

import numpy as np
import pytest

from recommender import policy
from recommender.expectation import BARS, STRENGTHS, Expectation, expect
from recommender.offer import Offer
from recommender.policy import (
    MIN_RATINGS_TO_EXPLORE,
    Day,
    choose,
    draw_day,
    scores,
)
from recommender.profile import Profile
from recommender.ranking import NOVEL_POOL, Recommendation, rank
from tests.recommender.factories import (
    Library,
    candidates_of,
    offer_of,
    profile_of,
)

# As it is in the product; for most tests it is 0, so that no date makes a day special.
SPECIAL_DAYS = policy.SPECIAL_DAYS

PROVES = Day(proves=True)


def explores(seed: int) -> Day:
    return Day(explores=True, rng=random.Random(seed))


def recommend(
    profile: Profile, offer: Offer, n: int, day: Day | None = None
) -> list[Recommendation]:
    return [*choose(profile, offer, n, day=day).recommendations]


def expectation_of(profile: Profile, offer: Offer) -> Expectation:
    return expect(profile, scores(profile, offer.new_papers))


def days(
    share: float, *, explores: bool = True, ratings: int = 20
) -> list[Day]:
    """Draw a thousand days of one reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "SPECIAL_DAYS", share)
        return [
            draw_day(f"1 {number}", explores=explores, ratings=ratings)
            for number in range(1_000)
        ]


@pytest.fixture
def ada(library: Library) -> Profile:
    """Return the profile of Ada, who likes four papers of images."""
    return profile_of([(row, 1, 0) for row in library.rows("image")[:4]])


@pytest.fixture
def offer(library: Library) -> Offer:
    """Return all that Ada did not rate; the last ones of the newest day are the most upvoted."""
    n = len(library.papers)
    candidates = candidates_of(library.vectors, np.linspace(0.4, 1, n))
    return offer_of(candidates, newest=n, allowed=np.arange(n) >= 4)


# The draw of a day


def test_one_day_in_five_explores_and_another_one_proves():
    drawn = days(SPECIAL_DAYS)

    n_exploring = sum(day.explores for day in drawn)
    n_proving = sum(day.proves for day in drawn)

    assert SPECIAL_DAYS == 0.2
    assert 150 < n_exploring < 250
    assert 150 < n_proving < 250
    assert not any(day.explores and day.proves for day in drawn)


def test_nothing_is_explored_before_ten_ratings_and_no_other_day_proves_instead():
    early = days(SPECIAL_DAYS, ratings=MIN_RATINGS_TO_EXPLORE - 1)
    later = days(SPECIAL_DAYS, ratings=10)

    assert MIN_RATINGS_TO_EXPLORE == 10
    assert not any(day.explores for day in early)
    assert any(day.explores for day in later)
    assert [day.proves for day in early] == [day.proves for day in later]


def test_a_reader_who_does_not_explore_has_neither():
    drawn = days(SPECIAL_DAYS, explores=False)

    assert not any(day.explores or day.proves for day in drawn)


def test_a_day_is_drawn_by_reader_and_date_alone():
    def draw(seed: str) -> float:
        return draw_day(seed, explores=True, ratings=20).rng.random()

    assert draw("1 a") == draw("1 a") != draw("2 a")


# The proof


def test_the_proof_gives_the_last_place_to_the_most_upvoted(
    ada: Profile, offer: Offer
):
    ordinary = recommend(ada, offer, 5)

    picks = recommend(ada, offer, 5, PROVES)

    assert picks[:-1] == ordinary[:-1]
    assert picks[-1].row == len(offer.candidates) - 1
    assert picks[-1].policy == "proof"
    assert "proof" not in {pick.policy for pick in ordinary}


def test_the_proof_is_of_the_newest_day_alone(ada: Profile, offer: Offer):
    """More upvoted ones of the days before do not count."""
    picks = recommend(ada, replace(offer, newest=20), 5, PROVES)

    assert picks[-1].row == 19
    assert picks[-1].policy == "proof"


def test_the_proof_passes_the_bar(ada: Profile, offer: Offer):
    bar = expectation_of(ada, offer).score_at("strict")

    picks = choose(ada, offer, 5, bar="strict", day=PROVES).recommendations

    assert len(picks) >= 3
    assert picks[-1].policy == "proof"
    assert picks[-1].score < bar < picks[-2].score


def test_a_day_that_explores_never_proves(ada: Profile, offer: Offer):
    day = Day(explores=True, proves=True, rng=random.Random(0))

    picks = recommend(ada, offer, 5, day)

    assert picks[-1].policy == "explore"


@pytest.mark.parametrize("n", [1, 2])
def test_of_fewer_than_three_picks_none_is_given_away(
    ada: Profile, offer: Offer, n: int
):
    picks = recommend(ada, offer, n, PROVES)

    assert picks == recommend(ada, offer, n)


def test_where_nobody_voted_there_is_nothing_to_prove_against(
    ada: Profile, offer: Offer
):
    without_votes = candidates_of(offer.candidates.vectors)
    unvoted = replace(offer, candidates=without_votes, new=without_votes)

    picks = recommend(ada, unvoted, 5, PROVES)

    assert picks == recommend(ada, unvoted, 5)


@pytest.mark.parametrize("day", [PROVES, explores(0)])
def test_a_followed_author_gives_no_place_away(
    ada: Profile, offer: Offer, day: Day
):
    every_paper = np.ones(len(offer.candidates), bool)
    followed = replace(offer, followed=every_paper)

    picks = recommend(ada, followed, 3, day)

    assert picks == recommend(ada, followed, 3)


# Exploring


def test_exploring_replaces_the_last_pick_by_a_good_paper_unlike_the_rated(
    library: Library, ada: Profile, offer: Offer
):
    ordinary = recommend(ada, offer, 5)
    allowed = offer.allowed.copy()
    allowed[[pick.row for pick in ordinary]] = False
    ranking = rank(offer.candidates, scores(ada, offer), allowed)
    better_half = ranking[: allowed.sum() // 2].tolist()

    by_seed = [recommend(ada, offer, 5, explores(seed)) for seed in range(30)]

    assert all(picks[:-1] == ordinary[:-1] for picks in by_seed)
    assert {picks[-1].policy for picks in by_seed} == {"explore"}
    explored = {picks[-1].row for picks in by_seed}
    assert explored <= set(better_half)
    assert 1 < len(explored) <= NOVEL_POOL
    assert not explored & set(library.rows("image"))


def test_nothing_below_the_bar_is_explored(ada: Profile, offer: Offer):
    bar = expectation_of(ada, offer).score_at("normal")

    for seed in range(10):
        picks = choose(ada, offer, 5, bar="normal", day=explores(seed))

        assert all(pick.score > bar for pick in picks.recommendations)


@pytest.mark.parametrize("day", [PROVES, explores(0)])
def test_nothing_is_special_for_cy_of_whom_nothing_is_known(
    offer: Offer, day: Day
):
    cy = profile_of([])

    picks = recommend(cy, offer, 5, day)

    assert picks == recommend(cy, offer, 5)


# What is expected to be liked


def test_a_higher_score_is_expected_to_be_liked_more(
    ada: Profile, offer: Offer
):
    expectation = expectation_of(ada, offer)

    shares = expectation.shares(np.linspace(-2, 5, 50, dtype=np.float32))

    assert (np.diff(shares) > 0).all()
    assert 0 < shares.min() < shares.max() < 1


@pytest.mark.parametrize(
    ("level", "share"), [*BARS.items(), *STRENGTHS.items()]
)
def test_a_bar_is_the_score_from_which_its_share_of_likes_is_expected(
    ada: Profile, offer: Offer, level: str, share: float
):
    expectation = expectation_of(ada, offer)

    score = np.array([expectation.score_at(level)], np.float32)

    assert expectation.shares(score)[0] == pytest.approx(share, abs=1e-4)


def test_without_a_bar_or_evidence_every_paper_passes(
    ada: Profile, offer: Offer
):
    of_ada = expectation_of(ada, offer)
    of_cy = expectation_of(profile_of([]), offer)

    assert of_ada.score_at("off") == -np.inf
    assert of_cy.score_at("strict") == -np.inf
    assert of_ada.score_at("normal") < of_ada.score_at("strict")


def test_a_paper_counts_by_how_far_it_is_above_the_mean_of_new_ones(
    ada: Profile, offer: Offer
):
    """What all papers of a library have in common with a taste tells nothing."""
    new_scores = scores(ada, offer.new_papers)

    expectation = expect(ada, new_scores)
    higher = expect(ada, new_scores + 1)
    without_papers = expect(ada, new_scores[:0])

    assert higher.score_at("strict") > expectation.score_at("strict")
    assert without_papers.score_at("strict") < np.inf


def test_who_dislikes_what_was_expected_is_expected_to_like_less_of_its_kind(
    library: Library,
):
    images = library.rows("image")
    likes = [(row, 1, 9) for row in images[:3]]
    paper = library.vectors.take([images[9]])

    def expected_share(value: int) -> float:
        ratings = [(row, value, 0) for row in images[3:8]]
        profile = profile_of([*likes, *ratings], "image generation")
        expectation = expect(profile, profile.score(library.vectors))

        normal, strict = map(expectation.score_at, ("normal", "strict"))
        assert normal < strict < np.inf
        return float(expectation.shares(profile.score(paper))[0])

    assert expected_share(1) > expected_share(-1)


def test_a_pick_is_called_strong_fair_or_a_stretch_by_what_is_expected(
    ada: Profile, offer: Offer
):
    expectation = expectation_of(ada, offer)
    strong = expectation.score_at("strong")
    fair = expectation.score_at("fair")

    assert expectation.strength(strong + 0.01) == "strong"
    assert expectation.strength(fair + 0.01) == "fair"
    assert expectation.strength(fair - 0.01) == "stretch"
    assert STRENGTHS["strong"] > STRENGTHS["fair"]
