"""Candidates in order: scored, spread out, and given to the interests they are near."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.features import Floats, Vectors
from recommender.profile import Profile

# What the most upvoted paper of a day adds: it parts equals, and lifts nothing.
POPULARITY = 0.01

# From which a paper may take an interest's place.
NEAR = 0.1

# How much unlikeness counts beside the score: among the picks of a reader, among those for a
# reader of whom nothing is known, and among the papers that a new reader is asked about.
SPREAD = 0.1
SPREAD_UNKNOWN = 0.5
ASKING = 0.4

# How many novel papers one is drawn from.
NOVEL = 20

# How far down the order spreading out may reach.
POOL = 50

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Candidates:
    """n papers that may be shown: their `ids`, `vectors`, and `popularity` between 0 and 1."""

    ids: NDArray[np.int64]
    vectors: Vectors
    popularity: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def head(self, n: int) -> "Candidates":
        """Return the first n."""
        return Candidates(
            self.ids[:n], self.vectors.take(slice(n)), self.popularity[:n]
        )


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper chosen for a reader: its `row` among the candidates, why, and its score."""

    row: int
    paper_id: int
    score: float
    policy: str  # follow, interest, score, fallback, explore, proof
    interest: int | None = None  # which interest's place it took


@dataclass(frozen=True, slots=True)
class Places:
    """What k interests say of n candidates: how `near` each is, and what they add to scores."""

    near: Floats
    parts: Floats

    def head(self, n: int) -> "Places":
        """Return what they say of the first n candidates."""
        return Places(self.near[:n], self.parts[:n])


def scores(
    candidates: Candidates, profile: Profile, says: Mask | None = None
) -> Floats:
    """Return the (n,) scores: taste, with the phrases that papers literally say, and popularity."""
    taste = profile.score(candidates.vectors, says)
    return np.asarray(
        taste + POPULARITY * candidates.popularity, dtype=np.float32
    )


def novel(candidates: Candidates, order: Rows, known: Vectors) -> Rows:
    """Return those rows of an order that are least like anything `known` of a reader."""
    nearest = candidates.vectors.take(order).similarity(known).max(axis=1)
    return order[np.argsort(nearest, kind="stable")[:NOVEL]]


def to_ask(
    candidates: Candidates,
    scored: Floats,
    n: int,
    *,
    allowed: Mask | None = None,
) -> list[int]:
    """Choose n papers that teach most about a new reader: likely to be liked, and spread out."""
    order = ordered(candidates, scored, allowed)
    return diversify(order, scored, candidates.vectors, n, ASKING)


def diversify(
    order: Rows, scored: Floats, vectors: Vectors, n: int, spread: float
) -> list[int]:
    """Choose n rows from the head of `order`, each good and unlike those before it.

    Maximal marginal relevance (Carbonell and Goldstein, 1998) over the first rows of the
    order; `spread` between 0 (score alone) and 1 (difference alone).
    """
    pool = order[: POOL + 5 * n]
    if n <= 0 or len(pool) == 0:
        return []
    head = scored[pool]
    relevance = (head - head.min()) / max(float(np.ptp(head)), 1e-9)
    directions = vectors.take(
        pool
    ).directions  # what papers are about, not which words they share
    alike = directions @ directions.T
    nearest = np.zeros(len(pool), np.float32)
    left = np.ones(len(pool), bool)
    rows: list[int] = []
    while len(rows) < min(n, len(pool)):
        value = np.where(
            left, (1 - spread) * relevance - spread * nearest, -np.inf
        )
        best = int(
            np.argmax(value)
        )  # the first of equals: the pool is in order
        rows.append(int(pool[best]))
        left[best] = False
        nearest = np.maximum(nearest, alike[best])
    return rows


def ordered(
    candidates: Candidates, scored: Floats, allowed: Mask | None = None
) -> Rows:
    """Return the rows of the allowed candidates from the best to the worst."""
    rows = (
        np.arange(len(candidates))
        if allowed is None
        else np.flatnonzero(allowed)
    )
    # Ties go to the smaller id, so that the order of the candidates never shows.
    return rows[np.lexsort((candidates.ids[rows], -scored[rows]))]


def turns(places: Places, shown: Mask) -> list[int]:
    """Return the interests in the order of their turns: who got least of the `shown` papers first.

    A shown paper was its nearest interest's, if it is near any.
    """
    near = places.near[shown]
    owners = near.argmax(axis=1)[near.max(axis=1) >= NEAR]
    received = np.bincount(owners, minlength=places.near.shape[1])
    return [int(interest) for interest in np.argsort(received, kind="stable")]


def placed(
    order: Rows, scored: Floats, places: Places, turns: Sequence[int], n: int
) -> list[tuple[int, int]]:
    """Return at most n (row, interest) pairs: the best paper near each interest, in their turns.

    The other interests' part is taken out of the scores, which are sums: else a paper between
    two interests would win both places, and neither would get what is really its own.
    """
    near, parts = places.near[order], places.parts[order]
    own = scored[order][:, None] - (parts.sum(axis=1, keepdims=True) - parts)
    own[near < NEAR] = -np.inf
    taken: list[tuple[int, int]] = []
    for interest in turns if len(order) else ():
        best = int(np.argmax(own[:, interest]))
        if len(taken) < n and own[best, interest] > -np.inf:
            taken.append((int(order[best]), interest))
            own[best] = -np.inf
    return taken


def pick(
    candidates: Candidates,
    scored: Floats,
    row: int | np.intp,
    policy: str,
    interest: int | None = None,
) -> Recommendation:
    """Return the candidate of a row as a recommendation."""
    return Recommendation(
        int(row), int(candidates.ids[row]), float(scored[row]), policy, interest
    )
