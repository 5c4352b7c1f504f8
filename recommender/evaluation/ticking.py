"""First weeks of readers who, after the topic they typed, tick a second and a third one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from recommender import elicitation
from recommender.elicitation import TOPICS, Fields, Mask, nearest, turns
from recommender.evaluation.policies import WEEK, paperpicks
from recommender.evaluation.stream import Memory, Morning, Policy, StreamReader
from recommender.features import stack
from recommender.metrics import Rows
from recommender.profile import WANTED, Evidence, learn

MONTH = 30  # days


@dataclass(frozen=True, slots=True)
class Library:
    """Fields and the papers of a corpus that say them: `fields` is (papers, names).

    `says` tells which papers say any text, `listed` the days of all papers; the first names, as
    many as `opening` says, are the best known ones.
    """

    names: Sequence[str]
    fields: Mask
    listed: Rows
    says: Callable[[str], Mask]
    opening: int = 0

    def month(self, day: date) -> slice:
        """Return the rows listed in the 30 days up to `day`."""
        last = day.toordinal()
        first, until = self.listed.searchsorted([last - MONTH, last], "right")
        return slice(int(first), int(until))


def ticking(library: Library, screens: int) -> Policy:
    """Return our model for first weeks, each after a new reader saw some screens of fields.

    What they tick there is all that differs. After a week all is forgotten, and the reader is
    new again.
    """
    first: dict[int, date] = {}
    choose = paperpicks()

    def pick(
        morning: Morning,
        index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        if index not in first or morning.day - first[index] >= WEEK:
            first[index] = morning.day
            for answers in (
                memory.likes,
                memory.dislikes,
                memory.shown,
                memory.topics,
            ):
                answers.clear()
            ticks = ticked(library, morning.day, reader)
            for _ in range(TOPICS - len(reader.topics)):
                offered = offers(library, morning, reader, memory.topics)
                fields = chain.from_iterable(offered[:screens])
                memory.topics += [
                    library.names[field] for field in fields if ticks[field]
                ][:1]
        return choose(morning, index, reader, memory, n)

    return pick


def ticked(library: Library, day: date, reader: StreamReader) -> Mask:
    """Tell which fields a reader ticks: most papers that say it are in one of their interests.

    Only papers listed before the day count.
    """
    until = int(library.listed.searchsorted(day.toordinal()))
    papers = library.fields[:until].sum(axis=0)
    ticks = np.zeros(len(library.names), bool)
    for interest in reader.interests:
        rows = [row for row in interest if row < until]
        ticks |= 2 * library.fields[rows].sum(axis=0) > papers
    return ticks


def offers(
    library: Library,
    morning: Morning,
    reader: StreamReader,
    further: Sequence[str],
) -> list[list[int]]:
    """Return the screens of fields that the bot offers who has these topics."""
    month = library.month(morning.day)
    topics = [*reader.topics, *further]
    vectors = stack([morning.topic(topic) for topic in topics])
    profile = learn(
        [Evidence("wanted", topic, WANTED) for topic in topics], vectors
    )
    scores = profile.score(morning.known.take(month))
    taken = np.any([library.says(topic)[month] for topic in topics], axis=0)
    fields = Fields(
        library.names, library.fields[month], MONTH / 7, library.opening
    )
    order = elicitation.offers(fields, taken)
    order = turns(nearest(fields, order, scores), order)
    return elicitation.screens(fields, order, len(topics))
