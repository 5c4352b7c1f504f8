"""A reader's shelf: the papers of their own lists, follows and feeds, among all on offer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.markup import list_keys
from bot.picks import catalogue as catalogues
from bot.picks.catalogue import Catalogue
from bot.storage import features, papers
from bot.storage import own as own_rows
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.arrays import Mask, Rows
from recommender.concepts import Mention
from recommender.papers import StoredPaper, author_key
from recommender.phrase_index import PhraseIndex, topic_text
from recommender.policy import FRESH
from recommender.ranking import Candidates
from recommender.vectors import Vectors, stack

# The ordinals of days begin with 1, so this one is none.
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class OwnPapers:
    """Papers of a reader's own feeds that no public source lists, with vectors and words.

    They are complete unless a feed was read just now, and some have no vector yet.
    """

    papers: Sequence[StoredPaper]
    vectors: Vectors
    is_complete: bool = True
    words: PhraseIndex = field(init=False)

    def __post_init__(self) -> None:
        """Read the words."""
        # A frozen dataclass sets what it derives in this way alone.
        words = PhraseIndex(map(topic_text, self.papers))
        object.__setattr__(self, "words", words)


@dataclass(frozen=True)
class Arrangement:
    """What a catalogue keeps of a shelf; it does not refer back to the catalogue.

    Attributes
    ----------
    places
        (n_papers,) the row in the catalogue of each paper; those of own papers come after its end.
    rows
        The row on the shelf of each place, or −1.
    days
        (n_papers,) the days on which the papers were listed, as ordinals, the latest first.
    candidates
        The papers as candidates.
    own
        The reader's own papers.
    heads
        Those candidates of which requests took only the newest.
    matches
        (n_papers,) which papers contain each topic of which requests asked.

    """

    places: Rows
    rows: Rows
    days: NDArray[np.int64]
    candidates: Candidates
    own: OwnPapers
    heads: dict[int, Candidates] = field(default_factory=dict)
    matches: dict[str, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def newest_count(self) -> int:
        """How many papers were listed since the last day on which any has votes, or at all."""
        popularity = self.candidates.popularity
        has_votes = popularity > catalogues.UNKNOWN_POPULARITY
        days = self.days[has_votes] if has_votes.any() else self.days
        return int((self.days >= days.max(initial=0)).sum())


class Shelf:
    """The papers that may be recommended to one reader, the latest listed first.

    A paper was listed on the first day on which one of the reader's own lists named it. Rows
    count along the shelf.
    """

    def __init__(self, catalogue: Catalogue, arrangement: Arrangement) -> None:
        self._catalogue = catalogue
        self._arrangement = arrangement
        self._own = arrangement.own.papers
        self._own_places = {
            paper.id: len(catalogue) + number
            for number, paper in enumerate(self._own)
        }
        self.candidates = arrangement.candidates

    def __len__(self) -> int:
        return len(self._arrangement)

    @property
    def days(self) -> NDArray[np.int64]:
        """The days on which the papers were listed, as ordinals."""
        return self._arrangement.days

    @property
    def is_shared(self) -> bool:
        """Whether all papers are in the catalogue, none of them the reader's own."""
        own = self._arrangement.own
        return own.is_complete and not own.papers

    def whole_papers(self, rows: Iterable[int]) -> list[StoredPaper]:
        """Return the papers of some rows with their abstracts."""
        places = self._places(rows)
        shared = [place for place in places if place < len(self._catalogue)]
        whole = dict(
            zip(shared, self._catalogue.with_abstracts(shared), strict=True)
        )
        return [
            whole[place] if place in whole else self._own_paper(place)
            for place in places
        ]

    def papers(self, rows: Iterable[int]) -> list[StoredPaper]:
        """Return the papers of some rows, as they are in memory: without abstracts."""
        shared = self._catalogue.papers
        return [
            shared[place] if place < len(shared) else self._own_paper(place)
            for place in self._places(rows)
        ]

    def mentions(self, row: int) -> tuple[Mention, ...]:
        """Return the concepts that a paper names."""
        return self.mentions_of([row])[0]

    def mentions_of(self, rows: Iterable[int]) -> list[tuple[Mention, ...]]:
        """Return the concepts that each of some papers names."""
        catalogue = self._catalogue
        places = self._places(rows)
        shared = [place for place in places if place < len(catalogue)]
        mentions = dict(zip(shared, catalogue.mentions_of(shared), strict=True))
        return [
            mentions[place]
            if place in mentions
            else catalogue.concepts.in_paper(self._own_paper(place))
            for place in places
        ]

    def count_fresh(self, today: date) -> int:
        """Return how many papers were listed in the 14 days up to `today`."""
        return self._count_since((today - FRESH).toordinal() + 1)

    def count_since(self, day: date) -> int:
        """Return how many papers were listed on a day or later."""
        return self._count_since(day.toordinal())

    @property
    def newest_count(self) -> int:
        """How many papers were listed since the last day on which any has votes, or at all."""
        return self._arrangement.newest_count

    def _count_since(self, ordinal: int) -> int:
        # The latest come first.
        return int(np.searchsorted(-self._arrangement.days, -ordinal, "right"))

    def head(self, n: int) -> Candidates:
        """Return the n newest papers as candidates."""
        heads = self._arrangement.heads
        head = heads.get(n)
        if head is None:
            head = self.candidates.head(n)
            # Today's and the questions'; a new day has another number.
            if len(heads) >= catalogues.MAX_CACHED_HEADS:
                heads.clear()
            heads[n] = head
        return head

    def among(self, ids: Iterable[int]) -> Mask:
        """Mark the papers with these ids."""
        rows = self._catalogue.rows
        places = [
            rows.get(paper_id, self._own_places.get(paper_id, -1))
            for paper_id in ids
        ]
        return self._mask(place for place in places if place >= 0)

    def by_authors(self, names: Iterable[str]) -> Mask:
        """Mark the papers by at least one of these authors."""
        keys = {author_key(name) for name in names}
        authors = self._catalogue.authors
        places = [place for key in keys for place in authors.get(key, ())]
        places += [
            self._own_places[paper.id]
            for paper in self._own
            if keys & set(map(author_key, paper.authors))
        ]
        return self._mask(places)

    def about(self, topics: Iterable[str]) -> Mask:
        """Mark the papers that contain at least one of these topics, word for word."""
        mask = np.zeros(len(self), bool)
        for topic in topics:
            mask |= self._matches(topic)
        return mask

    def phrase_matches(self, phrases: Sequence[str]) -> Mask:
        """Mark which phrases each paper contains, (n_papers, n_phrases)."""
        if not phrases:
            return np.zeros((len(self), 0), bool)
        return np.stack([self._matches(phrase) for phrase in phrases]).T

    def _matches(self, topic: str) -> Mask:
        """Mark the papers that contain a topic."""
        cache = self._arrangement.matches
        mask = cache.get(topic)
        if mask is None:
            shared = self._catalogue.about([topic])
            own = self._arrangement.own.words.matches(topic)
            everywhere = np.concatenate([shared, own])
            mask = everywhere[self._arrangement.places]
            if len(cache) >= catalogues.MAX_CACHED_TOPICS:
                cache.clear()
            cache[topic] = mask
        return mask

    def _places(self, rows: Iterable[int]) -> list[int]:
        """Return the places of some rows: first the catalogue's, then the reader's own papers."""
        return [int(self._arrangement.places[row]) for row in rows]

    def _own_paper(self, place: int) -> StoredPaper:
        """Return the reader's own paper at a place after the catalogue's."""
        return self._own[place - len(self._catalogue)]

    def _mask(self, places: Iterable[int]) -> Mask:
        mask = np.zeros(len(self), bool)
        rows = self._arrangement.rows[list(places)]
        mask[rows[rows >= 0]] = True
        return mask


