"""The second look: a passed paper that the taste moved towards, or that rose among the upvoted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from recommender.arrays import Floats

# How long ago a paper was shown, and how long the last second look, before the next one.
MIN_AGE = timedelta(days=14)
PAUSE = timedelta(days=7)

# By how much more likes must be expected of a paper than when it was shown.
MIN_GAIN = 0.1

# From which percentile of upvotes a paper is among the top twentieth of its source and day.
TOP_TWENTIETH = 0.95

# Why a paper is shown again.
MOVED = "moved"
UPVOTED = "upvoted"


@dataclass(frozen=True, slots=True)
class Passed:
    """A pick that its reader left alone for 14 days: neither rated nor saved, and not muted.

    Attributes
    ----------
    row
        Its place among all papers on offer.
    expected, popularity
        The share of likes expected of it and its percentile of upvotes, when it was shown;
        nothing was expected of what came by another right.

    """

    row: int
    expected: float | None
    popularity: float


def choose(
    passed: Sequence[Passed], shares: Floats, popularity: Floats
) -> tuple[int, str] | None:
    """Return which passed paper deserves a second look most, and why; None if none does.

    Parameters
    ----------
    shares
        (n_passed,) the shares of likes expected now; 0 below the reader's bar.
    popularity
        (n_passed,) the percentiles of upvotes now.

    """
    order = np.argsort(-shares, kind="stable")
    for reason in (MOVED, UPVOTED):
        for number in order:
            paper, share = passed[number], float(shares[number])
            if share > 0 and _deserves(
                paper, reason, share, float(popularity[number])
            ):
                return int(number), reason
    return None


def _deserves(
    paper: Passed, reason: str, share: float, popularity: float
) -> bool:
    if reason == UPVOTED:
        return paper.popularity < TOP_TWENTIETH <= popularity
    return paper.expected is not None and share - paper.expected >= MIN_GAIN
