"""The papers on offer, in memory: one feature version, and what ranking must know of each."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from bot.storage import features, floods
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
MONTH, WEEK = 30, 7
MOST = floods.OFFERED
# Times that papers write a word for it to be no slip of one of them.
SEVERAL = 3
# Topics, of all readers.
REMEMBERED = 256

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Catalogue:
    """A snapshot of storage, newest papers first: a request takes it once, to its end.

    `version` is None before the first fit: then every vector is empty, and words and
    popularity alone decide.
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
        self._listed = np.array(
            [paper.listed.toordinal() for paper in papers], np.int64
        )
        # What one reader asks for others ask for too, and the same reader again at the next tap.
        # Plain dicts: a cache around a bound method would keep a replaced catalogue in memory.
        self._topics: dict[str, Vectors] = {}
        self._about: dict[str, Mask] = {}
        self._heads: dict[int, Candidates] = {}

    def __len__(self) -> int:
        return len(self.papers)

    def fresh(self, today: date) -> int:
        """Return how many papers were listed in the 14 days up to `today`: the first ones."""
        return int((self._listed > (today - FRESH).toordinal()).sum())

    def since(self, day: date) -> int:
        """Return how many papers were listed on a day or later: the first ones."""
        return int((self._listed >= day.toordinal()).sum())

    def month(self, today: date) -> int:
        """Return how many papers were listed in the 30 days up to `today`: the first ones."""
        return int((self._listed > today.toordinal() - MONTH).sum())

    @cached_property
    def newest(self) -> int:
        """Return how many papers were listed on the last listed day: the first ones."""
        return int((self._listed == self._listed.max(initial=0)).sum())

    def first(self, n: int) -> Candidates:
        """Return the n newest papers as candidates."""
        return _remember(self._heads, n, self.candidates.head, most=3)

    def among(self, ids: Iterable[int]) -> Mask:
        """Tell which papers are among these ids."""
        return self._mask(self.rows[i] for i in ids if i in self.rows)

    def by(self, authors: Iterable[str]) -> Mask:
        """Tell which papers one of these authors wrote."""
        keys = {author_key(author) for author in authors}
        return self._mask(
            row for key in keys for row in self.authors.get(key, ())
        )

    def about(self, topics: Iterable[str]) -> Mask:
        """Tell which papers contain all words of one of these topics next to each other."""
        found = np.zeros(len(self), bool)
        for topic in topics:
            found |= _remember(self._about, topic, self._saying)
        return found

    def says(self, phrases: Sequence[str]) -> Mask:
        """Tell which papers say each of k phrases, shape (papers, k)."""
        columns = [self.about([phrase]) for phrase in phrases]
        return (
            np.stack(columns, axis=1)
            if columns
            else np.zeros((len(self), 0), bool)
        )

    def topic(self, text: str) -> Vectors:
        """Return a typed topic as a vector, one row."""
        return _remember(self._topics, text, self._transform)

    def _transform(self, text: str) -> Vectors:
        return self.model.transform([text]) if self.model else empty(1)

    @cached_property
    def supply(self) -> Fields:
        """Return which of the newest month's papers say each field of machine learning."""
        newest = self._listed.max(initial=0)
        month = self._listed[self._listed > newest - MONTH]
        # Not by `about`: so many topics would leave none of the readers' own remembered.
        says = np.stack(
            [self._saying(name)[: len(month)] for name in FIELDS], axis=1
        )
        days = newest - month.min(initial=newest) + 1
        return Fields(FIELDS, says, max(days, WEEK) / WEEK, len(OPENING))

    @cached_property
    def authors(self) -> dict[str, list[int]]:
        """Return which papers each author wrote, newest first, by `author_key`."""
        found: dict[str, list[int]] = defaultdict(list)
        for row, paper in enumerate(self.papers):
            for author in paper.authors:
                found[author_key(author)].append(row)
        return found

    def _saying(self, topic: str) -> Mask:
        return self.wording.matches(topic)

    @cached_property
    def wording(self) -> PhraseIndex:
        """Return the words of all papers; the first call reads every paper, which takes seconds."""
        return PhraseIndex(topic_text(paper) for paper in self.papers)

    @cached_property
    def concepts(self) -> Concepts:
        """Return the concepts of the field; the first call reads every title and keyword."""
        return Concepts(self.papers)

    @cached_property
    def spelling(self) -> Spelling:
        """Return what misspelt words may have meant: fields, concepts, and what papers say."""
        names = dict.fromkeys((*FIELDS, *self.concepts.names()))
        return Spelling(names, self.wording.vocabulary(SEVERAL))

    def mentions(self, row: int) -> tuple[Mention, ...]:
        """Return the concepts that a paper names."""
        return self.concepts.in_paper(self.papers[row])

    def _mask(self, rows: Iterable[int]) -> Mask:
        chosen = np.zeros(len(self), bool)
        chosen[list(rows)] = True
        return chosen


def load(database: Database) -> Catalogue:
    """Read the newest papers with their vectors under the newest feature version."""
    newest = features.newest(database)
    model = features.model(database, newest.id) if newest else None
    offered = floods.newest(database, MOST)
    if newest is None or model is None:
        return Catalogue(offered, empty(len(offered)))
    ids, vectors = features.vectors(
        database, newest.id, model.width, [paper.id for paper in offered]
    )
    place = {paper_id: row for row, paper_id in enumerate(ids)}
    known = [paper for paper in offered if paper.id in place]
    ordered = vectors.take([place[paper.id] for paper in known])
    return Catalogue(known, ordered, version=newest.id, model=model)


def empty(n: int) -> Vectors:
    """Return the vectors of n papers of which no feature is known."""
    return Vectors(
        csr_array(np.zeros((n, 0), np.float32)), np.zeros((n, 0), np.float32)
    )


def popularity(papers: Sequence[Paper]) -> Floats:
    """Return each paper's percentile of upvotes within its source and day, 0.5 where unknown."""
    days: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        if paper.upvotes is not None:
            days[paper.source, paper.listed].append(row)
    result = np.full(len(papers), 0.5, np.float32)
    for rows in days.values():
        upvotes = np.array([papers[row].upvotes for row in rows])
        ordered = np.sort(upvotes)
        below, upto = (
            ordered.searchsorted(upvotes, side) for side in ("left", "right")
        )
        result[rows] = (below + 0.5 * (upto - below)) / len(rows)
    return result


def _remember(
    cache: dict[K, V], key: K, make: Callable[[K], V], most: int = REMEMBERED
) -> V:
    found = cache.get(key)
    if found is None:
        found = make(key)
        if len(cache) >= most:
            cache.clear()
        cache[key] = found
    return found
