"""Topics typed anew: they count over the likes from before them."""

import numpy as np

from recommender.evidence import TOPIC_WEIGHT, Evidence, rating_evidence
from recommender.profile import Profile, learn
from recommender.vectors import stack
from tests.recommender.factories import (
    FIRST_ID,
    Library,
    library,
    topic_matches,
)

TOPIC = "robot arm"


def profile_after(
    likes: list[int], liked_days_ago: int, topic_ages: dict[str, int]
) -> Profile:
    """Return the profile of likes of some papers, and of topics with their ages in days."""
    topics = [*topic_ages]
    evidence = [
        rating_evidence(FIRST_ID + row, 1, liked_days_ago) for row in likes
    ]
    evidence += [
        Evidence("wanted", topic, TOPIC_WEIGHT, age)
        for topic, age in topic_ages.items()
    ]
    papers = library().vectors.take(likes)
    vectors = stack([papers, library().features.transform(topics)])

    matches = np.zeros((len(evidence), len(topics)), bool)
    matches[: len(likes)] = topic_matches(*topics)[likes]
    return learn(evidence, vectors, matches)


def topic_weights(profile: Profile) -> list[float]:
    return [
        piece.weight for piece in profile.evidence if piece.kind == "wanted"
    ]


def test_a_topic_typed_after_many_likes_comes_first_the_next_day(
    library: Library,
):
    likes = library.rows("image")[:8]
    robots = set(library.rows("robot"))

    def robots_among_first_ten(typed_days_ago: int) -> int:
        profile = profile_after(likes, 9, {TOPIC: typed_days_ago})
        scores = profile.score(library.vectors, topic_matches(TOPIC))
        return len(robots & set(np.argsort(-scores)[:10].tolist()))

    assert robots_among_first_ten(30) < robots_among_first_ten(1)
    assert robots_among_first_ten(1) >= 6


def test_a_topic_beside_an_older_one_leaves_the_likes_their_weight(
    library: Library,
):
    likes = library.rows("image")[:8]

    profile = profile_after(likes, 9, {"diffusion model": 30, TOPIC: 1})

    assert topic_weights(profile) == [TOPIC_WEIGHT, TOPIC_WEIGHT]


def test_likes_that_came_after_a_topic_do_not_raise_it(library: Library):
    likes = library.rows("image")[:8]

    [after_likes] = topic_weights(profile_after(likes, 9, {TOPIC: 5}))
    [on_the_same_day] = topic_weights(profile_after(likes, 5, {TOPIC: 5}))

    assert after_likes > on_the_same_day == TOPIC_WEIGHT


def test_likes_near_the_new_topic_need_no_outvoting(library: Library):
    near, far = library.rows("robot")[:8], library.rows("image")[:8]

    [beside_near_likes] = topic_weights(profile_after(near, 9, {TOPIC: 1}))
    [beside_far_likes] = topic_weights(profile_after(far, 9, {TOPIC: 1}))

    assert TOPIC_WEIGHT <= beside_near_likes < beside_far_likes
