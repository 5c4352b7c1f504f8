"""Words moved by hand, ratings looked through, and all of it taken back and restored."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.storage import feedback, follows, saves, taste
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.taste import Reset
from tests.storage.factories import NOW, TODAY, join, rate, store

LATER = NOW + timedelta(days=3)


def read_feedback(database: Database, reader: Reader) -> Feedback:
    return feedback.of_reader(database, reader.id, "UTC", TODAY)


def full(database: Database, name: str) -> tuple[Reader, list[int]]:
    """Let somebody in who rated, moved words, and wants, follows and keeps something."""
    reader, papers = (
        join(database, name),
        store(database, "One", "Two", "Three"),
    )
    for number, value in enumerate((1, -1, 1)):
        rate(
            database,
            reader,
            papers[number],
            value,
            NOW - timedelta(days=9 - number),
        )
    taste.move_word(database, reader.id, "robot arm", 1, NOW)
    taste.move_word(database, reader.id, "tumour", -1, NOW)
    feedback.set_topics(database, reader.id, ["speech"], "wanted", NOW)
    follows.follow(database, reader.id, "Gina Graph", NOW)
    saves.save(database, reader.id, papers[0], NOW)
    return reader, papers


def test_a_word_is_moved_once_however_often_it_is_said_and_let_be_again(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    taste.move_word(database, bo.id, "robot arm", -1, NOW)

    for value in (1, 1, -1):
        taste.move_word(database, ada.id, "robot arm", value, NOW)
    moved = read_feedback(database, ada).edits
    taste.move_word(database, ada.id, "robot arm", 0, NOW)

    assert moved == (("robot arm", -1),)
    assert read_feedback(database, ada).edits == ()
    assert read_feedback(database, bo).edits == (("robot arm", -1),)


def test_a_word_that_was_let_be_and_moved_again_stands_where_it_stood(
    database: Database,
):
    ada = join(database, "Ada")
    for term in ("robot arm", "tumour"):
        taste.move_word(database, ada.id, term, 1, NOW)
    before = read_feedback(database, ada)

    taste.move_word(database, ada.id, "robot arm", 0, NOW)
    taste.move_word(database, ada.id, "robot arm", 1, NOW)

    assert (
        read_feedback(database, ada) == before
    )  # in this order, so that sums are the same to the last bit


def test_a_full_list_takes_no_new_word_but_changes_those_it_has(
    database: Database,
):
    ada = join(database, "Ada")
    for number in range(taste.MOST):
        assert taste.move_word(database, ada.id, f"word {number}", 1, NOW)

    assert not taste.move_word(database, ada.id, "one more", 1, NOW)
    assert taste.move_word(database, ada.id, "word 0", -1, NOW)
    assert taste.move_word(database, ada.id, "word 1", 0, NOW)
    assert taste.move_word(database, ada.id, "one more", 1, NOW)


def test_a_word_goes_up_or_down_and_nowhere_else(database: Database):
    ada = join(database, "Ada")

    with pytest.raises(IntegrityError):
        taste.move_word(database, ada.id, "robot arm", 2, NOW)


def test_ratings_are_listed_newest_first_a_page_at_a_time(database: Database):
    ada, papers = full(database, "Ada")
    rate(database, ada, papers[1], 0)

    many, first = taste.rated_papers(database, ada.id, 0, 1)
    _, second = taste.rated_papers(database, ada.id, 1, 1)

    assert many == 2
    assert [(paper.title, value) for paper, value in first + second] == [
        ("Three", 1),
        ("One", 1),
    ]


def test_a_reset_takes_back_ratings_and_moved_words_and_nothing_else(
    database: Database,
):
    ada, _ = full(database, "Ada")
    bo, _ = full(database, "Bo")
    before, other = read_feedback(database, ada), read_feedback(database, bo)

    taken = taste.reset(database, ada.id, LATER)

    after = read_feedback(database, ada)
    assert taken == Reset(ratings=3, edits=2)
    assert {rating.value for rating in after.ratings} == {0}
    assert after.edits == ()
    assert (after.wanted, after.follows) == (before.wanted, before.follows)
    assert len(saves.of_reader(database, ada.id)) == 1
    assert read_feedback(database, bo) == other


def test_undoing_a_reset_restores_exactly_what_was_said_and_when(
    database: Database,
):
    ada, _ = full(database, "Ada")
    before = read_feedback(database, ada)
    taste.reset(database, ada.id, LATER)
    taste.reset(database, ada.id, LATER)  # pressing twice is pressing once

    undone = taste.undo_reset(database, ada.id, LATER)
    again = taste.undo_reset(database, ada.id, LATER)

    assert read_feedback(database, ada) == before
    assert (undone, again) == (Reset(3, 2), Reset(0, 0))


def test_what_was_said_anew_after_a_reset_stands(database: Database):
    ada, papers = full(database, "Ada")
    taste.reset(database, ada.id, LATER)
    rate(database, ada, papers[0], -1, LATER + timedelta(hours=1))
    taste.move_word(
        database, ada.id, "robot arm", -1, LATER + timedelta(hours=1)
    )

    undone = taste.undo_reset(database, ada.id, LATER)

    values = {
        rating.paper_id: rating.value
        for rating in read_feedback(database, ada).ratings
    }
    assert undone == Reset(ratings=2, edits=1)
    assert values == {papers[0]: -1, papers[1]: -1, papers[2]: 1}
    assert read_feedback(database, ada).edits == (
        ("robot arm", -1),
        ("tumour", -1),
    )


def test_each_reset_is_undone_by_its_own_moment_alone(database: Database):
    ada, papers = full(database, "Ada")
    bo, _ = full(database, "Bo")
    taste.reset(database, bo.id, LATER)
    taste.reset(database, ada.id, LATER)
    rate(database, ada, papers[0], 1, LATER + timedelta(days=1))
    taste.reset(database, ada.id, LATER + timedelta(days=2))

    first = taste.undo_reset(database, ada.id, LATER)

    values = {
        rating.paper_id: rating.value
        for rating in read_feedback(database, ada).ratings
    }
    assert first == Reset(ratings=2, edits=2)
    assert values == {papers[0]: 0, papers[1]: -1, papers[2]: 1}
    assert {rating.value for rating in read_feedback(database, bo).ratings} == {
        0
    }
