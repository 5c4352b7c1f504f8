"""The rules of the picks: which papers a reader gets, by which right, and in which order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from recommender import interests, ranking, second_look
from recommender.arrays import Floats, Mask, Rows
from recommender.expectation import Outlook
from recommender.interests import Interest
from recommender.offer import Offer
from recommender.profile import Profile
from recommender.ranking import InterestSlots, Recommendation

# How long a paper counts as new after it was first listed.
FRESH = timedelta(days=14)

# Followed authors' papers a day; later ones wait.
MAX_FOLLOWED = 3

# The share of days that explore, and of days that prove the picks against popularity.
SPECIAL_DAYS = 0.2

# Ratings before which nothing is explored: until then every pick is news.
MIN_RATINGS_TO_EXPLORE = 10

# The percentile of its day above which a paper has votes that tell something: where none are
# counted, it is a half.
MIN_POPULARITY_TO_PROVE = 0.5

# Picks below which none is given away for the proof.
MIN_PICKS_TO_PROVE = 3


@dataclass(frozen=True, slots=True)
class Day:
    """What is special about a reader's day; its random draws come from `rng`."""

    explores: bool = False
    proves: bool = False
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a draw


@dataclass(frozen=True, slots=True)
class Picks:
    """What a reader gets: the picks in their order.

    `held_back` places are left open because no other paper is above the reader's bar.
    `outlook` tells what share of papers with a given score the reader likes.
    """

    recommendations: Sequence[Recommendation]
    held_back: int
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class _ScoredOffer:
    """An offer with a score for each paper, and the bar that papers must be above."""

    offer: Offer
    scores: Floats
    outlook: Outlook
    bar: str

    @property
    def min_score(self) -> float:
        """Return the score that a paper must exceed; −∞ if every paper passes."""
        return self.outlook.score_at(self.bar)

    @property
    def passing(self) -> Mask:
        """Return which allowed papers are above the bar."""
        return np.asarray(self.offer.allowed & (self.scores > self.min_score))

    def recommend(
        self, row: int, policy: str, interest: int | None = None
    ) -> Recommendation:
        """Return the paper of a row as a recommendation."""
        return ranking.recommendation(
            self.offer.candidates, self.scores, row, policy, interest
        )


def draw_day(seed: str, *, explores: bool, ratings: int) -> Day:
    """Draw a reader's day by a seed of reader and date, so that it stays the same.

    One day in five explores, once there are ten ratings; another one in five gives a place to
    the proof. A reader who does not want that has ordinary days.
    """
    rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
    draw = rng.random()
    is_exploring = draw < SPECIAL_DAYS and ratings >= MIN_RATINGS_TO_EXPLORE
    is_proving = SPECIAL_DAYS <= draw < 2 * SPECIAL_DAYS
    return Day(
        explores=explores and is_exploring,
        proves=explores and is_proving,
        rng=rng,
    )


def choose(
    profile: Profile,
    offer: Offer,
    n: int,
    *,
    bar: str = "off",
    day: Day | None = None,
) -> Picks:
    """Choose at most n papers: new ones, and older ones after them if these are too few.

    `bar` is how sure it must be that the reader likes a paper: `off`, `normal` or `strict`.
    """
    new = offer.new_papers
    new_scores = scores(profile, new)
    all_scores = np.concatenate([new_scores, offer.background_scores])
    outlook = Outlook(profile, all_scores)
    scored = _ScoredOffer(new, new_scores, outlook, bar)

    picks = _choose_by_rights(profile, scored, n)

    # Followed papers that wait for another day are held back by no bar.
    available = int(new.allowed.sum())
    available += sum(pick.policy == "follow" for pick in picks)

    has_no_bar = bool(np.isneginf(scored.min_score))
    has_older_papers = len(offer.candidates) > len(offer.new)
    wants_older_papers = len(picks) < n and (available < n or has_no_bar)
    if wants_older_papers and has_older_papers:
        picks += _choose_older(profile, offer, n - len(picks), scored, picks)

    if day is not None and profile.evidence:
        picks = _replace_last(profile, scored, picks, day)

    is_special = day is not None and (day.explores or day.proves)
    if profile.evidence and offer.passed and not is_special:
        picks = _look_again(profile, offer, scored, picks, n)

    held_back = 0
    if not has_no_bar:
        held_back = max(min(n, available) - len(picks), 0)
    return Picks(picks, held_back, outlook)


