"""What one reader likes: one weight per term and dimension, a sum over what they said."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recommender.features import Doubles, Floats, Vectors, about

LIKE = 1.0

# A typed topic, and what a paper gains that literally says it.
WANTED = 2.5
SAYS = 1.0

MUTED = -1.0

# A word moved by hand: more than a like, less than a topic of one's own.
EDITED = 2.0

# A day. Old ratings still tell: 1 % a day cost a fifth of the hits among authors' later papers.
FORGETTING = 0.001

# A dislike counts by how much its paper was expected to be liked: this at the most, half of it
# for a paper that scores as high as `EXPECTED`.
DISLIKE = 2.0
EXPECTED = 2.0

# What a dislike takes of an older like of the same kind: tastes move on.
ERODING = 0.2

# A topic is trusted like so many likes near it, against the dislikes near it; the share that
# is left to the likes counts with this power.
TRUST = 3.0
DISTRUST = 2

# Days: of what was said before anybody counted.
LONG_AGO = 100_000

# Dislikes of papers that say a topic, with no like near it, from which its reader is asked about
# it: after some more of them no pick is near it any more.
DOUBTED = 4

# Dislikes that teach: the latest, as the time to weigh them grows with their cube.
MOST_DISLIKES = 200
STEPS, SETTLED = 25, 1e-6

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing a reader said: of a paper (`ref` its id) or of a topic (`ref` its text).

    `age` is how many whole days ago it was said; where nobody knows, long ago.
    """

    kind: str  # like, dislike, wanted, muted, more, less
    ref: int | str
    weight: float
    age: int = LONG_AGO

    @property
    def is_phrase(self) -> bool:
        """Tell whether papers that literally say it gain or lose by that."""
        return self.kind in {"wanted", "more", "less"}


def rated(paper_id: int, value: int, age: int) -> Evidence:
    """Weigh a rating (1 or −1) that is `age` whole days old; a dislike at its most."""
    kind, weight = ("like", LIKE) if value > 0 else ("dislike", -DISLIKE)
    return Evidence(
        kind, paper_id, weight * math.exp(-FORGETTING * max(age, 0)), age
    )


def moved(term: str, value: int) -> Evidence:
    """Weigh a word of the taste that its reader moved up (1) or down (−1)."""
    return Evidence("more" if value > 0 else "less", term, EDITED * value)


@dataclass(frozen=True, slots=True)
class Profile:
    """The weights, and the evidence they are the sum of (`vectors` holds a row for each).

    `says` (evidence, phrases) tells which of the evidence's phrases a rated paper literally says.
    A paper's score is `paper.sparse · sparse + paper.dense · common + direction · about`, and
    what the phrases add that it literally says.
    """

    evidence: tuple[Evidence, ...]
    vectors: Vectors
    sparse: Floats
    common: Floats
    about: Floats
    share: float  # what being about the same counted
    says: Mask

    @property
    def phrases(self) -> list[int]:
        """Return the places of the evidence that papers can literally say."""
        return [i for i, piece in enumerate(self.evidence) if piece.is_phrase]

    @property
    def gains(self) -> Floats:
        """Return what a paper gains that literally says each phrase: its share of full weight."""
        return np.array(
            [_gain(self.evidence[i]) for i in self.phrases], np.float32
        )

    def score(self, vectors: Vectors, says: Mask | None = None) -> Floats:
        """Return how well each of n papers fits, shape (n,), unbounded; 0 says nothing.

        `says` (n, phrases) tells which of the evidence's phrases, in its order, each paper says.
        """
        # Row by row: in a matrix product the last bits depend on the papers beside a paper.
        words = vectors.sparse @ self.sparse + np.vecdot(
            vectors.dense, self.common
        )
        taste = words + np.vecdot(vectors.dense, self.about) / vectors.lengths
        return np.asarray(
            taste if says is None else taste + self.spoken(says), np.float32
        )

    def spoken(self, says: Mask) -> Floats:
        """Return what n papers gain by the phrases they say: by the best and the worst of them."""
        parts = np.where(says, self.gains, 0)
        return np.asarray(
            parts.max(axis=1, initial=0) + parts.min(axis=1, initial=0),
            dtype=np.float32,
        )

    def shares(self, paper: Vectors, says: Mask | None = None) -> Floats:
        """Return what each piece of evidence adds to one paper's score, shape (evidence,)."""
        weights = np.array([e.weight for e in self.evidence], np.float32)
        shares = np.asarray(
            self.vectors.product(paper, self.share)[:, 0] * weights
        )
        if says is not None and says.any():
            gains = np.where(says[0], self.gains, 0)
            for place in {int(gains.argmax()), int(gains.argmin())}:
                shares[self.phrases[place]] += gains[place]
        return shares


