"""Hold the vectors of papers, and tell how alike two papers are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.arrays import Floats

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


@dataclass(frozen=True, slots=True)
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
    lengths
        (n_papers,) Euclidean norms of the dense rows, at least 1e-6.

    """

    sparse: csr_array
    dense: Floats
    lengths: Floats = field(init=False, compare=False)

    def __post_init__(self) -> None:
        norms = np.sqrt(np.vecdot(self.dense, self.dense))
        lengths = np.maximum(norms, np.float32(1e-6))

        # A frozen dataclass sets what it derives in this way alone.
        object.__setattr__(self, "lengths", lengths)

    def __len__(self) -> int:
        return len(self.dense)

    def take(self, rows: Any) -> "Vectors":  # noqa: ANN401 - whatever NumPy takes as an index
        """Return the vectors of some rows."""
        return Vectors(self.sparse[rows], self.dense[rows])

    @property
    def directions(self) -> Floats:
        """Return the dense block with rows of unit length, (n_papers, n_components)."""
        return np.asarray(self.dense / self.lengths[:, None])

    def kernel(self, other: "Vectors", cosine_weight: float) -> Floats:
        """Return what each of n papers adds to the score of each of m others.

        Returns
        -------
        (n_papers, m_papers) inner products: `sparse·sparse − dense·dense + cosine_weight · cosine`.
        A paper's product with itself, or with a copy of it, is positive.

        """
        words = (self.sparse @ other.sparse.T).toarray()
        words = words - self.dense @ other.dense.T
        cosines = self.directions @ other.directions.T

        return np.asarray(words + cosine_weight * cosines, np.float32)

    def kernel_diagonal(self, cosine_weight: float) -> Floats:
        """Return each paper's kernel with itself, (n_papers,)."""
        norms = np.asarray(self.sparse.power(2).sum(axis=1)).ravel()
        words = np.maximum(norms - self.lengths**2, 0)
        has_terms = np.diff(self.sparse.indptr) > 0

        return np.asarray(words + cosine_weight * has_terms, np.float32)

    def similarity(self, other: "Vectors") -> Floats:
        """Return the (n_papers, m_papers) kernel scaled to lie between −1 and 1."""
        norms = np.sqrt(self.kernel_diagonal(COSINE_WEIGHT) + 1e-12)
        other_norms = np.sqrt(other.kernel_diagonal(COSINE_WEIGHT) + 1e-12)
        kernel = self.kernel(other, COSINE_WEIGHT)

        return np.asarray(kernel / norms[:, None] / other_norms, np.float32)


def stack(blocks: Sequence[Vectors]) -> Vectors:
    """Stack the vectors of one feature version row-wise."""
    sparse = vstack([block.sparse for block in blocks], format="csr")
    dense = np.concatenate([block.dense for block in blocks])

    return Vectors(csr_array(sparse), dense)
