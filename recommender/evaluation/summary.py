"""What a replayed stream came to: hit rates by week, their area, interests met, repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.evaluation.stream import Shown, StreamReader
from recommender.metrics import Doubles

WEEK = 5  # stream days: lists rest at weekends
ENOUGH = 0.8  # of the oracle's hit rate


@dataclass(frozen=True, slots=True)
class Outcome:
    """One policy over a whole stream; `weeks` are hit rates, `area` their mean by day.

    `of_rule` is the area as a share of what is reached by who knows every true interest;
    `days_to_80` is the first day from which a week's hit rate is 80 % of the oracle's, None
    where that never was; `interest_coverage` the share of a reader's interests that a week's
    picks met; `repeats` counts papers shown twice to one reader.
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
    shown: Mapping[str, Sequence[Shown]],
    readers: Sequence[StreamReader],
    oracle: str,
    rule: str,
) -> list[Outcome]:
    """Return what each policy came to, held against those called `oracle` and `rule`."""
    best, by_rule = daily(shown[oracle]), daily(shown[rule])
    return [
        _outcome(name, picks, readers, best, by_rule)
        for name, picks in shown.items()
    ]


def daily(shown: Sequence[Shown]) -> Doubles:
    """Return the hit rate of each day: liked papers among those shown."""
    days = 1 + max(each.day for each in shown)
    hits, of = np.zeros((2, days))
    for each in shown:
        hits[each.day] += len(each.hits)
        of[each.day] += len(each.rows)
    return np.asarray(hits / np.maximum(of, 1))


def first_week(shown: Sequence[Shown]) -> float:
    """Return the hit rate of all that was shown."""
    hits, of = (
        sum(len(rows) for rows in each)
        for each in zip(*((s.hits, s.rows) for s in shown), strict=True)
    )
    return hits / max(of, 1)


def _outcome(
    name: str,
    shown: Sequence[Shown],
    readers: Sequence[StreamReader],
    best: Doubles,
    by_rule: Doubles,
) -> Outcome:
    rates = daily(shown)
    return Outcome(
        model=name,
        area=float(rates.mean()),
        of_rule=float(rates.mean() / max(by_rule.mean(), 1e-12)),
        first_day=float(rates[0]),
        weeks=tuple(float(part.mean()) for part in _weeks(rates)),
        days_to_80=_days_to_enough(rates, best),
        interest_coverage=_coverage(shown, readers),
        intra_list_similarity=float(np.mean([each.alike for each in shown])),
        repeats=_repeats(shown),
        ms_per_reader=float(np.median([each.seconds for each in shown])) * 1000,
        readers=len(readers),
    )


def _weeks(rates: Doubles) -> list[Doubles]:
    return [rates[start : start + WEEK] for start in range(0, len(rates), WEEK)]


def _days_to_enough(rates: Doubles, best: Doubles) -> int | None:
    """Return the number of the first day that begins a week of 80 % of the oracle's hits."""
    for day in range(max(len(rates) - WEEK + 1, 1)):
        if (
            rates[day : day + WEEK].sum()
            >= ENOUGH * best[day : day + WEEK].sum()
            > 0
        ):
            return day + 1
    return None


def _coverage(shown: Sequence[Shown], readers: Sequence[StreamReader]) -> float:
    seen: dict[tuple[int, int], set[int]] = {}
    for each in shown:
        seen.setdefault((each.reader, each.day // WEEK), set()).update(
            each.rows
        )
    met = [
        np.mean(
            [bool(rows & interest) for interest in readers[reader].interests]
        )
        for (reader, _), rows in seen.items()
        if readers[reader].interests
    ]
    return float(np.mean(met)) if met else 0.0


def _repeats(shown: Sequence[Shown]) -> int:
    rows = [(each.reader, row) for each in shown for row in each.rows]
    return len(rows) - len(set(rows))
