"""Interests: likes fall apart where they are of different kinds, and not before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import silhouette_score

from recommender import interests
from recommender.arrays import Mask
from recommender.clustering import Tree, silhouette
from recommender.concepts import Mention
from recommender.evidence import PHRASE_BONUS, Evidence, rating_evidence
from recommender.interests import (
    Interest,
    interest_profile,
    name,
    name_interests,
    slots,
    split,
    topic_interests,
)
from recommender.profile import Profile, learn
from recommender.ranking import MIN_SIMILARITY, InterestSlots
from tests.recommender.factories import (
    FIRST_ID,
    Library,
    Ratings,
    profile_of,
)


def likes(library: Library, *kinds: str, each: int = 6) -> Ratings:
    """Return likes of some papers of each kind."""
    return [(row, 1, 0) for kind in kinds for row in library.rows(kind)[:each]]


def no_matches(library: Library, n_phrases: int = 1) -> Mask:
    """Return that no paper contains any of some phrases, (n_papers, n_phrases)."""
    return np.zeros((len(library.papers), n_phrases), bool)


def mentions_by_id(library: Library) -> dict[int | str, tuple[Mention, ...]]:
    return {
        FIRST_ID + row: mentions
        for row, mentions in enumerate(library.mentions)
    }


def topic_slots(
    profile: Profile, library: Library, phrase_matches: Mask
) -> InterestSlots:
    """Return the slots of a profile's typed topics."""
    topics = topic_interests(profile)
    result = slots(profile, topics, library.vectors, phrase_matches)
    assert result is not None
    return result


def members_of(parts: list[Interest]) -> list[tuple[int, ...]]:
    return [interest.members for interest in parts]


