"""Replay first weeks of readers who, after the topic they typed, tick a second and a third one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from recommender import elicitation
from recommender.arrays import Mask, Rows
from recommender.elicitation import N_TOPICS, Fields
from recommender.evaluation.mornings import Morning, StreamReader
from recommender.evaluation.policies import is_new_reader, paperpicks
from recommender.evaluation.stream import Memory, Policy
from recommender.evidence import TOPIC_WEIGHT, Evidence
from recommender.profile import learn
from recommender.vectors import stack

# Days whose papers tell which fields have supply.
MONTH = 30


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """Names of fields, and the papers of a corpus that contain them.

    Attributes
    ----------
    names
        (n_fields,) the first ones are the best known.
    field_matches
        (n_papers, n_fields).
    listed
        (n_papers,) the day of each paper as an ordinal.
    matches
        Returns which papers contain a topic, (n_papers,).
    opening
        How many of the names are the best known ones.

    """

    names: Sequence[str]
    field_matches: Mask
    listed: Rows
    matches: Callable[[str], Mask]
    opening: int = 0

    def month(self, day: date) -> slice:
        """Return the rows listed in the 30 days up to a day."""
        last = day.toordinal()
        start, end = self.listed.searchsorted([last - MONTH, last], "right")
        return slice(int(start), int(end))


def ticking(index: FieldIndex, n_screens: int) -> Policy:
    """Return our model for first weeks, each after a new reader saw some screens of fields.

    What they tick is all that differs. After a week all is forgotten, and the reader is new
    again.
    """
    first_days: dict[int, date] = {}
    choose = paperpicks()

    def pick(
        morning: Morning,
        reader_index: int,
        reader: StreamReader,
        memory: Memory,
        n: int,
    ) -> Sequence[int]:
        if is_new_reader(first_days, reader_index, morning.day):
            first_days[reader_index] = morning.day
            memory.clear()
            _tick_topics(index, morning, reader, memory, n_screens)
        return choose(morning, reader_index, reader, memory, n)

    return pick


def _tick_topics(
    index: FieldIndex,
    morning: Morning,
    reader: StreamReader,
    memory: Memory,
    n_screens: int,
) -> None:
    """Let a reader tick the first fitting field, until they have three topics."""
    ticks = ticked_fields(index, morning.day, reader)
    for _ in range(N_TOPICS - len(reader.topics)):
        screens = offered_screens(index, morning, reader, memory.topics)
        fields = chain.from_iterable(screens[:n_screens])
        first = next((field for field in fields if ticks[field]), None)
        if first is not None:
            memory.topics.append(index.names[first])


def ticked_fields(index: FieldIndex, day: date, reader: StreamReader) -> Mask:
    """Return which fields a reader ticks, (n_fields,).

    Of those most papers are in one of their interests; only papers listed before the day count.
    """
    end = int(index.listed.searchsorted(day.toordinal()))
    n_papers = index.field_matches[:end].sum(axis=0)

    ticks = np.zeros(len(index.names), bool)
    for interest in reader.interests:
        rows = [row for row in interest if row < end]
        n_in_interest = index.field_matches[rows].sum(axis=0)
        ticks |= 2 * n_in_interest > n_papers
    return ticks


def offered_screens(
    index: FieldIndex,
    morning: Morning,
    reader: StreamReader,
    further_topics: Sequence[str],
) -> list[list[int]]:
    """Return the screens of fields that the bot offers a reader with these topics."""
    topics = [*reader.topics, *further_topics]
    profile = learn(
        [Evidence("wanted", topic, TOPIC_WEIGHT) for topic in topics],
        stack([morning.topic(topic) for topic in topics]),
    )

    month = index.month(morning.day)
    scores = profile.score(morning.vectors.take(month))
    covered = np.any([index.matches(topic)[month] for topic in topics], axis=0)
    fields = Fields(
        names=index.names,
        matches=index.field_matches[month],
        weeks=MONTH / 7,
        opening=index.opening,
    )

    order = elicitation.offers(fields, covered)
    by_score = elicitation.by_mean_score(fields, order, scores)
    order = elicitation.interleave(by_score, order)
    return elicitation.screens(fields, order, len(topics))
