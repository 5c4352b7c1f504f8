"""Candidates in order: scored, ranked by the rules of the picks, and spread out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.features import Floats, Vectors
from recommender.profile import WANTED, Profile

POPULARITY = 0.1  # what a day's most upvoted paper adds; a like of a close paper adds about 0.3
MOST_FOLLOWED = 3  # later ones wait a day
NEAR_TOPIC = 0.1  # similarity from which a paper may take a topic's place
POOL = 50  # how far down the order spreading out may reach

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
        return Candidates(self.ids[:n], self.vectors.take(slice(n)), self.popularity[:n])


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper chosen for a reader: its `row` among the candidates, why, and its score."""

    row: int
    paper_id: int
    score: float
    policy: str  # follow, interest, score, fallback
    interest: int | None = None  # which interest's place it took


def scores(candidates: Candidates, profile: Profile, prior: Floats | float = 0.0) -> Floats:
    """Return the (n,) scores: taste, popularity, and `prior` (what else speaks for a paper)."""
    taste = profile.score(candidates.vectors)
    return np.asarray(taste + POPULARITY * candidates.popularity + prior, dtype=np.float32)


def recommend(
    candidates: Candidates,
    scored: Floats,
    n: int,
    *,
    allowed: Mask | None = None,
    followed: Mask | None = None,
    near: Floats | None = None,
    fallback: bool = False,
) -> list[Recommendation]:
    """Choose at most n of the `allowed` candidates, best first within each right.

    Followed authors come first, at most three; then each interest gets the best paper near it,
    while places last (`near`: (candidates, interests) similarities); the rest goes by score,
    spread out. `fallback` says that nothing is known of this reader yet: popular papers of
    different kinds.
    """
    order = _order(candidates, scored, allowed)
    rows = order[:0]
    if followed is not None:
        rows = order[followed[order]][: min(n, MOST_FOLLOWED)]
        order = order[~followed[order]]  # those over three wait a day
    chosen = [_pick(candidates, scored, row, "follow") for row in rows]
    if near is not None:
        for row, interest in _interests(order, scored, near, n - len(chosen)):
            chosen.append(_pick(candidates, scored, row, "interest", interest))
    rest = order[~np.isin(order, [pick.row for pick in chosen])]
    policy, spread = ("fallback", 0.5) if fallback else ("score", 0.25)
    more = diversify(rest, scored, candidates.vectors, n - len(chosen), spread)
    return chosen + [_pick(candidates, scored, row, policy) for row in more]


def diversify(order: Rows, scored: Floats, vectors: Vectors, n: int, spread: float) -> list[int]:
    """Choose n rows from the head of `order`, each good and unlike those before it.

    Maximal marginal relevance (Carbonell and Goldstein, 1998) over the first rows of the
    order; `spread` between 0 (score alone) and 1 (difference alone).
    """
    pool = order[: POOL + 5 * n]
    if n <= 0 or len(pool) == 0:
        return []
    head = scored[pool]
    relevance = (head - head.min()) / max(float(np.ptp(head)), 1e-9)
    directions = vectors.take(pool).directions  # what papers are about, not which words they share
    alike = directions @ directions.T
    nearest = np.zeros(len(pool), np.float32)
    left = np.ones(len(pool), bool)
    rows: list[int] = []
    while len(rows) < min(n, len(pool)):
        value = np.where(left, (1 - spread) * relevance - spread * nearest, -np.inf)
        best = int(np.argmax(value))  # the first of equals: the pool is in order
        rows.append(int(pool[best]))
        left[best] = False
        nearest = np.maximum(nearest, alike[best])
    return rows


def _order(candidates: Candidates, scored: Floats, allowed: Mask | None) -> Rows:
    rows = np.arange(len(candidates)) if allowed is None else np.flatnonzero(allowed)
    # Ties go to the smaller id, so that the order of the candidates never shows.
    return rows[np.lexsort((candidates.ids[rows], -scored[rows]))]


def _interests(order: Rows, scored: Floats, near: Floats, n: int) -> list[tuple[int, int]]:
    """Return a row for each interest: the best paper near it that is not yet taken.

    The other interests' part is taken out of the scores, which are sums: else a paper between
    two interests would win both places, and neither would get what is really its own.
    """
    near = near[order]
    own = scored[order][:, None] - WANTED * (near.sum(axis=1, keepdims=True) - near)
    own[near < NEAR_TOPIC] = -np.inf
    places: list[tuple[int, int]] = []
    for interest in range(near.shape[1] if len(order) else 0):
        best = int(np.argmax(own[:, interest]))
        if len(places) < n and own[best, interest] > -np.inf:
            places.append((int(order[best]), interest))
            own[best] = -np.inf
    return places


def _pick(
    candidates: Candidates,
    scored: Floats,
    row: int | np.intp,
    policy: str,
    interest: int | None = None,
) -> Recommendation:
    return Recommendation(int(row), int(candidates.ids[row]), float(scored[row]), policy, interest)
