"""Holds the papers on offer in memory, with all that ranking asks of them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from bot.storage import features, source_limits
from bot.storage.database import Database
from recommender.arrays import Floats, Mask
from recommender.concepts import Concepts, Mention
from recommender.elicitation import Fields
from recommender.features import PaperFeatures
from recommender.fields import FIELDS, OPENING
from recommender.papers import Paper, StoredPaper, author_key
from recommender.phrase_index import PhraseIndex, topic_text
from recommender.policy import FRESH
from recommender.ranking import Candidates
from recommender.spelling import Spelling
from recommender.vectors import Vectors

# Days.
MONTH = 30
WEEK = 7

# How many papers a catalogue holds.
MAX_PAPERS = source_limits.OFFERED

# How often papers write a word before it counts as no slip of one of them.
MIN_USES_OF_A_WORD = 3

# How many topics, of all readers, are cached.
MAX_CACHED_TOPICS = 256

# How many numbers of newest papers are cached: today's, the month's, the questions'.
MAX_CACHED_HEADS = 3

# The popularity of a paper without upvotes: the middle of its day.
UNKNOWN_POPULARITY = 0.5

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Catalogue:
    """A snapshot of the papers on offer, the newest first.

    A request takes the current snapshot once and keeps it to its end. `version` is None
    before the first fit: then all vectors are empty, and only words and popularity rank.
    """

    def __init__(
        self,
        papers: Sequence[StoredPaper],
        vectors: Vectors,
        *,
        version: int | None = None,
        model: PaperFeatures | None = None,
    ) -> None:
        self.papers = papers
        self.version = version
        self.model = model

        ids = np.array([paper.id for paper in papers], np.int64)
        self.candidates = Candidates(ids, vectors, popularity(papers))
        self.rows = {int(paper_id): row for row, paper_id in enumerate(ids)}
        self._days = np.array(
            [paper.listed.toordinal() for paper in papers], np.int64
        )

        # What one reader asks for others ask for too, and the same reader again at the next tap.
        # Plain dicts: a cache around a bound method would keep a replaced catalogue in memory.
        self._topic_vectors: dict[str, Vectors] = {}
        self._topic_matches: dict[str, Mask] = {}
        self._heads: dict[int, Candidates] = {}

    def __len__(self) -> int:
        return len(self.papers)

    # Papers stand by day, the newest first: so a number of papers says which ones they are.

    def count_fresh(self, today: date) -> int:
        """Return how many papers were listed in the 14 days up to `today`."""
        return int((self._days > (today - FRESH).toordinal()).sum())

    def count_since(self, day: date) -> int:
        """Return how many papers were listed on a day or later."""
        return int((self._days >= day.toordinal()).sum())

    def count_month(self, today: date) -> int:
        """Return how many papers were listed in the 30 days up to `today`; if none, of all days."""
        month = int((self._days > today.toordinal() - MONTH).sum())
        return month or len(self)

    @cached_property
    def newest_count(self) -> int:
        """How many papers were listed on the last day that lists any."""
        return int((self._days == self._days.max(initial=0)).sum())

    def head(self, n: int) -> Candidates:
        """Return the n newest papers as candidates."""
        return _cached(
            self._heads, n, self.candidates.head, most=MAX_CACHED_HEADS
        )

    def among(self, ids: Iterable[int]) -> Mask:
        """Mark the papers with these ids."""
        return self._mask(
            self.rows[paper_id] for paper_id in ids if paper_id in self.rows
        )

    def by_authors(self, names: Iterable[str]) -> Mask:
        """Mark the papers by at least one of these authors."""
        keys = {author_key(name) for name in names}
        return self._mask(
            row for key in keys for row in self.authors.get(key, ())
        )

    def about(self, topics: Iterable[str]) -> Mask:
        """Mark the papers that contain at least one of these topics, word for word."""
        mask = np.zeros(len(self), bool)
        for topic in topics:
            mask |= _cached(self._topic_matches, topic, self._matches)
        return mask

    def phrase_matches(self, phrases: Sequence[str]) -> Mask:
        """Mark which phrases each paper contains, (n_papers, n_phrases)."""
        if not phrases:
            return np.zeros((len(self), 0), bool)
        return np.stack([self.about([phrase]) for phrase in phrases], axis=1)

    def topic(self, text: str) -> Vectors:
        """Return the vector of a typed topic, as one row."""
        return _cached(self._topic_vectors, text, self._transform)

    def mentions(self, row: int) -> tuple[Mention, ...]:
        """Return the concepts that a paper names."""
        return self.concepts.in_paper(self.papers[row])

    @cached_property
    def fields(self) -> Fields:
        """The fields of machine learning, and which of the newest month's papers contain them."""
        newest = self._days.max(initial=0)
        month = self._days[self._days > newest - MONTH]
        # Not by `about`: so many topics would push the readers' own out of the cache.
        matches = [self._matches(name)[: len(month)] for name in FIELDS]
        days = newest - month.min(initial=newest) + 1
        return Fields(
            names=FIELDS,
            matches=np.stack(matches, axis=1),
            weeks=max(days, WEEK) / WEEK,
            opening=len(OPENING),
        )

    @cached_property
    def authors(self) -> dict[str, list[int]]:
        """The rows of each author's papers, newest first, by `author_key`."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, paper in enumerate(self.papers):
            for author in paper.authors:
                rows[author_key(author)].append(row)
        return rows

    @cached_property
    def phrase_index(self) -> PhraseIndex:
        """An index of the words of all papers; to build it takes seconds."""
        return PhraseIndex(topic_text(paper) for paper in self.papers)

    @cached_property
    def concepts(self) -> Concepts:
        """The concepts that titles and keywords name; to collect them takes seconds."""
        return Concepts(self.papers)

    @cached_property
    def spelling(self) -> Spelling:
        """A spelling corrector that knows the fields, the concepts and the papers' words."""
        names = dict.fromkeys((*FIELDS, *self.concepts.names()))
        words = self.phrase_index.vocabulary(MIN_USES_OF_A_WORD)
        return Spelling(names, words)

    def _transform(self, text: str) -> Vectors:
        return self.model.transform([text]) if self.model else empty_vectors(1)

    def _matches(self, topic: str) -> Mask:
        return self.phrase_index.matches(topic)

    def _mask(self, rows: Iterable[int]) -> Mask:
        mask = np.zeros(len(self), bool)
        mask[list(rows)] = True
        return mask


