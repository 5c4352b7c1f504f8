"""The lists that a reader's picks come from: shown, added and removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.markup import list_keys
from bot.picks import fitting, source_lookup, source_rates
from bot.picks.catalogue import Catalogue
from bot.sources.endpoints import Endpoints
from bot.sources.queries import Answer
from bot.storage import feeds, papers, subscriptions
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Addition, Limits, Subscription


@dataclass(frozen=True, slots=True)
class ReaderSource:
    """A list of a reader, and about how many papers a day it brings; None if unknown."""

    subscription: Subscription
    papers_a_day: float | None


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What became of a feed that a reader named, and how many papers it has now."""

    addition: Addition
    name: str
    papers: int = 0


def of_reader(
    database: Database, catalogue: Catalogue, reader: Reader, now: datetime
) -> list[ReaderSource]:
    """Return a reader's lists in the order in which they chose them."""
    lists = subscriptions.of_reader(database, reader.id)
    keys = {subscription.key for subscription in lists}
    rates = source_rates.papers_a_day(catalogue, keys, reader.local_date(now))
    return [
        ReaderSource(subscription, rates.get(subscription.key))
        for subscription in lists
    ]


def keys_of(database: Database, reader_id: int) -> set[str]:
    """Return the keys of a reader's lists."""
    lists = subscriptions.of_reader(database, reader_id)
    return {subscription.key for subscription in lists}


def keys_with_common(
    database: Database, reader_id: int, common: Iterable[str]
) -> set[str]:
    """Return the keys of the lists that a reader's picks come from, with those of everybody."""
    return {list_keys.FILE, *common, *keys_of(database, reader_id)}


def add_feed(
    database: Database,
    catalogue: Catalogue,
    endpoints: Endpoints,
    reader: Reader,
    address: str,
    *,
    now: datetime,
    limits: Limits,
) -> FeedResult:
    """Read a feed, and give it with its papers to a reader.

    Raises SourceDown if it can't be read; the feed is not asked if there is no room for it.
    """
    refusal = _feed_refusal(database, reader.id, limits)
    if refusal is not None:
        return FeedResult(refusal, "")

    answer = source_lookup.read_feed(endpoints, address, now)
    state = answer.feed
    address = state.address if state and state.address else address
    feed_id = feeds.find_or_create(database, address, now)
    subscription = Subscription(
        key=feeds.key(feed_id),
        name=state.title[:256] if state else "",
        address=address,
        feed_id=feed_id,
    )

    addition = subscriptions.add(database, reader.id, subscription, now, limits)
    if addition is Addition.ADDED:
        feeds.store_entries(
            database, feed_id, answer.papers, now, only=reader.id
        )
        _cover_entries(database, catalogue, reader.id, feed_id)
        _record_answer(database, feed_id, answer, now)
    return FeedResult(addition, subscription.name, len(answer.papers))


def remove(database: Database, reader_id: int, key: str) -> bool:
    """Remove a list of a reader; return False if it is their last one, which stays."""
    lists = subscriptions.of_reader(database, reader_id)
    is_removed = subscriptions.remove(database, reader_id, key)
    if not is_removed:
        return False

    for subscription in lists:
        if subscription.key == key and subscription.feed_id is not None:
            feeds.drop_entries(database, reader_id, subscription.feed_id)
    return True


def _feed_refusal(
    database: Database, reader_id: int, limits: Limits
) -> Addition | None:
    """Return why a reader can't have another feed, as far as that is certain before it is read."""
    if list_keys.FEED not in limits.kinds:
        return Addition.NOT_OFFERED

    lists = subscriptions.of_reader(database, reader_id)
    own_feeds = sum(entry.feed_id is not None for entry in lists)
    if own_feeds >= limits.feeds_of_reader:
        return Addition.READER_FULL
    return None


def _cover_entries(
    database: Database, catalogue: Catalogue, reader_id: int, feed_id: int
) -> None:
    """Give the papers of a feed vectors now, so that the next picks know them."""
    ids = feeds.entry_ids(database, reader_id, feed_id)
    stored = papers.by_ids(database, ids, reader_id)
    fitting.cover(
        database,
        catalogue.version,
        catalogue.model,
        list(stored.values()),
    )


def _record_answer(
    database: Database, feed_id: int, answer: Answer, now: datetime
) -> None:
    """Record the answer of a feed, unless others have it already.

    Those get what is new with the next answer, which must not be "unchanged" then.
    """
    key = feeds.key(feed_id)
    if subscriptions.readers_by_key(database)[key] > 1 or answer.feed is None:
        return

    feeds.record_success(
        database,
        feed_id,
        now,
        etag=answer.feed.etag,
        last_modified=answer.feed.last_modified,
        changed=True,
    )
