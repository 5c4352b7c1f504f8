"""Restores the lists that a reader chose, as far as there is room for them here."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from bot.markup import list_keys
from bot.storage import feeds, subscriptions
from bot.storage.database import Database
from bot.storage.subscriptions import Limits, Subscription
from bot.storage.takeout import document

# Lists of a document that are looked at; no reader of any instance has as many.
MOST = 100


def restore_sources(
    database: Database,
    reader_id: int,
    entries: Sequence[document.Subscription],
    now: datetime,
    limits: Limits,
    *,
    replace: bool,
) -> int:
    """Add the lists of a document to a reader's; with `replace` they are all of them.

    Return how many are new, or how many there are with `replace`. A document from before
    there were sources changes nothing.
    """
    if not entries:
        return 0

    before = len(subscriptions.of_reader(database, reader_id))
    wanted = list(_wanted(database, entries[:MOST], now))
    keys = {subscription.key for subscription, _ in wanted}

    # Before, to make room, and after, as the last list of a reader stays.
    if replace:
        _remove_sources(database, reader_id, keys)
    for subscription, created_at in wanted:
        subscriptions.add(database, reader_id, subscription, created_at, limits)
        if subscription.feed_id is not None:
            feeds.forget_validators(database, subscription.feed_id)
    if replace:
        _remove_sources(database, reader_id, keys)

    after = len(subscriptions.of_reader(database, reader_id))
    return after if replace else after - before


def _wanted(
    database: Database, entries: Iterable[document.Subscription], now: datetime
) -> Iterator[tuple[Subscription, datetime]]:
    """Yield the lists that entries mean, each with the time when it was chosen.

    The number of a feed is another one in each database, so only its address counts. A
    feed that nobody chooses in the end stays as a row, and is never asked.
    """
    for entry in entries:
        if list_keys.kind(entry.key) != list_keys.FEED:
            subscription = Subscription(key=entry.key, name=entry.name)
            yield subscription, entry.created_at
        elif entry.address:
            feed_id = feeds.find_or_create(database, entry.address, now)
            subscription = Subscription(
                key=feeds.key(feed_id), name=entry.name, feed_id=feed_id
            )
            yield subscription, entry.created_at


def _remove_sources(
    database: Database, reader_id: int, keys: Collection[str]
) -> None:
    """Remove the lists of a reader that are not among some keys."""
    for subscription in subscriptions.of_reader(database, reader_id):
        if subscription.key in keys:
            continue
        is_gone = subscriptions.remove(database, reader_id, subscription.key)
        if is_gone and subscription.feed_id is not None:
            feeds.drop_entries(database, reader_id, subscription.feed_id)
