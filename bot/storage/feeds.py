"""Feeds whose addresses readers gave: fetched once for all, each reader with own papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update

from bot.markup import list_keys
from bot.storage import own, paper_rows
from bot.storage.database import Database
from bot.storage.tables import FeedEntryRow, FeedRow, SubscriptionRow
from recommender.papers import Paper

# How often a feed is asked, and how seldom one that fails again and again.
INTERVAL = timedelta(hours=1)
LONGEST_INTERVAL = timedelta(days=1)

# How long a feed has to be silent, and how often it has to have failed, before its subscribers
# are told that it is dead: a bot that was off for a week knows nothing of its feeds.
DEAD = timedelta(days=7)
DEAD_FAILURES = 3

# How long a paper that a feed dropped stays on offer.
DROPPED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed and what its last answer said; its address is its subscribers' secret."""

    id: int
    address: str
    etag: str
    last_modified: str
    failures: int


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who reads a feed, under the name that they see."""

    reader_id: int
    feed_id: int
    name: str
    address: str


def find_or_create(database: Database, address: str, now: datetime) -> int:
    """Return the id of the feed at an address; a new one is due at once."""
    values = {"etag": "", "last_modified": "", "next_check_at": now}
    insert = database.insert(FeedRow).values(
        address=address, failures=0, **values
    )

    with database.write() as session:
        session.execute(
            insert.on_conflict_do_nothing(index_elements=["address"])
        )
        feed_id = select(FeedRow.id).where(FeedRow.address == address)
        return session.scalars(feed_id).one()


def due(database: Database, now: datetime) -> list[Feed]:
    """Return the feeds that are to be asked now and have subscribers.

    Those that answered the last time come first: one that hangs holds up its like alone.
    """
    statement = (
        select(FeedRow)
        .where(FeedRow.next_check_at <= now, FeedRow.id.in_(_chosen_ids()))
        .order_by(FeedRow.failures, FeedRow.next_check_at)
    )

    with database.read() as session:
        return [_feed(row) for row in session.scalars(statement)]


def record_success(
    database: Database,
    feed_id: int,
    now: datetime,
    *,
    etag: str,
    last_modified: str,
    changed: bool,
) -> None:
    """Record an answer of a feed; an unchanged one counts as well."""
    values = {
        "etag": etag,
        "last_modified": last_modified,
        "next_check_at": now + INTERVAL,
        "succeeded_at": now,
        "failures": 0,
        "reported_at": None,
    }
    if changed:
        values["changed_at"] = now

    with database.write() as session:
        session.execute(
            update(FeedRow).where(FeedRow.id == feed_id).values(**values)
        )


def record_failure(
    database: Database,
    feed: Feed,
    now: datetime,
    *,
    pause: timedelta | None = None,
) -> None:
    """Record that a feed gave none; it is asked again after a wait that doubles."""
    wait = min(INTERVAL * 2 ** min(feed.failures, 10), LONGEST_INTERVAL)

    with database.write() as session:
        session.execute(
            update(FeedRow)
            .where(FeedRow.id == feed.id)
            .values(
                failures=feed.failures + 1,
                next_check_at=now + max(wait, pause or wait),
            )
        )


def store_entries(
    database: Database,
    feed_id: int,
    papers: Sequence[Paper],
    now: datetime,
    *,
    only: int | None = None,
) -> None:
    """Give the papers of a feed to its subscribers, each as their own, or to `only` one.

    A paper that a public source has listed is offered to them as that one, in its words.
    """
    for reader_id in [only] if only else _subscriber_ids(database, feed_id):
        while not _store_own(database, feed_id, reader_id, papers, now):
            # A source listed some of them in between, which the next round finds.
            pass


def _store_own(
    database: Database,
    feed_id: int,
    reader_id: int,
    papers: Sequence[Paper],
    now: datetime,
) -> bool:
    """Give a subscriber the papers of a feed; return False if some went meanwhile."""
    ids = own.import_papers(database, reader_id, papers, source=own.FEED)
    if not ids:
        return True

    with database.write() as session:
        database.take_turns(session, "papers")
        if paper_rows.existing_ids(session, ids) != ids:
            return False
        if reader_id not in session.scalars(_readers_of(feed_id)).all():
            return True

        insert = database.insert(FeedEntryRow)
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["reader_id", "paper_id"],
                set_={"seen_at": now},
            ),
            [
                {
                    "reader_id": reader_id,
                    "paper_id": paper_id,
                    "feed_id": feed_id,
                    "seen_at": now,
                }
                for paper_id in dict.fromkeys(ids)
            ],
        )
    return True


def dead(database: Database, now: datetime) -> list[Subscriber]:
    """Return the subscribers of feeds that are dead for a week, who don't know it yet."""
    # A feed out of a restored document may never have answered.
    last_answer = func.coalesce(
        FeedRow.succeeded_at, SubscriptionRow.created_at
    )
    is_silent = last_answer < now - DEAD
    statement = (
        select(SubscriptionRow, FeedRow)
        .join(FeedRow, FeedRow.id == SubscriptionRow.feed_id)
        .where(
            is_silent,
            FeedRow.failures >= DEAD_FAILURES,
            FeedRow.reported_at.is_(None),
        )
        .order_by(FeedRow.id, SubscriptionRow.id)
    )

    with database.read() as session:
        return [
            Subscriber(row.reader_id, feed.id, row.name, feed.address)
            for row, feed in session.execute(statement)
        ]