def of_reader(
    database: Database, catalogue: Catalogue, feedback: Feedback
) -> Shelf:
    """Return the shelf of a reader: their lists, whom they follow, and their own feeds.

    The catalogue keeps the shelves of the last readers: many have the same lists.
    """
    key = (feedback.lists, feedback.follows, feedback.feed_papers)
    arrangement = catalogue.shelves.get(key)
    if not isinstance(arrangement, Arrangement):
        own = _own_papers(database, catalogue, feedback)
        arrangement = _arrange(catalogue, _days(catalogue, feedback, own), own)
        if own.is_complete:
            catalogue.keep_shelf(key, arrangement)

    return Shelf(catalogue, arrangement)


def _days(
    catalogue: Catalogue, feedback: Feedback, own: OwnPapers
) -> NDArray[np.int64]:
    """Return the day on which each paper was listed for a reader; `NOWHERE` if it was not."""
    lists = list_keys.with_cross_lists(feedback.lists | catalogue.common)
    days = catalogue.days_in(lists)
    others = catalogue.rows_of(feedback.feed_papers)
    others += catalogue.rows_by(feedback.follows)
    unlisted = [row for row in others if days[row] == NOWHERE]
    days[unlisted] = catalogue.days[unlisted]

    own_days = [paper.listed.toordinal() for paper in own.papers]
    return np.concatenate([days, np.array(own_days, np.int64)])