def scores(profile: Profile, offer: Offer) -> Floats:
    """Return what each paper on offer is worth to a reader, (n_papers,)."""
    return ranking.scores(offer.candidates, profile, offer.phrase_matches)


def _choose_by_rights(
    profile: Profile, scored: _ScoredOffer, n: int
) -> list[Recommendation]:
    """Choose followed authors' papers, then one for each interest in turn, the rest by score."""
    follows = _choose_followed(profile, scored, n)
    n -= len(follows)
    if not profile.evidence:
        return follows + _choose_popular(scored, n, follows)

    passing = _without(scored.passing, follows)
    rows = ranking.rank(scored.offer.candidates, scored.scores, passing)
    slots = _fill_interest_slots(profile, scored, n, rows)
    best = _choose_best(scored, n - len(slots), rows, slots)

    by_score = sorted(
        slots + best, key=lambda pick: (-pick.score, pick.paper_id)
    )
    return follows + by_score


def _choose_followed(
    profile: Profile, scored: _ScoredOffer, n: int
) -> list[Recommendation]:
    """Choose followed authors' papers, at most three; the other ones wait a day."""
    offer = scored.offer
    if not (offer.followed.any() or offer.fitting.any()):
        return []

    is_fair = scored.scores >= scored.outlook.score_at("fair")
    fits = offer.fitting & is_fair & bool(profile.evidence)
    rows = ranking.rank(
        offer.candidates,
        scored.scores,
        offer.allowed & (offer.followed | fits),
    )

    # Those over three wait, whatever else speaks for them.
    offer.allowed[rows] = False
    n = min(n, MAX_FOLLOWED)
    return [scored.recommend(int(row), "follow") for row in rows[:n]]


def _choose_popular(
    scored: _ScoredOffer, n: int, follows: Sequence[Recommendation]
) -> list[Recommendation]:
    """Choose popular and diverse papers for a reader of whom nothing is known."""
    candidates = scored.offer.candidates
    allowed = _without(scored.offer.allowed, follows)
    rows = ranking.diversify(
        ranking.rank(candidates, candidates.popularity, allowed),
        candidates.popularity,
        candidates.vectors,
        n,
        ranking.FALLBACK_DIVERSITY,
    )
    return [scored.recommend(row, "fallback") for row in rows]


def _fill_interest_slots(
    profile: Profile, scored: _ScoredOffer, n: int, rows: Rows
) -> list[Recommendation]:
    """Give a slot to each topic and each interest in the likes, first to those shown least.

    `rows` are the papers that may be chosen, best first.
    """
    offer = scored.offer
    groups = interests.topic_interests(profile) + interests.split(profile)

    rows = rows[: ranking.SLOT_POOL]
    shown = np.flatnonzero(offer.impressions)
    slots = _slots_of(profile, groups, offer, np.concatenate([rows, shown]))
    if slots is None:
        return []

    order = ranking.slot_order(slots.take(slice(len(rows), None)))
    pool = slots.take(slice(len(rows)))
    pairs = ranking.fill_slots(rows, scored.scores, pool, order, n)
    return [
        scored.recommend(row, "interest", interest) for row, interest in pairs
    ]


def _slots_of(
    profile: Profile,
    groups: Sequence[Interest],
    offer: Offer,
    rows: Rows,
) -> InterestSlots | None:
    """Return how near the papers of some rows are to each interest; None without interests."""
    if not groups:
        return None

    vectors = offer.candidates.vectors
    if 2 * len(rows) < len(vectors):
        matches = offer.phrase_matches[rows]
        return interests.slots(profile, groups, vectors.take(rows), matches)

    # To copy most of the vectors would take longer than to score all.
    slots = interests.slots(
        profile, groups, vectors, offer.phrase_matches, by_term=True
    )
    return None if slots is None else slots.take(rows)


def _choose_best(
    scored: _ScoredOffer,
    n: int,
    rows: Rows,
    picks: Sequence[Recommendation],
) -> list[Recommendation]:
    """Choose papers of the highest scores, diversified, that are not among the picks.

    `rows` are the papers that may be chosen, best first.
    """
    # No more of them are looked at.
    head = rows[: ranking.pool_size(n) + len(picks)]
    best = ranking.diversify(
        head[~np.isin(head, [pick.row for pick in picks])],
        scored.scores,
        scored.offer.candidates.vectors,
        n,
        ranking.PICKS_DIVERSITY,
    )
    return [scored.recommend(row, "score") for row in best]


