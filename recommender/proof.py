"""Compare picks with the most upvoted papers in the same digests: which are liked more often."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.metrics import wilson_interval

# The sides: what was chosen for a reader, and what everybody reads.
PERSONAL = "personal"
POPULAR = "popular"

# Ratings before which a comparison means nothing.
MIN_RATINGS = 30


@dataclass(frozen=True, slots=True)
class Side:
    """How many papers of one side are liked, with the 95 % interval of their share."""

    liked: int
    papers: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proof:
    """Both sides of a comparison."""

    personal: Side
    popular: Side


def compare(papers: Sequence[tuple[str, bool]], ratings: int) -> Proof | None:
    """Compare the sides, or return None while `ratings` are fewer than 30: too early to say.

    Each paper is given by its side and by whether it is liked.
    """
    if ratings < MIN_RATINGS:
        return None
    return Proof(
        personal=_summarise(papers, PERSONAL),
        popular=_summarise(papers, POPULAR),
    )


def _summarise(papers: Sequence[tuple[str, bool]], side: str) -> Side:
    likes = [is_liked for paper_side, is_liked in papers if paper_side == side]
    low, high = 0.0, 1.0
    if likes:
        low, high = wilson_interval(sum(likes), len(likes))
    return Side(liked=sum(likes), papers=len(likes), low=low, high=high)
