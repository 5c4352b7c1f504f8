"""The papers on offer, in memory: one feature version, and what ranking must know of each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from scipy.sparse import csr_array

from bot.storage import features, papers
from bot.storage.database import Database
from recommender.categories import NAMES
from recommender.explain import themes
from recommender.features import Floats, PaperFeatures, Vectors
from recommender.papers import Paper, author_key
from recommender.phrases import forms, says, terms
from recommender.ranking import Candidates, Mask

FRESH = timedelta(days=14)
MONTH, MOST_INTERESTS = 30, 18
HYPHENS = {ord(hyphen): None for hyphen in "-‐‑"}
MOST = 10_000  # on offer: the newest
REMEMBERED = 256  # topics, of all readers


class Catalogue:
    """A snapshot of storage, newest papers first: a request takes it once, to its end.

    `version` is None before the first fit: then every vector is empty, and words and
    popularity alone decide.
    """

    def __init__(
        self,
        papers: Sequence[Paper],
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
        self._listed = np.array([paper.listed.toordinal() for paper in papers], np.int64)
        # What one reader asks for others ask for too, and the same reader again at the next tap.
        self.topic = lru_cache(REMEMBERED)(self._topic)
        self._near_one = lru_cache(REMEMBERED)(self._nearness)
        self._about_one = lru_cache(REMEMBERED)(lambda text: self._mask(self._saying(text)))
        self._head = lru_cache(2)(self.candidates.head)

    def __len__(self) -> int:
        return len(self.papers)

    def fresh(self, today: date) -> int:
        """Return how many papers were listed in the 14 days up to `today`: the first ones."""
        return int((self._listed > (today - FRESH).toordinal()).sum())

    def first(self, n: int) -> Candidates:
        """Return the n newest papers as candidates."""
        return self._head(n)

    def among(self, ids: Iterable[int]) -> Mask:
        """Tell which papers are among these ids."""
        return self._mask(self.rows[i] for i in ids if i in self.rows)

    def by(self, authors: Iterable[str]) -> Mask:
        """Tell which papers one of these authors wrote."""
        keys = {author_key(author) for author in authors}
        return self._mask(row for key in keys for row in self._authors.get(key, ()))

    def about(self, topics: Iterable[str]) -> Mask:
        """Tell which papers contain all words of one of these topics next to each other."""
        found = np.zeros(len(self), bool)
        for topic in topics:
            found |= self._about_one(topic)
        return found

    def near(self, texts: Sequence[str]) -> Floats:
        """Return how near each paper is to each typed topic, shape (papers, topics)."""
        columns = [self._near_one(text) for text in texts]
        return np.column_stack(columns) if columns else np.zeros((len(self), 0), np.float32)

    def _topic(self, text: str) -> Vectors:
        """Return a typed topic as a vector, one row."""
        return self.model.transform([text]) if self.model else empty(1)

    def _nearness(self, text: str) -> Floats:
        return self.candidates.vectors.similarity(self.topic(text))[:, 0]

    @cached_property
    def interests(self) -> list[str]:
        """Return what the newest month's papers are about, as phrases to choose from."""
        if self.model is None or not len(self):
            return []
        rows = np.flatnonzero(self._listed > self._listed.max() - MONTH).tolist()
        phrases = [
            phrase
            for row in rows
            for phrase in set(
                terms(f"{self.papers[row].title}. {'. '.join(self.papers[row].keywords)}")
            )
            if " " in phrase
        ]
        return themes(self.model, self.candidates.vectors.take(rows), phrases, MOST_INTERESTS)

    def _saying(self, topic: str) -> Iterator[int]:
        """Find the rows that contain a topic; few have to be read word by word."""
        sought = forms(topic)
        stems = [word[:-2] if len(word) > 4 else word[:3] for word in sought[0].split()]
        rough = (row for row, text in enumerate(self._texts) if all(s in text for s in stems))
        return (row for row in rough if says(forms(_fields(self.papers[row])), sought))

    @cached_property
    def _texts(self) -> list[str]:
        """Return what a paper could be known by, so rough that a stem is found in any spelling."""
        return [_fields(paper).casefold().translate(HYPHENS) for paper in self.papers]

    @cached_property
    def _authors(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, paper in enumerate(self.papers):
            for author in paper.authors:
                found[author_key(author)].append(row)
        return found

    def _mask(self, rows: Iterable[int]) -> Mask:
        chosen = np.zeros(len(self), bool)
        chosen[list(rows)] = True
        return chosen


def load(database: Database) -> Catalogue:
    """Read the newest papers with their vectors under the newest feature version."""
    newest = features.newest(database)
    model = features.model(database, newest.id) if newest else None
    offered = papers.newest(database, MOST)
    if newest is None or model is None:
        return Catalogue(offered, empty(len(offered)))
    ids, vectors = features.vectors(
        database, newest.id, model.projection_.shape, [paper.id or 0 for paper in offered]
    )
    place = {paper_id: row for row, paper_id in enumerate(ids)}
    known = [paper for paper in offered if paper.id in place]
    ordered = vectors.take([place[paper.id or 0] for paper in known])
    return Catalogue(known, ordered, version=newest.id, model=model)


def _fields(paper: Paper) -> str:
    return ". ".join((paper.text, *(NAMES.get(code, code) for code in paper.categories)))


def empty(n: int) -> Vectors:
    """Return the vectors of n papers of which no feature is known."""
    return Vectors(csr_array(np.zeros((n, 0), np.float32)), np.zeros((n, 0), np.float32))


def popularity(papers: Sequence[Paper]) -> Floats:
    """Return each paper's percentile of upvotes within its source and day, 0.5 where unknown."""
    days: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        if paper.upvotes is not None:
            days[paper.source, paper.listed].append(row)
    result = np.full(len(papers), 0.5, np.float32)
    for rows in days.values():
        upvotes = np.array([papers[row].upvotes for row in rows])
        below = (upvotes[:, None] > upvotes).sum(axis=1)
        equal = (upvotes[:, None] == upvotes).sum(axis=1)
        result[rows] = (below + 0.5 * equal) / len(rows)
    return result
