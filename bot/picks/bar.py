"""Counts what each height of the quality bar would have let through of a reader's last picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.storage import impressions
from bot.storage.database import Database
from recommender.expectation import BARS

WEEK = timedelta(days=7)

# Every pick is above a bar that is off.
OFF = 0.0


@dataclass(frozen=True, slots=True)
class Height:
    """How many picks are above a bar, and how many of these are liked."""

    picks: int
    liked: int


def week(database: Database, reader_id: int, today: date) -> dict[str, Height]:
    """Count the picks of the last seven days above each bar; empty if there were none.

    A pick counts with the share of likes that was expected on its own day. Papers that pass
    any bar, those of followed authors and of the proof, are left out.
    """
    picks = impressions.expectations(database, reader_id, today - WEEK)
    return heights(picks, BARS | {"off": OFF}) if picks else {}


def heights(
    picks: Sequence[tuple[float, bool]], bars: Mapping[str, float]
) -> dict[str, Height]:
    """Count the picks above each bar.

    A pick is given by its expected share of likes, and by whether it is liked; a bar by the
    least share that it lets through.
    """
    counts = {}
    for bar, min_share in bars.items():
        likes = [is_liked for share, is_liked in picks if share >= min_share]
        counts[bar] = Height(picks=len(likes), liked=sum(likes))
    return counts
