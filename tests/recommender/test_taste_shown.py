"""A taste as it is shown: its words really carry the scores, and moving one moves the papers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import taste as shown_taste
from recommender.explain import apart
from recommender.features import Vectors, stack
from recommender.interests import named, split
from recommender.profile import MUTED, WANTED, Evidence, Profile, learn, moved, rated
from recommender.taste import PHRASE_BONUS, contributions, example, standing_for, words
from tests.recommender.daily import Daily
from tests.recommender.made import FIRST_ID, KINDS, RATINGS, ROWS, Library, Said
from tests.recommender.made import library as made_library

TERMS = sorted(phrase for phrases in KINDS.values() for phrase in phrases.split("|"))
EDITS = st.lists(st.tuples(st.sampled_from(TERMS), st.sampled_from([1, -1])), max_size=4)
MUTES = st.lists(st.sampled_from(TERMS), max_size=2)


def taste(said: Said, edits: list[tuple[str, int]], mutes: list[str] | None = None) -> Profile:
    """Learn the taste of somebody who rated papers, moved words, and muted topics."""
    library, mutes = made_library(), mutes or []
    evidence = [rated(FIRST_ID + row, value, age) for row, value, age in said]
    evidence += [Evidence("muted", text, MUTED) for text in mutes]
    evidence += [moved(term, value) for term, value in edits]
    topics = library.features.transform([*mutes, *(term for term, _ in edits)])
    return learn(evidence, stack([library.vectors.take([row for row, _, _ in said]), topics]))


def ends(profile: Profile, papers: Vectors) -> tuple[Vectors, Vectors]:
    """Return the papers that fit best, and those that fit worst."""
    best, worst = shown_taste.ends(profile, papers)
    return papers.take(best), papers.take(worst)


def added(profile: Profile, papers: Vectors) -> dict[str, float]:
    features = made_library().features
    parts = contributions(profile, features, papers)
    return dict(zip(features.terms_, parts.tolist(), strict=True))


@given(RATINGS, EDITS, MUTES)
def test_what_all_words_add_sums_to_the_mean_score(
    said: Said, edits: list[tuple[str, int]], mutes: list[str]
):
    profile, vectors = taste(said, edits, mutes), made_library().vectors

    parts = contributions(profile, made_library().features, vectors)

    assert parts.sum() == pytest.approx(profile.score(vectors).mean(), abs=1e-4)


@given(RATINGS, EDITS, MUTES)
def test_the_words_shown_are_those_that_add_most_to_the_papers_that_fit(
    said: Said, edits: list[tuple[str, int]], mutes: list[str]
):
    profile, features = taste(said, edits, mutes), made_library().features
    best, _ = ends(profile, made_library().vectors)

    shown = words(profile, features, best, 5)

    parts = added(profile, best)
    worth = {term: part * (PHRASE_BONUS if " " in term else 1) for term, part in parts.items()}
    assert [parts[word.term] for word in shown] == [word.added for word in shown]
    assert all(word.added > 0 for word in shown)
    assert shown == sorted(shown, key=lambda word: -word.added)
    said_of = {part for word in shown for part in word.term.split()}
    others = [worth[term] for term in parts if not said_of & set(term.split())]
    least = min((worth[word.term] for word in shown), default=0)
    assert len(shown) < 5 or max(others, default=0) <= least + 1e-6
    assert apart([word.term for word in shown], 5) == [word.term for word in shown]


@given(RATINGS, EDITS, MUTES)
def test_less_of_names_what_was_said_against_and_takes_most(
    said: Said, edits: list[tuple[str, int]], mutes: list[str]
):
    profile, features = taste(said, edits, mutes), made_library().features
    _, worst = ends(profile, made_library().vectors)

    shown = words(profile, features, worst, 3, least=True)

    against = profile.vectors.take([i for i, e in enumerate(profile.evidence) if e.weight < 0])
    named = {features.terms_[column] for column in against.sparse.indices}
    parts = added(profile, worst)
    assert {word.term for word in shown} <= named
    assert all(word.added < 0 for word in shown)
    assert not shown or min(parts[term] for term in named) * PHRASE_BONUS >= -max(
        -word.added * PHRASE_BONUS**2 for word in shown
    )


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
    copy = made_library().features.transform([made_library().papers[row].text])

    before = taste(said, edits).score(copy)[0]
    after = taste([*said, (row, 1, 0)], edits).score(copy)[0]

    assert after > before


@given(RATINGS, EDITS, st.sampled_from(TERMS))
def test_a_word_taken_back_leaves_no_trace(said: Said, edits: list[tuple[str, int]], term: str):
    vectors = made_library().vectors
    before = taste(said, edits).score(vectors)
    more = [*edits, (term, 1)]
    taste(said, more)

    more.pop()

    assert np.array_equal(taste(said, more).score(vectors), before)


def test_moving_a_word_shows_in_the_list_at_once(library: Library):
    likes = [(row, 1, 0) for row in library.rows("image")[:4]]
    best, worst = ends(taste(likes, []), library.vectors)

    liked = taste(likes, [("grasp planning", 1), ("voice cloning", -1)])
    after, far = ends(liked, library.vectors)

    plain = {word.term for word in words(taste(likes, []), library.features, best, 5)}
    moved_up = {word.term for word in words(liked, library.features, after, 5)}
    assert "grasp planning" in moved_up - plain
    assert words(taste(likes, []), library.features, worst, 3, least=True) == []
    assert words(liked, library.features, far, 3, least=True)[0].term == "voice cloning"


def test_the_likes_that_stand_for_a_taste_are_of_the_kind_it_fits(library: Library):
    image, robot = library.rows("image"), library.rows("robot")
    profile = taste([(row, 1, 0) for row in (*image[:6], robot[0])], [])

    found = standing_for(profile, library.vectors.take(image), 3)

    assert len(set(found)) == 3
    assert set(found) <= {FIRST_ID + row for row in image[:6]}


def test_nothing_stands_for_the_taste_of_who_liked_nothing(library: Library):
    vectors = library.features.transform(["robot arm"])
    profile = learn([Evidence("wanted", "robot arm", WANTED)], vectors)

    assert standing_for(profile, ends(profile, library.vectors)[0], 3) == []
    assert words(profile, library.features, library.vectors, 1)[0].term == "robot arm"


def test_an_interest_has_an_example_among_its_own_likes(library: Library):
    rows = [*library.rows("image")[:5], *library.rows("speech")[:5]]
    profile = taste([(row, 1, 0) for row in rows], [])
    found = named(profile, split(profile.evidence, profile.vectors), library.features)

    examples = {name: example(profile, interest) for name, interest in found.items()}

    assert len(examples) == 2
    for name, interest in found.items():
        assert examples[name] in {profile.evidence[i].ref for i in interest.members}


def test_real_readers_see_words_as_people_write_them(daily: Daily):
    newest = daily.vectors.take(daily.newest)
    for likes in daily.likes[:20]:
        profile = learn([rated(row, 1, 0) for row in likes], daily.vectors.take(list(likes)))
        shown = words(profile, daily.features, ends(profile, newest)[0], 5)

        written = " ".join(daily.papers[row].text.casefold() for row in daily.newest)
        assert len(shown) == 5
        assert all(word.term.split()[0][:-1] in written for word in shown)
        assert not any("\\" in word.term or "$" in word.term for word in shown)
