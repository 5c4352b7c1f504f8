"""Papers in lists, and readers who subscribe to them, for the tests of shelves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.markup import list_keys
from bot.picks import fitting, selection
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue, load
from bot.picks.shelf import Shelf
from bot.storage import feeds, papers, readers, subscriptions
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits, Subscription
from recommender.papers import Paper
from tests.corpus import library

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()

ROBOTICS = "arxiv:cs.RO"
VISION = "arxiv:cs.CV"
NEURO = "biorxiv:neuroscience"
LISTS = [list_keys.DAILY, ROBOTICS, VISION, NEURO]


def listed_papers() -> list[Paper]:
    """Return the library, each paper in one or two lists, on days of their own."""
    listed = []
    for number, paper in enumerate(library(TODAY)):
        first = LISTS[number % len(LISTS)]
        second = LISTS[number % 3]
        lists = {first: paper.listed, second: paper.listed + timedelta(days=1)}
        if first == second:
            lists = {first: paper.listed}
        listed.append(replace(paper, lists=lists))
    return listed


PAPERS = listed_papers()


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    papers.store(database, PAPERS)
    fitting.fit(database, NOW)
    return load(database)


@pytest.fixture
def ada(database: Database) -> Reader:
    return join(database, 7)


def join(database: Database, chat_id: int) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, chat_id, values)
    assert reader is not None
    return reader


def subscribe(database: Database, reader: Reader, *keys: str) -> None:
    """Let a reader have these lists and no others."""
    for key in keys:
        wish = Subscription(key=key)
        subscriptions.add(database, reader.id, wish, NOW, Limits())
    for key in {list_keys.DAILY} - set(keys):
        subscriptions.remove(database, reader.id, key)


def read_feed(
    database: Database,
    catalogue: Catalogue,
    reader: Reader,
    entries: Sequence[Paper],
) -> None:
    """Let a reader have a feed with these entries, which have vectors."""
    feed_id = feeds.find_or_create(database, "https://lab.example/feed", NOW)
    wish = Subscription(key=feeds.key(feed_id), name="Lab", feed_id=feed_id)
    subscriptions.add(database, reader.id, wish, NOW, Limits())
    feeds.store_entries(database, feed_id, entries, NOW, only=reader.id)
    stored = papers.of_feeds(database, [feed_id])
    fitting.cover(database, catalogue.version, catalogue.model, stored)


def shelf_of(database: Database, catalogue: Catalogue, reader: Reader) -> Shelf:
    past = selection.read_feedback(database, reader, NOW)
    return shelves.of_reader(database, catalogue, past)


def titles(shelf: Shelf) -> list[str]:
    return [paper.title for paper in shelf.whole_papers(range(len(shelf)))]


def titles_in(*keys: str) -> set[str]:
    return {
        paper.title for paper in PAPERS if set(keys) & set(paper.lists or {})
    }
