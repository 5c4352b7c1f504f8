"""A feed is fetched once for all its readers, politely, and its address is told to nobody."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import pytest

from bot import concurrency
from bot.errors import Failure
from bot.jobs import feed_fetch
from bot.picks import source_lookup
from bot.sources.endpoints import query
from bot.sources.errors import SourceDown
from bot.storage import cleanup, feeds, own, papers, readers, subscriptions
from bot.storage.database import Database
from bot.storage.feedback import of_reader
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits, Subscription
from recommender.papers import Paper, StoredPaper
from tests.jobs.conftest import NOW, Sources
from tests.sources.conftest import Answer

SECRET = "token=s3cret"
HOUR = timedelta(hours=1)


def feed(*titles: str) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid>"
        "<pubDate>Wed, 06 May 2026 08:00:00 GMT</pubDate></item>"
        for title in titles
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Lab</title>'
        f"{items}</channel></rss>"
    ).encode()


@dataclass
class Lab:
    """A lab's feed, which some readers read."""

    database: Database
    sources: Sources
    feed_id: int

    def answer(self, *titles: str, **more: object) -> None:
        """Let the feed have these entries."""
        self.sources.answers["/lab"] = Answer(feed(*titles), **more)  # type: ignore[arg-type] # status and headers

    def fetch(self, now: datetime) -> list[int]:
        return feed_fetch.fetch(self.database, self.sources.endpoints, now)

    def requests(self) -> int:
        return len(self.sources.paths("/lab"))

    def papers_of(self, reader: Reader) -> list[StoredPaper]:
        ids = of_reader(self.database, reader.id, "UTC", NOW.date()).feed_papers
        stored = papers.by_ids(self.database, ids, reader.id)
        return [stored[paper_id] for paper_id in sorted(stored)]


@pytest.fixture
def lab(database: Database, sources: Sources) -> Lab:
    address = f"{sources.source.url}/lab/feed.xml?{SECRET}"
    feed_id = feeds.find_or_create(database, address, NOW)
    return Lab(database, sources, feed_id)


@pytest.fixture
def ada(lab: Lab) -> Reader:
    return subscribed(lab, 7)


def subscribed(lab: Lab, chat_id: int) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(lab.database, chat_id, values)
    assert reader is not None
    address = f"{lab.sources.source.url}/lab/feed.xml?{SECRET}"
    subscribe(lab, reader, address)
    return reader


def subscribe(lab: Lab, reader: Reader, address: str) -> int:
    feed_id = feeds.find_or_create(lab.database, address, NOW)
    wish = Subscription(key=feeds.key(feed_id), name="Lab", feed_id=feed_id)
    subscriptions.add(lab.database, reader.id, wish, NOW, Limits())
    return feed_id


def fetch_quietly(lab: Lab) -> None:
    with suppress(Failure):
        lab.fetch(NOW)


def titles(stored: Sequence[StoredPaper]) -> list[str]:
    return [paper.title for paper in stored]


def test_a_feed_is_fetched_once_and_each_reader_has_papers_of_their_own(
    lab: Lab, ada: Reader
):
    bo = subscribed(lab, 8)
    lab.answer("One", "Two")

    changed = lab.fetch(NOW)

    assert changed == [lab.feed_id]
    assert lab.requests() == 1
    hers, his = lab.papers_of(ada), lab.papers_of(bo)
    assert sorted(titles(hers)) == sorted(titles(his)) == ["One", "Two"]
    assert {p.id for p in hers}.isdisjoint(p.id for p in his)
    assert papers.count(lab.database) == 0


def test_a_feed_is_asked_every_hour_and_only_for_what_is_new(
    lab: Lab, ada: Reader
):
    lab.answer("One", headers={"ETag": '"v1"'})
    lab.fetch(NOW)
    lab.answer(status=304)

    soon = lab.fetch(NOW + HOUR / 2)
    later = lab.fetch(NOW + HOUR)

    assert (soon, later) == ([], [])
    assert lab.requests() == 2
    assert titles(lab.papers_of(ada)) == ["One"]


def test_a_feed_that_nobody_reads_any_more_is_asked_no_more(
    lab: Lab, ada: Reader
):
    subscriptions.remove(lab.database, ada.id, feeds.key(lab.feed_id))
    lab.answer("One")

    lab.fetch(NOW)
    cleanup.clean_up(lab.database, NOW + timedelta(days=9))

    assert lab.requests() == 0
    again = feeds.find_or_create(lab.database, "https://lab.example", NOW)
    assert again != lab.feed_id


