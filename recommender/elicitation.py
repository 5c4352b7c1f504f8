"""Which fields a reader is offered as topics: with supply, near what they want, unlike each other.

The names stand in `recommender.fields`; which papers say them is for the caller to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.features import Floats
from recommender.phrases import words

Mask = NDArray[np.bool_]

# Papers a week from which a field has supply.
SUPPLY = 3.0
# What a third of all papers say steers nothing.
BROAD = 1 / 3
# Fields that are offered at most, and also with less supply, and also with none at all.
MOST, SOME, FEWEST = 120, 60, 12
# Of a field's papers, how many may say another one before the two are one and the same.
ALIKE = 0.5
# Fields on the first screen, on the first one with what is chosen already (but at least so many
# others), and on each further one: as many as fit a phone beside their text.
FIRST = 8
WITH_CHOSEN, FEWEST_OTHERS = 12, 6
REST = 18
# Topics that a new reader is asked for.
TOPICS = 3


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of k fields, and which of n papers of the last `weeks` say them: `says` is (n, k).

    The first names, as many as `opening` says, are the best known ones.
    """

    names: Sequence[str]
    says: Mask
    weeks: float
    opening: int = 0

    @property
    def papers(self) -> NDArray[np.intp]:
        """Return how many papers say each field, shape (k,)."""
        return np.asarray(self.says.sum(axis=0), np.intp)

    @property
    def weekly(self) -> Floats:
        """Return how many papers a week say each field, shape (k,)."""
        return np.asarray(self.papers / self.weeks, np.float32)


def supplied(fields: Fields) -> list[int]:
    """Return the fields with supply: the best known ones, then the others, by how many say them.

    Papers say the name of a technique in passing, so that their number alone would open the list
    with what few people are into. A small store offers what it speaks of at all, an empty one the
    first names of the list.
    """
    papers = fields.papers
    narrow = papers <= max(BROAD * len(fields.says), TOPICS)
    has_supply = fields.weekly >= SUPPLY
    opens = has_supply & (np.arange(len(papers)) < fields.opening)
    order = np.lexsort((-papers, ~opens))
    order = order[narrow[order]]
    enough, spoken = (
        int(has_supply[order].sum()),
        int((papers[order] > 0).sum()),
    )
    return [
        int(field)
        for field in order[: max(min(enough, MOST), min(spoken, SOME), FEWEST)]
    ]


def offers(fields: Fields, taken: Mask) -> list[int]:
    """Return the fields to offer, the most supplied first.

    `taken` tells which papers say what the reader wants or mutes already: a field of which most
    papers do is not offered.
    """
    papers = fields.papers
    covered = taken @ fields.says.astype(np.intp)
    return [
        field
        for field in supplied(fields)
        if covered[field] <= ALIKE * papers[field]
    ]


def nearest(fields: Fields, order: Sequence[int], scores: Floats) -> list[int]:
    """Return fields by how well the papers that say them fit on average.

    `scores` are the n papers' own; a field that none says comes last.
    """
    papers = fields.papers
    fit = np.where(
        papers > 0, scores @ fields.says / np.maximum(papers, 1), -np.inf
    )
    return sorted(order, key=lambda field: -fit[field])


def turns(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Return the same fields from two orders in turn."""
    return list(
        dict.fromkeys(
            field for pair in zip(one, other, strict=True) for field in pair
        )
    )


def screens(
    fields: Fields, order: Sequence[int], chosen: int = 0
) -> list[list[int]]:
    """Return fields screen by screen; those of the first screen are unlike each other.

    `chosen` is how many topics stand on the first screen already.
    """
    first = max(WITH_CHOSEN - chosen, FEWEST_OTHERS) if chosen else FIRST
    start = apart(fields, order, first)
    rest = [field for field in order if field not in start]
    return [start, *(rest[i : i + REST] for i in range(0, len(rest), REST))]


def apart(fields: Fields, order: Sequence[int], most: int) -> list[int]:
    """Return the first fields of `order` of which none names or covers another one."""
    page: list[int] = []
    for field in order:
        if len(page) == most:
            break
        if not any(_alike(fields, field, other) for other in page):
            page.append(field)
    return page


def _alike(fields: Fields, one: int, other: int) -> bool:
    shorter, longer = sorted(
        (set(words(fields.names[n])) for n in (one, other)), key=len
    )
    if shorter <= longer:
        return True
    both = int((fields.says[:, one] & fields.says[:, other]).sum())
    fewer = int(min(fields.papers[one], fields.papers[other]))
    return both > ALIKE * fewer
