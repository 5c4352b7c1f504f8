"""Shelves are kept for the next reader with the same lists, by many threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.picks import fitting
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, feeds, papers, subscriptions
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.feedback_statements import everything
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits, Subscription
from recommender.papers import Paper
from tests.picks.shelf_factories import (
    LISTS,
    NOW,
    TODAY,
    ada,
    catalogue,
    read_feed,
    shelf_of,
    titles,
)

__all__ = ["ada", "catalogue"]


def test_a_feed_that_is_being_read_is_on_offer_once_its_papers_have_vectors(
    database: Database, catalogue: Catalogue, ada: Reader
):
    entry = Paper(title="Arms in our lab", listed=TODAY, source="feed")
    feed_id = feeds.find_or_create(database, "https://lab.example/feed", NOW)
    wish = Subscription(key=feeds.key(feed_id), name="Lab", feed_id=feed_id)
    subscriptions.add(database, ada.id, wish, NOW, Limits())
    feeds.store_entries(database, feed_id, [entry], NOW)

    early = titles(shelf_of(database, catalogue, ada))
    stored = papers.of_feeds(database, [feed_id])
    fitting.cover(database, catalogue.version, catalogue.model, stored)
    late = titles(shelf_of(database, catalogue, ada))

    assert entry.title not in early
    assert entry.title in late


def test_of_busy_feeds_the_newest_papers_are_on_offer(
    database: Database,
    catalogue: Catalogue,
    ada: Reader,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(feedback, "EVERYTHING", everything(2))
    entries = [
        Paper(title=f"Arms, part {number}", listed=TODAY, source="feed")
        for number in range(3)
    ]

    read_feed(database, catalogue, ada, entries)

    hers = titles(shelf_of(database, catalogue, ada))
    assert [e.title for e in entries if e.title in hers] == [
        "Arms, part 1",
        "Arms, part 2",
    ]


def test_many_readers_at_once_get_their_shelves(
    catalogue: Catalogue, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.picks.catalogue.MAX_SHELVED", 30)
    monkeypatch.setattr("bot.picks.catalogue.MAX_CACHED_MENTIONS", 3)
    people = [
        Feedback(lists=frozenset({LISTS[i % 4]}), follows=(f"Nobody {i}",))
        for i in range(400)
    ]

    def read(past: Feedback) -> int:
        shelf = shelves.of_reader(database, catalogue, past)
        rows = [number % len(catalogue) for number in range(8)]
        return len(shelf.head(3)) + len(catalogue.mentions_of(rows))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(read, people))
    finally:
        sys.setswitchinterval(interval)

    assert set(answers) == {11}
