"""The lists of papers that each reader chose; who chose none reads Daily Papers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.markup import list_keys
from bot.storage.database import Database
from bot.storage.tables import FeedRow, SubscriptionRow


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lists readers may choose, all together and each, and of which kinds.

    A category is a list of arXiv, bioRxiv or medRxiv, or a journal; feeds count apart.
    """

    kinds: frozenset[str] = frozenset(
        {
            list_keys.DAILY,
            list_keys.ARXIV,
            list_keys.BIORXIV,
            list_keys.MEDRXIV,
            list_keys.JOURNAL,
            list_keys.FEED,
        }
    )
    categories: int = 60
    feeds: int = 200
    categories_of_reader: int = 20
    feeds_of_reader: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A list that a reader chose: its key, and its name or address if the key has none."""

    key: str
    name: str = ""
    address: str = ""
    feed_id: int | None = None


class Addition(Enum):
    """What became of a wish for another list."""

    ADDED = auto()
    # The reader has it already.
    PRESENT = auto()
    # The operator does not offer lists of this kind.
    NOT_OFFERED = auto()
    # The reader has as many of the kind as one may have.
    READER_FULL = auto()
    # All readers together have as many as there may be.
    FULL = auto()


def of_reader(database: Database, reader_id: int) -> list[Subscription]:
    """Return a reader's lists in the order in which they chose them."""
    statement = (
        select(SubscriptionRow, FeedRow.address)
        .outerjoin(FeedRow, FeedRow.id == SubscriptionRow.feed_id)
        .where(SubscriptionRow.reader_id == reader_id)
        .order_by(SubscriptionRow.id)
    )

    with database.read() as session:
        subscriptions = [
            Subscription(
                key=row.key,
                name=row.name,
                address=address or "",
                feed_id=row.feed_id,
            )
            for row, address in session.execute(statement)
        ]

    return subscriptions or [Subscription(key=list_keys.DAILY)]


def reads(
    reader: int | InstrumentedAttribute[int], key: str
) -> ColumnElement[bool]:
    """Return the condition for readers of a list; who chose none reads Daily Papers."""
    keys = select(SubscriptionRow.key).where(
        SubscriptionRow.reader_id == reader
    )
    is_chosen = keys.where(SubscriptionRow.key == key).exists()
    if key != list_keys.DAILY:
        return is_chosen

    return is_chosen | ~keys.exists()


def add(
    database: Database,
    reader_id: int,
    subscription: Subscription,
    now: datetime,
    limits: Limits,
) -> Addition:
    """Add a list to a reader's, if the limits leave room for it."""
    with database.write() as session:
        # Two additions at once would both see the last free place.
        database.take_turns(session, "subscriptions")
        keys = _keys(session, reader_id)
        refusal = _refusal(session, subscription.key, keys, limits)
        if refusal is not None:
            return refusal

        if not keys and subscription.key != list_keys.DAILY:
            daily = _row(reader_id, Subscription(key=list_keys.DAILY), now)
            # It is fetched for everybody, chosen or not.
            daily.fetched_at = now
            session.add(daily)
            session.flush()
        row = _row(reader_id, subscription, now)
        row.fetched_at = _first_fetch(session, subscription.key)
        session.add(row)

    return Addition.ADDED


def remove(database: Database, reader_id: int, key: str) -> bool:
    """Remove a list of a reader; return False if it is their last one, which stays."""
    with database.write() as session:
        database.take_turns(session, "subscriptions")
        keys = _keys(session, reader_id)
        if key in keys and len(keys) == 1:
            return False
        if key not in keys:
            # Daily Papers is the last list of those who chose none.
            return bool(keys) or key != list_keys.DAILY

        session.execute(
            delete(SubscriptionRow).where(
                SubscriptionRow.reader_id == reader_id,
                SubscriptionRow.key == key,
            )
        )
    return True


def unfetched_keys(database: Database) -> list[str]:
    """Return the lists that were chosen since and never fetched, the oldest wish first."""
    statement = (
        select(SubscriptionRow.key)
        .where(SubscriptionRow.fetched_at.is_(None))
        .group_by(SubscriptionRow.key)
        .order_by(func.min(SubscriptionRow.id))
    )

    with database.read() as session:
        return list(session.scalars(statement))


def record_first_fetch(
    database: Database, keys: Iterable[str], now: datetime
) -> None:
    """Record that lists were fetched for the first time."""
    with database.write() as session:
        session.execute(
            update(SubscriptionRow)
            .where(
                SubscriptionRow.key.in_(list(keys)),
                SubscriptionRow.fetched_at.is_(None),
            )
            .values(fetched_at=now)
        )


def readers_by_key(database: Database) -> Counter[str]:
    """Return how many readers chose each list; only those that somebody chose."""
    keys = select(SubscriptionRow.key)

    with database.read() as session:
        return Counter(session.scalars(keys))


def _first_fetch(session: Session, key: str) -> datetime | None:
    """Return when a list was fetched for the readers who have it already."""
    return session.scalar(
        select(SubscriptionRow.fetched_at)
        .where(
            SubscriptionRow.key == key, SubscriptionRow.fetched_at.is_not(None)
        )
        .limit(1)
    )


def _keys(session: Session, reader_id: int) -> list[str]:
    return list(
        session.scalars(
            select(SubscriptionRow.key)
            .where(SubscriptionRow.reader_id == reader_id)
            .order_by(SubscriptionRow.id)
        )
    )


def _refusal(
    session: Session, key: str, keys: list[str], limits: Limits
) -> Addition | None:
    """Return why a reader who has some lists can't have another; None if they can."""
    kind = list_keys.kind(key)
    if kind not in limits.kinds:
        return Addition.NOT_OFFERED
    if key in (keys or [list_keys.DAILY]):
        return Addition.PRESENT
    if kind == list_keys.DAILY:
        return None

    all_keys = set(session.scalars(select(SubscriptionRow.key).distinct()))
    is_feed = kind == list_keys.FEED
    most_of_reader = (
        limits.feeds_of_reader if is_feed else limits.categories_of_reader
    )
    most = limits.feeds if is_feed else limits.categories
    if _count(keys, is_feed=is_feed) >= most_of_reader:
        return Addition.READER_FULL
    if key not in all_keys and _count(all_keys, is_feed=is_feed) >= most:
        return Addition.FULL

    return None


def _count(keys: list[str] | set[str], *, is_feed: bool) -> int:
    """Count the feeds among some lists, or the categories."""
    kinds = Counter(map(list_keys.kind, keys))
    feeds = kinds[list_keys.FEED]

    return feeds if is_feed else kinds.total() - feeds - kinds[list_keys.DAILY]


def _row(
    reader_id: int, subscription: Subscription, now: datetime
) -> SubscriptionRow:
    return SubscriptionRow(
        reader_id=reader_id,
        key=subscription.key,
        name=subscription.name,
        feed_id=subscription.feed_id,
        created_at=now,
    )
