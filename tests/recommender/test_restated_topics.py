"""Topics typed anew: who says once more what they want is heard over the likes from before."""

import numpy as np

from recommender.features import stack
from recommender.profile import WANTED, Evidence, Profile, learn, rated
from tests.recommender.factories import FIRST_ID, Library, library, saying

TOPIC = "robot arm"


def changed(
    liked: list[int], liked_ago: int, typed_ago: dict[str, int]
) -> Profile:
    """Learn from likes of some papers, so many days ago, and from topics with their ages."""
    topics = [*typed_ago]
    evidence = [rated(FIRST_ID + row, 1, liked_ago) for row in liked]
    evidence += [
        Evidence("wanted", topic, WANTED, age)
        for topic, age in typed_ago.items()
    ]
    vectors = stack(
        [library().vectors.take(liked), library().features.transform(topics)]
    )
    says = np.zeros((len(evidence), len(topics)), bool)
    says[: len(liked)] = saying(*topics)[liked]
    return learn(evidence, vectors, says)


def first(profile: Profile, *topics: str) -> list[int]:
    """Return the papers of the library from the best to the worst."""
    scores = profile.score(library().vectors, saying(*topics))
    return [int(row) for row in np.argsort(-scores)]


def test_a_topic_typed_after_many_likes_comes_first_the_next_day(
    library: Library,
):
    robots, images = library.rows("robot"), library.rows("image")

    before, after = (
        first(changed(images[:8], 9, {TOPIC: typed}), TOPIC)[:10]
        for typed in (30, 1)
    )

    assert len(set(before) & set(robots)) < len(set(after) & set(robots))
    assert len(set(after) & set(robots)) >= 6


def test_a_topic_beside_an_older_one_leaves_the_likes_their_weight(
    library: Library,
):
    images = library.rows("image")

    weights = changed(images[:8], 9, {"diffusion model": 30, TOPIC: 1}).evidence

    assert [piece.weight for piece in weights if piece.kind == "wanted"] == [
        WANTED,
        WANTED,
    ]


def test_likes_that_came_after_a_topic_do_not_raise_it(library: Library):
    before, after = (
        changed(library.rows("image")[:8], ago, {TOPIC: 5}).evidence[-1].weight
        for ago in (9, 5)
    )

    assert before > after == WANTED


def test_likes_near_the_new_topic_need_no_outvoting(library: Library):
    near, far = (
        changed(library.rows(kind)[:8], 9, {TOPIC: 1}).evidence[-1].weight
        for kind in ("robot", "image")
    )

    assert WANTED <= near < far
