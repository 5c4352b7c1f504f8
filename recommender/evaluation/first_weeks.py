"""Replay a new installation from its first day: what readers are shown, and what they like."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from recommender.arrays import Rows
from recommender.evaluation import policies, stream
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.mornings import Corpus, StreamReader, mornings_of
from recommender.evaluation.new_papers import Progress
from recommender.evaluation.stream import DailyPicks, Policy
from recommender.evaluation.summary import (
    WEEK,
    daily_hit_rates,
    days_to_enough,
)

TOPIC_ONLY = "topic-only"
ORACLE = "oracle"

# Heights of the quality bar at which our model is replayed.
BARS = ("off", "normal", "strict")

# Kinds of readers: those who stay as they are, and those who change their mind.
STEADY = "steady"
TURN = "turn"

# Numbers of ratings from which the picks after them are reported apart.
RATINGS = (0, 5, 10, 20, 40, 80, 160)

# The readers of one installation get numbers below this; those of the next begin above it.
MAX_READERS = 1_000

# A model, and the height of its bar.
Contestant = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Weeks:
    """How one model did, at one height of the bar, with one kind of readers.

    Attributes
    ----------
    who
        The kind of readers, steady or turn.
    by_week
        Liked share of each week.
    by_ratings
        The number of ratings given before, the liked share, and of how many picks it is.
    sent
        How many papers were shown.
    hits_kept
        Hits as a share of those without a bar.
    days_to_80
        Of readers who change their mind: the first day after it that begins a week of 80 % of the
        hits that a new installation has with the new interest typed.

    """

    model: str
    bar: str
    who: str
    stored_days: int
    liked_share: float
    by_week: tuple[float, ...]
    by_ratings: tuple[tuple[int, float, int], ...]
    sent: int
    precision: float
    hits_kept: float
    days_to_80: int | None
    readers: int


@dataclass(frozen=True, slots=True)
class Installation:
    """A store that begins some listed days before its first day of picks."""

    corpus: Corpus
    readers: Sequence[StreamReader]
    days: Rows


def evaluate(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    *,
    starts: Sequence[date],
    stored_days: int = 10,
    days: int = 40,
    picks: int = 5,
    against: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Weeks]:
    """Replay new installations from each of the starts, for readers who never saw a paper.

    Text features are fitted each day on what is stored, as the bot does it. Readers who change
    their mind are reported apart from the steady ones.
    """
    groups = _group_readers(readers)
    runs: dict[str, list[Installation]] = {}
    for who, group in groups.items():
        runs[who] = [
            install(corpus, group, start, stored_days, days) for start in starts
        ]
    restarts: list[Installation] = []
    for start in starts:
        restarts += _restarts(corpus, readers, start, stored_days, days)

    every_run = [run for group in runs.values() for run in group] + restarts
    counter = _DayCounter(every_run, progress)

    models = contestants(against)
    histories = {
        who: _replay(group, models, picks, counter)
        for who, group in runs.items()
    }
    plain = (PAPERPICKS, "off")
    restarted = _replay(restarts, {plain: models[plain]}, picks, counter)
    reference = restarted.get(plain, [])

    weeks: list[Weeks] = []
    for who, group in groups.items():
        days_to_80 = _days_to_80(histories[who], group, reference, who)
        weeks += [
            _sum_up(
                histories[who],
                contestant,
                who=who,
                stored_days=stored_days,
                days_to_80=days_to_80.get(contestant),
                readers=len(group),
            )
            for contestant in models
        ]
    return weeks


def contestants(against: Sequence[str]) -> dict[Contestant, Policy]:
    """Return the models by name and bar: ours at every height, the others without one."""
    models: dict[Contestant, Policy] = {}
    for bar in BARS:
        models[PAPERPICKS, bar] = policies.paperpicks(bar=bar)
    models[TOPIC_ONLY, "off"] = policies.paperpicks(uses_ratings=False)
    for name in against:
        models[name, "off"] = policies.baseline(name)
    models[ORACLE, "off"] = policies.oracle
    return models


def install(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    start: date,
    stored_days: int,
    days: int,
) -> Installation:
    """Return a new installation: the listed days just before a start, and those from it on.

    Raises ValueError if no paper was listed from the start on.
    """
    listed = np.unique(corpus.listed)
    first = int(listed.searchsorted(start.toordinal()))
    chosen = listed[first : first + days]
    if not len(chosen):
        raise ValueError(f"no paper was listed from {start} on")

    first_stored = listed[max(first - stored_days, 0)]
    low, high = corpus.listed.searchsorted([first_stored, chosen[-1] + 1])
    rows = range(int(low), int(high))
    stored = Corpus(
        papers=corpus.papers[rows.start : rows.stop],
        popularity=corpus.popularity[rows.start : rows.stop],
    )
    return Installation(
        corpus=stored,
        readers=[_shift_rows(reader, rows) for reader in readers],
        days=chosen,
    )


def _group_readers(
    readers: Sequence[StreamReader],
) -> dict[str, list[StreamReader]]:
    """Return the readers by kind, without a kind that nobody is of."""
    groups = {
        STEADY: [reader for reader in readers if reader.turn is None],
        TURN: [reader for reader in readers if reader.turn is not None],
    }
    return {who: group for who, group in groups.items() if group}


class _DayCounter:
    """Reports how many of all days of all installations were replayed."""

    def __init__(
        self, runs: Sequence[Installation], progress: Progress | None
    ) -> None:
        self.n_days = sum(len(run.days) for run in runs)
        self.n_done = 0
        self.progress = progress

    def step(self, _done: int, _of: int) -> None:
        """Count one day more."""
        self.n_done += 1
        if self.progress is not None:
            self.progress(self.n_done, self.n_days)


def _replay(
    runs: Sequence[Installation],
    models: Mapping[Contestant, Policy],
    picks: int,
    counter: _DayCounter,
) -> dict[Contestant, list[DailyPicks]]:
    """Replay each installation; the readers of each are others than those of the one before."""
    contestant_of = {" ".join(contestant): contestant for contestant in models}
    named_models = {
        name: models[contestant] for name, contestant in contestant_of.items()
    }
    history: dict[Contestant, list[DailyPicks]] = defaultdict(list)

    for number, run in enumerate(runs):
        run_mornings = mornings_of(
            run.corpus, run.readers, run.days, refit_days=1
        )
        parts = stream.replay(
            run_mornings,
            run.readers,
            named_models,
            picks=picks,
            progress=counter.step,
        )
        first_reader = number * MAX_READERS
        for name, part in parts.items():
            history[contestant_of[name]] += [
                replace(day, reader=day.reader + first_reader) for day in part
            ]
    return history


def _restarts(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    start: date,
    stored_days: int,
    days: int,
) -> Iterator[Installation]:
    """Yield installations that begin when readers change their mind, with the new topics typed.

    The topics of the new interest are those of a reader who likes the same papers all along;
    if nobody does, there is no such installation.
    """
    topics = {
        reader.likes: reader.topics for reader in readers if reader.turn is None
    }
    listed = np.unique(corpus.listed)
    first = int(listed.searchsorted(start.toordinal()))

    by_turn: dict[int, list[StreamReader]] = defaultdict(list)
    for reader in readers:
        if not reader.turn or reader.likes_after not in topics:
            continue
        if first + reader.turn < len(listed):
            new_topics = topics[reader.likes_after]
            by_turn[reader.turn].append(_after_turn(reader, new_topics))

    for turn, group in by_turn.items():
        day = date.fromordinal(int(listed[first + turn]))
        yield install(corpus, group, day, stored_days, max(days - turn, 1))


def _after_turn(reader: StreamReader, topics: tuple[str, ...]) -> StreamReader:
    """Return a reader as if they had been all along what they are after their turn."""
    return replace(
        reader,
        topics=topics,
        likes=reader.likes_after,
        dislikes=reader.dislikes_after,
        turn=None,
    )


def _shift_rows(reader: StreamReader, rows: range) -> StreamReader:
    """Return a reader whose answers are rows of a part of the corpus."""

    def shift(answers: frozenset[int]) -> frozenset[int]:
        return frozenset(row - rows.start for row in answers if row in rows)

    return replace(
        reader,
        interests=tuple(map(shift, reader.interests)),
        likes=shift(reader.likes),
        dislikes=shift(reader.dislikes),
        likes_after=shift(reader.likes_after),
        dislikes_after=shift(reader.dislikes_after),
    )


def _sum_up(
    histories: Mapping[Contestant, Sequence[DailyPicks]],
    contestant: Contestant,
    *,
    who: str,
    stored_days: int,
    days_to_80: int | None,
    readers: int,
) -> Weeks:
    """Return how one contestant did with one kind of readers."""
    model, bar = contestant
    history = histories[contestant]
    n_hits = sum(len(day.hits) for day in history)
    n_sent = sum(len(day.rows) for day in history)
    n_hits_without_bar = sum(len(day.hits) for day in histories[model, "off"])
    weekly = _liked_shares(history, lambda day: day.day // WEEK)

    return Weeks(
        model=model,
        bar=bar,
        who=who,
        stored_days=stored_days,
        liked_share=n_hits / max(n_sent, 1),
        by_week=tuple(share for _, share, _ in weekly),
        by_ratings=tuple(_liked_shares(history, _ratings_bucket)),
        sent=n_sent,
        precision=n_hits / max(n_sent, 1),
        hits_kept=n_hits / max(n_hits_without_bar, 1),
        days_to_80=days_to_80,
        readers=readers,
    )


def _ratings_bucket(day: DailyPicks) -> int:
    """Return the largest of the reported numbers of ratings that the reader had given."""
    return max(number for number in RATINGS if number <= day.ratings)


def _liked_shares(
    history: Sequence[DailyPicks], group_of: Callable[[DailyPicks], int]
) -> Iterator[tuple[int, float, int]]:
    """Yield each group of days with its liked share, and of how many picks it is."""
    hits: dict[int, int] = defaultdict(int)
    papers: dict[int, int] = defaultdict(int)
    for day in history:
        group = group_of(day)
        hits[group] += len(day.hits)
        papers[group] += len(day.rows)

    for group in sorted(papers):
        yield group, hits[group] / max(papers[group], 1), papers[group]


def _days_to_80(
    histories: Mapping[Contestant, Sequence[DailyPicks]],
    readers: Sequence[StreamReader],
    reference: Sequence[DailyPicks],
    who: str,
) -> dict[Contestant, int | None]:
    """Return each contestant's first day after the turn that begins a week of enough hits.

    None for steady readers, if there is no reference, and if no week has enough.
    """
    if who != TURN or not reference:
        return dict.fromkeys(histories)

    n_days = 1 + max(day.day for day in reference)
    if n_days < WEEK:
        return dict.fromkeys(histories)

    reference_rates = daily_hit_rates(reference, n_days)
    days: dict[Contestant, int | None] = {}
    for contestant, history in histories.items():
        after_turn = list(_from_turn_on(history, readers))
        rates = daily_hit_rates(after_turn, n_days)
        days[contestant] = days_to_enough(rates, reference_rates)
    return days


def _from_turn_on(
    history: Sequence[DailyPicks], readers: Sequence[StreamReader]
) -> Iterator[DailyPicks]:
    """Yield the days from each reader's turn on, which is day 0 of them."""
    for day in history:
        turn = readers[day.reader % MAX_READERS].turn or 0
        if day.day >= turn:
            yield replace(day, day=day.day - turn)
