"""Published recipes to measure the recommender against, with their published settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.arrays import Doubles, Floats, Rows

# Terms of the TF-IDF that the recipes share.
MAX_TERMS = 20_000

# Random papers that Scholar Inbox takes for disliked, and how many of them an explicit dislike
# weighs as much as.
N_NEGATIVES = 5_000
DISLIKE_WEIGHT = 9.0

# Latent dimensions of zotero-arxiv-daily's vectors.
N_COMPONENTS = 128


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """One reader's ratings of the training papers of a space.

    Attributes
    ----------
    likes, dislikes
        Rows of papers.
    ages
        (n_likes,) days since each like.
    seed
        Of whatever a model draws at random.

    """

    likes: Rows
    dislikes: Rows
    ages: Floats
    seed: int = 0


@dataclass(frozen=True)
class Space:
    """TF-IDF vectors of the papers to learn from and of those to rank.

    Attributes
    ----------
    train
        (n_train, n_terms). Typed topics stand after the papers: they may be liked, but are none.
    test
        (n_test, n_terms) the papers to rank.
    n_papers
        How many rows of `train` are papers.
    votes
        (n_test,) percentiles of upvotes of the papers to rank, or None if unknown.
    to_latent
        Maps TF-IDF rows to unit rows of latent dimensions, if these were learned.

    """

    train: csr_array
    test: csr_array
    n_papers: int
    votes: Floats | None = None
    to_latent: Callable[[csr_array], Floats] | None = field(
        default=None, repr=False
    )

    @cached_property
    def papers(self) -> csr_array:
        """Return the rows to learn from that are papers, (n_papers, n_terms)."""
        return self.train[: self.n_papers]

    @cached_property
    def latent(self) -> tuple[Floats, Floats]:
        """Return `train` and `test` in latent dimensions."""
        if self.to_latent is None:
            raise ValueError("this space has no latent dimensions")
        return self.to_latent(self.train), self.to_latent(self.test)


Model = Callable[[Space, RatingHistory], Floats]


def vectorizer(analyzer: Callable[[str], list[str]]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Return the TF-IDF that the recipes share: arxiv-sanity's, with rare terms left in.

    arxiv-sanity-lite also drops terms of fewer than 5 papers; without that its own nDCG is
    higher, so it is given what is better for it.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes seconds

    return TfidfVectorizer(
        analyzer=analyzer,
        max_features=MAX_TERMS,
        max_df=0.1,
        sublinear_tf=True,
        dtype=np.float32,
    )


def fit_latent(train: csr_array) -> Callable[[csr_array], Floats]:
    """Learn latent dimensions by SVD; return what maps TF-IDF rows to unit rows of them."""
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - takes seconds

    n_components = min(N_COMPONENTS, min(train.shape) - 1)
    _, _, components = randomized_svd(train, n_components, random_state=0)

    def to_latent(tfidf: csr_array) -> Floats:
        rows = tfidf @ components.T
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)

    return to_latent


def fit_space(
    train: Sequence[list[str]],
    test: Sequence[list[str]],
    *,
    votes: Floats | None = None,
    dated: bool = False,
) -> Space:
    """Fit TF-IDF on the terms of training papers alone.

    Latent dimensions are learned if likes are `dated`: only then is their recipe run.
    """
    tfidf = vectorizer(list)
    train_rows = csr_array(tfidf.fit_transform(train))

    return Space(
        train=train_rows,
        test=tfidf.transform(test),
        n_papers=train_rows.shape[0],
        votes=votes,
        to_latent=fit_latent(train_rows) if dated else None,
    )


def random_scores(space: Space, history: RatingHistory) -> Floats:
    """Score at random."""
    rng = np.random.default_rng(history.seed)
    return rng.random(space.test.shape[0], dtype=np.float32)


def popularity(space: Space, history: RatingHistory) -> Floats:  # noqa: ARG001 - a Model
    """Score by upvotes within source and day."""
    if space.votes is None:
        raise ValueError("these papers have no votes")
    return space.votes


def centroid(space: Space, history: RatingHistory) -> Floats:
    """Score by the cosine to the mean of the liked papers (Rocchio without negatives)."""
    mean = np.asarray(space.train[history.likes].mean(axis=0)).ravel()
    return np.asarray(space.test @ mean)


def arxiv_sanity(space: Space, history: RatingHistory) -> Floats:
    """Score by a linear SVM that separates likes from every other paper (arxiv-sanity-lite)."""
    return np.asarray(space.test @ svm_weights(space, history))


def svm_weights(space: Space, history: RatingHistory) -> Floats:
    """Return arxiv-sanity's weights, (n_terms,): they depend on nothing but likes and papers."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - takes seconds

    is_paper = history.likes < space.n_papers
    papers, topics = history.likes[is_paper], history.likes[~is_paper]

    labels = np.zeros(space.n_papers, np.int8)
    labels[papers] = 1
    rows = space.papers
    if len(topics):
        rows = csr_array(vstack([rows, space.train[topics]], format="csr"))
        labels = np.concatenate([labels, np.ones(len(topics), np.int8)])

    svm = LinearSVC(C=0.01, class_weight="balanced", max_iter=10_000, tol=1e-6)
    svm.fit(rows, labels)
    return np.asarray(svm.coef_[0], dtype=np.float32)


