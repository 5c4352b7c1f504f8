"""A fresh installation replayed from its first day: what readers are shown, and what they like."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from recommender.evaluation import policies, stream
from recommender.evaluation.new_papers import OURS, Progress
from recommender.evaluation.stream import Corpus, Policy, Shown, StreamReader
from recommender.evaluation.summary import ENOUGH, WEEK
from recommender.metrics import Rows

TOPIC_ONLY, ORACLE = "topic-only", "oracle"
BARS = ("off", "normal", "strict")
STEADY, TURN = "steady", "turn"

# Numbers of ratings from which the picks after them are reported apart.
RATINGS = (0, 5, 10, 20, 40, 80, 160)


@dataclass(frozen=True, slots=True)
class Weeks:
    """How one model did, at one height of the bar, with one kind of readers.

    `by_week` are liked shares, `by_ratings` triples of the ratings given before, the liked share
    and how many picks it is of. `sent` counts papers; `hits_kept` is the share of the hits
    without a bar. `days_to_80` is for who changes their mind: the first day after it that begins
    a week of 80 % of the hits that a new installation has with the new interest typed.
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

    Text features are fitted each day on what is stored, as the bot does it. Who changes their
    mind is reported apart from the steady readers.
    """
    groups = {
        who: group
        for who in (STEADY, TURN)
        if (
            group := [
                reader
                for reader in readers
                if (reader.turn is not None) == (who == TURN)
            ]
        )
    }
    models = contestants(against)
    runs = {
        who: [install(corpus, group, at, stored_days, days) for at in starts]
        for who, group in groups.items()
    }
    fresh = [
        run
        for at in starts
        for run in _fresh_starts(
            corpus, readers, at, stored_days=stored_days, days=days
        )
    ]
    steps = _Steps(
        [*(run for group in runs.values() for run in group), *fresh], progress
    )
    shown = {
        who: _replayed(group, models, picks, steps)
        for who, group in runs.items()
    }
    anew = _replayed(fresh, {(OURS, "off"): models[OURS, "off"]}, picks, steps)
    reference = anew.get((OURS, "off"), [])
    return [
        _weeks(
            key,
            who,
            shown[who],
            groups[who],
            reference,
            stored_days=stored_days,
        )
        for who in groups
        for key in models
    ]


def contestants(against: Sequence[str]) -> dict[tuple[str, str], Policy]:
    """Return the models by name and bar: ours at every height, the others without one."""
    models = {(OURS, bar): policies.paperpicks(bar=bar) for bar in BARS}
    models[TOPIC_ONLY, "off"] = policies.paperpicks(listens=False)
    models |= {(name, "off"): policies.baseline(name) for name in against}
    return models | {(ORACLE, "off"): policies.oracle}


def install(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    start: date,
    stored_days: int,
    days: int,
) -> Installation:
    """Return a new installation: the listed days just before a start, and those from it on.

    Raises ValueError where no paper was listed from the start on.
    """
    listed = np.unique(corpus.listed)
    first = int(listed.searchsorted(start.toordinal()))
    chosen = listed[first : first + days]
    if not len(chosen):
        raise ValueError(f"no paper was listed from {start} on")
    low, high = corpus.listed.searchsorted(
        [listed[max(first - stored_days, 0)], chosen[-1] + 1]
    )
    rows = range(int(low), int(high))
    part = Corpus(
        corpus.papers[rows.start : rows.stop],
        corpus.popularity[rows.start : rows.stop],
    )
    return Installation(
        part, [_shifted(reader, rows) for reader in readers], chosen
    )


def daily(
    shown: Iterable[Shown], days: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the liked share of each of the first days, shape (days,)."""
    hits, papers = np.zeros((2, days))
    for morning in shown:
        if morning.day < days:
            hits[morning.day] += len(morning.hits)
            papers[morning.day] += len(morning.rows)
    return np.asarray(hits / np.maximum(papers, 1))


class _Steps:
    """Tells how many of all days of all installations were replayed."""

    def __init__(
        self, runs: Sequence[Installation], progress: Progress | None
    ) -> None:
        self.days = sum(len(run.days) for run in runs)
        self.done = 0
        self.progress = progress

    def step(self, _done: int, _of: int) -> None:
        """Count one day more."""
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.days)