@st.composite
def clusterings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw the distances of points, and the cluster of each; two clusters at least."""
    n = draw(st.integers(3, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = rng.normal(size=(n, 3))
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    labels = rng.integers(0, draw(st.integers(2, n - 1)), n)
    labels[:3] = [0, 1, 1]
    return distances, labels


@given(clusterings())
def test_the_silhouette_is_that_of_scikit_learn(
    clustering: tuple[np.ndarray, np.ndarray],
):
    distances, labels = clustering

    clusters = [np.flatnonzero(labels == label) for label in {*labels}]
    assert silhouette(distances, clusters) == pytest.approx(
        silhouette_score(distances, labels, metric="precomputed")
    )


def test_one_cluster_alone_has_no_silhouette():
    assert silhouette(np.zeros((3, 3), np.float32), [np.arange(3)]) == 0


def test_likes_of_two_kinds_are_two_interests(library: Library):
    profile = profile_of(likes(library, "image", "speech"))

    parts = split(profile)

    assert members_of(parts) == [tuple(range(6)), tuple(range(6, 12))]


def test_few_likes_are_not_split_however_unlike(library: Library):
    profile = profile_of(likes(library, "image", "speech", each=3))

    assert split(profile) == []


def test_likes_of_one_paper_in_copies_are_one_kind():
    profile = profile_of([(0, 1, 0)] * 10)

    assert split(profile) == []


def test_of_very_many_likes_the_latest_are_split(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(interests, "MAX_LIKES", 8)
    older = [(row, 1, 90) for row in library.rows("speech")[:8]]
    latest = likes(library, "image", "robot", each=4)
    profile = profile_of([*older, *latest])

    parts = split(profile)

    assert members_of(parts) == [(8, 9, 10, 11), (12, 13, 14, 15)]


def test_dislikes_are_no_interest_in_the_likes(library: Library):
    ratings = likes(library, "image", "speech")
    dislikes = [(row, -1, 0) for row in library.rows("robot")]
    profile = profile_of(ratings)
    with_dislikes = profile_of([*ratings, *dislikes])

    parts = split(with_dislikes)

    assert parts == split(profile)


def test_an_interest_is_named_by_a_concept_of_its_own_papers(library: Library):
    profile = profile_of(likes(library, "image", "speech"))

    for interest in split(profile):
        concept = name(
            profile, interest, library.features, mentions_by_id(library)
        )

        ids = [int(profile.evidence[row].ref) for row in interest.members]
        texts = [
            library.papers[paper_id - FIRST_ID].text.lower() for paper_id in ids
        ]
        assert sum(concept in text for text in texts) >= 2


def test_interests_of_the_same_concept_are_one(library: Library):
    profile = profile_of([(0, 1, 0)] * 3 + [(10, 1, 0)] * 3)
    parts = [Interest((0, 1)), Interest((2,)), Interest((3, 4, 5))]
    mentions = mentions_by_id(library)

    named = name_interests(profile, parts, library.features, mentions)
    of_one_name = name_interests(profile, parts[:2], library.features, mentions)

    assert sorted(members_of([*named.values()])) == [(0, 1, 2), (3, 4, 5)]
    assert of_one_name == {}


def test_an_interest_whose_papers_name_no_concept_has_no_name(library: Library):
    profile = profile_of(likes(library, "image", "speech"))
    parts = split(profile)

    assert name(profile, parts[0], library.features, {}) == ""
    assert name_interests(profile, parts, library.features, {}) == {}


def test_the_parts_of_all_evidence_sum_to_the_taste(library: Library):
    profile = profile_of(likes(library, "image", "speech"))
    parts = [Interest(tuple(range(6))), Interest(tuple(range(6, 12)))]

    scores = [
        interest_profile(profile, interest).score(library.vectors)
        for interest in parts
    ]

    np.testing.assert_allclose(
        sum(scores), profile.score(library.vectors), atol=1e-4
    )


def test_each_typed_topic_is_an_interest_near_its_papers(library: Library):
    evidence = [
        rating_evidence(FIRST_ID, 1, 0),
        Evidence("wanted", "audio codec", 2.0),
    ]
    texts = [library.papers[0].content, "audio codec"]
    profile = learn(evidence, library.features.transform(texts))

    result = topic_slots(profile, library, no_matches(library))

    nearest = int(result.similarity[:, 0].argmax())
    assert nearest in library.rows("speech")
    assert result.contributions[nearest, 0] == pytest.approx(
        2 * result.similarity[nearest, 0]
    )


def test_a_paper_that_literally_contains_a_topic_is_near_it_whatever_else_it_is_about(
    library: Library,
):
    topics = ("audio codec", "robot arm")
    profile = learn(
        [Evidence("wanted", topic, 2.5) for topic in topics],
        library.features.transform(topics),
    )
    image = library.rows("image")[0]
    matches = no_matches(library, n_phrases=2)
    matches[image, 1] = True

    before = topic_slots(profile, library, no_matches(library, n_phrases=2))
    after = topic_slots(profile, library, matches)

    assert before.similarity[image, 1] < MIN_SIMILARITY
    assert after.similarity[image, 1] >= 1
    assert after.contributions[image, 1] == pytest.approx(
        before.contributions[image, 1] + PHRASE_BONUS
    )
    np.testing.assert_array_equal(
        after.similarity[:, 0], before.similarity[:, 0]
    )


def test_without_interests_there_are_no_slots(library: Library):
    profile = profile_of([(0, 1, 0)])
    matches = no_matches(library, n_phrases=0)

    assert slots(profile, [], library.vectors, matches) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=8, max_size=30
    ),
    st.integers(2, 6),
)
def test_a_tree_is_cut_as_scipy_cuts_it_ties_and_all(
    points: list[tuple[int, int]], number: int
) -> None:
    places = np.array(points, np.float64)
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    tree = linkage(distances[np.triu_indices(len(places), 1)], "average")

    cut = Tree(tree)
    clusters = [cut.leaves(node).tolist() for node in cut.cut(number)]

    labels = fcluster(tree, number, "maxclust")
    expected = [np.flatnonzero(labels == label).tolist() for label in {*labels}]
    assert sorted(clusters) == sorted(expected)
