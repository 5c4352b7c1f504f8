"""Exploring, the proof against popularity, the quality bar, and how strong a pick is."""

import random
from dataclasses import replace

import numpy as np
import pytest

from recommender import expectation
from recommender.expectation import BARS, STRENGTHS, Expectation, expect
from recommender.policy import Day, Offer, choose, scores
from recommender.profile import Profile
from recommender.ranking import NOVEL, Recommendation, ordered
from tests.recommender.factories import Library, offer, on_offer, taste

PROVES = Day(proves=True)


def explores(seed: int) -> Day:
    return Day(explores=True, rng=random.Random(seed))


def picks(
    profile: Profile, offered: Offer, n: int, day: Day | None = None
) -> list[Recommendation]:
    return [*choose(profile, offered, n, day=day).chosen]


@pytest.fixture
def ada(library: Library) -> Profile:
    """Ada likes four papers of images."""
    return taste([(row, 1, 0) for row in library.rows("image")[:4]])


@pytest.fixture
def offered(library: Library) -> Offer:
    """All that Ada did not rate; the last ones of the newest day are the most upvoted."""
    n = len(library.papers)
    candidates = offer(library.vectors, np.linspace(0.4, 1, n))
    return on_offer(candidates, newest=n, allowed=np.arange(n) >= 4)


def test_the_proof_gives_the_last_place_to_the_most_upvoted(
    ada: Profile, offered: Offer
):
    plain = picks(ada, offered, 5)

    proved = picks(ada, offered, 5, PROVES)

    assert proved[:-1] == plain[:-1]
    assert (proved[-1].row, proved[-1].policy) == (
        len(offered.candidates) - 1,
        "proof",
    )
    assert "proof" not in {pick.policy for pick in plain}


def test_the_proof_is_of_the_newest_day_alone(ada: Profile, offered: Offer):
    """More upvoted ones of the days before do not count."""
    proved = picks(ada, replace(offered, newest=20), 5, PROVES)

    assert (proved[-1].row, proved[-1].policy) == (19, "proof")


def test_the_proof_passes_the_bar(ada: Profile, offered: Offer):
    told = choose(ada, offered, 5, bar="strict", day=PROVES).chosen

    assert len(told) >= 3
    assert told[-1].policy == "proof"
    assert told[-1].score < of(ada, offered).score_at("strict") < told[-2].score


def test_a_day_that_explores_never_proves(ada: Profile, offered: Offer):
    both = Day(explores=True, proves=True, rng=random.Random(0))

    assert [pick.policy for pick in picks(ada, offered, 5, both)][
        -1
    ] == "explore"


@pytest.mark.parametrize("n", [1, 2])
def test_of_fewer_than_three_picks_none_is_given_away(
    ada: Profile, offered: Offer, n: int
):
    assert picks(ada, offered, n, PROVES) == picks(ada, offered, n)


def test_where_nobody_voted_there_is_nothing_to_prove_against(
    ada: Profile, offered: Offer
):
    silent = offer(offered.candidates.vectors)
    unvoted = replace(offered, candidates=silent, new=silent)

    assert picks(ada, unvoted, 5, PROVES) == picks(ada, unvoted, 5)


def test_a_followed_author_gives_no_place_away(ada: Profile, offered: Offer):
    every = replace(offered, followed=np.ones(len(offered.candidates), bool))

    for special in (PROVES, explores(0)):
        assert picks(ada, every, 3, special) == picks(ada, every, 3)


def test_exploring_replaces_the_last_pick_by_a_good_paper_unlike_the_rated(
    library: Library, ada: Profile, offered: Offer
):
    plain = picks(ada, offered, 5)

    explored = [picks(ada, offered, 5, explores(seed)) for seed in range(30)]

    assert all(chosen[:-1] == plain[:-1] for chosen in explored)
    assert {chosen[-1].policy for chosen in explored} == {"explore"}
    last = {chosen[-1].row for chosen in explored}
    free = offered.allowed.copy()
    free[[pick.row for pick in plain]] = False
    good = ordered(offered.candidates, scores(ada, offered), free)[
        : free.sum() // 2
    ].tolist()
    assert last <= set(good)
    assert 1 < len(last) <= NOVEL
    assert not last & set(library.rows("image"))


def test_nothing_below_the_bar_is_explored(ada: Profile, offered: Offer):
    for seed in range(10):
        told = choose(ada, offered, 5, bar="normal", day=explores(seed)).chosen

        assert all(
            pick.score > of(ada, offered).score_at("normal") for pick in told
        )


def test_nothing_is_special_for_cy_of_whom_nothing_is_known(
    library: Library, offered: Offer
):
    cy = taste([])

    for special in (PROVES, explores(0)):
        assert picks(cy, offered, 5, special) == picks(cy, offered, 5)


def of(profile: Profile, offered: Offer) -> Expectation:
    return expect(profile, scores(profile, offered.fresh))


def test_a_higher_score_is_expected_to_be_liked_more(
    ada: Profile, offered: Offer
):
    shares = of(ada, offered).shares(np.linspace(-2, 5, 50, dtype=np.float32))

    assert (np.diff(shares) > 0).all()
    assert 0 < shares.min() < shares.max() < 1


@pytest.mark.parametrize(
    ("level", "share"), [*BARS.items(), *STRENGTHS.items()]
)
def test_a_bar_is_the_score_from_which_its_share_of_likes_is_expected(
    ada: Profile, offered: Offer, level: str, share: float
):
    at = np.array([of(ada, offered).score_at(level)], np.float32)

    assert of(ada, offered).shares(at)[0] == pytest.approx(
        (BARS | STRENGTHS)[level], abs=1e-4
    )


def test_without_a_bar_or_a_word_from_the_reader_everything_passes(
    ada: Profile, offered: Offer
):
    assert of(ada, offered).score_at("off") == -np.inf
    assert of(taste([]), offered).score_at("strict") == -np.inf
    assert of(ada, offered).score_at("normal") < of(ada, offered).score_at(
        "strict"
    )


def test_a_paper_counts_by_how_far_it_is_above_the_mean_of_new_ones(
    ada: Profile, offered: Offer
):
    """What all papers of a library have in common with a taste tells nothing."""
    plain = scores(ada, offered.fresh)

    higher = expect(ada, plain + 1)

    assert higher.score_at("strict") > expect(ada, plain).score_at("strict")
    assert expect(ada, plain[:0]).score_at("strict") < np.inf


def test_who_dislikes_what_was_expected_is_expected_to_like_less_of_its_kind(
    library: Library,
):
    rows = library.rows("image")
    kind, paper = (
        [(row, 1, 9) for row in rows[:3]],
        library.vectors.take([rows[9]]),
    )

    shares = []
    for value in (1, -1):
        profile = taste(
            [*kind, *((row, value, 0) for row in rows[3:8])], "image generation"
        )
        expectation = expect(profile, profile.score(library.vectors))
        shares.append(expectation.shares(profile.score(paper))[0])
        assert (
            expectation.score_at("normal")
            < expectation.score_at("strict")
            < np.inf
        )

    assert shares[0] > shares[1]


def test_a_pick_is_called_strong_fair_or_a_stretch_by_what_is_expected(
    ada: Profile, offered: Offer
):
    strong, fair = (
        of(ada, offered).score_at(name) for name in ("strong", "fair")
    )

    told = [
        of(ada, offered).strength(score)
        for score in (strong + 0.01, fair + 0.01, fair - 0.01)
    ]

    assert told == ["strong", "fair", "stretch"]
    assert expectation.STRENGTHS["strong"] > expectation.STRENGTHS["fair"]
