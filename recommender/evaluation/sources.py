"""Replay readers of Daily Papers with and without lists of their own: what they like of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from recommender.arrays import Rows
from recommender.evaluation import policies, stream
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import (
    NOWHERE,
    Corpus,
    Morning,
    StreamReader,
    mornings_of,
)
from recommender.evaluation.new_papers import Progress
from recommender.evaluation.stream import DailyPicks, Memory, Policy
from recommender.evaluation.summary import WEEK
from recommender.metrics import difference_interval

TOPIC_ONLY = "topic-only"
ORACLE = "oracle"


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a comparison.

    Attributes
    ----------
    first, last
        The days whose picks are compared.
    days_before
        Listed days before the first one on which readers rate their picks too.

    """

    first: date
    last: date
    days_before: int

    def days(self, corpus: Corpus) -> tuple[Rows, Rows]:
        """Return the listed days before the first one, and those of the window, as ordinals."""
        listed = np.unique(corpus.listed)
        start = int(listed.searchsorted(self.first.toordinal()))
        end = int(listed.searchsorted(self.last.toordinal(), "right"))
        first = max(start - self.days_before, 0)
        return listed[first:start], listed[start:end]


@dataclass(frozen=True, slots=True)
class Store:
    """What is stored in one of the cases that are compared.

    Attributes
    ----------
    sources
        The name of the case.
    readers
        Their answers are rows of the corpus.
    lists
        (n_readers,) the lists whose papers each reader is offered.
    common
        The lists that are everybody's.

    """

    sources: str
    corpus: Corpus
    readers: Sequence[StreamReader]
    lists: Sequence[frozenset[str]]
    common: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one model did in one case, in the window.

    Attributes
    ----------
    by_week
        The liked share of each week of listed days.
    by_reader
        The liked share of each reader's picks.
    picks, hits
        How many papers were shown, and liked.
    own_picks, own_hits
        Those of them that no common list had named by that day.
    gain, gain_low, gain_high
        The mean of what a reader's liked share is above that in the first case, and its 95 %
        bootstrap interval over readers.

    """

    model: str
    sources: str
    liked_share: float
    by_week: tuple[float, ...]
    by_reader: tuple[float, ...]
    picks: int
    hits: int
    own_picks: int
    own_hits: int
    gain: float
    gain_low: float
    gain_high: float


def evaluate(
    stores: Sequence[Store],
    window: Window,
    *,
    picks: int = 5,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Replay each of the cases, and compare every model with itself in the first of them.

    Text features are fitted each day on what is stored, as the bot does it.
    """
    counter = _DayCounter(stores, window, progress)
    first: dict[str, Outcome] = {}
    outcomes: list[Outcome] = []

    for store in stores:
        histories = replay(store, window, picks, counter.step)
        days = window.days(store.corpus)[1]
        for model, history in histories.items():
            outcome = _sum_up(model, store, days, history, first.get(model))
            first.setdefault(model, outcome)
            outcomes.append(outcome)
    return outcomes


def replay(
    store: Store,
    window: Window,
    picks: int,
    progress: Progress | None = None,
) -> dict[str, list[DailyPicks]]:
    """Replay one case; return the picks of each model in the window, whose first day is 0."""
    before, days = window.days(store.corpus)
    every_day = np.concatenate([before, days])
    histories = stream.replay(
        mornings_of(store.corpus, store.readers, every_day, refit_days=1),
        store.readers,
        _on_own_lists(_models(), store),
        picks=picks,
        progress=progress,
    )
    return {
        model: [
            replace(day, day=day.day - len(before))
            for day in history
            if day.day >= len(before)
        ]
        for model, history in histories.items()
    }


def _models() -> dict[str, Policy]:
    return {
        PAPERPICKS: policies.paperpicks(),
        TOPIC_ONLY: policies.paperpicks(uses_ratings=False),
        ORACLE: policies.oracle,
    }


