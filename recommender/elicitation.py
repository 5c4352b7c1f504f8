"""Choose which fields of machine learning to offer as topics: with supply, fitting, distinct.

The names stand in `recommender.fields`; which papers contain them is for the caller to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Floats, Mask, Rows
from recommender.phrases import words

# Papers a week from which a field has supply.
MIN_WEEKLY_PAPERS = 3.0

# What a third of all papers contain steers nothing.
MAX_SHARE = 1 / 3

# Topics that a new reader is asked for.
N_TOPICS = 3

# Fields that are offered at most, also with less supply, and also with none at all.
MAX_FIELDS = 120
MAX_SCARCE_FIELDS = 60
MIN_FIELDS = 12

# Of a field's papers, how many may contain another one before the two are one and the same.
MAX_OVERLAP = 0.5

# Fields on the first screen, on the first one with topics that are chosen already (but at least
# so many new ones), and on each further one: as many as fit a phone beside their text.
FIRST_SCREEN = 8
FIRST_SCREEN_WITH_TOPICS = 12
MIN_NEW_ON_FIRST_SCREEN = 6
FURTHER_SCREEN = 18


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of fields, and which recent papers contain them.

    Attributes
    ----------
    names
        (n_fields,) the first ones are the best known.
    matches
        (n_papers, n_fields) which papers contain each name.
    weeks
        In how many weeks the papers were listed.
    opening
        How many of the names are the best known ones.

    """

    names: Sequence[str]
    matches: Mask
    weeks: float
    opening: int = 0

    @property
    def papers(self) -> Rows:
        """Return how many papers contain each field, (n_fields,)."""
        return np.asarray(self.matches.sum(axis=0), np.intp)

    @property
    def weekly(self) -> Floats:
        """Return how many papers a week contain each field, (n_fields,)."""
        return np.asarray(self.papers / self.weeks, np.float32)


def with_supply(fields: Fields) -> list[int]:
    """Return the fields with supply: the best known ones, then the others by number of papers.

    Papers name techniques in passing, so that their number alone would open the list with what
    few people are into. A small store offers what its papers contain at all, an empty one the
    first names of the list.
    """
    papers = fields.papers
    has_supply = fields.weekly >= MIN_WEEKLY_PAPERS
    is_opening = has_supply & (np.arange(len(papers)) < fields.opening)
    is_narrow = papers <= max(MAX_SHARE * len(fields.matches), N_TOPICS)

    order = np.lexsort((-papers, ~is_opening))
    order = order[is_narrow[order]]

    n_supplied = int(has_supply[order].sum())
    n_matched = int((papers[order] > 0).sum())
    n = max(
        min(n_supplied, MAX_FIELDS),
        min(n_matched, MAX_SCARCE_FIELDS),
        MIN_FIELDS,
    )
    return [int(field) for field in order[:n]]


def offers(fields: Fields, covered: Mask) -> list[int]:
    """Return the fields to offer, the ones with most supply first.

    `covered` (n_papers,) tells which papers contain what the reader wants or mutes already: a field
    of which most papers do is not offered.
    """
    n_papers = fields.papers
    n_covered = covered @ fields.matches.astype(np.intp)
    return [
        field
        for field in with_supply(fields)
        if n_covered[field] <= MAX_OVERLAP * n_papers[field]
    ]


def by_mean_score(
    fields: Fields, order: Sequence[int], scores: Floats
) -> list[int]:
    """Return fields by the mean score of the papers that contain them, best first.

    `scores` (n_papers,) tell how well each paper fits the reader; a field without a paper comes
    last.
    """
    papers = fields.papers
    means = scores @ fields.matches / np.maximum(papers, 1)
    means = np.where(papers > 0, means, -np.inf)
    return sorted(order, key=lambda field: -means[field])


def interleave(order: Sequence[int], other_order: Sequence[int]) -> list[int]:
    """Merge two orders of the same fields by taking from each in turn."""
    fields: dict[int, None] = {}
    for pair in zip(order, other_order, strict=True):
        fields.update(dict.fromkeys(pair))
    return list(fields)


def screens(
    fields: Fields, order: Sequence[int], n_chosen: int = 0
) -> list[list[int]]:
    """Split fields into screens; those of the first screen are distinct from each other.

    `n_chosen` is how many topics stand on the first screen already.
    """
    n = FIRST_SCREEN
    if n_chosen:
        n = max(FIRST_SCREEN_WITH_TOPICS - n_chosen, MIN_NEW_ON_FIRST_SCREEN)

    first = distinct(fields, order, n)
    further = [field for field in order if field not in first]
    pages = [
        further[start : start + FURTHER_SCREEN]
        for start in range(0, len(further), FURTHER_SCREEN)
    ]
    return [first, *pages]


def distinct(fields: Fields, order: Sequence[int], most: int) -> list[int]:
    """Return the first fields of an order of which none names or covers another one."""
    page: list[int] = []
    for field in order:
        if len(page) == most:
            break
        if not any(_are_alike(fields, field, earlier) for earlier in page):
            page.append(field)
    return page


def _are_alike(fields: Fields, first: int, second: int) -> bool:
    first_words = set(words(fields.names[first]))
    second_words = set(words(fields.names[second]))
    if first_words <= second_words or second_words <= first_words:
        return True

    n_both = (fields.matches[:, first] & fields.matches[:, second]).sum()
    n_fewer = min(fields.papers[first], fields.papers[second])
    return bool(n_both > MAX_OVERLAP * n_fewer)