def _arrange(
    catalogue: Catalogue, days: NDArray[np.int64], own: OwnPapers
) -> Arrangement:
    """Return the papers that have a day, the newest first."""
    shared_ids = catalogue.candidates.ids
    own_ids = np.array([paper.id for paper in own.papers], np.int64)
    ids = np.concatenate([shared_ids, own_ids])

    present = np.flatnonzero(days > NOWHERE)
    newest_first = np.lexsort((-ids[present], -days[present]))
    places = present[newest_first]

    rows = np.full(len(ids), -1)
    rows[places] = np.arange(len(places))

    return Arrangement(
        places=places,
        rows=rows,
        days=days[places],
        candidates=_candidates(catalogue.candidates, own, ids, places),
        own=own,
    )


def _candidates(
    shared: Candidates, own: OwnPapers, ids: NDArray[np.int64], places: Rows
) -> Candidates:
    """Return the papers of some places as candidates, in their order."""
    if len(places) == len(ids) == len(shared) and bool(
        (places == np.arange(len(places))).all()
    ):
        # The whole catalogue as it is, without a copy.
        return shared

    is_shared = places < len(shared)
    shared_places = places[is_shared]
    vectors = shared.vectors.take(shared_places)
    if not is_shared.all():
        own_rows = places[~is_shared] - len(shared)
        vectors = _interleave(vectors, own.vectors.take(own_rows), is_shared)

    popularity = np.full(len(places), catalogues.UNKNOWN_POPULARITY, np.float32)
    popularity[is_shared] = shared.popularity[shared_places]
    return Candidates(ids[places], vectors, popularity)


def _own_papers(
    database: Database, catalogue: Catalogue, feedback: Feedback
) -> OwnPapers:
    """Return the papers of a reader's feeds that are not in the catalogue and have a vector."""
    ids = [i for i in feedback.feed_papers if i not in catalogue.rows]
    if not ids or catalogue.model is None or catalogue.version is None:
        return OwnPapers([], catalogues.empty_vectors(0))

    stored = papers.by_ids(database, ids, feedback.reader_id)
    covered, vectors = features.vectors(
        database, catalogue.version, catalogue.model.width, list(stored)
    )
    uncovered = set(stored) - set(covered)
    return OwnPapers(
        [stored[paper_id] for paper_id in covered],
        vectors,
        is_complete=all(
            stored[paper_id].source not in own_rows.SOURCES
            for paper_id in uncovered
        ),
    )


def _interleave(shared: Vectors, own: Vectors, is_shared: Mask) -> Vectors:
    """Return the vectors of both in the order in which `is_shared` tells them apart."""
    order: Rows = np.empty(len(is_shared), np.intp)
    order[is_shared] = np.arange(len(shared))
    order[~is_shared] = len(shared) + np.arange(len(own))
    return stack([shared, own]).take(order)
