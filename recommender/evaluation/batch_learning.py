"""Learn from the ratings of many readers at once what each rating weighs for its reader."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from recommender.arrays import Doubles, Mask, Rows
from recommender.evaluation.batch import Similarity
from recommender.evidence import (
    DECAY_PER_DAY,
    LIKE_WEIGHT,
    MAX_DISLIKE_WEIGHT,
)
from recommender.profile import MAX_DISLIKES
from recommender.reweighting import (
    EROSION,
    EXPECTED_SCORE,
    MAX_STEPS,
    TOLERANCE,
)
from recommender.vectors import cosine_weight_for


@dataclass(frozen=True, slots=True)
class RatingBlock:
    """The ratings of some readers, in the order of the readers.

    Attributes
    ----------
    starts
        (n_readers + 1,) where the ratings of each reader begin, and those of the last one end.
    rows
        (n_ratings,) the rows of the rated papers.
    values
        (n_ratings,) 1 or −1.
    ages
        (n_ratings,) whole days since.

    """

    starts: Rows
    rows: Rows
    values: NDArray[np.int64]
    ages: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def readers(self) -> Rows:
        """Return the reader of each rating, (n_ratings,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class _Table:
    """Some ratings of each reader, (n_readers, n_columns); `places` tells which ones they are.

    Where `is_filled` is false there is no rating, and the weight is 0.
    """

    places: Rows
    is_filled: Mask
    rows: Rows
    ages: NDArray[np.int64]
    weights: Doubles


def weigh(ratings: RatingBlock, alike: Similarity) -> csr_array:
    """Return what each rating weighs, (n_readers, n_papers), as `profile.learn` weighs it.

    These are readers who rated papers and said nothing else.

    Parameters
    ----------
    ratings
        The ratings, at most 200 dislikes of each reader.
    alike
        (n_papers, n_papers) how alike the rated papers are.

    Raises
    ------
    ValueError
        If a reader has more dislikes, of which only the latest count.

    """
    decay = np.exp(-DECAY_PER_DAY * np.maximum(ratings.ages, 0))
    is_like = ratings.values > 0
    weights = decay * np.where(is_like, LIKE_WEIGHT, -MAX_DISLIKE_WEIGHT)

    likes = _table(ratings, weights, is_like)
    dislikes = _table(ratings, weights, ~is_like)
    if dislikes.rows.shape[1] > MAX_DISLIKES:
        raise ValueError(f"more than {MAX_DISLIKES} dislikes of one reader")

    like_weights = _erode(likes, dislikes, alike)
    dislike_weights = _weigh_dislikes(like_weights, likes, dislikes, alike)
    weights[likes.places[likes.is_filled]] = like_weights[likes.is_filled]
    weights[dislikes.places[dislikes.is_filled]] = dislike_weights[
        dislikes.is_filled
    ]

    shape = (len(ratings), alike.words.shape[0])
    return csr_array(
        (weights.astype(np.float32), ratings.rows, ratings.starts), shape=shape
    )


def _table(ratings: RatingBlock, weights: Doubles, chosen: Mask) -> _Table:
    """Return the chosen ratings with a line for each reader."""
    places = np.flatnonzero(chosen)
    readers = ratings.readers[places]
    counts = np.bincount(readers, minlength=len(ratings))
    starts = np.cumsum(counts) - counts
    columns = np.arange(len(places)) - starts[readers]

    shape = (len(ratings), int(counts.max(initial=0)))
    table: Rows = np.zeros(shape, np.intp)
    is_filled = np.zeros(shape, bool)
    table[readers, columns] = places
    is_filled[readers, columns] = True

    if not len(places):
        empty = np.zeros(shape, np.intp)
        return _Table(table, is_filled, empty, empty, np.zeros(shape))
    return _Table(
        places=table,
        is_filled=is_filled,
        rows=ratings.rows[table],
        ages=ratings.ages[table],
        weights=np.where(is_filled, weights[table], 0.0),
    )


def _erode(likes: _Table, dislikes: _Table, alike: Similarity) -> Doubles:
    """Lower each like by the dislikes near it that came on later days."""
    is_later = dislikes.ages[:, None, :] < likes.ages[:, :, None]
    counts = is_later & dislikes.is_filled[:, None, :]
    cosines = alike.cosines[likes.rows[:, :, None], dislikes.rows[:, None, :]]
    nearness = np.maximum(cosines, 0) * counts

    return np.asarray(likes.weights * np.exp(-EROSION * nearness.sum(axis=2)))


def _weigh_dislikes(
    like_weights: Doubles, likes: _Table, dislikes: _Table, alike: Similarity
) -> Doubles:
    """Weigh each dislike by how much its paper was expected to be liked."""
    cosine_weight = cosine_weight_for(like_weights.sum(axis=1))
    by_likes = _kernel(alike, likes.rows, dislikes.rows, cosine_weight)
    scores = np.einsum("rl,rld->rd", like_weights, by_likes)

    kernel = _kernel(alike, dislikes.rows, dislikes.rows, cosine_weight)
    kernel *= dislikes.is_filled[:, :, None] & dislikes.is_filled[:, None, :]
    return solve(scores - EXPECTED_SCORE, -dislikes.weights, kernel)


def _kernel(
    alike: Similarity, rows: Rows, columns: Rows, cosine_weight: Doubles
) -> Doubles:
    """Return what papers of each reader add to others, (n_readers, n_rows, n_columns)."""
    pairs = rows[:, :, None], columns[:, None, :]
    words = alike.words[pairs].astype(np.float64)
    return words + cosine_weight[:, None, None] * alike.cosines[pairs]


def solve(margins: Doubles, max_weights: Doubles, kernel: Doubles) -> Doubles:
    """Return the weights of dislikes of many readers, as `dislike_weights` does for one.

    Parameters
    ----------
    margins
        (n_readers, n_dislikes) scores of the disliked papers by all other evidence, less the
        score of a paper whose dislike weighs half.
    max_weights
        (n_readers, n_dislikes) the most that each dislike can take; 0 where there is none.
    kernel
        (n_readers, n_dislikes, n_dislikes) inner products of the papers, 0 where there is none.

    """
    weights = -max_weights * expit(margins)
    running = np.arange(len(weights))

    for _ in range(MAX_STEPS):
        problem = _Problem(
            margins[running], max_weights[running], kernel[running]
        )
        step = problem.step(weights[running])
        weights[running] = problem.descend(weights[running], step)

        has_settled = np.abs(step).max(axis=1, initial=0) < TOLERANCE
        running = running[~has_settled]
        if not len(running):
            break

    return weights


@dataclass(frozen=True, slots=True)
class _Problem:
    """The losses of many readers, to be made small by Newton's method: see `dislike_weights`."""

    margins: Doubles
    max_weights: Doubles
    kernel: Doubles

    def step(self, weights: Doubles) -> Doubles:
        """Return Newton's step, (n_readers, n_dislikes)."""
        expected = expit(self.margins + _products(self.kernel, weights))
        curvature = self.max_weights * expected * (1 - expected)
        matrices = curvature[:, :, None] * self.kernel
        matrices += np.eye(weights.shape[1])

        gradient = weights + self.max_weights * expected
        solution = np.linalg.solve(matrices, gradient[:, :, None])
        return np.asarray(solution[:, :, 0], np.float64)

    def descend(self, weights: Doubles, step: Doubles) -> Doubles:
        """Go a step, or half as far as long as a reader's loss would grow."""
        sizes = np.ones(len(weights))
        limits = self.loss(weights) + TOLERANCE
        while True:
            grown = self.loss(weights - sizes[:, None] * step) > limits
            grown &= sizes > TOLERANCE
            if not grown.any():
                return weights - sizes[:, None] * step
            sizes[grown] /= 2

    def loss(self, weights: Doubles) -> Doubles:
        """Return the loss of each reader, (n_readers,)."""
        products = _products(self.kernel, weights)
        penalty = (weights * products).sum(axis=1) / 2
        losses = self.max_weights * np.logaddexp(0, self.margins + products)
        return np.asarray(penalty + losses.sum(axis=1))


def _products(kernel: Doubles, weights: Doubles) -> Doubles:
    """Return the product of each reader's kernel and weights, (n_readers, n_dislikes)."""
    return np.asarray(np.einsum("rde,re->rd", kernel, weights), np.float64)
