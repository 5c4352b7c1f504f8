"""A week is summed up by what the reader did, and moves the taste only where they moved it."""

from datetime import date, timedelta

import pytest

from bot.picks import selection, tastes, weeks
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, impressions, recommendations
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender.papers import Rating
from tests.corpus import field_of
from tests.picks.conftest import NOW
from tests.storage.factories import join, rate

TODAY = NOW.date()
WEEK = timedelta(days=7)


@pytest.fixture
def ada(database: Database, catalogue: Catalogue) -> Reader:
    assert len(catalogue)
    return join(database, "Ada")


def papers_on(catalogue: Catalogue, field: str) -> list[int]:
    return [p.id for p in catalogue.papers if field_of(p) == field]


def week(
    database: Database, catalogue: Catalogue, said: Feedback, last: date = TODAY
) -> weeks.Week:
    taste = tastes.learn(database, catalogue, said)
    return weeks.of_reader(
        database, catalogue, said, said.reader_id or 0, last, taste=taste
    )


def said(
    database: Database,
    catalogue: Catalogue,
    ada: Reader,
    likes: str,
    dislikes: str = "",
    *,
    earlier: str = "",
) -> Feedback:
    """Return the feedback of a reader who rated five papers of each field."""
    ratings = [
        *[(i, 1, NOW) for i in papers_on(catalogue, likes)[:5]],
        *[(i, -1, NOW) for i in papers_on(catalogue, dislikes)[:5]],
        *[(i, 1, NOW - 2 * WEEK) for i in papers_on(catalogue, earlier)[5:10]],
    ]
    for paper_id, value, moment in ratings:
        rate(database, ada, paper_id, value, moment)
    return selection.read_feedback(database, ada, NOW)


def test_a_week_of_likes_names_their_concepts(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    summed = week(
        database, catalogue, said(database, catalogue, ada, "graph networks")
    )

    assert summed.more
    assert not summed.less
    graph_words = {"graph", "message", "node", "edge"}
    assert all(graph_words & set(word.split()) for word in summed.more)


def test_what_is_disliked_in_a_week_is_less(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    summed = week(
        database,
        catalogue,
        said(
            database,
            catalogue,
            ada,
            "graph networks",
            "speech recognition",
            earlier="speech recognition",
        ),
    )

    speech_words = {"speech", "acoustic", "spoken", "audio", "encoder", "word"}
    assert summed.less
    assert all(speech_words & set(word.split()) for word in summed.less)


def test_nothing_said_in_a_week_moves_nothing(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    past = said(database, catalogue, ada, "", earlier="graph networks")

    summed = week(database, catalogue, past)

    assert (summed.more, summed.less, summed.has_taste) == ((), (), True)


def test_who_said_nothing_has_no_taste(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    silent = feedback.of_reader(database, ada.id, "UTC", TODAY)

    summed = week(database, catalogue, silent)

    assert (summed.picks, summed.unread, summed.has_taste) == (0, None, False)
    assert len(summed.popular) == weeks.MOST_POPULAR


def test_what_was_said_a_week_ago_was_as_young_then() -> None:
    now = Feedback(
        ratings=(Rating(1, 1, 9), Rating(2, -1, 7), Rating(3, 1, 6)),
        wanted=("old", "new"),
        wanted_ages=(30, 0),
    )

    earlier = weeks.as_of(now, 7)

    assert earlier.ratings == (Rating(1, 1, 2), Rating(2, -1, 0))
    assert (earlier.wanted, earlier.wanted_ages) == (("old",), (23,))


def test_a_pick_is_unread_until_it_is_rated_saved_or_opened(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    digest = selection.choose(database, catalogue, ada, NOW, kind="now")
    recommendations.record_sending(database, digest.picks, NOW)
    first, second = digest.picks[:2]
    impressions.record_opened(database, ada.id, first.paper.id, NOW)
    rate(database, ada, second.paper.id, 1, NOW)

    picks = impressions.of_days(database, ada.id, TODAY, TODAY)

    assert [pick.is_unread for pick in picks] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert (
        impressions.of_days(database, ada.id, TODAY - WEEK, TODAY - WEEK) == []
    )
