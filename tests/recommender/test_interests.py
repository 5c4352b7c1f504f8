"""Likes fall apart into interests where they are of different kinds, and not before."""

import numpy as np
import pytest

from recommender import interests
from recommender.concepts import Mention
from recommender.interests import (
    Interest,
    name,
    named,
    part,
    places,
    split,
    topics,
)
from recommender.profile import SAYS, Evidence, Mask, learn, rated
from recommender.ranking import NEAR
from tests.recommender.factories import FIRST_ID, Library, taste


def ada(
    library: Library, *kinds: str, each: int = 6
) -> list[tuple[int, int, int]]:
    return [(row, 1, 0) for kind in kinds for row in library.rows(kind)[:each]]


def silent(library: Library, phrases: int = 1) -> Mask:
    """Return a mask of papers that say none of some phrases."""
    return np.zeros((len(library.papers), phrases), bool)


def mentions(library: Library) -> dict[int | str, tuple[Mention, ...]]:
    return {FIRST_ID + row: named for row, named in enumerate(library.mentions)}


def test_likes_of_two_kinds_are_two_interests(library: Library):
    profile = taste(ada(library, "image", "speech"))

    found = split(profile.evidence, profile.vectors)

    assert [set(interest.members) for interest in found] == [
        set(range(6)),
        set(range(6, 12)),
    ]


def test_few_likes_are_not_split_however_unlike(library: Library):
    profile = taste(ada(library, "image", "speech", each=3))

    assert split(profile.evidence, profile.vectors) == []


def test_likes_of_one_paper_in_copies_are_one_kind(library: Library):
    profile = taste([(0, 1, 0)] * 10)

    assert split(profile.evidence, profile.vectors) == []


def test_of_very_many_likes_the_latest_are_split(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(interests, "LATEST", 8)
    older = [(row, 1, 90) for row in library.rows("speech")[:8]]
    profile = taste(
        [*older, *ada(library, "image", each=4), *ada(library, "robot", each=4)]
    )

    found = split(profile.evidence, profile.vectors)

    assert [interest.members for interest in found] == [
        (8, 9, 10, 11),
        (12, 13, 14, 15),
    ]


def test_dislikes_and_topics_are_no_interest_in_the_likes(library: Library):
    said = ada(library, "image", "speech")
    likes = taste(said)
    with_more = taste([*said, *((row, -1, 0) for row in library.rows("robot"))])

    one, other = (
        split(each.evidence, each.vectors) for each in (likes, with_more)
    )

    assert one == other


def test_an_interest_is_named_by_a_concept_of_its_own_papers(library: Library):
    profile = taste(ada(library, "image", "speech"))
    found = split(profile.evidence, profile.vectors)

    called = [
        name(profile, interest, library.features, mentions(library))
        for interest in found
    ]

    for interest, word in zip(found, called, strict=True):
        texts = [library.papers[int(profile.evidence[i].ref) - FIRST_ID].text.lower()
                 for i in interest.members]  # fmt: skip
        assert sum(word in text for text in texts) >= 2


def test_interests_that_owe_to_the_same_concept_are_one(library: Library):
    profile = taste([(0, 1, 0)] * 3 + [(10, 1, 0)] * 3)
    halves = [Interest((0, 1)), Interest((2,)), Interest((3, 4, 5))]

    both = named(profile, halves, library.features, mentions(library))
    one = named(profile, halves[:2], library.features, mentions(library))

    assert sorted(i.members for i in both.values()) == [(0, 1, 2), (3, 4, 5)]
    assert one == {}


def test_an_interest_whose_papers_name_no_concept_has_no_name(library: Library):
    profile = taste(ada(library, "image", "speech"))
    found = split(profile.evidence, profile.vectors)

    assert name(profile, found[0], library.features, {}) == ""
    assert named(profile, found, library.features, {}) == {}


def test_the_parts_of_all_evidence_sum_to_the_taste(library: Library):
    profile = taste(ada(library, "image", "speech"))
    found = [Interest(tuple(range(6))), Interest(tuple(range(6, 12)))]

    parts = [
        part(profile, interest).score(library.vectors) for interest in found
    ]

    np.testing.assert_allclose(
        sum(parts), profile.score(library.vectors), atol=1e-4
    )


def test_each_typed_topic_is_an_interest_near_its_papers(library: Library):
    evidence = [rated(FIRST_ID, 1, 0), Evidence("wanted", "audio codec", 2.0)]
    rows = library.features.transform(
        [library.papers[0].content, "audio codec"]
    )
    profile = learn(evidence, rows)

    said = places(profile, topics(evidence), library.vectors, silent(library))

    assert said is not None
    best = int(said.near[:, 0].argmax())
    assert best in library.rows("speech")
    assert said.parts[best, 0] == pytest.approx(2 * said.near[best, 0])


def test_a_paper_that_literally_says_a_topic_is_near_it_whatever_else_it_is_about(
    library: Library,
):
    evidence = [
        Evidence("wanted", text, 2.5) for text in ("audio codec", "robot arm")
    ]
    profile = learn(
        evidence, library.features.transform(["audio codec", "robot arm"])
    )
    image, says = library.rows("image")[0], silent(library, phrases=2)
    plain = places(profile, topics(evidence), library.vectors, says)
    says[image, 1] = True

    said = places(profile, topics(evidence), library.vectors, says)

    assert plain is not None
    assert said is not None
    assert plain.near[image, 1] < NEAR < 1 <= said.near[image, 1]
    assert said.parts[image, 1] == pytest.approx(plain.parts[image, 1] + SAYS)
    np.testing.assert_array_equal(said.near[:, 0], plain.near[:, 0])


def test_without_interests_there_are_no_places(library: Library):
    profile = taste([(0, 1, 0)])

    assert (
        places(profile, [], library.vectors, silent(library, phrases=0)) is None
    )
