"""Every reader gets picks from any store, however few or one-sided its papers are."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.picks import fitting, selection
from bot.picks.catalogue import Catalogue, load
from bot.storage import (
    feedback,
    follows,
    papers,
    readers,
    recommendations,
    taste,
)
from bot.storage.database import Database
from bot.storage.feedback import Feedback, RatingEvent
from bot.storage.readers import Reader
from recommender import policy
from recommender.papers import Paper
from recommender.policy import Day
from tests.corpus import library
from tests.picks.conftest import NOW

AUTHOR = "Ada Byron"

# Every paper of the library contains this word.
COMMON_WORD = "study"

# Days since each paper was listed, by its number.
AGES: dict[str, Callable[[int], int]] = {
    "today": lambda number: 0,
    "spread": lambda number: number % 4,
    "long ago": lambda number: 90 + number,
}

# What replaces the title and abstract of each paper; None leaves them.
TEXTS = {
    "different": None,
    "copies": "We study speech",
    "without words": "…",
}

# The value of each rating, by the number of its paper.
RATINGS: dict[str, Callable[[int], int]] = {
    "likes": lambda number: 1,
    "dislikes": lambda number: -1,
    "both": lambda number: 1 - 2 * (number % 2),
}


@dataclass(frozen=True, slots=True)
class Store:
    """The stored papers, and the feedback and settings of the only reader."""

    size: int
    age: str
    text: str
    has_votes: bool
    is_fitted: bool
    has_one_author: bool
    # The author is followed for fitting papers alone.
    follows_fitting: bool
    is_all_muted: bool
    is_all_shown: bool
    ratings: str
    rated_papers: int
    topics: tuple[str, ...]
    edits: tuple[tuple[str, int], ...]
    picks: int
    bar: str

    @property
    def papers(self) -> Iterator[Paper]:
        """The papers to store."""
        papers = library(NOW.date(), per_field=2)[: self.size]
        for number, paper in enumerate(papers):
            text = TEXTS[self.text]
            age = timedelta(days=AGES[self.age](number))
            yield replace(
                paper,
                listed=NOW.date() - age,
                title=paper.title if text is None else f"{text} {number}",
                abstract=paper.abstract if text is None else text,
                authors=(AUTHOR,) if self.has_one_author else paper.authors,
                upvotes=number % 3 if self.has_votes else None,
            )


RARELY = st.sampled_from([False, False, True])
STORES = st.builds(
    Store,
    size=st.sampled_from([10, 3, 2, 1, 0]),
    age=st.sampled_from([*AGES]),
    text=st.sampled_from([*TEXTS]),
    has_votes=st.booleans(),
    is_fitted=st.booleans(),
    has_one_author=st.booleans(),
    follows_fitting=st.booleans(),
    is_all_muted=RARELY,
    is_all_shown=RARELY,
    ratings=st.sampled_from(["nothing", *RATINGS]),
    rated_papers=st.sampled_from([1, 3, 10]),
    topics=st.sampled_from(
        [(), ("speech recognition",), ("zyzzyva", "robot arm")]
    ),
    edits=st.sampled_from(
        [(), (("speech", 1),), (("speech", -1), ("robot", 1))]
    ),
    picks=st.sampled_from([5, 1, 10]),
    bar=st.sampled_from(["normal", "strict", "off"]),
)


@contextmanager
def copy_of(template: Path) -> Iterator[Database]:
    """Open an empty database for one example alone."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(template, Path(folder) / "paperpicks.db")
        with closing(Database(f"sqlite:///{path}")) as database:
            yield database


