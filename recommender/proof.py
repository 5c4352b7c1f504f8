"""The proof of the picks: how often they are liked, and the most upvoted papers beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.metrics import share_interval

# The sides: what was chosen for a reader, and what everybody reads.
PERSONAL, POPULAR = "personal", "popular"

# Ratings before which a comparison means nothing.
FEWEST = 30


@dataclass(frozen=True, slots=True)
class Side:
    """How many papers of one side are liked, with the 95 % interval of their share."""

    liked: int
    papers: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proof:
    """Both sides, beside each other in the same digests."""

    personal: Side
    popular: Side


def compare(papers: Sequence[tuple[str, bool]], ratings: int) -> Proof | None:
    """Compare the sides by their papers, each with whether it is liked.

    None while there are fewer than 30 `ratings` of them: then it is too early to say.
    """
    if ratings < FEWEST:
        return None
    likes = {
        side: [liked for of, liked in papers if of == side]
        for side in (PERSONAL, POPULAR)
    }
    return Proof(_side(likes[PERSONAL]), _side(likes[POPULAR]))


def _side(likes: Sequence[bool]) -> Side:
    low, high = share_interval(sum(likes), len(likes)) if likes else (0.0, 1.0)
    return Side(sum(likes), len(likes), low, high)
