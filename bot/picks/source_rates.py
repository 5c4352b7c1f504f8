"""How many papers a day each list brings, as the papers in memory show."""

from collections import defaultdict
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
    days: dict[str, list[date]] = defaultdict(list)
    for paper in catalogue.papers:
        for key, day in (paper.lists or {}).items():
            if key in keys and today - SPAN < day <= today:
                days[key].append(day)

    return {
        key: len(listed) / _weekdays(min(listed), max(listed))
        for key, listed in days.items()
        if len(listed) >= MIN_PAPERS
    }


def _weekdays(first: date, last: date) -> int:
    """Return how many weekdays there are from one day to another, both included."""
    days = np.busday_count(first, last + timedelta(days=1))
    return max(int(days), 1)
