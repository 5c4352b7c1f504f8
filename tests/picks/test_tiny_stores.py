"""Whatever little a store holds and however one-sided it is, every reader gets an answer."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.picks import catalogue, fitting, selection
from bot.picks.catalogue import Catalogue
from bot.storage import (
    feedback,
    follows,
    papers,
    readers,
    recommendations,
    taste,
)
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from recommender import policy
from recommender.papers import Paper
from recommender.policy import Day
from tests.corpus import library
from tests.picks.conftest import NOW

FOLLOWED = "Ada Byron"
# Each made paper says it.
EVERYWHERE = "study"
SIZES = (10, 3, 2, 1, 0)
AGES = ("today", "spread", "long ago")
TEXTS = ("different", "copies", "without words")
RATED = ("nothing", "likes", "dislikes", "both")


@dataclass(frozen=True, slots=True)
class Store:
    """What is stored, and what its one reader said of it."""

    size: int
    age: str
    texts: str
    votes: bool
    fitted: bool
    one_author: bool
    fitting: bool  # only what fits is wanted of the followed author
    muted: bool
    shown: bool
    rated: str
    rated_papers: int
    topics: tuple[str, ...]
    edits: tuple[tuple[str, int], ...]
    n: int
    bar: str

    @property
    def papers(self) -> Iterator[Paper]:
        """Yield the papers of the store."""
        for number, paper in enumerate(
            library(NOW.date(), per_field=2)[: self.size]
        ):
            days = {"today": 0, "spread": number % 4, "long ago": 90 + number}[
                self.age
            ]
            text = {"copies": "We study speech", "without words": "…"}.get(
                self.texts
            )
            yield replace(
                paper,
                listed=NOW.date() - timedelta(days=days),
                title=paper.title if text is None else f"{text} {number}",
                abstract=paper.abstract if text is None else text,
                authors=(FOLLOWED,) if self.one_author else paper.authors,
                upvotes=number % 3 if self.votes else None,
            )


STORES = st.builds(
    Store,
    size=st.sampled_from(SIZES),
    age=st.sampled_from(AGES),
    texts=st.sampled_from(TEXTS),
    votes=st.booleans(),
    fitted=st.booleans(),
    one_author=st.booleans(),
    fitting=st.booleans(),
    muted=st.sampled_from([False, False, True]),
    shown=st.sampled_from([False, False, True]),
    rated=st.sampled_from(RATED),
    rated_papers=st.sampled_from([1, 3, 10]),
    topics=st.sampled_from(
        [(), ("speech recognition",), ("zyzzyva", "robot arm")]
    ),
    edits=st.sampled_from(
        [(), (("speech", 1),), (("speech", -1), ("robot", 1))]
    ),
    n=st.sampled_from([5, 1, 10]),
    bar=st.sampled_from(["normal", "strict", "off"]),
)


@contextmanager
def opened(template: Path) -> Iterator[Database]:
    """Open an empty database of its own for one drawn store."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(template, Path(folder) / "paperpicks.db")
        with closing(Database(f"sqlite:///{path}")) as database:
            yield database


def fill(database: Database, store: Store) -> Reader:
    """Store the papers, and what the reader said of them."""
    papers.store(database, store.papers)
    values = {
        "name": "Ada",
        "at": time(9),
        "created_at": NOW,
        "picks": store.n,
        "bar": store.bar,
    }
    reader = readers.find_or_create(database, 7, values)
    assert reader is not None
    ids = [paper.id for paper in papers.newest(database, 100)]
    if store.rated != "nothing":
        for number, paper_id in enumerate(ids[: store.rated_papers]):
            value = {"likes": 1, "dislikes": -1}.get(
                store.rated, 1 - 2 * (number % 2)
            )
            at = NOW - timedelta(days=number)
            feedback.rate(database, RatingEvent(reader_id=reader.id, paper_id=paper_id, value=value,
                                         rated_at=at, origin="link"))  # fmt: skip
    feedback.set_topics(database, reader.id, store.topics, "wanted", NOW)
    feedback.set_topics(
        database, reader.id, [EVERYWHERE] * store.muted, "muted", NOW
    )
    follows.follow(database, reader.id, FOLLOWED, NOW, fitting=store.fitting)
    for term, value in store.edits:
        taste.move_word(database, reader.id, term, value, NOW)
    if store.fitted:
        fitting.fit(database, NOW)
    return reader


def allowed(database: Database, offered: Catalogue, reader: Reader) -> set[int]:
    """Return the papers that may still be shown to a reader."""
    said = feedback.of_reader(database, reader.id, reader.zone, NOW.date())
    muted = offered.about(said.muted)
    free = {
        paper.id for row, paper in enumerate(offered.papers) if not muted[row]
    }
    return free - said.shown - {rating.paper_id for rating in said.ratings}


@settings(deadline=None, max_examples=80)
@given(
    STORES, st.sampled_from([0.5, 1.0, 0.0]), st.sampled_from(["daily", "now"])
)
def test_every_day_has_its_digest_of_what_is_there(
    sqlite_template: Path, store: Store, share: float, kind: str
):
    """For days in a row, ordinary ones and those that explore or prove."""
    with (
        opened(sqlite_template) as database,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(policy, "SPECIAL_DAYS", share)
        reader = fill(database, store)
        offered = catalogue.load(database)
        for day in range(3):
            free, now = (
                allowed(database, offered, reader),
                NOW + timedelta(days=day),
            )

            sent = selection.choose(database, offered, reader, now, kind=kind)

            recommendations.record_sent(database, sent.picks, 7, day + 1, now)
            assert len(sent.picks) <= store.n
            assert {pick.paper.id for pick in sent.picks} <= free
            assert len(sent.picks) + sent.held_back <= store.n
            assert (
                0
                <= selection.count_held_back(database, offered, reader, now)
                <= store.n
            )
            assert all(pick.reason.kind for pick in sent.picks)


@settings(deadline=None, max_examples=60)
@given(STORES, st.booleans(), st.booleans(), st.integers(0, 9))
def test_each_rule_stands_on_each_store(
    sqlite_template: Path, store: Store, explores: bool, proves: bool, seed: int
):
    day = Day(explores, proves, random.Random(seed))
    with opened(sqlite_template) as database:
        reader = fill(database, store)
        offered = catalogue.load(database)
        said = feedback.of_reader(database, reader.id, reader.zone, NOW.date())
        if store.shown:
            said = replace(said, shown=frozenset(offered.rows))

        ranked = selection.rank(
            database, offered, said, NOW.date(), store.n, day=day, bar=store.bar
        )

        chosen = {pick.paper_id for pick in ranked.picks}
        assert len(chosen) == len(ranked.picks) <= store.n
        assert chosen <= allowed(database, offered, reader) - said.shown
        assert 0 <= ranked.held_back <= store.n
        assert ranked.new_papers <= store.size
