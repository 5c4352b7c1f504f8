"""Top-n picks by example: which papers Ada and Cy are recommended, in which order, and why.

Ada has rated papers or typed topics; of Cy nothing is known.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommender.arrays import Mask
from recommender.evidence import PHRASE_BONUS, rating_evidence
from recommender.offer import Offer
from recommender.policy import Day, choose
from recommender.profile import Profile, learn
from recommender.ranking import (
    POPULARITY_WEIGHT,
    Candidates,
    Recommendation,
    diversify,
    rank,
    scores,
)
from recommender.vectors import Vectors, stack
from tests.recommender import factories
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    Library,
    Ratings,
    candidates_of,
    offer_of,
    profile_of,
    profile_of_topics,
    topic_matches,
)


@pytest.fixture
def cy(library: Library) -> Profile:
    """Return the profile of a reader of whom nothing is known."""
    return learn([], library.vectors.take([]))


@pytest.fixture
def image_likes(library: Library) -> Ratings:
    """Return likes of six papers on image generation."""
    return [(row, 1, 0) for row in library.rows("image")[:6]]


def recommend(
    profile: Profile, offer: Offer, n: int, day: Day | None = None
) -> list[Recommendation]:
    return [*choose(profile, offer, n, day=day).recommendations]


def rows_of(recommendations: list[Recommendation]) -> list[int]:
    return [pick.row for pick in recommendations]


def policies_of(recommendations: list[Recommendation]) -> list[str]:
    return [pick.policy for pick in recommendations]


def mask(candidates: Candidates, *rows: int) -> Mask:
    """Return the mask that is true for these rows."""
    return np.isin(np.arange(len(candidates)), rows)


def no_matches(candidates: Candidates, n_topics: int) -> Mask:
    """Return that no candidate literally contains a topic, (n_papers, n_topics)."""
    return np.zeros((len(candidates), n_topics), bool)


def vectors_before_first_fit(n: int) -> Vectors:
    """Return the vectors of n papers without a single feature."""
    sparse = csr_array(np.zeros((n, 0), np.float32))
    return Vectors(sparse, np.zeros((n, 0), np.float32))


# Scores


@given(RATINGS, st.lists(ROWS, min_size=1, max_size=20), st.randoms())
def test_scores_do_not_depend_on_the_order_of_the_candidates(
    ratings: Ratings, rows: list[int], rng
):
    profile = profile_of(ratings)
    candidates = candidates_of(
        factories.library().vectors.take(rows),
        popularity=np.linspace(0, 1, len(rows)),
    )
    order = list(range(len(rows)))
    rng.shuffle(order)
    shuffled = Candidates(
        ids=candidates.ids[order],
        vectors=candidates.vectors.take(order),
        popularity=candidates.popularity[order],
    )

    shuffled_scores = scores(shuffled, profile)

    assert np.array_equal(shuffled_scores, scores(candidates, profile)[order])


def test_a_score_is_taste_and_popularity_and_the_topics_that_a_paper_contains(
    library: Library,
):
    profile = profile_of([(0, 1, 0)], "robot arm")
    candidates = candidates_of(
        library.vectors.take([0, 10]), popularity=[0.0, 1.0]
    )
    matches = np.array([[False], [True]])

    total = scores(candidates, profile, matches)

    taste = profile.score(candidates.vectors)
    added = np.array([0, POPULARITY_WEIGHT + PHRASE_BONUS])
    np.testing.assert_allclose(total, taste + added, atol=1e-6)


def test_popularity_alone_ranks_for_cy(library: Library, cy: Profile):
    n = len(library.papers)
    popularity = np.random.default_rng(0).permutation(n) / n
    candidates = candidates_of(library.vectors, popularity)

    ranking = rank(candidates, scores(candidates, cy))

    assert ranking.tolist() == np.argsort(-popularity).tolist()


# Diversity


def test_cy_gets_popular_papers_of_different_kinds(
    library: Library, cy: Profile
):
    """The three most popular ones are one paper in three copies."""
    candidates = candidates_of(
        library.vectors.take([0, 0, 0, 10, 20, 30]),
        popularity=[1, 0.99, 0.98, 0.9, 0.85, 0],
    )

    picks = recommend(cy, offer_of(candidates), n=3)

    assert rows_of(picks) == [0, 3, 4]
    assert set(policies_of(picks)) == {"fallback"}


def test_more_diversity_gives_less_similar_papers(library: Library):
    relevance = profile_of_topics("diffusion models").score(library.vectors)
    ranking = np.argsort(-relevance, kind="stable")

    def mean_similarity(diversity: float) -> float:
        rows = diversify(ranking, relevance, library.vectors, 5, diversity)
        papers = library.vectors.take(rows)
        return float(papers.similarity(papers).mean())

    assert mean_similarity(0.8) < mean_similarity(0.25) <= mean_similarity(0)


def test_without_diversity_the_picks_are_the_best_in_order(library: Library):
    relevance = profile_of_topics("diffusion models").score(library.vectors)
    ranking = np.argsort(-relevance, kind="stable")

    rows = diversify(ranking, relevance, library.vectors, n=7, diversity=0)

    assert rows == ranking[:7].tolist()


# Taste


def test_a_like_of_one_paper_brings_its_kind_to_ada(library: Library):
    liked, *_ = library.rows("image")
    ada = profile_of([(liked, 1, 0)])
    candidates = candidates_of(library.vectors)
    offer = offer_of(candidates, allowed=~mask(candidates, liked))

    picks = recommend(ada, offer, n=3)

    assert set(rows_of(picks)) <= set(library.rows("image"))
    assert set(policies_of(picks)) == {"score"}


def test_a_tie_goes_to_the_smaller_id(library: Library):
    candidates = Candidates(
        ids=np.array([30, 10, 20]),
        vectors=library.vectors.take([0, 0, 0]),
        popularity=np.full(3, 0.5, np.float32),
    )

    picks = recommend(profile_of([(0, 1, 0)]), offer_of(candidates), n=3)

    assert [pick.paper_id for pick in picks] == [10, 20, 30]


# Followed authors


def test_a_fourth_followed_paper_waits_although_it_is_better_than_the_rest(
    library: Library,
):
    candidates = candidates_of(library.vectors.take([1, 2, 3, 4, 30, 31]))
    offer = offer_of(candidates, followed=mask(candidates, 0, 1, 2, 3))

    picks = recommend(profile_of([(0, 1, 0)]), offer, n=5)

    assert policies_of(picks) == ["follow"] * 3 + ["score"] * 2
    assert set(rows_of(picks[3:])) == {4, 5}


def test_followed_papers_never_make_more_than_n(library: Library):
    candidates = candidates_of(library.vectors.take([0, 1, 2]))
    offer = offer_of(candidates, followed=mask(candidates, 0, 1, 2))

    picks = recommend(profile_of([(0, 1, 0)]), offer, n=2)

    assert policies_of(picks) == ["follow"] * 2


# Typed topics


def test_an_unloved_topic_still_gets_its_slot_beside_better_papers(
    library: Library, image_likes: Ratings
):
    """Six likes of images speak louder than a topic that is typed."""
    ada = profile_of(image_likes, "speech recognition")
    candidates = candidates_of(library.vectors)
    offer = offer_of(candidates, phrase_matches=no_matches(candidates, 1))

    picks = recommend(ada, offer, n=3)

    by_interest = [pick.row for pick in picks if pick.policy == "interest"]
    by_score = [pick.row for pick in picks if pick.policy == "score"]
    assert len(by_interest) == 1
    assert set(by_interest) <= set(library.rows("speech"))
    assert set(by_score) <= set(library.rows("image"))


def test_picks_stand_in_the_order_of_their_scores_whatever_policy_chose_them(
    library: Library, image_likes: Ratings
):
    ada = profile_of(image_likes, "speech recognition")
    candidates = candidates_of(library.vectors)
    offer = offer_of(candidates, phrase_matches=no_matches(candidates, 1))

    picks = recommend(ada, offer, n=5)

    pick_scores = [pick.score for pick in picks]
    assert policies_of(picks).index("interest") > 0
    assert pick_scores == sorted(pick_scores, reverse=True)


def test_a_topic_without_a_paper_leaves_its_slot_to_the_next(library: Library):
    profile = profile_of_topics(
        "zyzzyva", "diffusion model", "speech recognition"
    )
    candidates = candidates_of(library.vectors.take([0, 1, 10]))
    offer = offer_of(candidates, phrase_matches=no_matches(candidates, 3))

    picks = recommend(profile, offer, n=2)

    assert {pick.interest for pick in picks} == {1, 2}


def test_a_paper_between_two_topics_does_not_take_the_slot_of_both(
    library: Library,
):
    profile = profile_of_topics("diffusion model", "speech recognition")
    vectors = library.features.transform(
        [
            "Diffusion model for speech recognition",
            "Diffusion model",
            "Speech recognition",
        ]
    )
    candidates = candidates_of(vectors)
    offer = offer_of(candidates, phrase_matches=no_matches(candidates, 2))
    assert profile.score(vectors).argmax() == 0

    picks = recommend(profile, offer, n=2)

    assert {(pick.row, pick.interest) for pick in picks} == {(1, 0), (2, 1)}


def test_a_paper_that_contains_a_topic_comes_before_one_that_is_only_near_it(
    library: Library,
):
    profile = profile_of_topics("robot arm")
    robots = library.rows("robot")
    vectors = library.vectors.take(robots)
    contains_topic = topic_matches("robot arm")[robots, 0]
    similarity = profile.score(vectors)
    weakest = int(np.where(contains_topic, similarity, np.inf).argmin())
    candidates = candidates_of(vectors)
    matches = mask(candidates, weakest)[:, None]

    picks = recommend(profile, offer_of(candidates, phrase_matches=matches), 3)

    assert similarity.argmax() != weakest
    assert picks[0].row == weakest


# Few papers


@pytest.mark.parametrize("topics", [(), ("graph network",)])
@pytest.mark.parametrize("day", [Day(explores=True), Day(proves=True)])
def test_nobody_gets_a_pick_from_an_empty_offer(
    library: Library, topics: tuple[str, ...], day: Day
):
    candidates = candidates_of(library.vectors.take([]))
    offer = offer_of(
        candidates, phrase_matches=no_matches(candidates, len(topics))
    )

    assert recommend(profile_of_topics(*topics), offer, n=5, day=day) == []


def test_a_reader_who_wants_no_picks_gets_none(library: Library):
    candidates = candidates_of(library.vectors)
    offer = offer_of(
        candidates,
        followed=np.ones(len(candidates), bool),
        phrase_matches=topic_matches("graph network"),
    )

    assert recommend(profile_of_topics("graph network"), offer, n=0) == []


def test_older_papers_follow_the_new_ones_if_these_are_too_few(
    library: Library,
):
    candidates = candidates_of(library.vectors.take([30, 31, 0, 1, 2]))
    offer = offer_of(candidates, new=2)

    picks = recommend(profile_of([(3, 1, 0)]), offer, n=4)

    assert set(rows_of(picks[:2])) == {0, 1}
    assert set(rows_of(picks[2:])) <= {2, 3, 4}


def test_while_there_are_new_papers_the_bar_leaves_places_open(
    library: Library,
):
    """Old papers that fit fill none of them."""
    candidates = candidates_of(library.vectors.take([30, 31, 32, 0, 1]))
    offer = offer_of(candidates, new=3)

    picks = choose(profile_of([(3, 1, 0)]), offer, 3, bar="strict")

    assert picks.recommendations == []
    assert picks.held_back == 3


# Before the first fit of features


def test_before_the_first_fit_popularity_decides():
    candidates = candidates_of(
        vectors_before_first_fit(4), popularity=[0.2, 0.9, 0.5, 0.7]
    )
    cy = learn([], vectors_before_first_fit(0))

    picks = recommend(cy, offer_of(candidates), n=3)

    assert rows_of(picks) == [1, 3, 2]


def test_before_the_first_fit_a_like_is_kept_and_moves_nothing():
    candidates = candidates_of(
        vectors_before_first_fit(3), popularity=[0.2, 0.9, 0.5]
    )
    vectors = stack([vectors_before_first_fit(1), vectors_before_first_fit(0)])
    ada = learn([rating_evidence(FIRST_ID, 1, 0)], vectors)

    total = scores(candidates, ada)

    np.testing.assert_allclose(total, POPULARITY_WEIGHT * candidates.popularity)
