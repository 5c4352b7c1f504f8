"""Holds the papers on offer in memory, with all that ranking asks of them."""

from collections import Counter, defaultdict
from collections.abc import (
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Sized,
)
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bot.markup import list_keys
from bot.picks import listings
from bot.picks.memory import Memory
from bot.sources import arxiv_categories
from bot.storage import features, offered, source_limits
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

# How many papers the cached shelves of readers hold together beside a whole one, which has no
# vectors of its own; those of the others take as much memory as in the catalogue.
MAX_SHELVED = 20_000

# How many of the newest papers tell how much supply each field has: to read the words of more
# would let the first reader after a start wait.
MAX_FIELD_PAPERS = 3_000

# How many mentions of papers are cached, and how many abstracts are read at once.
MAX_CACHED_MENTIONS = 5_000
CHUNK = 1_000

# The popularity of a paper whose source counts no upvotes, or has none of it yet: nothing.
UNKNOWN_POPULARITY = 0.0

# Returns the abstracts of papers by their ids.
ReadAbstracts = Callable[[Sequence[int]], Mapping[int, str]]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Catalogue:
    """A snapshot of the papers on offer, the newest first.

    A request takes the current snapshot once and keeps it to its end. `version` is None
    before the first fit: then all vectors are empty, and only words and popularity rank.

    With `read_abstracts` the papers have no abstracts of their own: thirty thousand would fill
    the memory. `common` are the lists that every reader gets, beside their own.
    """

    def __init__(
        self,
        papers: Sequence[StoredPaper],
        vectors: Vectors,
        *,
        version: int | None = None,
        model: PaperFeatures | None = None,
        read_abstracts: ReadAbstracts | None = None,
        common: Iterable[str] = (),
        former: "Catalogue | None" = None,
    ) -> None:
        self.papers = papers
        self.version = version
        self.model = model
        self.common = frozenset({list_keys.FILE, *common})

        ids = np.array([paper.id for paper in papers], np.int64)
        self.candidates = Candidates(ids, vectors, popularity(papers))
        self.rows = {int(paper_id): row for row, paper_id in enumerate(ids)}
        self.days = np.array(
            [paper.listed.toordinal() for paper in papers], np.int64
        )
        self._listings = listings.of_papers(papers)
        self._read_abstracts = read_abstracts
        self._former_words = former and former.words_of(papers)

        # What one reader asks for others ask for too, and the same reader again at the next tap.
        # Plain dicts: a cache around a bound method would keep a replaced catalogue in memory.
        self._topic_vectors: dict[str, Vectors] = {}
        self._topic_matches: dict[str, Mask] = {}
        self._heads: dict[int, Candidates] = {}
        self._mentions: dict[int, tuple[Mention, ...]] = {}
        self.shelves: dict[Hashable, Sized] = {}
        self.memory = Memory()

    def __len__(self) -> int:
        return len(self.papers)

    # Papers stand by day, the newest first: so a number of papers says which ones they are.

    def count_fresh(self, today: date) -> int:
        """Return how many papers were listed in the 14 days up to `today`."""
        return int((self.days > (today - FRESH).toordinal()).sum())

    def count_month(self, today: date) -> int:
        """Return how many papers were listed in the 30 days up to `today`; if none, of all days."""
        month = int((self.days > today.toordinal() - MONTH).sum())
        return month or len(self)

    def head(self, n: int) -> Candidates:
        """Return the n newest papers as candidates."""
        return _cached(
            self._heads, n, self.candidates.head, most=MAX_CACHED_HEADS
        )

    def among(self, ids: Iterable[int]) -> Mask:
        """Mark the papers with these ids."""
        return self._mask(self.rows_of(ids))

    def rows_of(self, ids: Iterable[int]) -> list[int]:
        """Return the rows of the papers with these ids."""
        return [
            self.rows[paper_id] for paper_id in ids if paper_id in self.rows
        ]

    def rows_by(self, names: Iterable[str]) -> list[int]:
        """Return the rows of the papers by at least one of these authors."""
        keys = {author_key(name) for name in names}
        return [row for key in keys for row in self.authors.get(key, ())]

    def days_in(self, lists: Iterable[str]) -> NDArray[np.int64]:
        """Return the first day on which one of some lists named each paper; 0 if none did."""
        days = np.zeros(len(self), np.int64)
        for key in lists:
            rows, listed = self._listings.get(key, listings.NONE)
            earlier = np.minimum(days[rows], listed)
            days[rows] = np.where(days[rows] > 0, earlier, listed)
        return days

    def listing(self, key: str) -> NDArray[np.int64]:
        """Return the days on which a list named papers, as ordinals."""
        _, listed = self._listings.get(key, listings.NONE)
        return listed

    def keep_shelf(self, key: Hashable, shelf: Sized) -> None:
        """Keep the shelf of a reader for the next one with the same lists."""
        # A copy, as other threads keep theirs meanwhile.
        present = list(self.shelves.values())
        if sum(map(len, present)) + len(shelf) > MAX_SHELVED + len(self):
            self.shelves.clear()
        self.shelves[key] = shelf

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

    def mentions_of(self, rows: Iterable[int]) -> list[tuple[Mention, ...]]:
        """Return the concepts that each of some papers names."""
        order = [int(row) for row in rows]
        mentions = {row: self._mentions.get(row) for row in order}
        unread = [row for row in mentions if mentions[row] is None]
        papers = self.with_abstracts(unread)
        mentions |= zip(
            unread, map(self.concepts.in_paper, papers), strict=True
        )
        if len(self._mentions) + len(unread) > MAX_CACHED_MENTIONS:
            # Other threads may read it meanwhile, so nobody relies on what it has.
            self._mentions.clear()
        self._mentions.update((row, mentions[row] or ()) for row in unread)
        return [mentions[row] or () for row in order]

    def with_abstracts(self, rows: Sequence[int]) -> list[StoredPaper]:
        """Return the papers of some rows with their abstracts."""
        papers = [self.papers[row] for row in rows]
        if self._read_abstracts is None or not papers:
            return papers

        texts = self._read_abstracts([paper.id for paper in papers])
        return [
            replace(paper, abstract=texts.get(paper.id, "")) for paper in papers
        ]

    def words_of(
        self, papers: Iterable[StoredPaper]
    ) -> tuple[PhraseIndex, Mapping[int, int]] | None:
        """Return the words of all papers, and the rows of those that are the same still.

        A source that names a paper anew may tell it in other words. None if none was read.
        """
        index = self.__dict__.get("phrase_index")
        if index is None:
            return None

        rows = {
            paper.id: self.rows[paper.id]
            for paper in papers
            if paper.id in self.rows
            and self.papers[self.rows[paper.id]] == paper
        }
        return index, rows

    @cached_property
    def fields(self) -> Fields:
        """The fields of machine learning, and which of the newest month's papers contain them."""
        newest = self.days.max(initial=0)
        month = self.days[self.days > newest - MONTH]
        sample = month[:MAX_FIELD_PAPERS]
        days = newest - sample.min(initial=newest) + 1
        if len(sample) == len(month):
            # A new installation has not seen a whole week yet.
            days = max(days, WEEK)
        return Fields(
            names=FIELDS,
            matches=self._newest_words(len(sample)).matches_of(FIELDS),
            weeks=days / WEEK,
            opening=len(OPENING),
        )

    @cached_property
    def category_counts(self) -> Counter[str]:
        """How many papers are in each category of arXiv."""
        return arxiv_categories.count(paper.categories for paper in self.papers)

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
        """An index of the words of all papers; to build it takes seconds.

        The words of papers that the former catalogue had are taken from there.
        """
        former, rows = self._former_words or (None, {})
        self._former_words = None
        return PhraseIndex(self._texts(rows), former)

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

    def _newest_words(self, n: int) -> PhraseIndex:
        """Return an index of the words of the n newest papers alone."""
        return PhraseIndex(map(topic_text, self.with_abstracts(range(n))))

    def _texts(self, former_rows: Mapping[int, int]) -> Iterator[str | int]:
        """Yield the text of each paper, or its row in the former catalogue."""
        for start in range(0, len(self), CHUNK):
            rows = range(start, min(start + CHUNK, len(self)))
            unread = [
                row for row in rows if self.papers[row].id not in former_rows
            ]
            texts = map(topic_text, self.with_abstracts(unread))
            text_of = dict(zip(unread, texts, strict=True))
            for row in rows:
                yield text_of.get(row, former_rows.get(self.papers[row].id, 0))

    def _transform(self, text: str) -> Vectors:
        return self.model.transform([text]) if self.model else empty_vectors(1)

    def _matches(self, topic: str) -> Mask:
        return self.phrase_index.matches(topic)

    def _mask(self, rows: Iterable[int]) -> Mask:
        mask = np.zeros(len(self), bool)
        mask[list(rows)] = True
        return mask


def load(
    database: Database,
    common: Iterable[str] = (),
    former: Catalogue | None = None,
) -> Catalogue:
    """Read the newest papers, with their vectors under the newest feature version."""
    papers = offered.newest(database, MAX_PAPERS)
    version = features.newest(database)
    model = features.model(database, version.id) if version else None
    sources: dict[str, Any] = {
        "read_abstracts": partial(offered.abstracts, database),
        "common": common,
        "former": former,
    }
    if version is None or model is None:
        return Catalogue(papers, empty_vectors(len(papers)), **sources)

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
        **sources,
    )


def empty_vectors(n: int) -> Vectors:
    """Return vectors without any feature for n papers."""
    sparse = csr_array(np.zeros((n, 0), np.float32))
    return Vectors(sparse, np.zeros((n, 0), np.float32))


def popularity(papers: Sequence[Paper]) -> Floats:
    """Return each paper's percentile of upvotes among its source's papers of the same day.

    Papers with as many upvotes count as half below; a paper without upvotes has 0.
    """
    rows_by_day: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row, paper in enumerate(papers):
        if paper.upvotes is not None:
            day = (paper.lists or {}).get(paper.source, paper.listed)
            rows_by_day[paper.source, day].append(row)

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
