"""Measures what a tap costs: the processor time of learning from one rating among many."""

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.picks import catalogue, learning, selection
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader

# The ratings that readers gave before, and the milliseconds that one more may take.
GOALS = {30: 2.5, 300: 5.0}

# Readers of each kind: their first taps find nothing in memory.
N_READERS = 12

# Digests of each reader whose picks they tap on, again and again.
N_DIGESTS = 4

# What each pick is rated in turn: a like, a change of mind, and both taken back.
VALUES = (1, -1, 0)

# What readers type, and what they like.
FIELDS = ("diffusion models", "reinforcement learning", "robot")

# Days over which the ratings are spread.
N_DAYS = 30

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Tapper:
    """A reader who taps, and the picks in their chat."""

    reader: Reader
    picks: list[int]


def measure(row: Callable[[str, str], None], database: Database) -> None:
    """Measure readers with few and with many ratings; print the medians."""
    loaded = catalogue.load(database)
    _ = loaded.phrase_index, loaded.concepts

    for n_ratings, goal in GOALS.items():
        tappers = [
            create(database, loaded, n_ratings, number)
            for number in range(N_READERS)
        ]
        # The statements and the words of the field are read once in a process.
        list(durations(database, loaded, tappers.pop()))

        taps = [list(durations(database, loaded, tapper)) for tapper in tappers]
        every = statistics.median(itertools.chain.from_iterable(taps))
        first = statistics.median(tap[0] for tap in taps)
        row(
            f"rating a pick after {n_ratings} ratings, over {len(loaded):,} "
            f"papers (goal: at most {goal})",
            f"{every:.2f} ms",
        )
        row("the same, the first tap of a reader", f"{first:.2f} ms")


def create(
    database: Database, loaded: Catalogue, n_ratings: int, number: int
) -> Tapper:
    """Return a reader with topics, with likes in some fields and dislikes in all."""
    values = {"name": "Ada", "at": datetime.min.time(), "created_at": NOW}
    chat = 1_000 * n_ratings + number
    reader = readers.find_or_create(database, chat, values)
    assert reader is not None
    typed = NOW - timedelta(days=N_DAYS)
    feedback.set_topics(database, reader.id, FIELDS[:2], "wanted", typed)

    rng = random.Random(chat)
    pools = [np.flatnonzero(loaded.about([field])) for field in FIELDS]
    rated: set[int] = set()
    while len(rated) < n_ratings:
        value = -1 if len(rated) % 3 == 2 else 1
        pool = rng.choice(pools) if value > 0 else range(len(loaded))
        paper = loaded.papers[rng.choice(pool)]
        if paper.id in rated:
            continue
        rated.add(paper.id)
        event = RatingEvent(
            reader_id=reader.id,
            paper_id=paper.id,
            value=value,
            rated_at=typed + timedelta(days=N_DAYS * rng.random()),
            origin="pick",
        )
        feedback.rate(database, event)

    digests = [
        selection.choose(database, loaded, reader, NOW, kind="now")
        for _ in range(N_DIGESTS)
    ]
    return Tapper(reader, [pick.id for d in digests for pick in d.picks])


def durations(
    database: Database, loaded: Catalogue, tapper: Tapper
) -> Iterator[float]:
    """Rate each pick in turn; yield the milliseconds of processor time of each tap."""
    taps = itertools.product(tapper.picks, VALUES)
    for second, (pick, value) in enumerate(taps):
        start = time.process_time()
        result = learning.rate_pick(
            database,
            loaded,
            tapper.reader,
            pick_id=pick,
            value=value,
            now=NOW + timedelta(seconds=second),
            origin="pick",
        )
        yield 1000 * (time.process_time() - start)
        assert result is not None
        assert result.changed
