"""What one reader likes: one weight per term and dimension, a sum over what they said."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Floats, Vectors, about

LIKE = 1.0
DISLIKE = -0.4
WANTED = 3.0
MUTED = -1.0
EDITED = 2.0  # a word moved by hand: more than a like, less than a topic of one's own
FORGETTING = 0.01  # a day; measured on readers of a paper service, worth 0.3 nDCG points


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a reader said: of a paper (`ref` its id) or of a topic (`ref` its text)."""

    kind: str  # like, dislike, wanted, muted, more, less
    ref: int | str
    weight: float


def rated(paper_id: int, value: int, age: int) -> Evidence:
    """Weigh a rating (1 or −1) that is `age` whole days old."""
    kind, weight = ("like", LIKE) if value > 0 else ("dislike", DISLIKE)
    return Evidence(kind, paper_id, weight * math.exp(-FORGETTING * max(age, 0)))


def moved(term: str, value: int) -> Evidence:
    """Weigh a word of the taste that its reader moved up (1) or down (−1)."""
    return Evidence("more" if value > 0 else "less", term, EDITED * value)


@dataclass(frozen=True, slots=True)
class Profile:
    """The weights, and the evidence they are the sum of (`vectors` holds a row for each).

    A paper's score is `paper.sparse · sparse + paper.dense · common + direction · about`.
    """

    evidence: tuple[Evidence, ...]
    vectors: Vectors
    sparse: Floats
    common: Floats
    about: Floats
    share: float  # what being about the same counted

    def score(self, vectors: Vectors) -> Floats:
        """Return how well each of n papers fits, shape (n,), unbounded; 0 says nothing."""
        # Row by row: in a matrix product the last bits depend on the papers beside a paper.
        words = vectors.sparse @ self.sparse + np.vecdot(vectors.dense, self.common)
        return np.asarray(words + np.vecdot(vectors.dense, self.about) / vectors.lengths)

    def shares(self, paper: Vectors) -> Floats:
        """Return what each piece of evidence adds to one paper's score, shape (evidence,)."""
        weights = np.array([e.weight for e in self.evidence], np.float32)
        return np.asarray(self.vectors.product(paper, self.share)[:, 0] * weights)


def learn(evidence: Sequence[Evidence], vectors: Vectors, *, share: float | None = None) -> Profile:
    """Learn a profile; row i of `vectors` is what evidence i speaks of.

    `share` is what being about the same counts, where the evidence is a part of what was said.

    A sum over the evidence, so taking a piece back restores the profile, and a like never lowers
    its own paper or a copy of it.
    """
    if len(evidence) != len(vectors):
        raise ValueError(f"{len(evidence)} pieces of evidence, but {len(vectors)} vectors")
    weights = np.array([e.weight for e in evidence], np.float32)
    if share is None:
        share = about(float(np.abs(weights).sum()))
    sparse = np.asarray(vectors.sparse.T @ weights, dtype=np.float32)
    common, towards = -(weights @ vectors.dense), (weights / vectors.lengths) @ vectors.dense
    about_ = np.asarray(share * towards, dtype=np.float32)
    return Profile(tuple(evidence), vectors, sparse, np.asarray(common), about_, share)
