"""Standing searches: each new paper that matches is kept to be told of once, and no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.picks import standing
from bot.storage import (
    feedback,
    feeds,
    own,
    papers,
    subscriptions,
)
from bot.storage import standing as stored
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits, Subscription
from recommender.papers import Paper
from tests.picks.planted import LISTED, PLANTED
from tests.storage.factories import join

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
KITES = Paper(title="Kites", listed=LISTED, source="huggingface")


@pytest.fixture
def ada(database: Database) -> Reader:
    return join(database, "Ada")


def news(database: Database, reader: Reader) -> list[str]:
    """Return the titles of the papers that a reader is to be told of."""
    standing.collect(database, reader, NOW)
    return [paper.title for paper in stored.pending(database, reader.id)]


def stand(database: Database, reader: Reader, *searches: str) -> None:
    for words in searches:
        assert stored.add(database, reader.id, words, NOW)


def test_of_200_planted_papers_recall_and_precision_are_one(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, *PLANTED)
    all_papers = [
        paper
        for planted in PLANTED.values()
        for paper in (*planted.matching, *planted.near)
    ]

    papers.store(database, all_papers)

    matching = {
        paper.title
        for planted in PLANTED.values()
        for paper in planted.matching
    }
    told = news(database, ada)
    assert len(all_papers) == 200
    assert papers.count(database) == 200
    assert len(told) == len(matching) == 100
    assert set(told) == matching


def test_only_papers_stored_and_listed_since_are_new(
    database: Database, ada: Reader
) -> None:
    papers.store(database, [replace(KITES, title="Old kites")])
    stand(database, ada, "kites")

    papers.store(
        database,
        [
            KITES,
            replace(KITES, title="Old kites", upvotes=3),
            replace(
                KITES,
                title="Late kites",
                listed=LISTED - timedelta(days=1),
            ),
        ],
    )

    assert news(database, ada) == ["Kites"]


def test_a_paper_that_comes_again_is_told_of_once(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, "kites")
    papers.store(database, [KITES])
    first = news(database, ada)

    papers.store(database, [replace(KITES, source="arxiv", upvotes=5)])

    assert first == news(database, ada) == ["Kites"]


def test_a_paper_that_turns_out_to_be_an_old_one_is_no_news(
    database: Database, ada: Reader
) -> None:
    old = replace(KITES, doi="10.1234/kite", title="Old kites")
    new = replace(KITES, arxiv_id="2611.00001", title="On kites")
    papers.store(database, [old])
    stand(database, ada, "kites")
    papers.store(database, [new])

    # A record with both ids says that the two are one paper, which was here before.
    both = replace(new, doi="10.1234/kite", source="arxiv")
    papers.store(database, [both])

    assert papers.count(database) == 1
    assert news(database, ada) == []


def test_a_new_row_of_a_paper_that_was_there_is_no_news(
    database: Database, ada: Reader
) -> None:
    """Ada's file has the paper before it becomes public under another number."""
    own.import_papers(database, ada.id, [KITES])
    stand(database, ada, "kites")

    papers.store(database, [KITES])

    assert papers.count(database) == 1
    assert news(database, ada) == []


def test_own_feeds_count_and_those_of_others_do_not(
    database: Database, ada: Reader
) -> None:
    bo = join(database, "Bo")
    stand(database, ada, "kites")
    stand(database, bo, "kites")
    feed_id = feeds.find_or_create(database, "https://lab.example/feed", NOW)
    subscriptions.add(
        database,
        ada.id,
        Subscription(key=feeds.key(feed_id), name="Lab", feed_id=feed_id),
        NOW,
        Limits(),
    )

    feeds.store_entries(database, feed_id, [KITES], NOW)
    own.import_papers(database, ada.id, [replace(KITES, title="My kites")])

    assert news(database, ada) == ["Kites"]
    assert news(database, bo) == []


def test_muted_rated_and_shown_papers_are_left_out_for_ever(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, "kites")
    titles = ("Muted kites", "Rated kites", "Kites")
    papers.store(database, [replace(KITES, title=title) for title in titles])
    feedback.set_topics(database, ada.id, ["muted kites"], "muted", NOW)
    [rated] = papers.ids_with_title(database, "Rated kites")
    feedback.rate(
        database,
        feedback.RatingEvent(
            reader_id=ada.id,
            paper_id=rated,
            value=1,
            rated_at=NOW,
            origin="list",
        ),
    )

    first = news(database, ada)
    feedback.remove_topics(database, ada.id, ["muted kites"])

    assert first == ["Kites"]
    assert news(database, ada) == ["Kites"]


def test_a_paper_that_two_searches_match_comes_once(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, "kites", "red kites")

    papers.store(database, [replace(KITES, title="Red kites")])

    assert news(database, ada) == ["Red kites"]


def test_ten_searches_stand_and_a_stopped_one_makes_room(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, *(f"bird {number}" for number in range(10)))

    is_eleventh = stored.add(database, ada.id, "kites", NOW)
    is_again = stored.add(database, ada.id, "Bird 3", NOW)
    first = stored.of_reader(database, ada.id)[0]
    stored.stop(database, ada.id, first.id, NOW)

    assert not is_eleventh
    assert is_again
    assert stored.add(database, ada.id, "kites", NOW)
    assert len(stored.of_reader(database, ada.id)) == 10


def test_a_search_that_stood_before_tells_only_of_what_comes_from_now_on(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, "kites")
    [search] = stored.of_reader(database, ada.id)
    stored.stop(database, ada.id, search.id, NOW)
    papers.store(database, [KITES])

    stand(database, ada, "kites")
    papers.store(database, [replace(KITES, title="More kites")])

    assert news(database, ada) == ["More kites"]


def test_a_merge_keeps_what_a_digest_told(
    database: Database, ada: Reader
) -> None:
    stand(database, ada, "kites")
    own_feed = feeds.find_or_create(database, "https://lab.example/feed", NOW)
    subscriptions.add(
        database,
        ada.id,
        Subscription(key=feeds.key(own_feed), name="Lab", feed_id=own_feed),
        NOW,
        Limits(),
    )
    feeds.store_entries(database, own_feed, [KITES], NOW)
    told = news(database, ada)

    papers.store(database, [KITES])

    assert told == ["Kites"]
    assert news(database, ada) == ["Kites"]
