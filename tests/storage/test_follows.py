"""Followed authors: each once, however they are written; one reader's apart from another's."""

from bot.storage import feedback, follows
from bot.storage.database import Database
from tests.storage.factories import NOW, TODAY, join


def test_an_author_is_followed_once_and_let_go_by_any_spelling(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    follows.follow(database, bo.id, "José García", NOW)

    for name in ("José García", "Garcia, Jose", "Tri Dao"):
        assert follows.follow(database, ada.id, name, NOW)
    both = follows.of_reader(database, ada.id)
    follows.unfollow(database, ada.id, "jose garcia")

    assert list(both) == ["José García", "Tri Dao"]
    assert list(follows.of_reader(database, ada.id)) == ["Tri Dao"]
    assert list(follows.of_reader(database, bo.id)) == ["José García"]


def test_the_last_choice_of_what_to_see_of_somebody_counts(database: Database):
    ada = join(database, "Ada")
    follows.follow(database, ada.id, "Yang Liu", NOW, fitting=True)
    follows.follow(database, ada.id, "Tri Dao", NOW)
    before = feedback.of_reader(database, ada.id, "UTC", TODAY)

    follows.follow(database, ada.id, "Liu, Yang", NOW)

    after = feedback.of_reader(database, ada.id, "UTC", TODAY)
    assert follows.of_reader(database, ada.id) == {
        "Yang Liu": False,
        "Tri Dao": False,
    }
    assert (before.fitting, after.fitting) == (
        frozenset({"Yang Liu"}),
        frozenset(),
    )
    assert before.follows == after.follows == ("Yang Liu", "Tri Dao")


def test_a_full_list_takes_nobody_new(database: Database):
    ada = join(database, "Ada")
    for number in range(follows.MOST):
        assert follows.follow(database, ada.id, f"Person {number}", NOW)

    assert not follows.follow(database, ada.id, "Tri Dao", NOW)
    assert follows.follow(
        database, ada.id, "1 Person", NOW
    )  # is followed already
    assert len(follows.of_reader(database, ada.id)) == follows.MOST


def test_only_what_can_be_kept_fits():
    assert follows.fits("Tri Dao")
    assert not follows.fits("…")
    assert not follows.fits("x" * 129)
    assert not follows.fits(
        "ﷺ" * 40
    )  # one character here, eighteen once it is taken apart
