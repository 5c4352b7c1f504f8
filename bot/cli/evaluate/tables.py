"""What an evaluation found, as tables for people and as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from recommender.evaluation import new_papers
from recommender.evaluation.new_papers import Result

FIGURES = ("recall_at_20", "recall_at_100", "ndcg_at_10", "auc")


def ranked(protocol: str, results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return each model's means over the readers, in the documented form."""
    return [
        {
            "protocol": protocol,
            "model": result.model,
            "likes": result.likes,
            **{figure: round(result.mean(figure), 4) for figure in FIGURES},
            "ms_per_reader": round(result.milliseconds, 3),
            "readers": len(result.measurements),
        }
        for result in results
    ]


def compared(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return ours against the best baseline, with the 95 % interval of the ratio."""
    return [
        {
            "likes": likes,
            "figure": figure,
            "ours to the best baseline": f"{ratio['ratio']:.3f}",
            "95 % interval": f"{ratio['low']:.3f} to {ratio['high']:.3f}",
        }
        for figure in ("recall_at_100", "ndcg_at_10")
        for likes, ratio in new_papers.ratios(results, figure)
    ]


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return rows of equal keys as a table that Markdown reads too; one protocol, so not named."""
    names = [name for name in rows[0] if name not in {"protocol", "weeks"}]
    found = Table(box=box.MARKDOWN)
    for name in names:
        found.add_column(name.replace("_", " "), no_wrap=True)
    for row in rows:
        found.add_row(*(_cell(row[name]) for name in names))
    return found


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as one JSON list."""
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False)


def rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its numbers to four places."""
    return {
        k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()
    }


def _cell(value: object) -> str:
    if value is None:
        return "never"
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    if isinstance(value, float):
        return (
            f"{value:.3f}".removeprefix("0")
            if abs(value) < 1
            else f"{value:.2f}"
        )
    return str(value)
