"""Replays groups of simulated readers, and returns how fairly each model serves their members."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from bot.cli.evaluate import tables
from bot.cli.evaluate.tables import Row, Rows
from bot.errors import Failure
from recommender.evaluation import groups
from recommender.evaluation.group_models import AVERAGING, LEAST_MISERY
from recommender.evaluation.groups import Difference, Fairness
from recommender.evaluation.mornings import Corpus, StreamReader
from recommender.evaluation.new_papers import Progress


def run(
    corpus: Corpus,
    readers: Sequence[StreamReader],
    *,
    starts: Sequence[date],
    stored_days: int,
    days: int,
    picks: int,
    draws: int,
    seed: int,
    progress: Progress,
) -> list[Fairness]:
    """Replay groups of the steady readers from each of the starts."""
    try:
        return groups.evaluate(
            corpus,
            readers,
            starts=starts,
            stored_days=stored_days,
            days=days,
            picks=picks,
            draws=draws,
            seed=seed,
            progress=progress,
        )
    except ValueError as error:
        raise Failure(
            f"--readers-file, --starts: {error}", passing=False
        ) from None


def result_rows(results: Sequence[Fairness]) -> Rows:
    """Return each result as a row for programs, with the bounds of each difference."""
    rows = []
    for result in results:
        row = {"protocol": "groups", **asdict(result)}
        for name in ("to_averaging", "to_least_misery"):
            difference = row.pop(name)
            row[name] = difference["mean"]
            row[f"{name}_low"] = difference["low"]
            row[f"{name}_high"] = difference["high"]
        rows.append(tables.rounded(row))
    return rows


def summary_rows(results: Sequence[Fairness]) -> Rows:
    """Return each result as a row for people."""
    return [_summary_row(result) for result in results]


def _summary_row(result: Fairness) -> Row:
    return {
        "members": result.members,
        "mix": result.mix,
        "one is loud": "yes" if result.loud else "",
        "model": result.model,
        "worst": round(result.worst, 3),
        "mean": round(result.mean, 3),
        "worst of the mean": round(result.worst / max(result.mean, 1e-9), 3),
        f"worst to {AVERAGING}": _interval(result.to_averaging),
        f"worst to {LEAST_MISERY}": _interval(result.to_least_misery),
    }


def _interval(difference: Difference) -> str:
    return f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"