def scholar_inbox(space: Space, history: RatingHistory) -> Floats:
    """Score by logistic regression against 5,000 random papers, both sides of equal weight.

    An explicit dislike weighs as much as nine of the random papers (Scholar Inbox, 2025).
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes seconds

    parts = (history.likes, history.dislikes, _draw_negatives(space, history))
    sizes = [len(part) for part in parts]
    rows = vstack([space.train[part] for part in parts], format="csr")
    labels = np.repeat([1, 0, 0], sizes)
    weights = np.repeat([1.0, DISLIKE_WEIGHT, 1.0], sizes)

    regression = LogisticRegression(C=0.4, max_iter=1_000)
    regression.fit(
        csr_array(rows), labels, sample_weight=_balanced(weights, labels)
    )
    return np.asarray(space.test @ regression.coef_[0].astype(np.float32))


def _draw_negatives(space: Space, history: RatingHistory) -> Rows:
    """Draw rows of papers that are not liked."""
    is_other = np.ones(space.n_papers, bool)
    is_other[history.likes[history.likes < space.n_papers]] = False
    others = np.flatnonzero(is_other)

    rng = np.random.default_rng(history.seed)
    return rng.choice(others, min(N_NEGATIVES, len(others)), replace=False)


def _balanced(weights: Doubles, labels: Rows) -> Doubles:
    """Scale sample weights so that both classes weigh as much.

    As class_weight="balanced" does it, but with a dislike counted as several rows.
    """
    balanced = weights.copy()
    half = weights.sum() / 2
    for is_class in (labels == 1, labels == 0):
        balanced[is_class] *= half / weights[is_class].sum()
    return balanced


def zotero(space: Space, history: RatingHistory) -> Floats:
    """Score by the cosines to all liked papers, the newest ones first (zotero-arxiv-daily).

    The n-th newest weighs 1 / (1 + log10 n); vectors are latent dimensions, not a language
    model's.
    """
    train, test = space.latent
    newest_first = np.argsort(history.ages, kind="stable")
    likes = history.likes[newest_first]

    ranks = np.arange(1, len(likes) + 1)
    weights = 1 / (1 + np.log10(ranks))
    return np.asarray(test @ (weights @ train[likes]), dtype=np.float32)


MODELS: dict[str, Model] = {
    "random": random_scores,
    "popularity": popularity,
    "centroid": centroid,
    "arxiv-sanity": arxiv_sanity,
    "scholar-inbox": scholar_inbox,
    "zotero": zotero,
}