def load(database: Database) -> Catalogue:
    """Read the newest papers, with their vectors under the newest feature version."""
    papers = source_limits.newest(database, MAX_PAPERS)
    version = features.newest(database)
    model = features.model(database, version.id) if version else None
    if version is None or model is None:
        return Catalogue(papers, empty_vectors(len(papers)))

    ids, vectors = features.vectors(
        database, version.id, model.width, [paper.id for paper in papers]
    )
    rows = {paper_id: row for row, paper_id in enumerate(ids)}
    covered = [paper for paper in papers if paper.id in rows]
    return Catalogue(
        covered,
        vectors.take([rows[paper.id] for paper in covered]),
        version=version.id,
        model=model,
    )


def empty_vectors(n: int) -> Vectors:
    """Return vectors without any feature for n papers."""
    sparse = csr_array(np.zeros((n, 0), np.float32))
    return Vectors(sparse, np.zeros((n, 0), np.float32))


def popularity(papers: Sequence[Paper]) -> Floats:
    """Return each paper's percentile of upvotes among its source's papers of the same day.

    Papers with as many upvotes count as half below; a paper without upvotes has 0.5.
    """
    rows_by_day: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        if paper.upvotes is not None:
            rows_by_day[paper.source, paper.listed].append(row)

    percentiles = np.full(len(papers), UNKNOWN_POPULARITY, np.float32)
    for rows in rows_by_day.values():
        upvotes = np.array([papers[row].upvotes for row in rows])
        ascending = np.sort(upvotes)
        below = ascending.searchsorted(upvotes, "left")
        equal = ascending.searchsorted(upvotes, "right") - below
        percentiles[rows] = (below + 0.5 * equal) / len(rows)
    return percentiles


def _cached(
    cache: dict[K, V],
    key: K,
    compute: Callable[[K], V],
    most: int = MAX_CACHED_TOPICS,
) -> V:
    """Return a value from a cache of at most `most`, and compute it if it is not in there."""
    value = cache.get(key)
    if value is None:
        value = compute(key)
        if len(cache) >= most:
            cache.clear()
        cache[key] = value
    return value
