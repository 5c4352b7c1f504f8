"""Two orders in one list, each paper credited to the order that brought it, and who did better."""

import random
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


def team_draft(
    personal: Sequence[int], popular: Sequence[int], n: int, rng: random.Random
) -> list[tuple[int, str]]:
    """Draw n papers from two orders in turns, a coin saying who begins each round.

    Team-draft interleaving (Radlinski, Kurup and Joachims, 2008): each order brings its best
    paper that is not there yet, so that neither gains by its place in the list.
    """
    orders = {PERSONAL: list(personal), POPULAR: list(popular)}
    chosen: list[tuple[int, str]] = []
    taken: set[int] = set()
    while len(chosen) < n:
        before = len(chosen)
        for team in rng.sample([PERSONAL, POPULAR], 2):
            best = next((row for row in orders[team] if row not in taken), None)
            if best is not None and len(chosen) < n:
                chosen.append((best, team))
                taken.add(best)
        if len(chosen) == before:
            break
    return chosen


def compare(liked_teams: Sequence[str]) -> Comparison | None:
    """Compare two orders by the teams of the liked papers; None while it is too early to say."""
    personal, popular = (liked_teams.count(team) for team in (PERSONAL, POPULAR))
    if personal + popular < FEWEST:
        return None
    low, high = share_interval(personal, personal + popular)
    return Comparison(personal, popular, low, high)
