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

from bot.picks import catalogue, fitting, search
from bot.picks.catalogue import Catalogue
from bot.storage import papers as stored_papers
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import Paper, Rating
from tests.postgres import Cluster

# The sizes of the two libraries that are compared, in papers.
SMALL = 10_000
LARGE = 100_000

# Papers of a day; so most of them are too old to have a vector.
PAPERS_PER_DAY = 30

# Different queries, and how often each is made.
N_QUERIES = 20
ROUNDS = 3

NOW = datetime.now(UTC)

# Prints a line of the table: what was measured, and the figure.
PrintRow = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Library:
    """A database of papers, its catalogue, and the feedback of a reader who searches it."""

    database: Database
    catalogue: Catalogue
    feedback: Feedback

    def search_time(self, query: str) -> float:
        """Return the seconds that a search takes."""
        start = time.perf_counter()
        search.by_words(self.database, self.catalogue, self.feedback, query)
        return time.perf_counter() - start


def measure(row: PrintRow, papers: Sequence[Paper]) -> None:
    """Measure everything on variations of papers, and print the figures with `row`."""
    with tempfile.TemporaryDirectory() as folder, Cluster() as cluster:
        compare(
            row,
            "SQLite",
            papers,
            [f"sqlite:///{Path(folder) / f'{n}.db'}" for n in (SMALL, LARGE)],
        )
        compare(
            row,
            "PostgreSQL",
            papers,
            [cluster.create_database() for _ in (SMALL, LARGE)],
        )


def compare(
    row: PrintRow, name: str, papers: Sequence[Paper], urls: Sequence[str]
) -> None:
    """Search a small and a large library in turn, with the same queries."""
    with ExitStack() as stack:
        small, large = (
            create_library(
                stack.enter_context(closing(Database(url))), papers, size
            )
            for url, size in zip(urls, (SMALL, LARGE), strict=True)
        )
        times = [
            (small.search_time(query), large.search_time(query))
            for query in [*queries(papers)] * ROUNDS
        ]

    small_times, large_times = zip(*times, strict=True)
    for size, size_times in ((SMALL, small_times), (LARGE, large_times)):
        row(
            f"searching {size:,} papers, {name}",
            f"{statistics.median(size_times) * 1000:.0f} ms",
        )
    ratio = statistics.median(large / small for small, large in times)
    row(f"the same, 100,000 to 10,000, {name}", f"{ratio:.1f}")


def create_library(
    database: Database, papers: Sequence[Paper], size: int
) -> Library:
    """Store `size` papers, and return them with a reader of thirty ratings."""
    schema.migrate(database)
    stored_papers.store(database, vary(papers, size))
    fitting.fit(database, NOW)

    loaded = catalogue.load(database)
    ratings = [
        Rating(paper.id, 1 if number % 3 else -1)
        for number, paper in enumerate(loaded.papers[:30])
    ]
    feedback = Feedback(ratings=tuple(ratings), wanted=("diffusion models",))
    return Library(database, loaded, feedback)


def vary(papers: Sequence[Paper], size: int) -> Iterator[Paper]:
    """Yield `size` papers whose abstracts are halves of two others, the newest last."""
    rng = random.Random(0)
    for number in range(size):
        paper = papers[number % len(papers)]
        head = paper.abstract.split(". ")
        tail = rng.choice(papers).abstract.split(". ")
        sentences = [*head[: len(head) // 2], *tail[len(tail) // 2 :]]
        days_ago = (size - number) // PAPERS_PER_DAY
        yield replace(
            paper,
            title=f"{paper.title} {number}",
            abstract=". ".join(sentences),
            arxiv_id=None,
            listed=NOW.date() - timedelta(days=days_ago),
        )


def queries(papers: Sequence[Paper]) -> Iterator[str]:
    """Yield two words of some titles each, as readers remember them."""
    rng = random.Random(1)
    sample = rng.sample(papers, 5 * N_QUERIES)
    titles = [paper.title.split() for paper in sample]
    long_titles = [words for words in titles if len(words) > 4]
    for words in long_titles[:N_QUERIES]:
        yield " ".join(words[2:4])
