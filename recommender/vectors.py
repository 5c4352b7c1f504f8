"""Hold the vectors of papers, and tell how alike two papers are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import csc_array, csr_array

from recommender.arrays import Floats, Rows

# What the cosine of two papers' dense blocks counts beside the words they share, while there is
# one piece of evidence, and how many pieces halve it: see docs/recommender.md.
COSINE_WEIGHT = 0.35
COSINE_HALVING = 3.0

Weight = TypeVar("Weight", float, Floats)


def cosine_weight_for(evidence_weight: Weight) -> Weight:
    """Return what a cosine counts for one reader, or for each of many.

    It falls as `evidence_weight`, the sum of a reader's positive evidence, grows; but
    `evidence_weight * cosine_weight_for(evidence_weight)` grows, so that a like never lowers the
    score of its own paper.
    """
    return COSINE_WEIGHT / (1 + evidence_weight / COSINE_HALVING)


@dataclass(frozen=True)
class Vectors:
    """The vectors of n papers, in two blocks.

    Two papers are alike by the words they share beyond the background that many papers have in
    common, and by the angle between their dense blocks, which tells what they are about.

    Attributes
    ----------
    sparse
        (n_papers, n_terms) BM25 weights.
    dense
        (n_papers, n_components) the part of these weights in the latent dimensions.

    """

    sparse: csr_array
    dense: Floats

    def __len__(self) -> int:
        return len(self.dense)

    def take(self, rows: Any) -> "Vectors":  # noqa: ANN401 - whatever NumPy takes as an index
        """Return the vectors of some rows."""
        return Vectors(self.sparse[rows], self.dense[rows])

    @cached_property
    def lengths(self) -> Floats:
        """The Euclidean norms of the dense rows, at least 1e-6, (n_papers,)."""
        norms = np.sqrt(np.vecdot(self.dense, self.dense))
        return np.asarray(np.maximum(norms, np.float32(1e-6)))

    @cached_property
    def squares(self) -> Floats:
        """The squared norms of the sparse rows, (n_papers,)."""
        return _squared_norms(self.sparse)

    @property
    def directions(self) -> Floats:
        """Return the dense block with rows of unit length, (n_papers, n_components)."""
        return self.directions_of(slice(None))

    @cached_property
    def transposed(self) -> csc_array:
        """The sparse block with a row for each term, (n_terms, n_papers)."""
        return self.sparse.T

    @cached_property
    def by_term(self) -> csc_array:
        """The sparse block with the papers of each term one after the other."""
        return self.sparse.tocsc()

    def terms_of(self, row: int) -> Rows:
        """Return the columns of a paper's terms, in their order."""
        starts = self.sparse.indptr
        return np.asarray(self.sparse.indices[starts[row] : starts[row + 1]])

    def term_values_of(self, row: int) -> Floats:
        """Return the values of a paper's terms, in the order of their columns."""
        starts = self.sparse.indptr
        return np.asarray(self.sparse.data[starts[row] : starts[row + 1]])

    def products_with(self, terms: Rows, weights: Floats) -> Floats:
        """Return the products of the sparse rows with some terms' weights, (n_papers,)."""
        by_term = self.by_term
        products = np.zeros(len(self), np.float32)
        # In the order of the columns, as in the product of a row: to the last digit the same.
        for term, weight in zip(terms, weights, strict=True):
            part = slice(by_term.indptr[term], by_term.indptr[term + 1])
            papers = by_term.indices[part]
            products[papers] += by_term.data[part] * weight
        return products

    def directions_of(self, rows: Any) -> Floats:  # noqa: ANN401 - as `take`
        """Return the directions of some papers, (n_rows, n_components)."""
        return np.asarray(self.dense[rows] / self.lengths[rows, None])

    def kernel(self, other: "Vectors", cosine_weight: float) -> Floats:
        """Return what each of n papers adds to the score of each of m others.

        Returns
        -------
        (n_papers, m_papers) inner products: `sparse·sparse − dense·dense + cosine_weight · cosine`.
        A paper's product with itself, or with a copy of it, is positive.

        """
        words = (self.sparse @ other.transposed).toarray()
        words = words - self.dense @ other.dense.T
        cosines = self.directions @ other.directions.T

        return np.asarray(words + cosine_weight * cosines, np.float32)

    def kernel_among(
        self, rows: Rows, cosine_weight: float, products: Floats
    ) -> Floats:
        """Return the kernel of some papers with each other, (n_rows, n_rows).

        `products` (n_rows, n_rows) are those of their sparse blocks, which take most of the time.
        """
        dense = self.dense[rows]
        directions = self.directions_of(rows)

        words = products - dense @ dense.T
        # A product of an array with itself takes another way than `kernel`, to another last digit.
        cosines = directions @ directions.copy().T
        return np.asarray(words + cosine_weight * cosines, np.float32)

    def kernel_diagonal(self, cosine_weight: float) -> Floats:
        """Return each paper's kernel with itself, (n_papers,)."""
        has_terms = np.diff(self.sparse.indptr) > 0
        words = np.maximum(self.squares - self.lengths**2, 0)

        return np.asarray(words + cosine_weight * has_terms, np.float32)

    def similarity(self, other: "Vectors") -> Floats:
        """Return the (n_papers, m_papers) kernel scaled to lie between −1 and 1."""
        kernel = self.kernel(other, COSINE_WEIGHT)
        scaled = kernel / self._norms[:, None] / other._norms  # noqa: SLF001 - of the same class
        return np.asarray(scaled, np.float32)

    def similarity_among(self, rows: Rows, products: Floats) -> Floats:
        """Return the similarity of some papers to each other, (n_rows, n_rows).

        `products` are as in `kernel_among`.
        """
        kernel = self.kernel_among(rows, COSINE_WEIGHT, products)
        norms = self._norms[rows]
        return np.asarray(kernel / norms[:, None] / norms, np.float32)

    @property
    def _norms(self) -> Floats:
        return np.asarray(np.sqrt(self.kernel_diagonal(COSINE_WEIGHT) + 1e-12))


def stack(blocks: Sequence[Vectors]) -> Vectors:
    """Stack the vectors of one feature version row-wise."""
    filled = [block for block in blocks if len(block)] or blocks[:1]
    if len(filled) == 1:
        return filled[0]

    arrays = [block.sparse for block in filled]
    row_sizes = [np.diff(array.indptr) for array in arrays]
    ends = np.concatenate([[0], *row_sizes], dtype=np.int32).cumsum(
        dtype=np.int32
    )
    # A tenth of the time that `scipy.sparse.vstack` takes for a few papers.
    sparse = csr_array(
        (
            np.concatenate([array.data for array in arrays]),
            np.concatenate([array.indices for array in arrays]),
            ends,
        ),
        shape=(len(ends) - 1, arrays[0].shape[1]),
    )
    return Vectors(sparse, np.concatenate([block.dense for block in filled]))


def _squared_norms(sparse: csr_array) -> Floats:
    """Return the squared norm of each row, (n_rows,)."""
    norms = np.zeros(sparse.shape[0], np.float32)
    filled = np.flatnonzero(np.diff(sparse.indptr))
    if len(filled):
        starts = sparse.indptr[filled]
        norms[filled] = np.add.reduceat(sparse.data**2, starts)
    return norms
