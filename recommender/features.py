"""Turn papers into vectors: BM25-weighted terms, and latent dimensions learned by SVD."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommender.arrays import Doubles, Floats, Mask, Rows
from recommender.concepts import is_listed
from recommender.phrases import terms
from recommender.vectors import Vectors

# Features are fitted on the papers of the last days, or else on so many of the newest.
FIT_WINDOW = timedelta(days=90)
MIN_FIT_PAPERS = 5_000

# Papers to learn one latent dimension from: fewer would learn the papers by heart.
PAPERS_PER_COMPONENT = 8

# A phrase, or a dimension, is learned from terms that so many papers share; a library of few
# papers takes every term.
SHARED_DF = 3
SMALL_LIBRARY = 50

# With so many papers, half of what they have in common counts as background.
HALF_BACKGROUND = 500


class PaperFeatures:
    """BM25 terms, and their projection on what many papers have in common.

    Parameters
    ----------
    n_components
        Dimensions of the dense block.
    max_phrases
        Two-word phrases in the vocabulary, the most frequent ones; single words are all kept.
    max_df
        Terms in more than this share of papers are left out.
    phrase_weight
        What a phrase counts beside a word that is as rare: its words count, too. A concept of the
        field counts as much as a word.
    k1, b
        BM25: how soon a repeated term counts no more, and how much a long text is discounted.
    ridge
        Added to each dimension's variance, in units of a paper's mean squared length.
    norm
        The power of a paper's length that is left: 0 makes all papers of one length.
    analyzer
        Turns a text (or whatever stands for a paper) into its terms.
    random_state
        Seed of the randomised SVD.

    Attributes
    ----------
    terms_
        The terms by column; those that several papers share come first.
    vocabulary_
        The column of each term.
    idf_
        (n_terms,) inverse document frequencies, scaled so that a paper's mean squared length is 1.
    average_length_
        Mean number of terms of a text.
    projection_
        (n_shared_terms, n_components) from the sparse to the dense block.

    Notes
    -----
    With weighted terms t and the covariance `C = V diag(g) Vᵀ` of the strongest components,
    `t (I − c V diag(g / (g + ridge)) Vᵀ) tᵀ` is for `c = 1` ridge regression against all papers
    seen in `fit`, in closed form: a taste stands out from the background without naming negatives.
    A small library takes its own subjects for the background, so c grows with the number of
    papers, `c = n / (n + 500)`. The dense block is `t V diag(c g / (g + ridge))^½`, so that this
    product is `sparse·sparse − dense·dense`.

    Rare words stay: an author's own coinage tells best who wrote a paper. They get no dimension,
    as they stand in too few papers to have anything in common.

    References
    ----------
    S. Robertson and H. Zaragoza (2009). The probabilistic relevance framework: BM25 and beyond.

    """

    def __init__(
        self,
        *,
        n_components: int = 128,
        max_phrases: int = 30_000,
        max_df: float = 0.5,
        phrase_weight: float = 0.5,
        k1: float = 2.4,
        b: float = 0.75,
        ridge: float = 0.001,
        norm: float = 0.5,
        analyzer: Callable[[Any], list[str]] = terms,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.max_phrases = max_phrases
        self.max_df = max_df
        self.phrase_weight = phrase_weight
        self.k1 = k1
        self.b = b
        self.ridge = ridge
        self.norm = norm
        self.analyzer = analyzer
        self.random_state = random_state

    def fit(self, texts: Sequence[Any]) -> Self:
        """Learn vocabulary, term weights and latent dimensions from the texts of papers.

        Raises ValueError for fewer than two texts, and if no two terms are left: all the same,
        all too rare, or all too common.
        """
        # Two seconds and 94 MB, needed only by the process that fits.
        from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - see above

        counts, n_shared = self._learn_terms(texts)
        n_components = self._limit_components(len(texts), n_shared)
        self._scale_idf(counts)

        weighted = self._weigh(counts)[:, :n_shared]
        _, singular_values, components = randomized_svd(
            weighted,
            n_components,
            n_iter=4,
            random_state=self.random_state,
        )

        variance = singular_values**2 / len(texts)
        background = len(texts) / (len(texts) + HALF_BACKGROUND)
        common = np.sqrt(background * variance / (variance + self.ridge))
        self.projection_: Floats = (components.T * common).astype(np.float32)

        return self

    def transform(self, texts: Sequence[Any]) -> Vectors:
        """Return the vectors of texts; one without a term of the vocabulary is all zeros."""
        sparse = self._weigh(self._count(texts))
        shared = sparse[:, : len(self.projection_)]
        dense = np.asarray(shared @ self.projection_, dtype=np.float32)

        return Vectors(sparse, dense)

    @property
    def width(self) -> tuple[int, int]:
        """Return (n_terms, n_components)."""
        return len(self.terms_), self.projection_.shape[1]

    @classmethod
    def restore(
        cls,
        terms_: list[str],
        idf: Floats,
        projection: Floats,
        *,
        average_length: float,
    ) -> Self:
        """Return the fitted features that these stored arrays came from."""
        features = cls()
        features.terms_ = terms_
        features.vocabulary_ = _columns_by_term(terms_)
        features.idf_ = idf
        features.projection_ = projection
        features.average_length_ = average_length

        return features

    def project_terms(
        self, columns: NDArray[np.integer], directions: Floats
    ) -> Floats:
        """Return the part of some terms in m dense directions.

        Parameters
        ----------
        columns
            (n_columns,) columns of the terms.
        directions
            (n_components, m).

        Returns
        -------
        (n_columns, m); a term that few papers share has no part in any.

        """
        parts = np.zeros((len(columns), directions.shape[1]), np.float32)
        is_shared = columns < len(self.projection_)
        parts[is_shared] = self.projection_[columns[is_shared]] @ directions

        return parts

    def _learn_terms(self, texts: Sequence[Any]) -> tuple[csr_array, int]:
        """Learn terms, their idf and the mean length of a text.

        Return the (n_papers, n_terms) counts, and how many terms several papers share: the first
        ones.
        """
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - as in fit

        vectorizer = CountVectorizer(analyzer=self.analyzer)
        counts = csr_array(vectorizer.fit_transform(texts)).astype(np.float32)
        names = vectorizer.get_feature_names_out()
        df = np.bincount(counts.indices, minlength=counts.shape[1])
        is_phrase = np.array([" " in name for name in names])

        columns, n_shared = self._choose_columns(df, is_phrase, len(texts))
        counts = csr_array(counts[:, columns])
        self.terms_: list[str] = names[columns].tolist()
        self.vocabulary_ = _columns_by_term(self.terms_)

        df = df[columns]
        idf = np.log1p((len(texts) - df + 0.5) / (df + 0.5))
        self.idf_: Floats = (idf * self._kind_weights()).astype(np.float32)
        self.average_length_ = float(counts.sum()) / max(len(texts), 1)

        return counts, n_shared

    def _choose_columns(
        self, df: Rows, is_phrase: Mask, n_papers: int
    ) -> tuple[Rows, int]:
        """Choose the terms by document frequency, shared ones first; return how many these are.

        Of a few papers no term can be in several, or in too many.
        """
        is_small = n_papers < SMALL_LIBRARY
        min_df = 1 if is_small else SHARED_DF
        is_common = df > (n_papers if is_small else self.max_df * n_papers)

        phrases = np.flatnonzero(is_phrase & ~is_common & (df >= min_df))
        most_frequent = np.argsort(-df[phrases], kind="stable")
        phrases = phrases[most_frequent[: self.max_phrases]]
        words = np.flatnonzero(~is_phrase & ~is_common)

        columns = np.sort(np.concatenate([words, phrases]))
        is_shared = df[columns] >= min_df
        columns = np.concatenate([columns[is_shared], columns[~is_shared]])

        return columns, int(is_shared.sum())

    def _kind_weights(self) -> Doubles:
        """Return (n_terms,) what each term counts beside others that are as rare."""
        is_chance_phrase = np.array(
            [" " in term and not is_listed(term) for term in self.terms_]
        )
        return np.where(is_chance_phrase, self.phrase_weight, 1.0)

    def _limit_components(self, n_papers: int, n_shared: int) -> int:
        """Return how many dimensions so many papers and shared terms allow."""
        by_papers = max(n_papers // PAPERS_PER_COMPONENT, 1)
        by_rank = min(n_papers, n_shared) - 1
        n_components = min(self.n_components, by_papers, by_rank)

        if n_components < 1:
            raise ValueError("too few papers, or too few words in them")
        return n_components

    def _scale_idf(self, counts: csr_array) -> None:
        """Scale the idf so that a paper's mean squared length is 1."""
        squares = float(self._weigh(counts).power(2).sum())
        mean_square = squares / counts.shape[0]

        # A power of a length scales with that power; without one all lengths are 1 already.
        if self.norm:
            self.idf_ *= np.float32(mean_square ** (-0.5 / self.norm))

    def _count(self, texts: Sequence[Any]) -> csr_array:
        """Return the (n_texts, n_terms) counts of the vocabulary's terms."""
        columns: list[int] = []
        row_ends = [0]
        for text in texts:
            for term in self.analyzer(text):
                column = self.vocabulary_.get(term)
                if column is not None:
                    columns.append(column)
            row_ends.append(len(columns))

        # 32 bits: half the memory that every ranking reads.
        counts = csr_array(
            (
                np.ones(len(columns), np.float32),
                np.array(columns, np.int32),
                np.array(row_ends, np.int32),
            ),
            shape=(len(texts), len(self.vocabulary_)),
        )
        counts.sum_duplicates()

        return counts

    def _weigh(self, counts: csr_array) -> csr_array:
        """Return BM25 weights, with a power of each row's length left in it.

        With half the norm a paper with more to say scores higher: the largest gain in nDCG.
        """
        n_terms_of_row = np.diff(counts.indptr)
        text_lengths = np.asarray(counts.sum(axis=1)).ravel()
        relative_lengths = text_lengths / max(self.average_length_, 1e-9)
        saturation = self.k1 * (1 - self.b + self.b * relative_lengths)
        saturation = np.repeat(saturation, n_terms_of_row)

        tf = counts.data
        idf = self.idf_[counts.indices]
        weighted = counts.copy()
        weighted.data = tf * (self.k1 + 1) / (tf + saturation) * idf

        norms = np.sqrt(np.asarray(weighted.power(2).sum(axis=1)).ravel())
        scale = np.maximum(norms, 1e-9) ** (self.norm - 1)
        scaled = weighted.data * np.repeat(scale, n_terms_of_row)
        weighted.data = scaled.astype(np.float32)

        return weighted


def _columns_by_term(terms_: Sequence[str]) -> dict[str, int]:
    return {term: column for column, term in enumerate(terms_)}
