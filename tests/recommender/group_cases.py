"""Days of groups for the tests of their picks: members, papers on offer, digests before."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from recommender import group
from recommender.group import GroupPick, Voice
from recommender.offer import Offer
from recommender.profile import Profile
from recommender.ranking import Candidates
from recommender.vectors import stack
from tests.recommender.factories import (
    EACH,
    FIRST_ID,
    RATINGS,
    candidates_of,
    library,
    offer_of,
    profile_of,
)
from tests.recommender.offers import VECTORS, Case, cases

# Who voted on nothing.
NOBODY = profile_of([])


@dataclass(frozen=True, slots=True)
class GroupCase:
    """One day of a group: its voices, what is on offer, and its last digests."""

    voices: list[Voice]
    case: Case
    history: list[Candidates]

    @property
    def offer(self) -> Offer:
        """Return what is on offer."""
        return self.case.offer

    @property
    def picks(self) -> list[GroupPick]:
        """Return the picks by the rule."""
        return group.choose(self.voices, self.offer, self.case.n, self.history)

    @property
    def ids(self) -> list[int]:
        """Return the ids of the picks in their order."""
        return [pick.recommendation.paper_id for pick in self.picks]


def voice_without_phrases(profile: Profile, offer: Offer) -> Voice:
    return Voice(profile, np.zeros((len(offer.candidates), 0), bool))


@st.composite
def group_cases(draw: st.DrawFn) -> GroupCase:
    """Draw a reader's day, up to four members who share it, and up to twelve digests before."""
    case = draw(cases())
    members = draw(st.lists(RATINGS, max_size=4))
    voices = [Voice(case.profile, case.offer.phrase_matches)]
    voices += [
        voice_without_phrases(profile_of(ratings), case.offer)
        for ratings in members
    ]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(0, 3), max_size=12))
    return GroupCase(
        voices, case, [past_digest(case.offer, rng, size) for size in sizes]
    )


def past_digest(
    offer: Offer, rng: np.random.Generator, size: int
) -> Candidates:
    """Draw a digest of papers of which some are still on offer, and some are not."""
    rows = rng.integers(0, len(VECTORS), size)
    papers = candidates_of(VECTORS.take(rows))
    ids = rng.integers(20_000, 30_000, size)
    vectors = [papers.vectors.take([place]) for place in range(size)]

    for place in range(min(size, len(offer.candidates))):
        if rng.random() < 0.5:
            row = int(rng.integers(len(offer.candidates)))
            ids[place] = offer.candidates.ids[row]
            vectors[place] = offer.candidates.vectors.take([row])
    return Candidates(
        ids=ids.astype(np.int64),
        vectors=stack([papers.vectors.take([]), *vectors]),
        popularity=papers.popularity,
    )


def voice_of(*rows: int, value: int = 1) -> Voice:
    """Return a member who gave some papers of the library one vote."""
    profile = profile_of([(row, value, 0) for row in rows])
    return voice_without_phrases(profile, the_library())


def the_library() -> Offer:
    """Return the papers of the library, all of them new and allowed."""
    return offer_of(candidates_of(library().vectors))


def kind_of(pick: GroupPick) -> int:
    """Return the number of the kind of a picked paper of the library."""
    return (pick.recommendation.paper_id - FIRST_ID) // EACH


def digest_of(offer: Offer, *rows: int) -> Candidates:
    """Return some of the papers on offer as a digest."""
    return Candidates(
        ids=offer.candidates.ids[[*rows]],
        vectors=offer.candidates.vectors.take([*rows]),
        popularity=offer.candidates.popularity[[*rows]],
    )


def ids_of(picks: list[GroupPick]) -> list[int]:
    return [pick.recommendation.paper_id for pick in picks]
