"""A taste as it is shown: its words really carry the scores, and moving one moves the papers."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.concepts import Mention, are_alike, distinct
from recommender.evidence import (
    MUTE_WEIGHT,
    TOPIC_WEIGHT,
    Evidence,
    edit_evidence,
    rating_evidence,
)
from recommender.explain import PHRASE_FACTOR
from recommender.interests import name_interests, split
from recommender.phrases import terms
from recommender.profile import Profile, learn
from recommender.taste import (
    Word,
    best_and_worst,
    concept_contributions,
    example,
    representative_likes,
    words,
)
from recommender.vectors import stack
from tests.recommender import factories
from tests.recommender.factories import (
    FIRST_ID,
    KINDS,
    RATINGS,
    ROWS,
    Library,
    Ratings,
)

# A word, and whether it is moved up (1) or down (−1).
Edits = list[tuple[str, int]]

TERMS = sorted(
    phrase for phrases in KINDS.values() for phrase in phrases.split("|")
)
EDITS = st.lists(
    st.tuples(st.sampled_from(TERMS), st.sampled_from([1, -1])), max_size=4
)
MUTES = st.lists(st.sampled_from(TERMS), max_size=2)


def edited_profile(
    ratings: Ratings, edits: Edits, mutes: Sequence[str] = ()
) -> Profile:
    """Return the profile of a reader who rated papers, moved words, and muted topics."""
    library = factories.library()
    evidence = [
        rating_evidence(FIRST_ID + row, value, age)
        for row, value, age in ratings
    ]
    evidence += [Evidence("muted", topic, MUTE_WEIGHT) for topic in mutes]
    evidence += [edit_evidence(term, value) for term, value in edits]

    papers = library.vectors.take([row for row, _, _ in ratings])
    phrases = [*mutes, *(term for term, _ in edits)]
    return learn(evidence, stack([papers, library.features.transform(phrases)]))


def shown_words(
    profile: Profile, most: int, *, least: bool = False
) -> list[Word]:
    """Return the words that are shown of a taste, of the papers that fit best or worst."""
    library = factories.library()
    best, worst = best_and_worst(profile, library.vectors)
    rows = worst if least else best
    return words(
        profile,
        library.features,
        library.vectors.take(rows),
        [library.mentions[row] for row in rows],
        most,
        least=least,
    )


@given(RATINGS, EDITS, MUTES)
def test_the_words_shown_are_concepts_that_carry_most_of_the_papers_that_fit(
    ratings: Ratings, edits: Edits, mutes: list[str]
):
    library = factories.library()
    profile = edited_profile(ratings, edits, mutes)
    best, _ = best_and_worst(profile, library.vectors)
    contributions = concept_contributions(
        profile,
        library.features,
        library.vectors.take(best),
        [library.mentions[row] for row in best],
    )
    preference = {
        concept: added * (PHRASE_FACTOR if " " in concept else 1)
        for concept, added in contributions.items()
    }

    strongest = shown_words(profile, 5)

    concepts = [word.concept for word in strongest]
    assert all(concept in library.concepts for concept in concepts)
    assert all(word.contribution > 0 for word in strongest)
    assert [word.contribution for word in strongest] == [
        contributions[concept] for concept in concepts
    ]
    assert strongest == sorted(strongest, key=lambda word: -word.contribution)
    assert distinct(concepts, 5) == concepts

    others = [
        preference[concept]
        for concept in contributions
        if not any(are_alike(concept, other) for other in concepts)
    ]
    weakest = min((preference[concept] for concept in concepts), default=0)
    assert len(strongest) == 5 or max(others, default=0) <= weakest + 1e-6


@given(RATINGS, EDITS, MUTES)
def test_less_of_names_what_is_unwanted_and_takes_most(
    ratings: Ratings, edits: Edits, mutes: list[str]
):
    library = factories.library()
    profile = edited_profile(ratings, edits, mutes)
    rows = [
        row for row, piece in enumerate(profile.evidence) if piece.weight < 0
    ]
    columns = profile.vectors.take(rows).sparse.indices
    unwanted = {library.features.terms_[column] for column in columns}

    weakest = shown_words(profile, 3, least=True)

    assert all(word.contribution < 0 for word in weakest)
    assert {
        term for word in weakest for term in terms(word.concept)
    } <= unwanted


@given(RATINGS, EDITS, st.sampled_from(TERMS), st.sampled_from([1, -1]))
def test_a_word_moved_up_never_lowers_what_speaks_of_it_alone_nor_the_other_way_round(
    ratings: Ratings, edits: Edits, term: str, value: int
):
    edits = [edit for edit in edits if edit[0] != term]
    paper = factories.library().features.transform([term])

    before = edited_profile(ratings, edits).score(paper)[0]
    after = edited_profile(ratings, [*edits, (term, value)]).score(paper)[0]

    assert (after - before) * value > 0


@given(RATINGS, EDITS, ROWS)
def test_a_like_never_lowers_a_copy_of_its_paper_whatever_was_moved(
    ratings: Ratings, edits: Edits, row: int
):
    library = factories.library()
    copy = library.features.transform([library.papers[row].content])

    before = edited_profile(ratings, edits).score(copy)[0]
    after = edited_profile([*ratings, (row, 1, 0)], edits).score(copy)[0]

    assert after > before


@given(RATINGS, EDITS, st.sampled_from(TERMS))
def test_a_word_taken_back_leaves_no_trace(
    ratings: Ratings, edits: Edits, term: str
):
    vectors = factories.library().vectors
    before = edited_profile(ratings, edits).score(vectors)
    extended = [*edits, (term, 1)]
    edited_profile(ratings, extended)

    extended.pop()

    after = edited_profile(ratings, extended).score(vectors)
    assert np.array_equal(after, before)


def test_moving_a_word_shows_in_the_list_at_once(library: Library):
    likes = [(row, 1, 0) for row in library.rows("image")[:4]]
    before = edited_profile(likes, [])
    after = edited_profile(
        likes, [("grasp planning", 1), ("voice cloning", -1)]
    )

    words_before = {word.concept for word in shown_words(before, 5)}
    words_after = {word.concept for word in shown_words(after, 5)}

    assert "grasp planning" in words_after - words_before
    assert shown_words(before, 3, least=True) == []
    assert shown_words(after, 3, least=True)[0].concept == "voice cloning"


def test_the_likes_that_represent_a_taste_are_of_the_kind_it_fits(
    library: Library,
):
    images, robots = library.rows("image"), library.rows("robot")
    likes = [*images[:6], robots[0]]
    profile = edited_profile([(row, 1, 0) for row in likes], [])

    ids = representative_likes(profile, library.vectors.take(images), 3)

    assert len(set(ids)) == 3
    assert set(ids) <= {FIRST_ID + row for row in images[:6]}


def test_nothing_represents_the_taste_of_who_liked_nothing(library: Library):
    profile = learn(
        [Evidence("wanted", "robot arm", TOPIC_WEIGHT)],
        library.features.transform(["robot arm"]),
    )
    best, _ = best_and_worst(profile, library.vectors)

    ids = representative_likes(profile, library.vectors.take(best), 3)

    assert ids == []
    assert shown_words(profile, 1)[0].concept == "robot arm"


def test_an_interest_has_an_example_among_its_own_likes(library: Library):
    rows = [*library.rows("image")[:5], *library.rows("speech")[:5]]
    profile = edited_profile([(row, 1, 0) for row in rows], [])
    mentions: dict[int | str, Sequence[Mention]] = {
        FIRST_ID + row: library.mentions[row] for row in rows
    }
    interests = name_interests(
        profile,
        split(profile),
        library.features,
        mentions,
    )

    assert len(interests) == 2
    for interest in interests.values():
        ids = {profile.evidence[row].ref for row in interest.members}
        assert example(profile, interest) in ids