def fill(database: Database, store: Store) -> Reader:
    """Store the papers, the reader and their feedback."""
    papers.store(database, store.papers)
    values = {
        "name": "Ada",
        "at": time(9),
        "created_at": NOW,
        "picks": store.picks,
        "bar": store.bar,
    }
    reader = readers.find_or_create(database, 7, values)
    assert reader is not None
    rate(database, reader, store)
    feedback.set_topics(database, reader.id, store.topics, "wanted", NOW)
    muted = [COMMON_WORD] if store.is_all_muted else []
    feedback.set_topics(database, reader.id, muted, "muted", NOW)
    follows.follow(
        database, reader.id, AUTHOR, NOW, fitting=store.follows_fitting
    )
    for term, value in store.edits:
        taste.move_word(database, reader.id, term, value, NOW)
    if store.is_fitted:
        fitting.fit(database, NOW)
    return reader


def rate(database: Database, reader: Reader, store: Store) -> None:
    """Rate the newest papers, one a day back from now."""
    if store.ratings not in RATINGS:
        return
    newest = papers.newest(database, store.rated_papers)
    for number, paper in enumerate(newest):
        event = RatingEvent(
            reader_id=reader.id,
            paper_id=paper.id,
            value=RATINGS[store.ratings](number),
            rated_at=NOW - timedelta(days=number),
            origin="link",
        )
        feedback.rate(database, event)


def read_feedback(database: Database, reader: Reader) -> Feedback:
    return feedback.of_reader(database, reader.id, reader.zone, NOW.date())


def allowed_ids(catalogue: Catalogue, past: Feedback) -> set[int]:
    """Return the papers that may still be shown to a reader."""
    is_muted = catalogue.about(past.muted)
    unmuted = {
        paper.id
        for row, paper in enumerate(catalogue.papers)
        if not is_muted[row]
    }
    rated = {rating.paper_id for rating in past.ratings}
    return unmuted - past.shown - rated


@settings(deadline=None, max_examples=80)
@given(
    store=STORES,
    special_days=st.sampled_from([0.5, 1.0, 0.0]),
    kind=st.sampled_from(["daily", "now"]),
)
def test_every_day_has_a_digest_of_allowed_papers(
    sqlite_template: Path, store: Store, special_days: float, kind: str
):
    """For days in a row, ordinary ones and those that explore or prove."""
    with (
        copy_of(sqlite_template) as database,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(policy, "SPECIAL_DAYS", special_days)
        reader = fill(database, store)
        catalogue = load(database)
        for day in range(3):
            allowed = allowed_ids(catalogue, read_feedback(database, reader))
            now = NOW + timedelta(days=day)

            digest = selection.choose(
                database, catalogue, reader, now, kind=kind
            )

            recommendations.record_sent(database, digest.picks, 7, day + 1, now)
            held_back = selection.count_held_back(
                database, catalogue, reader, now
            )
            assert len(digest.picks) <= store.picks
            assert {pick.paper.id for pick in digest.picks} <= allowed
            assert len(digest.picks) + digest.held_back <= store.picks
            assert 0 <= held_back <= store.picks
            assert all(pick.reason.kind for pick in digest.picks)


@settings(deadline=None, max_examples=60)
@given(
    store=STORES,
    explores=st.booleans(),
    proves=st.booleans(),
    seed=st.integers(0, 9),
)
def test_each_rule_holds_on_each_store(
    sqlite_template: Path, store: Store, explores: bool, proves: bool, seed: int
):
    day = Day(explores, proves, random.Random(seed))
    with copy_of(sqlite_template) as database:
        reader = fill(database, store)
        catalogue = load(database)
        past = read_feedback(database, reader)
        if store.is_all_shown:
            past = replace(past, shown=frozenset(catalogue.rows))

        ranking = selection.rank(
            database,
            catalogue,
            past,
            NOW.date(),
            store.picks,
            day=day,
            bar=store.bar,
        )

        ids = {pick.paper_id for pick in ranking.picks}
        assert len(ids) == len(ranking.picks) <= store.picks
        assert ids <= allowed_ids(catalogue, past)
        assert 0 <= ranking.held_back <= store.picks
        assert ranking.new_papers <= store.size
