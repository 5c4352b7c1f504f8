"""Results of an evaluation as rows: tables for people, and JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from recommender.evaluation import new_papers
from recommender.evaluation.new_papers import Result

# The metrics of a ranking, in the order of their columns.
METRICS = (
    "recall_at_20",
    "recall_at_100",
    "ndcg_at_10",
    "auc",
)

# The metrics in which our model is compared with the best baseline.
COMPARED_METRICS = (
    "recall_at_100",
    "ndcg_at_10",
)

# What a table leaves out: all its rows have one protocol, and weeks have a table.
HIDDEN_COLUMNS = {"protocol", "weeks"}

# Values by the names of columns, which are the same in all rows of a table.
Row = dict[str, Any]
Rows = list[Row]


def ranking_rows(protocol: str, results: Sequence[Result]) -> Rows:
    """Return the means of each model over its readers."""
    rows = []
    for result in results:
        means = {metric: round(result.mean(metric), 4) for metric in METRICS}
        rows.append(
            {
                "protocol": protocol,
                "model": result.model,
                "likes": result.likes,
                **means,
                "ms_per_reader": round(result.milliseconds, 3),
                "readers": len(result.measurements),
            }
        )
    return rows


def comparison_rows(results: Sequence[Result]) -> Rows:
    """Return the ratios of our model to the best baseline, with 95 % intervals."""
    return [
        {
            "likes": likes,
            "figure": metric,
            "ours to the best baseline": f"{ratio['ratio']:.3f}",
            "95 % interval": f"{ratio['low']:.3f} to {ratio['high']:.3f}",
        }
        for metric in COMPARED_METRICS
        for likes, ratio in new_papers.ratios(results, metric)
    ]


def table(rows: Sequence[Row]) -> Table:
    """Return rows as a table that is also one in Markdown."""
    names = [name for name in rows[0] if name not in HIDDEN_COLUMNS]

    grid = Table(box=box.MARKDOWN)
    for name in names:
        grid.add_column(name.replace("_", " "), no_wrap=True)
    for row in rows:
        grid.add_row(*(_cell(row[name]) for name in names))
    return grid


def as_json(rows: Sequence[Row]) -> str:
    """Return rows as one JSON list."""
    return json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False)


def rounded(row: Mapping[str, Any]) -> Row:
    """Return a row with its floats rounded to four places."""
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in row.items()
    }


def _cell(value: object) -> str:
    """Return a value as a cell: `.123` below 1, and `never` for what was not reached."""
    if value is None:
        return "never"
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    if not isinstance(value, float):
        return str(value)
    if abs(value) < 1:
        return f"{value:.3f}".removeprefix("0")
    return f"{value:.2f}"
