"""The rules of the picks: which papers a reader gets, by what right, and in which order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from recommender import interests, ranking
from recommender.expectation import Expectation, expect
from recommender.features import Floats
from recommender.profile import Profile
from recommender.ranking import Candidates, Mask, Recommendation

# How long a paper counts as new after it was first listed.
FRESH = timedelta(days=14)

# Followed authors' papers a day; later ones wait.
MOST_FOLLOWED = 3

# The share of days that explore, and of days that prove the picks against popularity.
ONE_IN_FIVE = 0.2

# Ratings before which nothing is explored: until then every pick is news.
RATINGS_TO_EXPLORE = 10

# The percentile of its day above which a paper has votes that tell something: where none are
# counted, it is a half.
UPVOTED = 0.5

# Picks below which none is given away for the proof.
FEWEST_TO_PROVE = 3


@dataclass(frozen=True, slots=True)
class Day:
    """What is special about a reader's day; the draws of its `rng` are the day's own."""

    explores: bool = False
    proves: bool = False
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """n papers on offer to one reader, newest first, and what each may be shown for.

    The first of them, the `new` ones, were listed in the last 14 days. `allowed` papers are
    neither rated nor muted nor `shown` before; a followed author wrote the `followed` ones, and
    one of whom only what fits is wanted the `fitting` ones. `says` (n, phrases) tells which of the
    profile's phrases each paper literally says. The first `newest` are of the last listed day.
    """

    candidates: Candidates
    new: Candidates
    allowed: Mask
    shown: Mask
    followed: Mask
    fitting: Mask
    says: Mask
    newest: int

    @property
    def fresh(self) -> "Offer":
        """Return the new papers alone."""
        return self._of(self.new)

    @property
    def whole(self) -> "Offer":
        """Return all papers, with masks of their own."""
        return self._of(self.candidates)

    def _of(self, candidates: Candidates) -> "Offer":
        n = len(candidates)
        return Offer(
            candidates=candidates,
            new=self.new,
            allowed=self.allowed[:n].copy(),
            shown=self.shown[:n],
            followed=self.followed[:n].copy(),
            fitting=self.fitting[:n].copy(),
            says=self.says[:n],
            newest=min(self.newest, n),
        )


@dataclass(frozen=True, slots=True)
class Picks:
    """What a reader gets: the picks in their order.

    `held_back` counts the places left open because nothing else was above the reader's bar, and
    `expectation` tells what share of such papers the reader likes.
    """

    chosen: Sequence[Recommendation]
    held_back: int
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class _Scored:
    """Papers on offer with their scores, what is expected of these, and the reader's bar."""

    offer: Offer
    scores: Floats
    expectation: Expectation
    bar: str

    @property
    def least(self) -> float:
        """Return the score that a paper must be above; −∞ where every paper passes."""
        return self.expectation.score_at(self.bar)

    @property
    def good(self) -> Mask:
        """Tell which allowed papers are above the bar."""
        return np.asarray(self.offer.allowed & (self.scores > self.least))


def day(seed: str, *, explores: bool, ratings: int) -> Day:
    """Draw a reader's day by a seed of reader and date, so that it stays the same.

    One day in five explores, once there are ten ratings; another one in five gives a place to
    the proof. Who does not want that has ordinary days.
    """
    rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
    drawn = rng.random()
    novel = explores and drawn < ONE_IN_FIVE and ratings >= RATINGS_TO_EXPLORE
    return Day(novel, explores and ONE_IN_FIVE <= drawn < 2 * ONE_IN_FIVE, rng)


def choose(
    profile: Profile,
    offer: Offer,
    n: int,
    *,
    bar: str = "off",
    day: Day | None = None,
) -> Picks:
    """Choose at most n papers: fresh ones, and where these are too few older ones after them."""
    new = offer.fresh
    scored = scores(profile, new)
    fresh = _Scored(new, scored, expect(profile, scored), bar)
    chosen = _ranked(profile, fresh, n)
    # Followed papers that wait for another day are held back by no bar.
    free = int(fresh.offer.allowed.sum()) + sum(
        pick.policy == "follow" for pick in chosen
    )
    is_open = bool(np.isneginf(fresh.least))
    if (
        len(chosen) < n
        and (free < n or is_open)
        and len(offer.candidates) > len(offer.new)
    ):
        chosen += _older(profile, offer, n - len(chosen), fresh, chosen)
    if day is not None and profile.evidence:
        chosen = _special(profile, fresh, chosen, day)
    held_back = 0 if is_open else max(min(n, free) - len(chosen), 0)
    return Picks(chosen, held_back, fresh.expectation)


def scores(profile: Profile, offer: Offer) -> Floats:
    """Return what each paper on offer is worth to a reader, shape (n,)."""
    return ranking.scores(offer.candidates, profile, offer.says)


def _older(
    profile: Profile,
    offer: Offer,
    n: int,
    fresh: _Scored,
    chosen: Sequence[Recommendation],
) -> list[Recommendation]:
    """Choose among the papers that are not fresh any more."""
    whole = offer.whole
    scored = _Scored(
        whole, scores(profile, whole), fresh.expectation, fresh.bar
    )
    scored.offer.allowed[: len(offer.new)] = False
    if any(pick.policy == "follow" for pick in chosen):
        scored.offer.followed[:] = scored.offer.fitting[:] = False
    return _ranked(profile, scored, n)


