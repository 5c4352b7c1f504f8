"""Measures search: ten times the papers on both databases, side by side in one run."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.picks import catalogue, fitting
from bot.picks import search as finding
from bot.picks.catalogue import Catalogue
from bot.storage import papers, schema
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import Paper, Rating
from tests.postgres import Cluster

FEW, MANY = 10_000, 100_000
A_DAY = 30  # papers: most of them are too old to have a vector
QUERIES, ROUNDS = 20, 3
NOW = datetime.now(UTC)
Row = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Library:
    """One database full of papers, and what is on offer of them."""

    database: Database
    offered: Catalogue
    reader: Feedback

    def search(self, written: str) -> float:
        """Return the seconds that a search took."""
        start = time.perf_counter()
        finding.by_words(self.database, self.offered, self.reader, written)
        return time.perf_counter() - start


def measure(row: Row, some: Sequence[Paper]) -> None:
    """Print every figure by `row`; the papers are made from `some`."""
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        compare(
            row,
            "SQLite",
            some,
            [f"sqlite:///{Path(folder) / f'{n}.db'}" for n in (FEW, MANY)],
        )
        compare(
            row,
            "PostgreSQL",
            some,
            [cluster.create_database() for _ in (FEW, MANY)],
        )


def compare(
    row: Row, name: str, some: Sequence[Paper], urls: Sequence[str]
) -> None:
    """Search few and many papers in turn, by the same words."""
    with ExitStack() as stack:
        few, many = (
            stocked(stack.enter_context(closing(Database(url))), some, n)
            for url, n in zip(urls, (FEW, MANY), strict=True)
        )
        pairs = [
            (few.search(words), many.search(words))
            for words in [*queries(some)] * ROUNDS
        ]
    for n, times in zip((FEW, MANY), zip(*pairs, strict=True), strict=True):
        row(
            f"searching {n:,} papers, {name}",
            f"{statistics.median(times) * 1000:.0f} ms",
        )
    ratio = statistics.median(many / few for few, many in pairs)
    row(f"the same, 100,000 to 10,000, {name}", f"{ratio:.1f}")


def stocked(database: Database, some: Sequence[Paper], n: int) -> Library:
    """Fill a database with n papers; return it with a reader of thirty ratings."""
    schema.migrate(database)
    papers.store(database, made(some, n))
    fitting.fit(database, NOW)
    offered = catalogue.load(database)
    rated = [
        Rating(paper.id, 1 if i % 3 else -1)
        for i, paper in enumerate(offered.papers[:30])
    ]
    return Library(
        database,
        offered,
        Feedback(ratings=tuple(rated), wanted=("diffusion models",)),
    )


def made(some: Sequence[Paper], n: int) -> Iterator[Paper]:
    """Make n papers of the halves of others, the newest last."""
    rng = random.Random(0)
    for number in range(n):
        one, other = some[number % len(some)], rng.choice(some)
        head, tail = one.abstract.split(". "), other.abstract.split(". ")
        mixed = [*head[: len(head) // 2], *tail[len(tail) // 2 :]]
        yield replace(
            one,
            title=f"{one.title} {number}",
            abstract=". ".join(mixed),
            arxiv_id=None,
            listed=NOW.date() - timedelta(days=(n - number) // A_DAY),
        )


def queries(some: Sequence[Paper]) -> Iterator[str]:
    """Return two words each of some titles, as readers remember them."""
    rng = random.Random(1)
    titles = [paper.title.split() for paper in rng.sample(some, 5 * QUERIES)]
    telling = (words for words in titles if len(words) > 4)
    for words, _ in zip(telling, range(QUERIES), strict=False):
        yield " ".join(words[2:4])