def learn(
    evidence: Sequence[Evidence], vectors: Vectors, says: Mask | None = None
) -> Profile:
    """Learn a profile; row i of `vectors` is what evidence i speaks of.

    `says` (evidence, phrases) tells which of the typed phrases, in the order of the evidence,
    a rated paper literally says.

    A sum over the evidence, so a like never lowers its own paper or a copy of it, and taking a
    piece back restores the profile.
    """
    if len(evidence) != len(vectors):
        raise ValueError(
            f"{len(evidence)} pieces of evidence, but {len(vectors)} vectors"
        )
    if says is None:
        says = _silent(evidence)
    eroded = _restated(_eroded(evidence, vectors), vectors, says)
    trusted = _trusted(eroded, vectors, says)
    return combine(_doubted(trusted, vectors, says), vectors, says)


def combine(
    evidence: Sequence[Evidence],
    vectors: Vectors,
    says: Mask | None = None,
    *,
    share: float | None = None,
) -> Profile:
    """Return the profile that is the sum of evidence of final weight.

    `share` is what being about the same counts, where the evidence is a part of what was said.
    """
    weights = np.array([e.weight for e in evidence], np.float32)
    if share is None:
        share = about(float(weights[weights > 0].sum()))
    sparse = np.asarray(vectors.sparse.T @ weights, dtype=np.float32)
    common, towards = (
        -(weights @ vectors.dense),
        (weights / vectors.lengths) @ vectors.dense,
    )
    about_ = np.asarray(share * towards, dtype=np.float32)
    spoken = _silent(evidence) if says is None else says
    return Profile(
        tuple(evidence),
        vectors,
        sparse,
        np.asarray(common),
        about_,
        share,
        spoken,
    )


def doubts(scores: Doubles, most: Doubles, kernel: Doubles) -> Doubles:
    """Return the weights of d dislikes by how much each paper was expected to be liked.

    The weight of a dislike is `−most · σ(score − EXPECTED)`, where the score already counts the
    other dislikes: a logistic loss in the space of the `kernel` (d, d), with the likes' `scores`
    (d,) as offset, solved by Newton's method (Rasmussen and Williams, 2006, section 3.4). It is
    convex, so that what raises a score before it raises it after it.
    """

    def loss(weights: Doubles) -> float:
        margins = scores - EXPECTED + kernel @ weights
        return float(
            weights @ kernel @ weights / 2 + most @ np.logaddexp(0, margins)
        )

    weights = -most * expit(scores - EXPECTED)
    for _ in range(STEPS):
        expected = expit(scores - EXPECTED + kernel @ weights)
        curvature = most * expected * (1 - expected)
        step = np.linalg.solve(
            np.eye(len(most)) + curvature[:, None] * kernel,
            weights + most * expected,
        )
        size, before = 1.0, loss(weights)
        while loss(weights - size * step) > before + SETTLED and size > SETTLED:
            size /= 2
        weights = weights - size * step
        if np.abs(step).max() < SETTLED:
            break
    return weights


def doubted(profile: Profile) -> list[str]:
    """Return the typed topics that dislikes near them left as little of as four alone would."""
    least = WANTED * (TRUST / (TRUST + DOUBTED)) ** DISTRUST
    return [
        str(piece.ref)
        for piece in profile.evidence
        if piece.kind == "wanted" and piece.weight < least + SETTLED
    ]


def _silent(evidence: Sequence[Evidence]) -> Mask:
    """Return the mask of papers that say none of the evidence's phrases."""
    return np.zeros(
        (len(evidence), sum(piece.is_phrase for piece in evidence)), bool
    )


def _gain(phrase: Evidence) -> float:
    if phrase.kind == "wanted":
        return SAYS * phrase.weight / WANTED
    return math.copysign(SAYS, phrase.weight)


