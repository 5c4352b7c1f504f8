"""How many papers a day each list brings, as the papers in memory show."""

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np

from bot.picks.catalogue import Catalogue

# The days that are counted, up to the present one.
SPAN = timedelta(days=28)

# Fewer papers say nothing of how many will come.
MIN_PAPERS = 5


def papers_a_day(
    catalogue: Catalogue, keys: Collection[str], today: date
) -> dict[str, float]:
    """Return the mean number of papers a weekday in each list; without what nobody can know."""
    rates = {}
    for key in keys:
        days = catalogue.listing(key)
        recent = days[
            (days > (today - SPAN).toordinal()) & (days <= today.toordinal())
        ]
        if len(recent) >= MIN_PAPERS:
            first, last = (
                date.fromordinal(recent.min()),
                date.fromordinal(recent.max()),
            )
            rates[key] = len(recent) / _weekdays(first, last)
    return rates


def _weekdays(first: date, last: date) -> int:
    """Return how many weekdays there are from one day to another, both included."""
    days = np.busday_count(first, last + timedelta(days=1))
    return max(int(days), 1)
