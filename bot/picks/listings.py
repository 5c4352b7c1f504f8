"""Which papers each list named, and on which days."""

from array import array
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.markup import list_keys
from recommender.papers import Paper

# The rows that a list named, and the day of each as an ordinal.
Listing = tuple[NDArray[np.int64], NDArray[np.int64]]
NONE: Listing = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def of_papers(papers: Sequence[Paper]) -> dict[str, Listing]:
    """Return which rows each list named, and on which days, cross-lists apart.

    A paper that nobody stored stands in everybody's list.
    """
    rows: dict[str, array[int]] = defaultdict(lambda: array("q"))
    days: dict[str, array[int]] = defaultdict(lambda: array("q"))
    for row, paper in enumerate(papers):
        lists = paper.lists
        if lists is None:
            lists = {list_keys.FILE: paper.listed}
        for name, day in lists.items():
            key = list_keys.home_of(name, paper.categories)
            rows[key].append(row)
            days[key].append(day.toordinal())

    return {
        key: (np.array(rows[key], np.int64), np.array(days[key], np.int64))
        for key in rows
    }