def _choose_older(
    profile: Profile,
    offer: Offer,
    n: int,
    new: _ScoredOffer,
    picks: Sequence[Recommendation],
) -> list[Recommendation]:
    """Choose among the papers that are not new any more."""
    older = offer.all_papers
    older.allowed[: len(offer.new)] = False
    if any(pick.policy == "follow" for pick in picks):
        older.followed[:] = False
        older.fitting[:] = False

    scored = _ScoredOffer(older, scores(profile, older), new.outlook, new.bar)
    return _choose_by_rights(profile, scored, n)


def _replace_last(
    profile: Profile,
    scored: _ScoredOffer,
    picks: list[Recommendation],
    day: Day,
) -> list[Recommendation]:
    """Give the last place to a novel paper, or to the most upvoted one, if the day is special."""
    if not picks or picks[-1].policy == "follow":
        return picks

    if day.explores:
        novel = _draw_novel(profile, scored, picks, day.rng)
        if novel is not None:
            return [*picks[:-1], novel]
    elif day.proves and len(picks) >= MIN_PICKS_TO_PROVE:
        proof = _most_upvoted(scored)
        if proof is not None:
            # The taste may have chosen the same paper: then it moves to the last place.
            others = [pick for pick in picks if pick.row != proof.row]
            return [*others[: len(picks) - 1], proof]

    return picks


def _look_again(
    profile: Profile,
    offer: Offer,
    scored: _ScoredOffer,
    picks: list[Recommendation],
    n: int,
) -> list[Recommendation]:
    """Give the last place to a passed paper that deserves a second look, if any does."""
    if len(picks) >= n and picks[-1].policy == "follow":
        return picks

    rows = np.array([paper.row for paper in offer.passed], np.intp)
    passed = offer.candidates.take(rows)
    values = ranking.scores(passed, profile, offer.phrase_matches[rows])
    shares = scored.outlook.expectation.shares(values)
    # Also without a bar nothing comes back that would be a stretch.
    min_score = max(scored.min_score, scored.outlook.score_at("fair"))
    shares[values <= min_score] = 0.0

    choice = second_look.choose(offer.passed, shares, passed.popularity)
    if choice is None:
        return picks

    number, why = choice
    look = Recommendation(
        row=offer.passed[number].row,
        paper_id=int(passed.ids[number]),
        score=float(values[number]),
        policy="second-look",
        why=why,
    )
    return [*picks[: n - 1], look]


def _draw_novel(
    profile: Profile,
    scored: _ScoredOffer,
    picks: Sequence[Recommendation],
    rng: random.Random,
) -> Recommendation | None:
    """Draw one of the most novel papers of the better half that are above the bar, if any."""
    candidates = scored.offer.candidates
    allowed = _without(scored.offer.allowed, picks)
    rows = ranking.rank(candidates, scored.scores, allowed)
    rows = rows[: max(len(rows) // 2, 1)]
    rows = rows[scored.passing[rows]]
    if not len(rows) or not len(profile.vectors):
        return None

    novel = ranking.most_novel(candidates, rows, profile.vectors)
    return scored.recommend(rng.choice(novel.tolist()), "explore")


def _most_upvoted(scored: _ScoredOffer) -> Recommendation | None:
    """Return the most upvoted unseen paper of the last listed day, if the votes tell one.

    Followed authors' papers have their own right, and are not among them.
    """
    candidates = scored.offer.candidates
    newest = scored.offer.allowed.copy()
    newest[scored.offer.newest :] = False
    if not (candidates.popularity[newest] > MIN_POPULARITY_TO_PROVE).any():
        return None

    rows = ranking.rank(candidates, candidates.popularity, newest)
    return scored.recommend(int(rows[0]), "proof")


def _without(allowed: Mask, picks: Sequence[Recommendation]) -> Mask:
    """Return the allowed papers that are not among the picks."""
    # Picks of older papers stand after the new ones.
    rows = [pick.row for pick in picks if pick.row < len(allowed)]
    remaining = allowed.copy()
    remaining[rows] = False
    return remaining
