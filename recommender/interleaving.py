"""Which of two orders did better: each paper is credited to the order that brought it."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.metrics import share_interval

PERSONAL, POPULAR = "personal", "popular"
FEWEST = 30  # credited likes before a comparison means anything


@dataclass(frozen=True, slots=True)
class Comparison:
    """Likes credited to each order, and the 95 % interval of the personal order's share."""

    personal: int
    popular: int
    low: float
    high: float


def compare(liked_teams: Sequence[str]) -> Comparison | None:
    """Compare two orders by the teams of the liked papers; None while it is too early to say."""
    personal, popular = (liked_teams.count(team) for team in (PERSONAL, POPULAR))
    if personal + popular < FEWEST:
        return None
    low, high = share_interval(personal, personal + popular)
    return Comparison(personal, popular, low, high)