def count(database: Database, now: datetime) -> tuple[int, int]:
    """Return how many feeds have readers, and how many of these gave nothing for a week."""
    chosen = FeedRow.id.in_(_chosen_ids())
    total = select(func.count(FeedRow.id)).where(chosen)
    silent = total.where(FeedRow.succeeded_at < now - DEAD)

    with database.read() as session:
        return session.scalars(total).one(), session.scalars(silent).one()


def record_report(database: Database, feed_id: int, now: datetime) -> None:
    """Record that the subscribers of a dead feed were told."""
    with database.write() as session:
        session.execute(
            update(FeedRow).where(FeedRow.id == feed_id).values(reported_at=now)
        )


def forget_validators(database: Database, feed_id: int) -> None:
    """Let a feed answer in full next time, as somebody has none of its papers yet."""
    with database.write() as session:
        session.execute(
            update(FeedRow)
            .where(FeedRow.id == feed_id)
            .values(etag="", last_modified="")
        )


def drop_unseen(database: Database, feed_id: int, now: datetime) -> None:
    """Take those papers off all offers that a living feed has dropped long ago."""
    with database.write() as session:
        session.execute(
            delete(FeedEntryRow).where(
                FeedEntryRow.feed_id == feed_id,
                FeedEntryRow.seen_at < now - DROPPED,
            )
        )


def drop_entries(database: Database, reader_id: int, feed_id: int) -> None:
    """Take a feed's papers off a reader's offer, once they left it."""
    with database.write() as session:
        session.execute(
            delete(FeedEntryRow).where(
                FeedEntryRow.reader_id == reader_id,
                FeedEntryRow.feed_id == feed_id,
            )
        )


def _chosen_ids() -> Select[int | None]:
    return select(SubscriptionRow.feed_id).where(
        SubscriptionRow.feed_id.is_not(None)
    )


def _subscriber_ids(database: Database, feed_id: int) -> list[int]:
    with database.read() as session:
        return list(session.scalars(_readers_of(feed_id)))


def _readers_of(feed_id: int) -> Select[int]:
    return (
        select(SubscriptionRow.reader_id)
        .where(SubscriptionRow.feed_id == feed_id)
        .order_by(SubscriptionRow.id)
    )


def _feed(row: FeedRow) -> Feed:
    return Feed(
        id=row.id,
        address=row.address,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
    )


def key(feed_id: int) -> str:
    """Return the key of a feed as a list."""
    return list_keys.key(list_keys.FEED, str(feed_id))


def entry_ids(database: Database, reader_id: int, feed_id: int) -> list[int]:
    """Return the ids of the papers that a feed brought to a reader."""
    statement = select(FeedEntryRow.paper_id).where(
        FeedEntryRow.reader_id == reader_id,
        FeedEntryRow.feed_id == feed_id,
    )

    with database.read() as session:
        return list(session.scalars(statement))
