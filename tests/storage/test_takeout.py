"""A reader's document holds all that is kept of them, and another instance takes it in."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.storage import (
    digests,
    erasure,
    feedback,
    follows,
    outbox,
    own,
    papers,
    readers,
    recommendations,
    saves,
    schema,
    subscriptions,
    taste,
)
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.subscriptions import Limits
from bot.storage.takeout import document as takeout
from bot.storage.takeout.document import Takeout
from bot.storage.takeout.export import export_reader
from bot.storage.takeout.restore import RestoredCounts, restore_reader
from tests.storage.factories import (
    NOW,
    TODAY,
    document,
    existing,
    join,
    paper,
    rate,
    recommend,
    settle,
    store,
    stored,
)

LEFT_BEHIND = {
    "bundles",
    "brought",
    "deliveries",
    "outgoing",
    "feed_entries",
    "standing_matches",
}  # of use to open messages alone, or fetched again
PLACES = {
    "readers": "settings",
    "recommendations": "digests",
    "lookups": "links",
}
PLACES |= {"saves": "saved", "taste_edits": "taste"}
PLACES |= {"standing_searches": "standing"}
NOT_WORDS = {
    "id",
    "chat_id",
    # Only groups have other ones.
    "kind",
    "thread_id",
    "active",
    "dialogue",
    "next_due_at",
    "weekly_due_at",
    "created_at",
}  # of a reader


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """Another instance, without any paper."""
    with closing(
        Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    ) as database:
        schema.migrate(database)
        yield database


def taken_out(database: Database) -> Takeout:
    """Return the document of a reader who used everything."""
    ada, delivery, message = settle(database, "Ada")
    existing(outbox.start_sending(database, delivery, message, NOW))
    return takeout.read(takeout.to_json(export_reader(database, ada.id, NOW)))


def contents(taken: Takeout) -> dict[str, Any]:
    """Return a document's entries, by the titles of their papers instead of places."""
    titles = [paper.title for paper in taken.papers]

    def named(entries: tuple[Any, ...]) -> list[dict[str, Any]]:
        rows = [
            {**asdict(entry), "paper": titles[entry.paper]} for entry in entries
        ]
        return sorted(rows, key=lambda row: str(row["paper"]))

    picks = [pick for digest in taken.digests for pick in digest.picks]
    return {
        "papers": sorted(map(str, taken.papers)),
        "ratings": named(taken.ratings),
        "saved": named(taken.saved),
        "shown": named(tuple(replace(pick, reason={}) for pick in picks)),
        "days": [replace(digest, picks=()) for digest in taken.digests],
        "rest": (taken.topics, taken.follows, taken.taste, taken.links),
    }


def test_every_table_that_is_about_a_reader_is_in_the_document(
    database: Database,
):
    taken = taken_out(database)

    tables = {
        table.name
        for table in Base.metadata.sorted_tables
        if "reader_id" in table.c
    }
    for name in tables - LEFT_BEHIND:
        assert getattr(taken, PLACES.get(name, name)), name


def test_every_setting_is_in_the_document():
    columns = set(Base.metadata.tables["readers"].c.keys())

    assert set(takeout.Settings.__dataclass_fields__) == columns - NOT_WORDS


def test_another_instance_takes_in_all_of_it(
    database: Database, elsewhere: Database
):
    taken = taken_out(database)
    other = join(elsewhere, "Ada")

    counts = restore_reader(
        elsewhere, other.id, taken, now=NOW, limits=Limits(), replace=True
    )

    again = export_reader(elsewhere, other.id, NOW)
    assert contents(again) == contents(taken)
    assert again.settings == taken.settings
    assert counts == RestoredCounts(
        ratings=1, topics=2, follows=1, sources=3, edits=1, saved=1, shown=3
    )


def test_what_is_taken_in_is_counted_as_what_is_kept(
    database: Database, elsewhere: Database
):
    ada, *_ = settle(database, "Ada")
    own.import_papers(database, ada.id, [paper("Mine alone")])
    liked, back = own.import_papers(
        database, ada.id, [paper("Mine alone"), paper("Taken back")]
    )
    rate(database, ada, liked, 1)
    rate(database, ada, back, 0)
    feedback.set_topics(database, ada.id, ["speech"], "muted", NOW)
    taste.move_word(database, ada.id, "speech", 1, NOW)
    taste.move_word(database, ada.id, "robots", 1, NOW)
    taste.move_word(database, ada.id, "robots", 0, NOW + timedelta(1))
    other = join(elsewhere, "Ada")

    taken = restore_reader(
        elsewhere,
        other.id,
        export_reader(database, ada.id, NOW),
        now=NOW,
        limits=Limits(),
        replace=True,
    )

    here, there_ = (
        erasure.count_data(database, ada.id),
        erasure.count_data(elsewhere, other.id),
    )
    counted = asdict(taken)
    assert counted == {name: getattr(here, name) for name in counted}
    assert counted == {name: getattr(there_, name) for name in counted}


def test_taking_in_twice_is_taking_in_once(database: Database):
    taken = taken_out(database)
    bo = join(database, "Bo")
    restore_reader(
        database, bo.id, taken, now=NOW, limits=Limits(), replace=False
    )

    again = restore_reader(
        database, bo.id, taken, now=NOW, limits=Limits(), replace=False
    )

    assert again == RestoredCounts(
        ratings=0, topics=0, follows=0, sources=0, edits=0, saved=0, shown=0
    )
    assert contents(export_reader(database, bo.id, NOW)) == contents(taken)