def _on_own_lists(
    models: Mapping[str, Policy], store: Store
) -> dict[str, Policy]:
    """Return models that see the papers of each reader's own lists alone."""
    shelves = _Shelves(store)

    def restricted(model: Policy) -> Policy:
        def pick(
            morning: Morning,
            index: int,
            reader: StreamReader,
            memory: Memory,
            n: int,
        ) -> Sequence[int]:
            return model(
                shelves.morning(morning, index), index, reader, memory, n
            )

        return pick

    return {name: restricted(model) for name, model in models.items()}


class _Shelves:
    """The mornings of readers with the same lists, kept for a day."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.days = {
            lists: store.corpus.days_in(lists) for lists in set(store.lists)
        }
        self.today: Morning | None = None
        self.mornings: dict[frozenset[str], Morning] = {}

    def morning(self, morning: Morning, index: int) -> Morning:
        """Return a morning as one reader sees it."""
        if self.today is not morning:
            self.today = morning
            self.mornings.clear()

        lists = self.store.lists[index]
        if lists not in self.mornings:
            self.mornings[lists] = morning.on_lists(self.days[lists])
        return self.mornings[lists]


class _DayCounter:
    """Reports how many of all days of all cases were replayed."""

    def __init__(
        self,
        stores: Sequence[Store],
        window: Window,
        progress: Progress | None,
    ) -> None:
        days = [window.days(store.corpus) for store in stores]
        self.n_days = sum(len(part) for parts in days for part in parts)
        self.n_done = 0
        self.progress = progress

    def step(self, _done: int, _of: int) -> None:
        """Count one day more."""
        self.n_done += 1
        if self.progress is not None:
            self.progress(self.n_done, self.n_days)


def _sum_up(
    model: str,
    store: Store,
    days: Rows,
    history: Sequence[DailyPicks],
    first: Outcome | None,
) -> Outcome:
    """Return how one model did in one case, compared with the first case."""
    n_readers = len(store.readers)
    hits, picks = _counts(history, lambda day: day.reader, n_readers)
    n_weeks = -(-len(days) // WEEK)
    week_hits, week_picks = _counts(
        history, lambda day: day.day // WEEK, n_weeks
    )

    by_reader = tuple(map(float, hits / np.maximum(picks, 1)))
    reference = by_reader if first is None else first.by_reader
    low, high = difference_interval(by_reader, reference)
    own_picks, own_hits = _count_own(store, days, history)

    return Outcome(
        model=model,
        sources=store.sources,
        liked_share=float(np.mean(by_reader)),
        by_week=tuple(map(float, week_hits / np.maximum(week_picks, 1))),
        by_reader=by_reader,
        picks=int(picks.sum()),
        hits=int(hits.sum()),
        own_picks=own_picks,
        own_hits=own_hits,
        gain=float(np.mean(by_reader) - np.mean(reference)),
        gain_low=low,
        gain_high=high,
    )


def _counts(
    history: Sequence[DailyPicks],
    group_of: Callable[[DailyPicks], int],
    n_groups: int,
) -> tuple[Rows, Rows]:
    """Return the hits and the picks of each group of days, (n_groups,) each."""
    hits = np.zeros(n_groups, np.intp)
    picks = np.zeros(n_groups, np.intp)
    for day in history:
        hits[group_of(day)] += len(day.hits)
        picks[group_of(day)] += len(day.rows)
    return hits, picks


def _count_own(
    store: Store, days: Rows, history: Sequence[DailyPicks]
) -> tuple[int, int]:
    """Return how many picks no common list had named by their day, and the hits among them."""
    common_days = store.corpus.days_in(store.common)
    n_picks = n_hits = 0
    for picks in history:
        today = days[picks.day]
        own = {
            row
            for row in picks.rows
            if common_days[row] == NOWHERE or common_days[row] > today
        }
        n_picks += len(own)
        n_hits += len(own & set(picks.hits))
    return n_picks, n_hits
