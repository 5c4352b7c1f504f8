"""Papers as vectors: weighted terms, and what of them many papers have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from recommender.concepts import is_listed
from recommender.phrases import terms

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# What two papers being about the same counts beside the words they share, while one thing is
# known of a reader, and how many things known halve it: see docs/recommender.md.
ABOUT, HALVED = 0.35, 3.0
Said = TypeVar("Said", float, Floats)

# Papers to learn one dimension from: fewer would learn the papers by heart.
PER_COMPONENT = 8

# A phrase, or a dimension, is learned from terms that so many papers share; a store of few
# papers takes every term.
SEVERAL = 3
FEW = 50

# A library of so many papers knows half of what papers have in common.
HALF_KNOWN = 500


def about(said: Said) -> Said:
    """Return how much being about the same counts where `said` is the weight of all evidence.

    A law needs it: `said * about(said)` grows with `said`, so that a like never lowers its paper.
    """
    return ABOUT / (1 + said / HALVED)  # of one reader, or of each of many


@dataclass(frozen=True, slots=True)
class Vectors:
    """n papers in two blocks: `sparse` (n, terms) and `dense` (n, components).

    The dense block is what a paper has in common with many: its words' part in the strongest
    dimensions of all papers. Two papers are alike by the words they share without that part,
    `sparse·sparse − dense·dense`, and by the angle between their dense parts, which tells what
    they are about. Both are positive for a paper and its copy. `lengths` (n,) are the dense
    block's.
    """

    sparse: csr_array
    dense: Floats
    lengths: Floats = field(init=False, compare=False)

    def __post_init__(self) -> None:
        lengths = np.sqrt(np.vecdot(self.dense, self.dense))
        object.__setattr__(
            self, "lengths", np.maximum(lengths, np.float32(1e-6))
        )

    def __len__(self) -> int:
        return len(self.dense)

    def take(self, rows: Any) -> "Vectors":  # noqa: ANN401 - whatever NumPy takes as an index
        """Return the chosen rows."""
        return Vectors(self.sparse[rows], self.dense[rows])

    @property
    def directions(self) -> Floats:
        """Return the dense block with rows of length one: what each paper is about."""
        return np.asarray(self.dense / self.lengths[:, None])

    def product(self, other: "Vectors", share: float) -> Floats:
        """Return what each of n papers adds to the score of each of m others, shape (n, m).

        `share` is what being about the same counts, as `about` gives it.
        """
        words = (
            self.sparse @ other.sparse.T
        ).toarray() - self.dense @ other.dense.T
        return np.asarray(
            words + share * (self.directions @ other.directions.T), np.float32
        )

    def squares(self, share: float) -> Floats:
        """Return each paper's product with itself, shape (n,)."""
        words = (
            np.asarray(self.sparse.power(2).sum(axis=1)).ravel()
            - self.lengths**2
        )
        known = np.diff(self.sparse.indptr) > 0
        return np.asarray(np.maximum(words, 0) + share * known, np.float32)

    def similarity(self, other: "Vectors") -> Floats:
        """Return the (n, m) similarities to `other`, each between −1 and 1."""
        sizes = [
            np.sqrt(vectors.squares(ABOUT) + 1e-12) for vectors in (self, other)
        ]
        return np.asarray(
            self.product(other, ABOUT) / sizes[0][:, None] / sizes[1],
            np.float32,
        )


def stack(parts: Sequence[Vectors]) -> Vectors:
    """Put vectors of one feature version under each other."""
    sparse = csr_array(vstack([part.sparse for part in parts], format="csr"))
    return Vectors(sparse, np.concatenate([part.dense for part in parts]))


