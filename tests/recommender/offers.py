"""Readers and their offers, drawn at random: with copies, ties and empty stores."""

import random
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from recommender import policy
from recommender.arrays import Floats, Mask, Rows
from recommender.expectation import Expectation, expect
from recommender.offer import Offer
from recommender.policy import MAX_FOLLOWED, Day, Picks
from recommender.profile import Profile
from recommender.ranking import Candidates, Recommendation
from tests.recommender.factories import (
    RATINGS,
    TOPICS,
    library,
    offer_of,
    profile_of,
)

# Made before anything is drawn: making it draws, too.
VECTORS = library().vectors

# Numbers of papers on offer, shares of them that are new, and numbers of picks.
SIZES = (20, 30, 0, 1, 2, 3, 10)
LARGE_SIZES = SIZES[:2]
SHARES = (1.0, 0.5, 0.0)
NUMBERS = (5, 3, 12, 0, 1, 2)

BARS = ("off", "normal", "strict")

# Whether a day explores, and whether it proves; None for no day at all.
Special = tuple[bool, bool] | None
EXPLORES = (True, False)
PROVES = (False, True)
ORDINARY = (False, False)
DAYS = (PROVES, EXPLORES, ORDINARY, None)


@dataclass(frozen=True, slots=True)
class Case:
    """One reader's day: their profile, what is on offer, and how many picks they want."""

    profile: Profile
    offer: Offer
    n: int
    bar: str
    special: Special
    seed: int

    @property
    def day(self) -> Day | None:
        """Return the day, with a generator of its own."""
        if self.special is None:
            return None
        explores, proves = self.special
        return Day(explores, proves, random.Random(self.seed))

    @property
    def picks(self) -> Picks:
        """Return the picks by the rules."""
        return policy.choose(
            self.profile, self.offer, self.n, bar=self.bar, day=self.day
        )

    @property
    def recommendations(self) -> list[Recommendation]:
        """Return the papers that are picked."""
        return [*self.picks.recommendations]

    @property
    def ordinary(self) -> list[Recommendation]:
        """Return the papers that would be picked if nothing were special about the day."""
        return replace(self, special=None).recommendations

    @property
    def scores(self) -> Floats:
        """Return the score of each paper, (n_papers,)."""
        return policy.scores(self.profile, self.offer)

    @property
    def expectation(self) -> Expectation:
        """Return what the reader is expected to like, from the new papers."""
        return expect(self.profile, self.scores[self.is_new])

    @property
    def is_new(self) -> Mask:
        """Return which papers are new, (n_papers,)."""
        return np.arange(len(self.offer.candidates)) < len(self.offer.new)

    @property
    def passes(self) -> Mask:
        """Return which papers are above the bar, (n_papers,)."""
        return np.asarray(self.scores > self.expectation.score_at(self.bar))

    @property
    def by_followed(self) -> Mask:
        """Return which papers have a right by their authors, (n_papers,)."""
        is_fair = self.scores >= self.expectation.score_at("fair")
        fitting = self.offer.fitting & is_fair & bool(self.profile.evidence)
        return np.asarray(self.offer.allowed & (self.offer.followed | fitting))

    @property
    def n_waiting(self) -> int:
        """Return how many new papers of followed authors have to wait for another day."""
        n_followed = int((self.by_followed & self.is_new).sum())
        return max(n_followed - MAX_FOLLOWED, 0)

    def ranking(self, mask: Mask) -> list[int]:
        """Return the rows of a mask from the best to the worst."""
        ids, scores = self.offer.candidates.ids, self.scores
        return sorted(
            np.flatnonzero(mask).tolist(),
            key=lambda row: (-scores[row], ids[row]),
        )

    def shuffled(self, rng: random.Random) -> "Case":
        """Return the same day with the papers of each part of the store in another order."""
        ends = [
            0,
            self.offer.newest,
            len(self.offer.new),
            len(self.offer.candidates),
        ]
        order: list[int] = []
        for start, end in pairwise(ends):
            part = list(range(start, end))
            rng.shuffle(part)
            order += part
        return replace(self, offer=_reordered(self.offer, order))


def _reordered(offer: Offer, order: list[int]) -> Offer:
    candidates = Candidates(
        ids=offer.candidates.ids[order],
        vectors=offer.candidates.vectors.take(order),
        popularity=offer.candidates.popularity[order],
    )
    return offer_of(
        candidates,
        new=len(offer.new),
        newest=offer.newest,
        allowed=offer.allowed[order],
        impressions=offer.impressions[order],
        followed=offer.followed[order],
        fitting=offer.fitting[order],
        phrase_matches=offer.phrase_matches[order],
    )


@st.composite
def cases(draw: st.DrawFn, special: Special = None) -> Case:
    """Draw a reader, 0 to 30 papers, some of them new, and what each may be recommended for.

    A `special` day is drawn for whom it can be special most often; without it any day is.
    """
    size = draw(st.sampled_from(LARGE_SIZES if special else SIZES))
    topics = draw(TOPICS)
    new = round(size * draw(st.sampled_from(SHARES)))
    newest = round(new * draw(st.sampled_from(SHARES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def draw_mask(share: float) -> Mask:
        return np.asarray(rng.random(size) < share)

    allowed = draw_mask(draw(st.sampled_from([1.0, 0.9, 0.5])))
    candidates = Candidates(
        ids=rng.choice(10_000, size, replace=False).astype(np.int64),
        vectors=VECTORS.take(rng.integers(0, len(VECTORS), size)),
        popularity=rng.choice(np.array([0.0, 0.5, 1.0], np.float32), size),
    )
    offer = offer_of(
        candidates,
        new=new,
        newest=newest,
        allowed=allowed,
        impressions=~allowed & draw_mask(0.5),
        followed=draw_mask(draw(st.sampled_from([0, 0.1, 0.4]))),
        fitting=draw_mask(draw(st.sampled_from([0, 0.1]))),
        phrase_matches=rng.random((size, len(topics))) < 0.3,
    )
    return Case(
        n=draw(st.sampled_from(NUMBERS)),
        bar=draw(st.sampled_from(BARS)),
        special=special or draw(st.sampled_from(DAYS)),
        profile=profile_of(draw(RATINGS), *topics),
        offer=offer,
        seed=draw(st.integers(0, 99)),
    )


def rows_of(picks: list[Recommendation], *policies: str) -> Rows:
    """Return the rows of the picks that these policies chose."""
    rows = [pick.row for pick in picks if pick.policy in policies]
    return np.array(rows, np.intp)