@pytest.mark.usefixtures("ada")
def test_the_wait_for_a_feed_that_fails_doubles_up_to_a_day(lab: Lab):
    lab.sources.answers["/lab"] = Answer(status=500)
    now = NOW
    waits = []
    for _ in range(8):
        before = lab.requests()
        start = now
        while lab.requests() == before:
            lab.fetch(now)
            now += HOUR
        waits.append((now - start) // HOUR)

    assert waits[:4] == [1, 1, 2, 4]
    assert max(waits) == 24


def test_its_readers_learn_once_that_a_feed_is_dead_for_a_week(
    lab: Lab, ada: Reader
):
    lab.answer("One")
    lab.fetch(NOW)
    lab.sources.answers["/lab"] = Answer(status=410)
    for day in range(2, 5):
        lab.fetch(NOW + timedelta(days=day))

    early = feeds.dead(lab.database, NOW + timedelta(days=6))
    due = feeds.dead(lab.database, NOW + timedelta(days=8))
    feeds.record_report(lab.database, lab.feed_id, NOW)
    again = feeds.dead(lab.database, NOW + timedelta(days=9))

    assert (early, again) == ([], [])
    assert [(one.reader_id, one.name) for one in due] == [(ada.id, "Lab")]


def test_a_feed_that_lives_again_can_be_told_dead_again(lab: Lab, ada: Reader):
    lab.answer("One")
    lab.fetch(NOW)
    feeds.record_report(lab.database, lab.feed_id, NOW)
    lab.fetch(NOW + HOUR)
    lab.sources.answers["/lab"] = Answer(status=410)
    for day in range(2, 5):
        lab.fetch(NOW + timedelta(days=day))

    dead = feeds.dead(lab.database, NOW + timedelta(days=9))

    assert [one.reader_id for one in dead] == [ada.id]


def test_a_bot_that_was_off_for_weeks_calls_no_feed_dead_at_once(
    lab: Lab, ada: Reader
):
    lab.answer("One")
    lab.fetch(NOW)
    lab.sources.answers["/lab"] = Answer(status=503)

    lab.fetch(NOW + timedelta(days=30))

    assert feeds.dead(lab.database, NOW + timedelta(days=30)) == []
    assert titles(lab.papers_of(ada)) == ["One"]


def test_a_paper_that_a_feed_dropped_leaves_the_offer_after_a_month(
    lab: Lab, ada: Reader
):
    lab.answer("Old", "New")
    lab.fetch(NOW)
    lab.answer("New")

    lab.fetch(NOW + timedelta(days=20))
    kept = titles(lab.papers_of(ada))
    lab.fetch(NOW + timedelta(days=40))

    assert sorted(kept) == ["New", "Old"]
    assert titles(lab.papers_of(ada)) == ["New"]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500),
        Answer(b"<html>No feed here</html>"),
        Answer(b"\x00\xff"),
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        Answer(status=302, headers={"Location": "http://10.0.0.1:9/x"}),
    ],
)
def test_no_log_tells_the_address_of_a_feed(
    lab: Lab, caplog: pytest.LogCaptureFixture, answer: Answer
):
    lab.sources.answers["/lab"] = answer
    caplog.set_level(logging.DEBUG)

    lab.fetch(NOW)

    assert f"feed {lab.feed_id}" in caplog.text
    assert "s3cret" not in caplog.text
    assert "/lab" not in caplog.text


def test_feeds_that_hang_hold_up_nobody_who_stops_the_bot(
    lab: Lab, ada: Reader
):
    for number in range(4):
        subscribe(lab, ada, f"{lab.sources.source.url}/hang/{number}")
    release = threading.Event()
    lab.sources.answers |= dict.fromkeys(
        ["/hang", "/lab"], Answer(after=release)
    )
    job = threading.Thread(target=fetch_quietly, args=[lab], daemon=True)
    job.start()
    while not lab.sources.source.asked:
        job.join(0.05)

    concurrency.give_up()
    job.join(5)
    release.set()

    assert not job.is_alive()
    # The end of the bot is no fault of theirs.
    assert len(feeds.due(lab.database, NOW)) == 5


def test_a_source_may_list_a_feeds_paper_in_the_midst_of_storing_it(
    lab: Lab, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    import_papers = own.import_papers

    def import_and_list(*args: Any, **more: Any) -> list[int]:
        ids = import_papers(*args, **more)
        listed = Paper(title="One", listed=NOW.date(), source="huggingface")
        papers.store(lab.database, [listed])
        return ids

    monkeypatch.setattr(own, "import_papers", import_and_list)
    lab.answer("One", "Two")

    assert lab.fetch(NOW) == [lab.feed_id]

    assert set(titles(lab.papers_of(ada))) == {"One", "Two"}


def test_a_feed_that_cannot_be_stored_costs_the_others_nothing(
    lab: Lab, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    other_id = subscribe(lab, ada, f"{lab.sources.source.url}/other")
    lab.answer("One")
    lab.sources.answers["/other"] = Answer(feed("Two"))
    store_entries = feeds.store_entries

    def store(database: Database, feed_id: int, *args: Any) -> None:
        if feed_id == lab.feed_id:
            raise ValueError
        store_entries(database, feed_id, *args)

    monkeypatch.setattr(feeds, "store_entries", store)

    changed = lab.fetch(NOW)

    assert changed == [other_id]
    assert titles(lab.papers_of(ada)) == ["Two"]
    assert feeds.due(lab.database, NOW) == []


def test_feeds_that_failed_are_asked_after_those_that_answer(
    lab: Lab, ada: Reader
):
    other_id = subscribe(lab, ada, f"{lab.sources.source.url}/other")
    lab.sources.answers["/lab"] = Answer(status=500)
    lab.sources.answers["/other"] = Answer(feed("Two"))
    lab.fetch(NOW)
    # The one that failed waits as long as the other.
    due = feeds.due(lab.database, NOW + 3 * HOUR)

    assert [feed.id for feed in due] == [other_id, lab.feed_id]


def test_whoever_adds_feeds_that_hang_holds_up_nobody_who_sends_a_link(
    database: Database, sources: Sources
):
    release = threading.Event()
    sources.answers["/hang"] = Answer(after=release)
    address = f"{sources.source.url}/hang"
    threads = [
        threading.Thread(target=read_quietly, args=[sources, address])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while len(sources.paths("/hang")) < 2:
        threads[0].join(0.05)

    look_up = query(
        sources.endpoints, "huggingface", "look up", NOW, patience=8.0
    )
    begin = monotonic()
    list(
        look_up(
            endpoint=sources.source.url, arxiv_id="2605.00001", today=NOW.date()
        )
    )
    seconds = monotonic() - begin
    release.set()
    for thread in threads:
        thread.join()

    assert seconds < 8


def read_quietly(sources: Sources, address: str) -> None:
    with suppress(SourceDown):
        source_lookup.read_feed(sources.endpoints, address, NOW)