def _eroded(evidence: Sequence[Evidence], vectors: Vectors) -> list[Evidence]:
    """Return the evidence with each like less by the dislikes near it that came on later days."""
    likes = [i for i, piece in enumerate(evidence) if piece.kind == "like"]
    dislikes = [
        i for i, piece in enumerate(evidence) if piece.kind == "dislike"
    ]
    eroded = list(evidence)
    if not likes or not dislikes:
        return eroded
    directions = vectors.directions
    near = np.maximum(directions[likes] @ directions[dislikes].T, 0)
    ages = np.array([piece.age for piece in evidence])
    later = ages[dislikes] < ages[likes][:, None]
    left = np.exp(-ERODING * (near * later).sum(axis=1))
    for i, share in zip(likes, left, strict=True):
        eroded[i] = replace(
            evidence[i], weight=evidence[i].weight * float(share)
        )
    return eroded


def _restated(
    evidence: Sequence[Evidence], vectors: Vectors, says: Mask
) -> list[Evidence]:
    """Return the evidence with topics that outweigh the likes from before all of them.

    Whose topics are all newer than some likes has told anew what they want: together these
    topics weigh as much as those likes, as far as the likes are not near them.
    """
    topics = [i for i, piece in enumerate(evidence) if piece.kind == "wanted"]
    oldest = max((evidence[i].age for i in topics), default=LONG_AGO)
    before = [
        i
        for i, piece in enumerate(evidence)
        if piece.kind == "like" and piece.age > oldest
    ]
    restated = list(evidence)
    if not before:
        return restated
    places = [i for i, piece in enumerate(evidence) if piece.is_phrase]
    near = np.maximum(
        vectors.directions[before] @ vectors.directions[topics].T, 0
    )
    near = np.where(says[before][:, [places.index(i) for i in topics]], 1, near)
    weights = np.array([evidence[i].weight for i in before])
    outvoted = float(weights @ (1 - np.minimum(near.max(axis=1), 1)))
    for i in topics:
        restated[i] = replace(
            evidence[i], weight=max(evidence[i].weight, outvoted)
        )
    return restated


def _trusted(
    evidence: Sequence[Evidence], vectors: Vectors, says: Mask
) -> list[Evidence]:
    """Return the evidence with each typed topic less by the dislikes near it.

    A rating is near as far as its paper is about the topic, and wholly where it says it; a like
    counts by what later dislikes left of it.
    """
    phrases = [i for i, piece in enumerate(evidence) if piece.is_phrase]
    ratings = [
        i
        for i, piece in enumerate(evidence)
        if piece.kind in {"like", "dislike"}
    ]
    if not phrases or not ratings:
        return list(evidence)
    directions = vectors.directions
    near = np.maximum(directions[ratings] @ directions[phrases].T, 0)
    near = np.where(says[ratings], 1, near)
    likes = np.array([max(evidence[i].weight, 0) for i in ratings]) @ near
    dislikes = np.array([evidence[i].kind == "dislike" for i in ratings]) @ near
    trust = np.minimum((TRUST + likes) / (TRUST + dislikes), 1) ** DISTRUST
    weighed = list(evidence)
    for place, i in enumerate(phrases):
        if evidence[i].kind == "wanted":
            weighed[i] = replace(
                evidence[i], weight=evidence[i].weight * float(trust[place])
            )
    return weighed


def _doubted(
    evidence: Sequence[Evidence], vectors: Vectors, says: Mask
) -> list[Evidence]:
    """Return the evidence with each dislike weighed by how much its paper was expected."""
    dislikes = [
        i for i, piece in enumerate(evidence) if piece.kind == "dislike"
    ]
    if not dislikes:
        return list(evidence)
    rest = [i for i, piece in enumerate(evidence) if piece.kind != "dislike"]
    profile = combine([evidence[i] for i in rest], vectors.take(rest))
    latest = sorted(dislikes, key=lambda i: (evidence[i].age, -i))[
        :MOST_DISLIKES
    ]
    papers = vectors.take(latest)
    kernel = papers.product(papers, profile.share).astype(np.float64)
    most = np.array([-evidence[i].weight for i in latest])
    scores = profile.score(papers, says[latest]).astype(np.float64)
    weighed = list(evidence)
    for i in dislikes:
        weighed[i] = replace(evidence[i], weight=0.0)
    for i, weight in zip(latest, doubts(scores, most, kernel), strict=True):
        weighed[i] = replace(evidence[i], weight=float(weight))
    return weighed
