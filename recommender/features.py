"""Papers as vectors: weighted terms, and a place in the space of what papers are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack

from recommender.phrases import terms

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """n papers as unit vectors in two blocks: `sparse` (n, terms) and `dense` (n, components).

    The squared lengths of the two blocks add up to one, so that no paper is closer to a paper
    than the paper itself.
    """

    sparse: csr_array
    dense: Floats

    def __len__(self) -> int:
        return len(self.dense)

    def take(self, rows: Any) -> "Vectors":  # noqa: ANN401 - whatever NumPy takes as an index
        """Return the chosen rows."""
        return Vectors(self.sparse[rows], self.dense[rows])

    def similarity(self, other: "Vectors") -> Floats:
        """Return the (n, m) similarities to `other`, each between −1 and 1."""
        sparse = (self.sparse @ other.sparse.T).toarray()
        return np.asarray(sparse + self.dense @ other.dense.T, dtype=np.float32)


def stack(parts: Sequence[Vectors]) -> Vectors:
    """Put vectors of one feature version under each other."""
    sparse = csr_array(vstack([part.sparse for part in parts], format="csr"))
    return Vectors(sparse, np.concatenate([part.dense for part in parts]))


class PaperFeatures:
    """TF-IDF terms beside whitened latent semantic dimensions (LSA).

    The dense block is whitened against all papers seen in `fit`: what every paper has in common
    counts little, so that a taste stands out from the background without naming negatives.
    `score = sum(weight * similarity)` is then ridge regression against that background with
    each block's covariance taken as diagonal.

    Parameters
    ----------
    n_components
        Dimensions of the dense block.
    max_terms
        Size of the vocabulary, the most frequent terms first.
    max_df
        Terms in more than this share of papers are left out.
    dense_share
        Squared length of the dense block; the rest is the sparse block's.
    ridge
        Added to each dimension's variance (in units of a paper's mean squared length) before
        whitening: small dimensions are mostly noise.
    random_state
        Seed of the randomised SVD.

    Attributes
    ----------
    terms_, vocabulary_
        The terms by column, and the column of each.
    idf_
        (terms,) inverse document frequencies.
    projection_
        (terms, components) from TF-IDF to whitened LSA.

    """

    def __init__(
        self,
        *,
        n_components: int = 256,
        max_terms: int = 30_000,
        max_df: float = 0.5,
        dense_share: float = 0.3,
        ridge: float = 0.01,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.max_terms = max_terms
        self.max_df = max_df
        self.dense_share = dense_share
        self.ridge = ridge
        self.random_state = random_state

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn vocabulary, term weights and dimensions from the texts of papers.

        Raises ValueError for fewer than two texts, and where no two terms are left: all the
        same, all too rare, or all too common.
        """
        # Two seconds and 94 MB, needed only by the process that fits.
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - see above
        from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - see above

        rare = 1 if len(texts) < 500 else 2 if len(texts) < 5_000 else 3
        common = 1.0 if len(texts) < 50 else self.max_df
        vectorizer = CountVectorizer(
            analyzer=terms, min_df=rare, max_df=common, max_features=self.max_terms
        )
        counts = csr_array(vectorizer.fit_transform(texts)).astype(np.float32)
        df = np.bincount(counts.indices, minlength=counts.shape[1])
        self.terms_: list[str] = list(vectorizer.get_feature_names_out())
        self.vocabulary_ = {term: column for column, term in enumerate(self.terms_)}
        self.idf_: Floats = (np.log((1 + len(texts)) / (1 + df)) + 1).astype(np.float32)
        weighted = self._weigh(counts)
        size = min(self.n_components, min(weighted.shape) - 1)
        if size < 1:
            raise ValueError("too few papers, or too few words in them")
        _, s, vt = randomized_svd(weighted, size, n_iter=4, random_state=self.random_state)
        variance = s**2 / len(texts)
        self.projection_: Floats = (vt.T / np.sqrt(variance + self.ridge)).astype(np.float32)
        return self

    @classmethod
    def restore(
        cls, terms_: list[str], idf: Floats, projection: Floats, *, dense_share: float
    ) -> Self:
        """Return the fitted features that these arrays came from."""
        features = cls(dense_share=dense_share)
        features.terms_ = terms_
        features.vocabulary_ = {term: column for column, term in enumerate(terms_)}
        features.idf_, features.projection_ = idf, projection
        return features

    def transform(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; one without a known term is all zeros."""
        weighted = self._weigh(self._count(texts))
        dense = weighted @ self.projection_
        length = np.linalg.norm(dense, axis=1, keepdims=True)
        dense = dense / np.maximum(length, 1e-9) * np.sqrt(self.dense_share)
        return Vectors(
            csr_array(weighted * np.float32(np.sqrt(1 - self.dense_share))),
            np.asarray(dense, dtype=np.float32),
        )

    def _count(self, texts: Sequence[str]) -> csr_array:
        columns, starts = [], [0]
        for text in texts:
            columns += [self.vocabulary_[t] for t in terms(text) if t in self.vocabulary_]
            starts.append(len(columns))
        shape = (len(texts), len(self.vocabulary_))
        counts = csr_array((np.ones(len(columns), np.float32), columns, starts), shape=shape)
        counts.sum_duplicates()
        return counts

    def _weigh(self, counts: csr_array) -> csr_array:
        weighted = counts.copy()
        weighted.data = 1 + np.log(weighted.data)
        weighted = csr_array(weighted @ diags_array(self.idf_))
        lengths = np.sqrt(np.asarray(weighted.power(2).sum(axis=1)).ravel())
        return csr_array(diags_array(1 / np.maximum(lengths, 1e-9).astype(np.float32)) @ weighted)
