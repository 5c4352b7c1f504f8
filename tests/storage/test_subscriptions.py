"""Readers choose lists of papers, within limits that hold whoever asks at the same time."""

from functools import partial

import pytest
from sqlalchemy import select

from bot.storage import feeds, subscriptions
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Addition, Limits, Subscription
from bot.storage.tables import FeedEntryRow
from tests.storage.factories import (
    NOW,
    at_once,
    choose,
    choose_feed,
    join,
    paper,
)


def keys(database: Database, reader: Reader) -> list[str]:
    lists = subscriptions.of_reader(database, reader.id)
    return [subscription.key for subscription in lists]


def add(
    database: Database, reader: Reader, key: str, limits: Limits
) -> Addition:
    subscription = Subscription(key=key)
    return subscriptions.add(database, reader.id, subscription, NOW, limits)


def test_who_chose_nothing_reads_daily_papers_and_keeps_them_beside_the_first_choice(
    database: Database,
):
    ada = join(database, "Ada")
    before = keys(database, ada)

    choose(database, ada, "arxiv:cs.RO")

    assert before == ["huggingface"]
    assert keys(database, ada) == ["huggingface", "arxiv:cs.RO"]


def test_the_last_list_cannot_be_removed(database: Database):
    ada = join(database, "Ada")
    default_stays = subscriptions.remove(database, ada.id, "huggingface")
    choose(database, ada, "arxiv:cs.RO")

    is_removed = subscriptions.remove(database, ada.id, "huggingface")
    last_is_removed = subscriptions.remove(database, ada.id, "arxiv:cs.RO")

    assert (default_stays, is_removed, last_is_removed) == (False, True, False)
    assert keys(database, ada) == ["arxiv:cs.RO"]


def test_a_list_is_chosen_once(database: Database):
    ada = join(database, "Ada")
    choose(database, ada, "arxiv:cs.RO")

    again = [
        add(database, ada, key, Limits())
        for key in ("arxiv:cs.RO", "huggingface")
    ]

    assert again == [Addition.PRESENT] * 2


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (Limits(kinds=frozenset({"huggingface"})), Addition.NOT_OFFERED),
        (Limits(categories_of_reader=1), Addition.READER_FULL),
        (Limits(categories=1), Addition.FULL),
    ],
)
def test_every_limit_refuses_in_its_own_way(
    database: Database, limits: Limits, refusal: Addition
):
    ada = join(database, "Ada")
    choose(database, ada, "arxiv:cs.RO")

    assert add(database, ada, "biorxiv:neuroscience", limits) is refusal
    assert keys(database, ada) == ["huggingface", "arxiv:cs.RO"]


def test_feeds_and_categories_have_limits_of_their_own(database: Database):
    ada = join(database, "Ada")
    choose(database, ada, "arxiv:cs.RO")
    choose_feed(database, ada, "https://lab.example/1")
    limits = Limits(categories_of_reader=2, feeds_of_reader=1)
    second = feeds.key(
        feeds.find_or_create(database, "https://lab.example/2", NOW)
    )

    assert add(database, ada, "arxiv:cs.CL", limits) is Addition.ADDED
    assert add(database, ada, second, limits) is Addition.READER_FULL


def test_what_somebody_reads_already_costs_no_place_of_all(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    choose(database, ada, "arxiv:cs.RO")

    assert (
        add(database, bo, "arxiv:cs.RO", Limits(categories=1)) is Addition.ADDED
    )


def test_eight_additions_at_once_exceed_no_limit_of_a_reader(
    database: Database,
):
    ada = join(database, "Ada")
    limits = Limits(categories_of_reader=3)

    results = at_once(
        *(
            partial(add, database, ada, f"arxiv:cs.{letter}X", limits)
            for letter in "ABCDEFGH"
        )
    )

    assert results.count(Addition.ADDED) == 3
    assert results.count(Addition.READER_FULL) == 5
    assert len(keys(database, ada)) == 4


def test_eight_additions_at_once_exceed_no_limit_of_all_readers(
    database: Database,
):
    readers = [join(database, name) for name in ("Ada", "Bo")]
    limits = Limits(categories=3)

    results = at_once(
        *(
            partial(add, database, reader, f"arxiv:cs.{letter}X", limits)
            for letter in "ABCD"
            for reader in readers
        )
    )

    chosen = subscriptions.readers_by_key(database)
    assert len(set(chosen) - {"huggingface"}) == 3
    assert Addition.FULL in results


def test_eight_wishes_for_one_list_are_one_row(database: Database):
    ada = join(database, "Ada")
    wish = partial(add, database, ada, "arxiv:cs.RO", Limits())

    results = at_once(*[wish] * 8)

    assert results.count(Addition.ADDED) == 1
    assert results.count(Addition.PRESENT) == 7


def test_a_new_list_waits_to_be_fetched_and_one_that_others_have_does_not(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    choose(database, ada, "arxiv:cs.RO")
    before = subscriptions.unfetched_keys(database)
    subscriptions.record_first_fetch(database, before, NOW)

    choose(database, bo, "arxiv:cs.RO", "arxiv:cs.CL")

    assert before == ["arxiv:cs.RO"]
    assert subscriptions.unfetched_keys(database) == ["arxiv:cs.CL"]


def test_one_reader_sees_nothing_of_anothers_lists(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    choose_feed(database, ada, "https://lab.example/secret")

    subscriptions.remove(database, bo.id, "feed:1")

    assert keys(database, bo) == ["huggingface"]
    assert keys(database, ada) == ["huggingface", "feed:1"]


def test_the_papers_of_a_feed_that_its_reader_left_are_on_offer_no_more(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    for reader in (ada, bo):
        feed_id = choose_feed(database, reader, "https://lab.example/feed")
    feeds.store_entries(database, feed_id, [paper("News")], NOW)

    feeds.drop_entries(database, ada.id, feed_id)

    assert not has_entries(database, ada)
    assert has_entries(database, bo)


def has_entries(database: Database, reader: Reader) -> bool:
    with database.read() as session:
        entry = select(FeedEntryRow).where(FeedEntryRow.reader_id == reader.id)
        return session.scalar(entry) is not None
