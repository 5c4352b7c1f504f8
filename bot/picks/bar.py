"""What each height of the quality bar would have let through of a reader's last picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.storage import impressions
from bot.storage.database import Database
from recommender.expectation import BARS

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Height:
    """How many picks are above a bar, and how many of these are liked."""

    picks: int
    liked: int


def week(database: Database, reader_id: int, today: date) -> dict[str, Height]:
    """Return what was sent in the last seven days by height of the bar; empty without picks.

    It counts by what was expected of each pick on its own day. Papers that pass the bar anyway,
    those of followed authors and of the proof, are not among them.
    """
    picks = impressions.expectations(database, reader_id, today - WEEK)
    return heights(picks, BARS | {"off": 0.0}) if picks else {}


def heights(
    picks: Sequence[tuple[float, bool]], bars: Mapping[str, float]
) -> dict[str, Height]:
    """Count the picks above each bar, each with what was expected of it and whether it is liked."""
    above = {
        bar: [liked for share, liked in picks if share >= least]
        for bar, least in bars.items()
    }
    return {bar: Height(len(likes), sum(likes)) for bar, likes in above.items()}