def _ranked(profile: Profile, scored: _Scored, n: int) -> list[Recommendation]:
    """Choose by the order of right: followed authors, places in turn, the rest by score."""
    follows = _followed(profile, scored, n)
    if not profile.evidence:
        return follows + _popular(scored, n - len(follows), follows)
    placed = _placed(profile, scored, n - len(follows), follows)
    rest = scored.good
    rest[[pick.row for pick in (*follows, *placed)]] = False
    candidates = scored.offer.candidates
    order = ranking.ordered(candidates, scored.scores, rest)
    rows = ranking.diversify(
        order,
        scored.scores,
        candidates.vectors,
        n - len(follows) - len(placed),
        ranking.SPREAD,
    )
    best = [
        ranking.pick(candidates, scored.scores, row, "score") for row in rows
    ]
    return follows + sorted(
        placed + best, key=lambda pick: (-pick.score, pick.paper_id)
    )


def _followed(
    profile: Profile, scored: _Scored, n: int
) -> list[Recommendation]:
    """Choose followed authors' papers, at most three; later ones wait a day."""
    offer = scored.offer
    fair = scored.scores >= scored.expectation.score_at("fair")
    wanted = offer.followed | (offer.fitting & fair & bool(profile.evidence))
    rows = ranking.ordered(
        offer.candidates, scored.scores, offer.allowed & wanted
    )
    # Those over three wait, whatever else speaks for them.
    offer.allowed[rows] = False
    return [
        ranking.pick(offer.candidates, scored.scores, row, "follow")
        for row in rows[: min(n, MOST_FOLLOWED)]
    ]


def _popular(
    scored: _Scored, n: int, follows: Sequence[Recommendation]
) -> list[Recommendation]:
    """Choose popular papers of different kinds for a reader of whom nothing is known."""
    candidates, allowed = scored.offer.candidates, scored.offer.allowed.copy()
    allowed[[pick.row for pick in follows]] = False
    order = ranking.ordered(candidates, candidates.popularity, allowed)
    rows = ranking.diversify(
        order,
        candidates.popularity,
        candidates.vectors,
        n,
        ranking.SPREAD_UNKNOWN,
    )
    return [
        ranking.pick(candidates, scored.scores, row, "fallback") for row in rows
    ]


def _placed(
    profile: Profile, scored: _Scored, n: int, taken: Sequence[Recommendation]
) -> list[Recommendation]:
    """Give each topic and each interest in the likes a place, who got least lately first."""
    offer = scored.offer
    groups = interests.topics(profile.evidence)
    groups += interests.split(profile.evidence, profile.vectors)
    places = interests.places(
        profile, groups, offer.candidates.vectors, offer.says
    )
    if places is None:
        return []
    free = scored.good
    free[[pick.row for pick in taken]] = False
    order = ranking.ordered(offer.candidates, scored.scores, free)
    pairs = ranking.placed(
        order, scored.scores, places, ranking.turns(places, offer.shown), n
    )
    return [
        ranking.pick(offer.candidates, scored.scores, row, "interest", interest)
        for row, interest in pairs
    ]


def _special(
    profile: Profile, fresh: _Scored, chosen: list[Recommendation], day: Day
) -> list[Recommendation]:
    """Give the last place to a novel paper, or to the most upvoted one, as the day wants it."""
    if not chosen or chosen[-1].policy == "follow":
        return chosen
    if day.explores:
        free = fresh.offer.allowed.copy()
        free[[pick.row for pick in chosen if pick.row < len(free)]] = False
        row = _novel(profile, fresh, free, day.rng)
        return (
            chosen
            if row is None
            else [*chosen[:-1], _at(fresh, row, "explore")]
        )
    if day.proves and len(chosen) >= FEWEST_TO_PROVE:
        row = _most_upvoted(fresh)
        return (
            chosen if row is None else _proved(chosen, _at(fresh, row, "proof"))
        )
    return chosen


def _proved(
    chosen: Sequence[Recommendation], proof: Recommendation
) -> list[Recommendation]:
    """Give the last place to the proof, also where the taste has chosen the same paper."""
    others = [pick for pick in chosen if pick.row != proof.row]
    return [*others[: len(chosen) - 1], proof]


def _at(scored: _Scored, row: int, policy: str) -> Recommendation:
    return ranking.pick(scored.offer.candidates, scored.scores, row, policy)


def _novel(
    profile: Profile, fresh: _Scored, free: Mask, rng: random.Random
) -> int | None:
    """Draw one of the most novel papers of the better half that are above the bar."""
    candidates = fresh.offer.candidates
    order = ranking.ordered(candidates, fresh.scores, free)
    order = order[: max(len(order) // 2, 1)]
    order = order[fresh.good[order]]
    if not len(order) or not len(profile.vectors):
        return None
    return int(
        rng.choice(ranking.novel(candidates, order, profile.vectors).tolist())
    )


def _most_upvoted(fresh: _Scored) -> int | None:
    """Return the most upvoted unseen paper of the last listed day; None where votes tell nothing.

    Followed authors' papers have their own right, and are not among them.
    """
    candidates, newest = fresh.offer.candidates, fresh.offer.allowed.copy()
    newest[fresh.offer.newest :] = False
    if not (candidates.popularity[newest] > UPVOTED).any():
        return None
    return int(ranking.ordered(candidates, candidates.popularity, newest)[0])
