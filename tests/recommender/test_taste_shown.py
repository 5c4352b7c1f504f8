"""A taste as it is shown: its words really carry the scores, and moving one moves the papers."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.concepts import Mention, alike, apart
from recommender.explain import PHRASE_BONUS
from recommender.features import stack
from recommender.interests import named, split
from recommender.phrases import terms
from recommender.profile import (
    MUTED,
    WANTED,
    Evidence,
    Profile,
    learn,
    moved,
    rated,
)
from recommender.taste import Word, carried, ends, example, standing_for, words
from tests.recommender.factories import (
    FIRST_ID,
    KINDS,
    RATINGS,
    ROWS,
    Library,
    Said,
)
from tests.recommender.factories import library as made_library

Mentions = dict[int | str, Sequence[Mention]]
TERMS = sorted(
    phrase for phrases in KINDS.values() for phrase in phrases.split("|")
)
EDITS = st.lists(
    st.tuples(st.sampled_from(TERMS), st.sampled_from([1, -1])), max_size=4
)
MUTES = st.lists(st.sampled_from(TERMS), max_size=2)


def taste(
    said: Said, edits: list[tuple[str, int]], mutes: list[str] | None = None
) -> Profile:
    """Learn the taste of somebody who rated papers, moved words, and muted topics."""
    library, mutes = made_library(), mutes or []
    evidence = [rated(FIRST_ID + row, value, age) for row, value, age in said]
    evidence += [Evidence("muted", text, MUTED) for text in mutes]
    evidence += [moved(term, value) for term, value in edits]
    topics = library.features.transform([*mutes, *(term for term, _ in edits)])
    return learn(
        evidence,
        stack([library.vectors.take([row for row, _, _ in said]), topics]),
    )


def strongest(
    profile: Profile, most: int, *, least: bool = False
) -> list[Word]:
    """Return the words shown of a taste, of the papers that fit best or worst."""
    library = made_library()
    rows = ends(profile, library.vectors)[least]
    mentions = [library.mentions[row] for row in rows]
    papers = library.vectors.take(rows)
    return words(profile, library.features, papers, mentions, most, least=least)


@given(RATINGS, EDITS, MUTES)
def test_the_words_shown_are_concepts_that_carry_most_of_the_papers_that_fit(
    said: Said, edits: list[tuple[str, int]], mutes: list[str]
):
    profile, library = taste(said, edits, mutes), made_library()
    best, _ = ends(profile, library.vectors)
    mentions = [library.mentions[row] for row in best]

    shown = strongest(profile, 5)

    parts = carried(
        profile, library.features, library.vectors.take(best), mentions
    )
    worth = {
        name: part * (PHRASE_BONUS if " " in name else 1)
        for name, part in parts.items()
    }
    assert all(
        word.concept in library.concepts and word.added > 0 for word in shown
    )
    assert [parts[word.concept] for word in shown] == [
        word.added for word in shown
    ]
    assert shown == sorted(shown, key=lambda word: -word.added)
    names = [word.concept for word in shown]
    others = [
        worth[name]
        for name in parts
        if not any(alike(name, other) for other in names)
    ]
    least = min((worth[name] for name in names), default=0)
    assert len(shown) == 5 or max(others, default=0) <= least + 1e-6
    assert apart(names, 5) == names


@given(RATINGS, EDITS, MUTES)
def test_less_of_names_what_was_said_against_and_takes_most(
    said: Said, edits: list[tuple[str, int]], mutes: list[str]
):
    profile, library = taste(said, edits, mutes), made_library()

    shown = strongest(profile, 3, least=True)

    against = profile.vectors.take(
        [i for i, e in enumerate(profile.evidence) if e.weight < 0]
    )
    unwanted = {
        library.features.terms_[column] for column in against.sparse.indices
    }
    assert {word for each in shown for word in terms(each.concept)} <= unwanted
    assert all(word.added < 0 for word in shown)


@given(RATINGS, EDITS, st.sampled_from(TERMS), st.sampled_from([1, -1]))
def test_a_word_moved_up_never_lowers_what_speaks_of_it_alone_nor_the_other_way_round(
    said: Said, edits: list[tuple[str, int]], term: str, value: int
):
    edits = [edit for edit in edits if edit[0] != term]
    paper = made_library().features.transform([term])

    before = taste(said, edits).score(paper)[0]
    after = taste(said, [*edits, (term, value)]).score(paper)[0]

    assert (after - before) * value > 0


@given(RATINGS, EDITS, ROWS)
def test_a_like_never_lowers_a_copy_of_its_paper_whatever_was_moved(
    said: Said, edits: list[tuple[str, int]], row: int
):
    copy = made_library().features.transform(
        [made_library().papers[row].content]
    )

    before = taste(said, edits).score(copy)[0]
    after = taste([*said, (row, 1, 0)], edits).score(copy)[0]

    assert after > before


@given(RATINGS, EDITS, st.sampled_from(TERMS))
def test_a_word_taken_back_leaves_no_trace(
    said: Said, edits: list[tuple[str, int]], term: str
):
    vectors = made_library().vectors
    before = taste(said, edits).score(vectors)
    more = [*edits, (term, 1)]
    taste(said, more)

    more.pop()

    assert np.array_equal(taste(said, more).score(vectors), before)


def test_moving_a_word_shows_in_the_list_at_once(library: Library):
    likes = [(row, 1, 0) for row in library.rows("image")[:4]]
    plain, liked = (
        taste(likes, []),
        taste(likes, [("grasp planning", 1), ("voice cloning", -1)]),
    )

    before, after = (
        {word.concept for word in strongest(each, 5)} for each in (plain, liked)
    )

    assert "grasp planning" in after - before
    assert strongest(plain, 3, least=True) == []
    assert strongest(liked, 3, least=True)[0].concept == "voice cloning"


def test_the_likes_that_stand_for_a_taste_are_of_the_kind_it_fits(
    library: Library,
):
    image, robot = library.rows("image"), library.rows("robot")
    profile = taste([(row, 1, 0) for row in (*image[:6], robot[0])], [])

    found = standing_for(profile, library.vectors.take(image), 3)

    assert len(set(found)) == 3
    assert set(found) <= {FIRST_ID + row for row in image[:6]}


def test_nothing_stands_for_the_taste_of_who_liked_nothing(library: Library):
    vectors = library.features.transform(["robot arm"])
    profile = learn([Evidence("wanted", "robot arm", WANTED)], vectors)

    best, _ = ends(profile, library.vectors)
    assert standing_for(profile, library.vectors.take(best), 3) == []
    assert strongest(profile, 1)[0].concept == "robot arm"


def test_an_interest_has_an_example_among_its_own_likes(library: Library):
    rows = [*library.rows("image")[:5], *library.rows("speech")[:5]]
    profile = taste([(row, 1, 0) for row in rows], [])
    mentions: Mentions = {FIRST_ID + row: library.mentions[row] for row in rows}
    found = named(
        profile,
        split(profile.evidence, profile.vectors),
        library.features,
        mentions,
    )

    examples = {
        name: example(profile, interest) for name, interest in found.items()
    }

    assert len(examples) == 2
    for name, interest in found.items():
        assert examples[name] in {
            profile.evidence[i].ref for i in interest.members
        }
