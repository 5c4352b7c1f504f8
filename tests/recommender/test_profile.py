"""Profiles: a weighted sum of what a reader told, each piece of which can be taken back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.arrays import Floats
from recommender.evidence import (
    DECAY_PER_DAY,
    LIKE_WEIGHT,
    MAX_DISLIKE_WEIGHT,
    PHRASE_BONUS,
    TOPIC_WEIGHT,
    Evidence,
    rating_evidence,
)
from recommender.profile import Profile, doubted_topics, learn, sum_evidence
from tests.recommender import factories
from tests.recommender.factories import (
    FIRST_ID,
    RATINGS,
    ROWS,
    TOPICS,
    Library,
    Ratings,
    profile_of,
    profile_of_topics,
    topic_matches,
)

CLOSE = 1e-4


def scores_after(ratings: Ratings, topics: list[str]) -> Floats:
    """Return the scores of all papers of the library, (n_papers,)."""
    profile = profile_of(ratings, *topics)
    return profile.score(factories.library().vectors, topic_matches(*topics))


def change_by(
    added: Ratings, ratings: Ratings, topics: list[str]
) -> np.ndarray:
    """Return by how much further ratings raise each paper of the library."""
    before = scores_after(ratings, topics)
    after = scores_after(ratings + added, topics)
    return np.asarray(after - before)


def weights_of(profile: Profile, kind: str) -> list[float]:
    return [piece.weight for piece in profile.evidence if piece.kind == kind]


@given(RATINGS, TOPICS, ROWS)
def test_a_like_raises_its_own_paper(
    ratings: Ratings, topics: list[str], row: int
):
    change = change_by([(row, 1, 0)], ratings, topics)

    assert change[row] > 0


@given(RATINGS, TOPICS, ROWS)
def test_a_dislike_lowers_its_own_paper(
    ratings: Ratings, topics: list[str], row: int
):
    change = change_by([(row, -1, 0)], ratings, topics)

    assert change[row] < 0


@given(RATINGS, ROWS, st.sampled_from([1, -1]))
def test_no_paper_moves_further_than_the_rated_one(
    ratings: Ratings, row: int, value: int
):
    """After likes of the same day; a dislike erodes the older ones, whatever these are of."""
    likes = [(other, 1, 0) for other, liked, _ in ratings if liked > 0]

    change = value * change_by([(row, value, 0)], likes, [])

    assert change[row] >= change.max() - CLOSE


@given(RATINGS, TOPICS, ROWS, st.integers(0, 400))
def test_a_like_never_lowers_a_copy_of_its_paper(
    ratings: Ratings, topics: list[str], row: int, age: int
):
    library = factories.library()
    copy = library.features.transform([library.papers[row].content])
    matches = topic_matches(*topics)[[row]]

    before = profile_of(ratings, *topics).score(copy, matches)
    after = profile_of([*ratings, (row, 1, age)], *topics).score(copy, matches)

    assert after[0] >= before[0]


@given(RATINGS, TOPICS, ROWS, st.sampled_from([1, -1]), st.integers(0, 12))
def test_what_is_taken_back_leaves_no_trace(
    ratings: Ratings, topics: list[str], row: int, value: int, place: int
):
    before = scores_after(ratings, topics)
    extended = [*ratings[:place], (row, value, 0), *ratings[place:]]
    scores_after(extended, topics)

    extended.pop(min(place, len(ratings)))

    assert np.array_equal(scores_after(extended, topics), before)


@given(RATINGS, RATINGS)
def test_a_profile_is_the_sum_of_its_evidence(first: Ratings, second: Ratings):
    whole = profile_of(first + second)
    rows = np.arange(len(whole.evidence))

    one, two = (
        sum_evidence(
            [whole.evidence[row] for row in part], whole.vectors.take(part)
        )
        for part in (rows[: len(first)], rows[len(first) :])
    )

    np.testing.assert_allclose(
        whole.term_weights, one.term_weights + two.term_weights, atol=CLOSE
    )
    np.testing.assert_allclose(
        whole.background_weights,
        one.background_weights + two.background_weights,
        atol=CLOSE,
    )
    np.testing.assert_allclose(
        whole.direction_weights / whole.cosine_weight,
        one.direction_weights / one.cosine_weight
        + two.direction_weights / two.cosine_weight,
        atol=CLOSE,
    )


@given(RATINGS, st.randoms())
def test_the_order_in_which_papers_are_rated_does_not_matter(
    ratings: Ratings, rng
):
    vectors = factories.library().vectors
    shuffled = list(ratings)
    rng.shuffle(shuffled)

    scores = profile_of(shuffled).score(vectors)

    np.testing.assert_allclose(
        scores, profile_of(ratings).score(vectors), atol=CLOSE
    )


@given(RATINGS, st.permutations(range(17)))
def test_a_score_does_not_depend_on_the_papers_beside_it(
    ratings: Ratings, order: list[int]
):
    profile = profile_of(ratings)
    vectors = factories.library().vectors.take(list(range(17)))

    scores = profile.score(vectors.take(order))

    assert np.array_equal(scores, profile.score(vectors)[order])


@given(RATINGS, ROWS)
def test_the_contributions_of_the_evidence_sum_to_the_score(
    ratings: Ratings, row: int
):
    profile = profile_of(ratings)
    paper = factories.library().vectors.take([row])

    contributions = profile.evidence_contributions(paper)

    assert contributions.shape == (len(ratings),)
    assert contributions.sum() == pytest.approx(
        profile.score(paper)[0], abs=CLOSE
    )


@given(RATINGS, TOPICS, ROWS)
def test_a_topic_that_a_paper_contains_is_in_its_contribution(
    ratings: Ratings, topics: list[str], row: int
):
    profile = profile_of(ratings, *topics)
    paper = factories.library().vectors.take([row])
    matches = topic_matches(*topics)[[row]]

    contributions = profile.evidence_contributions(paper, matches)

    assert contributions.sum() == pytest.approx(
        profile.score(paper, matches)[0], abs=CLOSE
    )


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_an_older_rating_weighs_less_and_none_turns_around(
    age: int, other_age: int
):
    younger, older = (
        rating_evidence(1, 1, days).weight for days in sorted([age, other_age])
    )
    dislike = rating_evidence(1, -1, age).weight
    like = rating_evidence(1, 1, age).weight

    assert LIKE_WEIGHT >= younger >= older > 0
    assert dislike == pytest.approx(-MAX_DISLIKE_WEIGHT * like)


def test_a_like_still_tells_after_a_month():
    weight = rating_evidence(1, 1, 30).weight

    assert weight == pytest.approx(LIKE_WEIGHT * np.exp(-30 * DECAY_PER_DAY))
    assert weight > 0.9 * LIKE_WEIGHT


def test_a_rating_from_tomorrow_weighs_like_one_of_today():
    tomorrow = rating_evidence(1, 1, -1)

    assert tomorrow.weight == rating_evidence(1, 1, 0).weight


def test_a_dislike_of_what_was_expected_weighs_more(library: Library):
    likes = [(row, 1, 3) for row in library.rows("image")[:5]]
    image, protein = library.rows("image")[6], library.rows("protein")[0]

    [expected] = weights_of(profile_of([*likes, (image, -1, 0)]), "dislike")
    [unexpected] = weights_of(profile_of([*likes, (protein, -1, 0)]), "dislike")

    assert -MAX_DISLIKE_WEIGHT <= expected < unexpected < 0


def test_a_second_dislike_of_the_same_is_expected_already(library: Library):
    likes = [(row, 1, 3) for row in library.rows("image")[:5]]
    dislike = (library.rows("image")[6], -1, 0)

    once = weights_of(profile_of([*likes, dislike]), "dislike")
    twice = weights_of(profile_of([*likes, dislike, dislike]), "dislike")

    assert once[0] < min(twice)
    assert sum(twice) < once[0]


def test_later_dislikes_erode_older_likes_whatever_they_are_of(
    library: Library,
):
    like = (library.rows("image")[0], 1, 5)
    proteins = library.rows("protein")

    def like_weight(age: int, n_dislikes: int) -> float:
        dislikes = [(row, -1, age) for row in proteins[:n_dislikes]]
        return weights_of(profile_of([like, *dislikes]), "like")[0]

    assert like_weight(1, 0) > like_weight(1, 1) > like_weight(1, 5) > 0
    assert like_weight(5, 3) == like_weight(9, 3) == like_weight(1, 0)


def test_a_topic_disliked_near_is_trusted_less_and_a_like_near_restores_it(
    library: Library,
):
    near, far = library.rows("robot"), library.rows("image")
    dislikes = [(row, -1, 0) for row in near[:4]]
    dislikes_far = [(row, -1, 0) for row in far[:4]]
    likes = [(row, 1, 0) for row in near[4:]]

    def trust(ratings: Ratings) -> float:
        profile = profile_of(ratings, "robot arm")
        return weights_of(profile, "wanted")[0] / TOPIC_WEIGHT

    assert trust([]) == trust(likes) == 1
    assert 0 < trust(dislikes) < trust(dislikes_far) <= 1
    assert trust(dislikes) < trust([*dislikes, *likes[:2]])
    assert trust([*dislikes, *likes[:2]]) < trust([*dislikes, *likes]) <= 1


def test_a_paper_that_contains_a_topic_is_wholly_near_it(library: Library):
    contains_topic = topic_matches("robot arm")[:, 0]
    robots = library.rows("robot")

    def trust_after_dislike(row: int) -> float:
        profile = profile_of([(row, -1, 0)], "robot arm")
        return weights_of(profile, "wanted")[0]

    near = [trust_after_dislike(row) for row in robots if contains_topic[row]]
    less_near = [
        trust_after_dislike(row) for row in robots if not contains_topic[row]
    ]

    assert near == pytest.approx([near[0]] * len(near))
    assert TOPIC_WEIGHT > min(less_near) > near[0] > 0


def test_a_paper_gains_once_by_the_topics_it_contains():
    profile = profile_of_topics("robot arm", "grasp planning")
    matches = np.array([[False, False], [True, False], [True, True]])

    gains = profile.score_phrases(matches)

    assert gains.tolist() == [0, PHRASE_BONUS, PHRASE_BONUS]


def test_a_rating_remembers_its_paper_and_its_kind():
    profile = profile_of([(0, 1, 0), (1, -1, 0)])

    evidence = [(piece.kind, piece.ref) for piece in profile.evidence]

    assert evidence == [("like", FIRST_ID), ("dislike", FIRST_ID + 1)]


def test_for_cy_who_told_nothing_all_papers_are_equal(library: Library):
    cy = learn([], library.vectors.take([]))

    assert not cy.score(library.vectors).any()


def test_a_paper_without_a_word_of_the_vocabulary_teaches_nothing(
    library: Library,
):
    unknown = library.features.transform(["zyzzyva"])

    profile = learn([rating_evidence(1, 1, 0)], unknown)

    assert not profile.score(library.vectors).any()


def test_ada_and_bo_who_typed_topics_get_papers_of_their_kind_first(
    library: Library,
):
    def best_five(topic: str) -> set[int]:
        scores = profile_of_topics(topic).score(library.vectors)
        return set(np.argsort(-scores)[:5].tolist())

    assert best_five("diffusion models") <= set(library.rows("image"))
    assert best_five("machine translation") <= set(library.rows("language"))


def test_evidence_without_its_vector_is_refused(library: Library):
    evidence = [rating_evidence(1, 1, 0), rating_evidence(2, 1, 0)]

    with pytest.raises(ValueError, match="2 pieces of evidence, but 1 vectors"):
        learn(evidence, library.vectors.take([0]))


def test_scores_are_single_precision_one_for_each_paper(library: Library):
    profile = profile_of([(0, 1, 0)])

    scores = profile.score(library.vectors)

    assert scores.dtype == np.float32
    assert scores.shape == (len(library.papers),)


@pytest.mark.parametrize(
    ("n_dislikes", "is_doubted"), [(3, False), (4, True), (9, True)]
)
def test_a_topic_is_doubted_after_four_dislikes_of_papers_that_contain_it(
    n_dislikes: int, is_doubted: bool
):
    evidence = [rating_evidence(paper, -1, 0) for paper in range(n_dislikes)]
    evidence.append(Evidence("wanted", "topic", TOPIC_WEIGHT))
    matches = np.ones((n_dislikes + 1, 1), bool)
    vectors = factories.library().vectors.take(range(n_dislikes + 1))

    profile = learn(evidence, vectors, matches)

    assert doubted_topics(profile) == (["topic"] if is_doubted else [])