def _replayed(
    runs: Sequence[Installation],
    models: Mapping[tuple[str, str], Policy],
    picks: int,
    steps: _Steps,
) -> dict[tuple[str, str], list[Shown]]:
    """Replay each installation; the readers of each are others than those of the one before."""
    shown: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    named = {" ".join(key): key for key in models}
    for number, run in enumerate(runs):
        mornings = stream.each_morning(
            run.corpus, run.readers, run.days, refit=1
        )
        parts = stream.replay(
            mornings,
            run.readers,
            {name: models[key] for name, key in named.items()},
            picks=picks,
            progress=steps.step,
        )
        for name, part in parts.items():
            shown[named[name]] += [
                replace(day, reader=day.reader + number * 1_000) for day in part
            ]
    return shown


def _fresh_starts(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    start: date,
    *,
    stored_days: int,
    days: int,
) -> Iterator[Installation]:
    """Yield installations that begin when readers change their mind, with the new topics typed.

    The topics of the new interest are those of a reader who likes the same papers all along;
    where nobody does, there is no such installation.
    """
    topics = {
        reader.likes: reader.topics for reader in readers if reader.turn is None
    }
    listed = np.unique(corpus.listed)
    first = int(listed.searchsorted(start.toordinal()))
    by_turn: dict[int, list[StreamReader]] = defaultdict(list)
    for reader in readers:
        if (
            reader.turn
            and reader.likes_after in topics
            and first + reader.turn < len(listed)
        ):
            by_turn[reader.turn].append(
                _turned(reader, topics[reader.likes_after])
            )
    for turn, turned in by_turn.items():
        at = date.fromordinal(int(listed[first + turn]))
        yield install(corpus, turned, at, stored_days, max(days - turn, 1))


def _turned(reader: StreamReader, topics: tuple[str, ...]) -> StreamReader:
    return replace(
        reader,
        topics=topics,
        likes=reader.likes_after,
        dislikes=reader.dislikes_after,
        turn=None,
    )


def _shifted(reader: StreamReader, rows: range) -> StreamReader:
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


def _weeks(
    key: tuple[str, str],
    who: str,
    shown: Mapping[tuple[str, str], Sequence[Shown]],
    readers: Sequence[StreamReader],
    reference: Sequence[Shown],
    *,
    stored_days: int,
) -> Weeks:
    model, bar = key
    days = shown[key]
    hits, sent = (
        sum(len(day.hits) for day in days),
        sum(len(day.rows) for day in days),
    )
    unbarred = sum(len(day.hits) for day in shown[model, "off"])
    return Weeks(
        model=model,
        bar=bar,
        who=who,
        stored_days=stored_days,
        liked_share=hits / max(sent, 1),
        by_week=tuple(
            share for _, share, _ in _shares(days, lambda day: day.day // WEEK)
        ),
        by_ratings=tuple(_shares(days, _bucket)),
        sent=sent,
        precision=hits / max(sent, 1),
        hits_kept=hits / max(unbarred, 1),
        days_to_80=_days_to_enough(days, readers, reference)
        if who == TURN
        else None,
        readers=len(readers),
    )


def _bucket(day: Shown) -> int:
    return max(number for number in RATINGS if number <= day.ratings)


def _shares(
    days: Sequence[Shown], group: Callable[[Shown], int]
) -> Iterator[tuple[int, float, int]]:
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for day in days:
        counts[group(day)][0] += len(day.hits)
        counts[group(day)][1] += len(day.rows)
    for number, (hits, sent) in sorted(counts.items()):
        yield number, hits / max(sent, 1), sent


def _days_to_enough(
    shown: Sequence[Shown],
    readers: Sequence[StreamReader],
    reference: Sequence[Shown],
) -> int | None:
    """Return the first day after the turn that begins a week of 80 % of the reference's hits."""
    if not reference:
        return None
    turns = [readers[day.reader % 1_000].turn or 0 for day in shown]
    after = [
        replace(day, day=day.day - turn)
        for day, turn in zip(shown, turns, strict=True)
        if day.day >= turn
    ]
    length = 1 + max(day.day for day in reference)
    ours, theirs = daily(after, length), daily(reference, length)
    for day in range(length - WEEK + 1):
        if (
            ours[day : day + WEEK].sum()
            >= ENOUGH * theirs[day : day + WEEK].sum()
            > 0
        ):
            return day + 1
    return None