class PaperFeatures:
    """BM25 terms of half norm, and their part in what papers have in common.

    With weighted terms t (n, terms) and the covariance `C = V diag(g) Vᵀ` of the strongest
    components, `t (I − b V diag(g / (g + ridge)) Vᵀ) tᵀ` is for `b = 1` ridge regression against
    all papers seen in `fit`, in closed form: a taste stands out from the background without
    naming negatives. A small library takes its own subjects for the background, so b grows
    with it, `b = n / (n + 500)`. The dense block is `t V diag(b g / (g + ridge))^½`, so that
    this product is `sparse·sparse − dense·dense`.

    Rare words stay: an author's own coinage tells best who wrote a paper. They get no
    dimension, as they stand in too few papers to have anything in common.

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
        How soon a repeated term counts no more, and how much a long text is discounted
        (Robertson and Zaragoza, 2009).
    ridge
        Added to each dimension's variance, in units of a paper's mean squared length.
    norm
        The power of a paper's length that is left: 0 makes all papers of one length.
    analyzer
        From a text (or what else is given for a paper) to its terms.
    random_state
        Seed of the randomised SVD.

    Attributes
    ----------
    terms_, vocabulary_
        The terms by column, and the column of each; those that several papers share come first.
    idf_
        (terms,) inverse document frequencies, scaled so that a paper's mean squared length is 1.
    average_length_
        Terms of a text, in the mean.
    projection_
        (shared terms, components) from the sparse to the dense block.

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
        """Learn vocabulary, term weights and dimensions from the texts of papers.

        Raises ValueError for fewer than two texts, and where no two terms are left: all the
        same, all too rare, or all too common.
        """
        # Two seconds and 94 MB, needed only by the process that fits.
        from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - see above

        counts, shared = self._learn_terms(texts)
        weighted = self._weigh(counts)
        most = len(texts) // PER_COMPONENT
        size = min(self.n_components, max(most, 1), min(len(texts), shared) - 1)
        if size < 1:
            raise ValueError("too few papers, or too few words in them")
        square = float(weighted.power(2).sum()) / len(texts)
        # The mean squared length becomes one; a power of a length scales with that power.
        if self.norm:
            self.idf_ *= np.float32(square ** (-0.5 / self.norm))
        weighted = self._weigh(counts)[:, :shared]
        _, s, vt = randomized_svd(
            weighted, size, n_iter=4, random_state=self.random_state
        )
        variance = s**2 / len(texts)
        background = len(texts) / (len(texts) + HALF_KNOWN)
        common = np.sqrt(background * variance / (variance + self.ridge))
        self.projection_: Floats = (vt.T * common).astype(np.float32)
        return self

    def _learn_terms(self, texts: Sequence[Any]) -> tuple[csr_array, int]:
        """Learn terms, their weights and the mean length of a text.

        Return the (n, terms) counts, and how many terms several papers share: the first ones.
        """
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - as in fit

        vectorizer = CountVectorizer(analyzer=self.analyzer)
        counts = csr_array(vectorizer.fit_transform(texts)).astype(np.float32)
        names = vectorizer.get_feature_names_out()
        df = np.bincount(counts.indices, minlength=counts.shape[1])
        phrase = np.array([" " in name for name in names])
        columns, shared = self._columns(df, phrase, len(texts))
        counts = csr_array(counts[:, columns])
        self.terms_: list[str] = names[columns].tolist()
        self.vocabulary_ = {
            term: column for column, term in enumerate(self.terms_)
        }
        idf = np.log1p((len(texts) - df[columns] + 0.5) / (df[columns] + 0.5))
        self.idf_: Floats = (idf * self._kinds()).astype(np.float32)
        self.average_length_ = float(counts.sum()) / max(len(texts), 1)
        return counts, shared

    def _kinds(self) -> Doubles:
        """Return what each term counts beside others that are as rare."""
        chance = np.array(
            [" " in term and not is_listed(term) for term in self.terms_]
        )
        return np.where(chance, self.phrase_weight, 1.0)

    def _columns(
        self, df: NDArray[np.int64], phrase: NDArray[np.bool_], papers: int
    ) -> tuple[NDArray[np.intp], int]:
        """Choose the terms by how many papers hold each: shared ones first, and how many these are.

        Of a few papers no term can be in several, or in too many.
        """
        several = SEVERAL if papers >= FEW else 1
        common = (
            df > self.max_df * papers
            if papers >= FEW
            else np.zeros(len(df), bool)
        )
        phrases = np.flatnonzero(phrase & ~common & (df >= several))
        phrases = phrases[
            np.argsort(-df[phrases], kind="stable")[: self.max_phrases]
        ]
        words = np.flatnonzero(~phrase & ~common)
        columns = np.sort(np.concatenate([words, phrases]))
        shared = df[columns] >= several
        return np.concatenate([columns[shared], columns[~shared]]), int(
            shared.sum()
        )

    @classmethod
    def restore(
        cls,
        terms_: list[str],
        idf: Floats,
        projection: Floats,
        *,
        average_length: float,
    ) -> Self:
        """Return the fitted features that these arrays came from."""
        features = cls()
        features.terms_ = terms_
        features.vocabulary_ = {
            term: column for column, term in enumerate(terms_)
        }
        features.idf_, features.projection_ = idf, projection
        features.average_length_ = average_length
        return features

    def transform(self, texts: Sequence[Any]) -> Vectors:
        """Return the vectors of texts; one without a known term is all zeros."""
        weighted = self._weigh(self._count(texts))
        shared = weighted[:, : len(self.projection_)]
        return Vectors(
            weighted, np.asarray(shared @ self.projection_, dtype=np.float32)
        )

    @property
    def width(self) -> tuple[int, int]:
        """Return how many terms and how many components a vector has."""
        return len(self.terms_), self.projection_.shape[1]

    def projected(
        self, columns: NDArray[np.integer], directions: Floats
    ) -> Floats:
        """Return each term's part in m dense `directions` (components, m), shape (columns, m)."""
        parts = np.zeros((len(columns), directions.shape[1]), np.float32)
        shared = columns < len(self.projection_)
        parts[shared] = self.projection_[columns[shared]] @ directions
        return parts

    def _count(self, texts: Sequence[Any]) -> csr_array:
        columns, starts = [], [0]
        for text in texts:
            known = map(self.vocabulary_.get, self.analyzer(text))
            columns += [column for column in known if column is not None]
            starts.append(len(columns))
        shape = (len(texts), len(self.vocabulary_))
        # 32 bits: half the memory that every ranking reads.
        places = np.array(columns, np.int32), np.array(starts, np.int32)
        counts = csr_array(
            (np.ones(len(columns), np.float32), *places), shape=shape
        )
        counts.sum_duplicates()
        return counts

    def _weigh(self, counts: csr_array) -> csr_array:
        """Return BM25 weights, with a power of each row's length left of it.

        With half the norm a paper with more to say scores higher: the largest gain in nDCG.
        """
        weighted, tf = counts.copy(), counts.data
        lengths = np.asarray(counts.sum(axis=1)).ravel() / max(
            self.average_length_, 1e-9
        )
        slack = np.repeat(
            self.k1 * (1 - self.b + self.b * lengths), np.diff(counts.indptr)
        )
        weighted.data = (
            tf * (self.k1 + 1) / (tf + slack) * self.idf_[counts.indices]
        )
        norms = np.sqrt(np.asarray(weighted.power(2).sum(axis=1)).ravel())
        scale = np.maximum(norms, 1e-9) ** (self.norm - 1)
        weighted.data = (
            weighted.data * np.repeat(scale, np.diff(counts.indptr))
        ).astype(np.float32)
        return weighted