def test_of_two_words_about_one_paper_the_later_one_holds(database: Database):
    old, new = store(database, "Old news", "New news")
    ada, bo = join(database, "Ada"), join(database, "Bo")
    for reader, value, at in ((ada, 1, NOW), (bo, -1, NOW - timedelta(1))):
        rate(database, reader, old, value, at)
        rate(database, reader, new, -value, NOW - (at - NOW))

    counts = restore_reader(
        database,
        ada.id,
        export_reader(database, bo.id, NOW),
        now=NOW,
        limits=Limits(),
        replace=False,
    )

    assert counts.ratings == 1
    assert feedback.rating(database, ada.id, old) == 1
    assert feedback.rating(database, ada.id, new) == 1


def test_beside_what_is_here_settings_stay_and_in_its_stead_they_come(
    database: Database,
):
    ada = join(database, "Ada")
    feedback.set_topics(database, ada.id, ["robots"], "wanted", NOW)
    taken = document(
        topics=(takeout.Topic(text="speech", kind="muted", created_at=NOW),)
    )

    restore_reader(
        database, ada.id, taken, now=NOW, limits=Limits(), replace=False
    )
    beside = (
        existing(readers.by_id(database, ada.id)),
        feedback.topics(database, ada.id),
    )
    restore_reader(
        database, ada.id, taken, now=NOW, limits=Limits(), replace=True
    )
    instead = (
        existing(readers.by_id(database, ada.id)),
        feedback.topics(database, ada.id),
    )

    assert (beside[0].zone, [text for _, text, _ in beside[1]]) == (
        "UTC",
        ["robots", "speech"],
    )
    assert (instead[0].zone, [text for _, text, _ in instead[1]]) == (
        "Asia/Tokyo",
        ["speech"],
    )


def test_papers_of_a_document_change_nothing_that_others_read(
    database: Database,
):
    papers.store(database, [replace(paper("Ours"), arxiv_id="2601.00001")])
    before = stored(database, "Ours")
    ada = join(database, "Ada")
    forged = takeout.DocumentPaper(
        title="Buy my pills", arxiv_id="2601.00001", listed=TODAY
    )
    own = takeout.DocumentPaper(
        title="Mine alone", listed=TODAY, abstract="My own words."
    )
    saved = tuple(takeout.Save(paper=place, saved_at=NOW) for place in (0, 1))

    restore_reader(
        database,
        ada.id,
        document(papers=(forged, own), saved=saved),
        now=NOW,
        limits=Limits(),
        replace=False,
    )

    assert stored(database, "Ours") == before
    assert [
        saved_paper.title for saved_paper in papers.newest(database, 9)
    ] == ["Ours"]
    kept = saves.of_reader(database, ada.id)
    assert {saved_paper.title for saved_paper in kept} == {"Ours", "Mine alone"}


def test_what_was_shown_elsewhere_is_never_shown_again(
    database: Database, elsewhere: Database
):
    taken = taken_out(database)
    papers.store(
        elsewhere, [paper(title) for title in ("One", "Two", "Three", "Four")]
    )
    other = join(elsewhere, "Ada")
    restore_reader(
        elsewhere, other.id, taken, now=NOW, limits=Limits(), replace=False
    )

    shown_ids = feedback.of_reader(elsewhere, other.id, "UTC", TODAY).shown

    assert {p.title for p in papers.by_ids(elsewhere, shown_ids).values()} == {
        "One",
        "Two",
        "Three",
    }
    assert recommend(elsewhere, other, list(shown_ids)).picks == ()


def test_what_was_offered_elsewhere_is_known(
    database: Database, elsewhere: Database
):
    ada = join(database, "Ada")
    digest = recommend(
        database, ada, store(database, "One"), offers=["speech", "robotics"]
    )
    recommendations.record_sending(database, digest.picks, NOW)
    other = join(elsewhere, "Ada")

    restore_reader(
        elsewhere,
        other.id,
        export_reader(database, ada.id, NOW),
        now=NOW,
        limits=Limits(),
        replace=False,
    )

    assert digests.offered_topics(elsewhere, other.id, TODAY) == [
        "speech",
        "robotics",
    ]


def test_no_more_is_taken_in_than_a_reader_may_say(database: Database):
    topics = tuple(
        takeout.Topic(
            text=f"topic {chr(97 + n % 26)}{n // 26 * 'x'}",
            kind="wanted",
            created_at=NOW,
        )
        for n in range(120)
    )
    authors = tuple(
        takeout.Follow(author=f"Author {'x' * n}", created_at=NOW)
        for n in range(1, 110)
    )
    ada = join(database, "Ada")

    counts = restore_reader(
        database,
        ada.id,
        document(topics=topics, follows=authors),
        now=NOW,
        limits=Limits(),
        replace=False,
    )

    assert (counts.topics, counts.follows) == (
        feedback.MOST_TOPICS,
        follows.MOST,
    )


def keys(database: Database, reader: Reader) -> list[str]:
    lists = subscriptions.of_reader(database, reader.id)
    return [subscription.key for subscription in lists]


def source(key: str, address: str = "") -> takeout.Subscription:
    return takeout.Subscription(key=key, address=address, created_at=NOW)
