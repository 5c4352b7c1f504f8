"""Ranks papers for batches of readers, as the bench of a million readers does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bot.picks import catalogue, shelf
from bot.schedule.due import ONE_DAY
from bot.storage.bulk import DueDigest, RatingColumns
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from recommender.arrays import Floats, Rows
from recommender.evaluation.batch import (
    Similarity,
    cosine_weights,
    similarity,
    top,
)
from recommender.evaluation.batch_learning import RatingBlock, weigh
from recommender.ranking import POPULARITY_WEIGHT
from tests.bench.crowd import DUE_AT

N_PICKS = 5

DAY_SECONDS = 86_400

# The ordinal of the first day of 1970.
EPOCH = 719_163


@dataclass(frozen=True, slots=True)
class Library:
    """The papers as the batches need them, in arrays that several processes can share.

    Attributes
    ----------
    ids
        (n_papers,) ids of all papers with features.
    titles
        (n_papers,) their titles.
    words, cosines
        (n_papers, n_papers) how alike they are.
    candidates
        (n_candidates,) the rows of those that are on offer.
    popularity
        (n_candidates,) percentiles of their upvotes.
    version
        (1,) the version of the features.

    """

    ids: NDArray[np.int64]
    titles: NDArray[np.str_]
    words: Floats
    cosines: Floats
    candidates: Rows
    popularity: Floats
    version: NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> "Library":
        """Map the arrays in a folder into memory, once for all processes."""
        return cls(
            *(
                np.load(folder / f"{field.name}.npy", mmap_mode="r")
                for field in fields(cls)
            )
        )


@dataclass(frozen=True, slots=True)
class Picks:
    """The picks of some readers, best first, (n_readers, n_picks).

    `liked` are the rows of the liked papers that speak most for each pick, and `shares` what
    they add to its score. A place that stays empty has the score −∞.
    """

    columns: Rows
    scores: Floats
    liked: Rows
    shares: Floats


def library_of(database: Database) -> Library:
    """Return the stored papers; those of 14 days are on offer to whoever chose no lists."""
    loaded = catalogue.load(database)
    vectors = loaded.candidates.vectors
    alike = similarity(vectors, vectors)

    offered = shelf.of_reader(database, loaded, Feedback())
    fresh = offered.head(offered.count_fresh(DUE_AT.date()))
    rows = loaded.rows_of(fresh.ids.tolist())
    return Library(
        ids=loaded.candidates.ids,
        titles=np.array([paper.title for paper in loaded.papers]),
        words=alike.words,
        cosines=alike.cosines,
        candidates=np.array(rows, np.intp),
        popularity=fresh.popularity,
        version=np.array([loaded.version or 0]),
    )


class Ranker:
    """Ranks the papers on offer for batches of readers who rated papers, by two products."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._alike = Similarity(library.words, library.cosines)
        self._to_candidates = Similarity(
            np.ascontiguousarray(library.words[:, library.candidates]),
            np.ascontiguousarray(library.cosines[:, library.candidates]),
        )
        n = int(library.ids.max()) + 1
        self._row_of = np.full(n, -1)
        self._row_of[library.ids] = np.arange(len(library.ids))
        self._column_of = np.full(n, -1)
        candidate_ids = library.ids[library.candidates]
        self._column_of[candidate_ids] = np.arange(len(candidate_ids))

    def rank(
        self,
        readers: range,
        ratings: RatingColumns,
        picked: NDArray[np.int64],
        n: int = N_PICKS,
    ) -> Picks:
        """Return each reader's n best papers that they neither rated nor were sent before."""
        block = self._block(readers, ratings)
        weights = weigh(block, self._alike)
        scores = self._to_candidates.score(weights)
        scores += POPULARITY_WEIGHT * self.library.popularity

        rated = np.stack([ratings.reader_ids, ratings.paper_ids], axis=1)
        reader_ids, paper_ids = np.concatenate([rated, picked]).T
        columns = self._column_of[paper_ids]
        is_candidate = columns >= 0
        offsets = reader_ids[is_candidate] - readers.start
        scores[offsets, columns[is_candidate]] = -np.inf

        best, best_scores = top(scores, n)
        liked, shares = self._evidence(block, weights, best)
        return Picks(best, best_scores, liked, shares)

    def _block(self, readers: range, ratings: RatingColumns) -> RatingBlock:
        """Return the ratings that count, of papers that have features."""
        rows = self._row_of[ratings.paper_ids]
        counts = (ratings.values != 0) & (rows >= 0)
        days = ratings.seconds[counts] // DAY_SECONDS + EPOCH
        boundaries = np.arange(readers.start, readers.stop + 1)
        return RatingBlock(
            starts=np.searchsorted(ratings.reader_ids[counts], boundaries),
            rows=rows[counts],
            values=ratings.values[counts],
            ages=DUE_AT.date().toordinal() - days,
        )

    def _evidence(
        self, block: RatingBlock, weights: csr_array, best: Rows
    ) -> tuple[Rows, Floats]:
        """Return the paper whose rating adds most to each pick, and how much it adds.

        Each reader has a rating at least.
        """
        readers = block.readers
        pairs = block.rows[:, None], best[readers]
        cosine_weight = cosine_weights(weights)[readers]
        kernel = self._to_candidates.words[pairs]
        kernel += cosine_weight[:, None] * self._to_candidates.cosines[pairs]
        shares = weights.data[:, None] * kernel

        starts = block.starts[:-1]
        most = np.maximum.reduceat(shares, starts, axis=0)
        is_most = shares == most[readers]
        numbers = np.arange(len(readers))[:, None]
        places = np.where(is_most, numbers, len(readers))
        first = np.minimum.reduceat(places, starts, axis=0)
        return block.rows[first], np.asarray(most, np.float32)


def digests(
    library: Library, titles: Sequence[str], readers: range, picks: Picks
) -> Iterator[DueDigest]:
    """Yield what each reader is to get, each pick with its reason."""
    ids = library.ids[library.candidates]
    paper_ids = ids[picks.columns].tolist()
    popularity = library.popularity[picks.columns].tolist()
    liked_ids = library.ids[picks.liked].tolist()
    liked = picks.liked.tolist()
    scores = picks.scores.tolist()
    shares = picks.shares.tolist()

    for number, reader_id in enumerate(readers):
        columns = zip(
            paper_ids[number],
            scores[number],
            popularity[number],
            liked_ids[number],
            [titles[row] for row in liked[number]],
            shares[number],
            strict=True,
        )
        yield DueDigest(
            reader_id=reader_id,
            due_at=DUE_AT,
            local_date=DUE_AT.date(),
            next_due_at=DUE_AT + ONE_DAY,
            choices=[
                choice(*values) for values in columns if values[1] > -np.inf
            ],
        )


def choice(
    paper_id: int,
    score: float,
    popularity: float,
    liked_id: int,
    title: str,
    share: float,
) -> Choice:
    """Return a pick whose reason is the liked paper that adds most to its score."""
    weighted = POPULARITY_WEIGHT * popularity
    reason = Reason(
        kind="close",
        title=title,
        evidence=(("like", liked_id, share),),
        taste=score - weighted,
        popularity=weighted,
    )
    return Choice(
        paper_id=paper_id,
        score=score,
        policy="score",
        popularity=popularity,
        reason=reason,
    )
