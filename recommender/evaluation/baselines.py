"""The published recipes we are measured against, with their published settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from recommender.features import Floats
from recommender.metrics import Rows

TERMS = 20_000
NEGATIVES = 5_000  # random ones, of scholar-inbox
DISLIKE = 9.0  # random ones that an explicit dislike weighs as much as
LSA = 128  # components, of zotero


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader said of the known papers of a space: rows, and how long ago in days."""

    likes: Rows
    dislikes: Rows
    ages: Floats  # of the likes
    seed: int = 0


@dataclass(frozen=True)
class Space:
    """TF-IDF rows of papers to learn from (`known`) and to rank (`new`).

    The first `background` known rows are papers; any after them are typed topics, which may be
    liked but stand for no paper. `votes` are the new papers' percentiles, None where unknown.
    """

    known: csr_array
    new: csr_array
    background: int
    votes: Floats | None = None
    lsa_of: Callable[[csr_array], Floats] | None = field(
        default=None, repr=False
    )

    @cached_property
    def papers(self) -> csr_array:
        """Return the known rows that stand for papers."""
        return self.known[: self.background]

    @cached_property
    def lsa(self) -> tuple[Floats, Floats]:
        """Return known and new papers as unit rows of latent dimensions."""
        if self.lsa_of is None:
            raise ValueError("this space has no latent dimensions")
        return self.lsa_of(self.known), self.lsa_of(self.new)


Model = Callable[[Space, Said], Floats]


def vectorizer(analyzer: Callable[[str], list[str]]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Return the TF-IDF that the recipes share: arxiv-sanity's, with rare terms left in.

    arxiv-sanity-lite also drops terms of fewer than 5 papers; without that its own nDCG is
    higher, so it is given what is better for it.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - takes seconds

    return TfidfVectorizer(
        analyzer=analyzer,
        max_features=TERMS,
        max_df=0.1,
        sublinear_tf=True,
        dtype=np.float32,
    )


def latent(known: csr_array) -> Callable[[csr_array], Floats]:
    """Learn latent dimensions from known papers; return what maps papers to unit rows of them."""
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - takes seconds

    size = min(LSA, min(known.shape) - 1)
    _, _, vt = randomized_svd(known, size, random_state=0)

    def unit(rows: csr_array) -> Floats:
        found = rows @ vt.T
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)

    return unit


def space(
    known: Sequence[list[str]],
    new: Sequence[list[str]],
    *,
    votes: Floats | None = None,
    dated: bool = False,
) -> Space:
    """Fit TF-IDF on the terms of known papers alone; `dated` likes need latent dimensions too."""
    tfidf = vectorizer(list)
    rows = csr_array(tfidf.fit_transform(known))
    lsa_of = latent(rows) if dated else None
    return Space(rows, tfidf.transform(new), rows.shape[0], votes, lsa_of)


def chance(space: Space, said: Said) -> Floats:
    """Rank at random."""
    return np.random.default_rng(said.seed).random(
        space.new.shape[0], dtype=np.float32
    )


def popularity(space: Space, said: Said) -> Floats:  # noqa: ARG001 - shaped like its siblings
    """Rank by upvotes within source and day."""
    if space.votes is None:
        raise ValueError("these papers have no votes")
    return space.votes


def centroid(space: Space, said: Said) -> Floats:
    """Rank by the cosine to the mean of the liked papers (Rocchio without negatives)."""
    return np.asarray(
        space.new @ np.asarray(space.known[said.likes].mean(axis=0)).ravel()
    )


def arxiv_sanity(space: Space, said: Said) -> Floats:
    """Rank by a linear SVM against every other paper (arxiv-sanity-lite)."""
    return np.asarray(space.new @ separating(space, said))


def separating(space: Space, said: Said) -> Floats:
    """Return arxiv-sanity's weights, (terms,): they depend on nothing but likes and papers."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - takes seconds

    svm = LinearSVC(C=0.01, class_weight="balanced", max_iter=10_000, tol=1e-6)
    labels = np.zeros(space.background, np.int8)
    labels[said.likes[said.likes < space.background]] = 1
    typed = said.likes[said.likes >= space.background]
    rows = space.papers
    if len(typed):
        rows = csr_array(vstack([rows, space.known[typed]], format="csr"))
        labels = np.concatenate([labels, np.ones(len(typed), np.int8)])
    svm.fit(rows, labels)
    return np.asarray(svm.coef_[0], dtype=np.float32)


def scholar_inbox(space: Space, said: Said) -> Floats:
    """Rank by logistic regression against 5,000 random papers, both sides of equal weight.

    An explicit dislike weighs as much as nine of the random papers (Scholar Inbox, 2025).
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes seconds

    other = np.ones(space.background, bool)
    other[said.likes[said.likes < space.background]] = False
    others = np.flatnonzero(other)
    rng = np.random.default_rng(said.seed)
    negatives = rng.choice(others, min(NEGATIVES, len(others)), replace=False)
    parts = (said.likes, said.dislikes, negatives)
    rows = csr_array(
        vstack([space.known[part] for part in parts], format="csr")
    )
    sizes = [len(part) for part in parts]
    weights = np.repeat([1.0, DISLIKE, 1.0], sizes)
    labels = np.repeat([1, 0, 0], sizes)
    # As class_weight="balanced" does it, with a dislike counted as so many rows.
    half = weights.sum() / 2
    for side in (labels == 1, labels == 0):
        weights[side] *= half / weights[side].sum()
    regression = LogisticRegression(C=0.4, max_iter=1_000)
    regression.fit(rows, labels, sample_weight=weights)
    return np.asarray(space.new @ regression.coef_[0].astype(np.float32))


def zotero(space: Space, said: Said) -> Floats:
    """Rank by cosines to each liked paper, the newest first (zotero-arxiv-daily).

    The n-th newest weighs 1 / (1 + log10 n); vectors are latent dimensions, not a language
    model's.
    """
    known, new = space.lsa
    newest = said.likes[np.argsort(said.ages, kind="stable")]
    weights = 1 / (1 + np.log10(np.arange(1, len(newest) + 1)))
    return np.asarray(new @ (weights @ known[newest]), dtype=np.float32)


MODELS: dict[str, Model] = {
    "random": chance,
    "popularity": popularity,
    "centroid": centroid,
    "arxiv-sanity": arxiv_sanity,
    "scholar-inbox": scholar_inbox,
    "zotero": zotero,
}
