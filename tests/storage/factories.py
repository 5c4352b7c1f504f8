"""Papers, readers and threads as the tests of storage need them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import func, select

from bot.schedule.due import EVERY_DAY
from bot.storage import (
    deliveries,
    feedback,
    feeds,
    imports,
    links,
    outbox,
    own,
    papers,
    readers,
    saves,
    searches,
    standing,
    subscriptions,
)
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.digests import Digest
from bot.storage.feedback import RatingEvent
from bot.storage.outbox import Delivery, Outgoing
from bot.storage.readers import Reader
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice, record
from bot.storage.subscriptions import Limits, Subscription
from bot.storage.tables import FollowRow, TasteEditRow
from bot.storage.takeout import document as takeout
from bot.storage.takeout.document import Takeout
from recommender.papers import Paper, StoredPaper, title_key

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
T = TypeVar("T")
CHATS = {"Ada": 11, "Bo": 22, "Cy": 33}


def existing(value: T | None) -> T:
    """Return a value that must not be None."""
    assert value is not None
    return value


def paper(title: str, **values: Any) -> Paper:
    return Paper(
        **{"title": title, "listed": TODAY, "source": "huggingface", **values}
    )


# A paper with a value in every field.
FULL_PAPER = paper(
    "Selective State Spaces",
    abstract="A long sequence is read once.",
    arxiv_id="2603.00001",
    authors=("Tri Dao", "Albert Gu"),
    categories=("cs.LG", "cs.CL"),
    keywords=("state space models",),
    published=datetime(2026, 2, 27, 17, 30, tzinfo=UTC),
    upvotes=12,
    links={"code": "https://code.example/mamba"},
    gist="It reads a long sequence once.",
    gist_source="huggingface",
    organization="The Lab",
    stars=3,
    thumbnail="https://cdn-thumbnails.huggingface.co/1.png",
)


def store(database: Database, *titles: str) -> list[int]:
    """Store papers with these titles and return their ids, in the same order."""
    papers.store(database, [paper(title) for title in titles])
    return [stored(database, title).id for title in titles]


def stored(database: Database, title: str) -> StoredPaper:
    """Return the one stored paper with this title, letters and digits alone compared."""
    matches = [
        p
        for p in papers.newest(database, 1_000)
        if title_key(p.title) == title_key(title)
    ]
    assert len(matches) == 1, matches
    return matches[0]


def join(database: Database, name: str, **values: Any) -> Reader:
    made = {"name": name, "at": time(9), "created_at": NOW, **values}
    return existing(readers.find_or_create(database, CHATS[name], made))


def due(
    database: Database, name: str, moment: datetime = NOW, **values: Any
) -> Reader:
    """Let somebody in whose picks are due at nine every day, next at `moment`."""
    return join(
        database, name, next_due_at=moment, **{"weekdays": EVERY_DAY, **values}
    )


def rate(
    database: Database,
    reader: Reader,
    paper_id: int,
    value: int,
    at: datetime = NOW,
) -> None:
    event = RatingEvent(
        reader_id=reader.id,
        paper_id=paper_id,
        value=value,
        rated_at=at,
        origin="pick",
    )
    feedback.rate(database, event)


def recommend(
    database: Database,
    reader: Reader,
    paper_ids: Sequence[int],
    *,
    kind: str = "now",
    style: str = "digest",
    policy: str = "personal",
    now: datetime = NOW,
    day: date = TODAY,
    offers: Sequence[str] = (),
) -> Digest:
    choices = [
        Choice(
            paper_id=i,
            score=0.5,
            policy=policy,
            popularity=0.5,
            reason=Reason(),
        )
        for i in paper_ids
    ]
    return record(
        database,
        reader.id,
        choices,
        kind=kind,
        style=style,
        local_date=day,
        new_papers=len(choices),
        feature_version=None,
        now=now,
        offers=offers,
    )


def choose(database: Database, reader: Reader, *keys: str) -> None:
    """Let a reader add lists to theirs."""
    for key in keys:
        subscription = Subscription(key=key)
        subscriptions.add(database, reader.id, subscription, NOW, Limits())


def choose_feed(database: Database, reader: Reader, address: str) -> int:
    """Let a reader add a feed; return its number."""
    feed_id = feeds.find_or_create(database, address, NOW)
    subscription = Subscription(
        key=feeds.key(feed_id), name="The lab's news", feed_id=feed_id
    )
    subscriptions.add(database, reader.id, subscription, NOW, Limits())
    return feed_id


def settle(database: Database, name: str) -> tuple[Reader, Delivery, Outgoing]:
    """Let somebody in who used everything, and whose picks are about to be sent."""
    reader, papers = due(database, name), store(database, "One", "Two", "Three")
    own.import_papers(database, reader.id, [paper("My own")])
    rate(database, reader, papers[0], 1)
    rate(database, reader, papers[1], 0)
    bundle = imports.like(database, reader.id, papers[2:], "link", NOW)
    imports.rate(database, reader.id, bundle.id, None, liked=False, now=NOW)
    feedback.set_topics(
        database, reader.id, ["robots", "speech"], "wanted", NOW
    )
    saves.save(database, reader.id, papers[2], NOW)
    links.record(database, reader.id, "2603.00001", NOW, retry=NOW)
    searches.record(database, reader.id, papers, NOW, words="robots")
    standing.add(database, reader.id, "robots", NOW)
    [search] = standing.of_reader(database, reader.id)
    standing.record(database, reader.id, {papers[2]: search.id}, papers[2])
    choose(database, reader, "arxiv:cs.RO")
    feed_id = choose_feed(database, reader, "https://lab.example/feed?key=1")
    feeds.store_entries(
        database, feed_id, [paper("Of a feed")], NOW, only=reader.id
    )
    owner = {"reader_id": reader.id}
    with database.write() as session:
        session.add(
            FollowRow(
                **owner, author="Gina", key="gina", fitting=True, created_at=NOW
            )
        )
        session.add(
            TasteEditRow(**owner, term="robots", value=1, edited_at=NOW)
        )
    deliveries.create_due(database, NOW)
    [claimed] = outbox.claim(database, NOW, 1)
    digest = recommend(database, reader, papers, kind="daily")
    delivery = outbox.add_messages(database, claimed, digest.id, [1])
    return reader, delivery, outbox.unsent_messages(database, delivery)[0]


def document(**entries: Any) -> Takeout:
    """Return the document of somebody who said only this."""
    settings = takeout.Settings(
        name="Ada",
        language="en",
        zone="Asia/Tokyo",
        at=NOW.time(),
        weekdays=1,
        picks=3,
        style="cards",
        explores=False,
        sound=False,
        text="both",
        previews=False,
    )
    values = {
        "taken_at": NOW,
        "telegram_id": 11,
        "since": NOW,
        "settings": settings,
        **entries,
    }
    return Takeout(**values)


def last_date(database: Database, reader: Reader) -> date | None:
    """Return the newest local date for which a reader has a delivery."""
    dates = select(func.max(DeliveryRow.local_date)).where(
        DeliveryRow.reader_id == reader.id
    )
    with database.read() as session:
        return session.scalar(dates)


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make all calls at the same moment, each in its own thread; return what each returned."""
    barrier = threading.Barrier(len(calls))

    def wait_and(call: Callable[[], T]) -> T:
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait_and, calls))
