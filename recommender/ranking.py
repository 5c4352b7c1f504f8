"""Candidates in order: scored, ranked by the rules of the picks, and spread out."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.features import Floats, Vectors
from recommender.interleaving import team_draft
from recommender.profile import Profile

POPULARITY = 0.05  # what a day's most upvoted paper adds; a like of a close paper adds about 0.3
MOST_FOLLOWED = 3  # later ones wait a day
NEAR = 0.1  # from which a paper may take an interest's place
SPREAD = 0.25  # of the picks: how much unlikeness counts beside the score
ASKING = 0.4  # the same, of the papers that a new reader is asked about
NOVEL = 20  # how many novel papers one is drawn from
LIKES_FOR_BAR = 10
BARS = {"strict": 0.9, "normal": 0.8}  # quantiles of the quality bar; "off" is none
STRONG, FAIR = 0.95, 0.8  # quantiles from which a pick is called so
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
    policy: str  # follow, interest, score, fallback, explore
    interest: int | None = None  # which interest's place it took
    team: str = ""  # which order brought it, where two were interleaved


@dataclass(frozen=True, slots=True)
class Places:
    """What k interests say of n candidates: how `near` each is, and what they add to scores."""

    near: Floats
    parts: Floats

    def head(self, n: int) -> "Places":
        """Return what they say of the first n candidates."""
        return Places(self.near[:n], self.parts[:n])


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
    places: Places | None = None,
    fallback: bool = False,
    bar: float = -np.inf,
) -> list[Recommendation]:
    """Choose at most n of the `allowed` candidates, best first within each right.

    Followed authors come first, at most three; then each interest gets the best paper near it,
    while places last; the rest goes by score, spread out. Whoever is not followed must score
    above the `bar`. `fallback` says that nothing is known of this reader yet: popular papers of
    different kinds.
    """
    order = ordered(candidates, scored, allowed)
    rows = order[:0]
    if followed is not None:
        rows = order[followed[order]][: min(n, MOST_FOLLOWED)]
        order = order[~followed[order]]  # those over three wait a day
    chosen = [_pick(candidates, scored, row, "follow") for row in rows]
    order = order[scored[order] > bar]
    if places is not None:
        for row, interest in _interests(order, scored, places, n - len(chosen)):
            chosen.append(_pick(candidates, scored, row, "interest", interest))
    rest = order[~np.isin(order, [pick.row for pick in chosen])]
    policy, spread = ("fallback", 0.5) if fallback else ("score", SPREAD)
    more = diversify(rest, scored, candidates.vectors, n - len(chosen), spread)
    return chosen + [_pick(candidates, scored, row, policy) for row in more]


def explore(
    candidates: Candidates,
    scored: Floats,
    chosen: Sequence[Recommendation],
    known: Vectors,
    rng: random.Random,
    *,
    allowed: Mask | None = None,
) -> list[Recommendation]:
    """Replace the last pick by one of the most novel good papers, drawn at random.

    Good is the best half by score; novel is what is least like anything `known` of the reader.
    A followed author's paper keeps its place.
    """
    order = ordered(candidates, scored, allowed)
    good = order[: max(len(order) // 2, 1)]
    good = good[~np.isin(good, [pick.row for pick in chosen])]
    if not chosen or chosen[-1].policy == "follow" or not len(good) or not len(known):
        return list(chosen)
    nearest = candidates.vectors.take(good).similarity(known).max(axis=1)
    novel = good[np.argsort(nearest, kind="stable")[:NOVEL]]
    return [*chosen[:-1], _pick(candidates, scored, rng.choice(novel.tolist()), "explore")]


def interleave(
    candidates: Candidates,
    scored: Floats,
    chosen: Sequence[Recommendation],
    rng: random.Random,
    *,
    allowed: Mask | None = None,
) -> list[Recommendation]:
    """Mix the chosen papers with the most popular ones, team-draft; followed ones stay outside."""
    follows = [pick for pick in chosen if pick.policy == "follow"]
    personal = {pick.row: pick for pick in chosen if pick.policy != "follow"}
    popular = ordered(candidates, candidates.popularity, allowed)
    popular = popular[~np.isin(popular, [pick.row for pick in follows])][: 2 * len(chosen)]
    drawn = team_draft([*personal], popular.tolist(), len(personal), rng)
    mixed = [
        replace(personal.get(row) or _pick(candidates, scored, row, "popular"), team=team)
        for row, team in drawn
    ]
    return follows + mixed


def to_ask(
    candidates: Candidates, scored: Floats, n: int, *, allowed: Mask | None = None
) -> list[int]:
    """Choose n papers that teach most about a new reader: likely to be liked, and spread out."""
    order = ordered(candidates, scored, allowed)
    return diversify(order, scored, candidates.vectors, n, ASKING)


def bar(scored: Floats, likes: int, height: str) -> float:
    """Return the score a pick must be above: none before ten likes, then a quantile.

    `scored` are the last 30 days' papers for this reader, whatever was shown of them; `height`
    is strict, normal or off.
    """
    if height not in BARS or likes < LIKES_FOR_BAR or not len(scored):
        return -np.inf
    return float(np.quantile(scored, BARS[height]))


def strength(score: float, scored: Floats) -> str:
    """Say how strong a pick is among this reader's own last 30 days: strong, fair or a stretch."""
    below = float((scored < score).mean()) if len(scored) else 0.0
    return "strong" if below >= STRONG else "fair" if below >= FAIR else "stretch"


def fits(scores: Floats, scored: Floats) -> Mask:
    """Tell which scores are at least fair among a reader's own last 30 days, `scored`."""
    below = np.sort(scored).searchsorted(scores) / max(len(scored), 1)
    return np.asarray(below >= FAIR)


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


def ordered(candidates: Candidates, scored: Floats, allowed: Mask | None = None) -> Rows:
    """Return the rows of the allowed candidates from the best to the worst."""
    rows = np.arange(len(candidates)) if allowed is None else np.flatnonzero(allowed)
    # Ties go to the smaller id, so that the order of the candidates never shows.
    return rows[np.lexsort((candidates.ids[rows], -scored[rows]))]


def _interests(order: Rows, scored: Floats, places: Places, n: int) -> list[tuple[int, int]]:
    """Return a row for each interest: the best paper near it that is not yet taken.

    The other interests' part is taken out of the scores, which are sums: else a paper between
    two interests would win both places, and neither would get what is really its own.
    """
    near, parts = places.near[order], places.parts[order]
    own = scored[order][:, None] - (parts.sum(axis=1, keepdims=True) - parts)
    own[near < NEAR] = -np.inf
    taken: list[tuple[int, int]] = []
    for interest in range(near.shape[1] if len(order) else 0):
        best = int(np.argmax(own[:, interest]))
        if len(taken) < n and own[best, interest] > -np.inf:
            taken.append((int(order[best]), interest))
            own[best] = -np.inf
    return taken


def _pick(
    candidates: Candidates,
    scored: Floats,
    row: int | np.intp,
    policy: str,
    interest: int | None = None,
) -> Recommendation:
    return Recommendation(int(row), int(candidates.ids[row]), float(scored[row]), policy, interest)
