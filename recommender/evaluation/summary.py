"""Sum up a replayed stream: hit rates by week, their area, interests met, repeats."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import Doubles
from recommender.evaluation.mornings import StreamReader
from recommender.evaluation.stream import DailyPicks

# Stream days: lists rest at weekends.
WEEK = 5

# The share of the oracle's hit rate that counts as enough.
ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Outcome:
    """One policy over a whole stream.

    Attributes
    ----------
    area
        Mean hit rate over the days.
    of_rule
        The area as a share of what a model reaches that knows every true interest.
    weeks
        Hit rate of each week.
    days_to_80
        The first day from which on a week's hit rate is 80 % of the oracle's, or None.
    interest_coverage
        The share of a reader's interests that a week's picks met.
    repeats
        How many papers were shown twice to one reader.

    """

    model: str
    area: float
    of_rule: float
    first_day: float
    weeks: tuple[float, ...]
    days_to_80: int | None
    interest_coverage: float
    intra_list_similarity: float
    repeats: int
    ms_per_reader: float
    readers: int


def outcomes(
    history: Mapping[str, Sequence[DailyPicks]],
    readers: Sequence[StreamReader],
    oracle: str,
    rule: str,
) -> list[Outcome]:
    """Return the outcome of each policy, compared with those called `oracle` and `rule`."""
    oracle_rates = daily_hit_rates(history[oracle])
    rule_rates = daily_hit_rates(history[rule])
    return [
        _outcome(name, picks, readers, oracle_rates, rule_rates)
        for name, picks in history.items()
    ]


def daily_hit_rates(
    history: Sequence[DailyPicks], n_days: int | None = None
) -> Doubles:
    """Return the hit rate of each day, (n_days,): liked papers among those shown.

    By default of all days, else of the first ones.
    """
    if n_days is None:
        n_days = 1 + max(picks.day for picks in history)

    hits = np.zeros(n_days)
    shown_papers = np.zeros(n_days)
    for picks in history:
        if picks.day < n_days:
            hits[picks.day] += len(picks.hits)
            shown_papers[picks.day] += len(picks.rows)
    return np.asarray(hits / np.maximum(shown_papers, 1))


def hit_rate(history: Sequence[DailyPicks]) -> float:
    """Return the hit rate over all days."""
    n_hits = sum(len(picks.hits) for picks in history)
    n_papers = sum(len(picks.rows) for picks in history)
    return n_hits / max(n_papers, 1)


def days_to_enough(rates: Doubles, reference: Doubles) -> int | None:
    """Return the number of the first day that begins a week of 80 % of the reference's hits.

    Both are hit rates by day; a stream shorter than a week counts as one. None if no week does.
    """
    for day in range(max(len(rates) - WEEK + 1, 1)):
        week = slice(day, day + WEEK)
        if rates[week].sum() >= ENOUGH * reference[week].sum() > 0:
            return day + 1
    return None


def _outcome(
    name: str,
    history: Sequence[DailyPicks],
    readers: Sequence[StreamReader],
    oracle_rates: Doubles,
    rule_rates: Doubles,
) -> Outcome:
    rates = daily_hit_rates(history)
    weeks = [rates[day : day + WEEK] for day in range(0, len(rates), WEEK)]
    seconds = [picks.seconds for picks in history]
    similarities = [picks.similarity for picks in history]

    return Outcome(
        model=name,
        area=float(rates.mean()),
        of_rule=float(rates.mean() / max(rule_rates.mean(), 1e-12)),
        first_day=float(rates[0]),
        weeks=tuple(float(week.mean()) for week in weeks),
        days_to_80=days_to_enough(rates, oracle_rates),
        interest_coverage=_interest_coverage(history, readers),
        intra_list_similarity=float(np.mean(similarities)),
        repeats=_count_repeats(history),
        ms_per_reader=float(np.median(seconds)) * 1000,
        readers=len(readers),
    )


def _interest_coverage(
    history: Sequence[DailyPicks], readers: Sequence[StreamReader]
) -> float:
    """Return the mean share of a reader's interests that a week's picks met."""
    rows_by_week: dict[tuple[int, int], set[int]] = defaultdict(set)
    for picks in history:
        week = picks.day // WEEK
        rows_by_week[picks.reader, week].update(picks.rows)

    shares: list[float] = []
    for (reader, _), rows in rows_by_week.items():
        interests = readers[reader].interests
        if interests:
            is_met = [bool(rows & interest) for interest in interests]
            shares.append(float(np.mean(is_met)))
    return float(np.mean(shares)) if shares else 0.0


def _count_repeats(history: Sequence[DailyPicks]) -> int:
    impressions = [
        (picks.reader, row) for picks in history for row in picks.rows
    ]
    return len(impressions) - len(set(impressions))
