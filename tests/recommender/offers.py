"""Readers and what is on offer to them, drawn at random: with copies, ties and empty stores."""

import random
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from recommender import policy
from recommender.expectation import Expectation, expect
from recommender.policy import MOST_FOLLOWED, Day, Offer, Picks
from recommender.profile import Profile
from recommender.ranking import Candidates, Mask, Recommendation, Rows
from tests.recommender.factories import (
    RATINGS,
    TOPICS,
    library,
    on_offer,
    taste,
)

# Made before anything is drawn: making it draws, too.
VECTORS = library().vectors
SIZES, PARTS = (20, 30, 0, 1, 2, 3, 10), (1.0, 0.5, 0.0)
NUMBERS = (5, 3, 12, 0, 1, 2)
BARS = ("off", "normal", "strict")
# Whether a day explores, and whether it proves; None for no day at all.
Special = tuple[bool, bool] | None
EXPLORES, PROVES = (True, False), (False, True)
DAYS = (PROVES, EXPLORES, (False, False), None)


@dataclass(frozen=True, slots=True)
class Case:
    """One reader's day: who they are, what is on offer, and how many picks they want."""

    profile: Profile
    offer: Offer
    n: int
    bar: str
    special: Special
    seed: int

    @property
    def day(self) -> Day | None:
        return self.special and Day(*self.special, random.Random(self.seed))

    @property
    def picks(self) -> Picks:
        return policy.choose(
            self.profile, self.offer, self.n, bar=self.bar, day=self.day
        )

    @property
    def chosen(self) -> list[Recommendation]:
        return [*self.picks.chosen]

    @property
    def plain(self) -> list[Recommendation]:
        """The picks of the same day were nothing special about it."""
        return [*replace(self, special=None).picks.chosen]

    @property
    def scores(self) -> np.ndarray:
        return policy.scores(self.profile, self.offer)

    @property
    def expectation(self) -> Expectation:
        return expect(self.profile, self.scores[self.is_new])

    @property
    def is_new(self) -> Mask:
        return np.arange(len(self.offer.candidates)) < len(self.offer.new)

    @property
    def passes(self) -> Mask:
        return np.asarray(self.scores > self.expectation.score_at(self.bar))

    @property
    def by_followed(self) -> Mask:
        """Tell which papers have a right by who wrote them."""
        fair = self.scores >= self.expectation.score_at("fair")
        fitting = self.offer.fitting & fair & bool(self.profile.evidence)
        return np.asarray(self.offer.allowed & (self.offer.followed | fitting))

    @property
    def waiting(self) -> int:
        """How many new papers of followed authors have to wait for another day."""
        return max(
            int((self.by_followed & self.is_new).sum()) - MOST_FOLLOWED, 0
        )

    def best(self, mask: Mask) -> list[int]:
        """Return the rows of a mask from the best to the worst."""
        ids, scores = self.offer.candidates.ids, self.scores
        return sorted(
            np.flatnonzero(mask).tolist(),
            key=lambda row: (-scores[row], ids[row]),
        )

    def moved(self, rng: random.Random) -> "Case":
        """Return the same day with the papers of each part of the store in another order."""
        ends = [
            0,
            self.offer.newest,
            len(self.offer.new),
            len(self.offer.candidates),
        ]
        parts = [list(range(*pair)) for pair in pairwise(ends)]
        for part in parts:
            rng.shuffle(part)
        return replace(
            self,
            offer=_reordered(
                self.offer, [row for part in parts for row in part]
            ),
        )


def _reordered(offer: Offer, order: list[int]) -> Offer:
    one = offer.candidates
    moved = Candidates(
        one.ids[order], one.vectors.take(order), one.popularity[order]
    )
    masks = {
        name: getattr(offer, name)[order]
        for name in ("allowed", "shown", "followed", "fitting", "says")
    }
    return on_offer(moved, new=len(offer.new), newest=offer.newest, **masks)


@st.composite
def cases(draw: st.DrawFn, special: Special = None) -> Case:
    """Draw a reader, 0 to 30 papers, some new, and what each may be shown for.

    A `special` day is drawn for whom it can be special most often; without it any day is.
    """
    size, topics = (
        draw(st.sampled_from(SIZES[:2] if special else SIZES)),
        draw(TOPICS),
    )
    new = round(size * draw(st.sampled_from(PARTS)))
    newest = round(new * draw(st.sampled_from(PARTS)))
    drawn = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def mask(share: float) -> Mask:
        return np.asarray(drawn.random(size) < share)

    allowed = mask(draw(st.sampled_from([1.0, 0.9, 0.5])))
    candidates = Candidates(
        drawn.choice(10_000, size, replace=False).astype(np.int64),
        VECTORS.take(drawn.integers(0, len(VECTORS), size)),
        drawn.choice(np.array([0.0, 0.5, 1.0], np.float32), size),
    )
    offer = on_offer(
        candidates,
        new=new,
        newest=newest,
        allowed=allowed,
        shown=~allowed & mask(0.5),
        followed=mask(draw(st.sampled_from([0, 0.1, 0.4]))),
        fitting=mask(draw(st.sampled_from([0, 0.1]))),
        says=drawn.random((size, len(topics))) < 0.3,
    )
    n, bar = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(BARS))
    day = special or draw(st.sampled_from(DAYS))
    return Case(
        taste(draw(RATINGS), *topics),
        offer,
        n,
        bar,
        day,
        draw(st.integers(0, 99)),
    )


def rows_of(picks: list[Recommendation], *policies: str) -> Rows:
    """Return the rows of the picks that came by these policies."""
    return np.array(
        [pick.row for pick in picks if pick.policy in policies], np.intp
    )
