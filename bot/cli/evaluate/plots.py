"""Draws the results of replays as PNG files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.evaluate.first_weeks import NO_BAR
from recommender.evaluation.first_weeks import RATINGS, STEADY, Weeks
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.summary import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches of a figure with one part, and of one with two.
SINGLE = (8.0, 4.5)
DOUBLE = (10.0, 4.5)

SHARE_LABEL = "liked, of the papers shown"


def draw_stream(folder: Path, outcomes: Sequence[Outcome]) -> list[Path]:
    """Draw hit rates by week, and what a list is made of; return the files' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    by_week = folder / "hit-rate-by-week.png"
    lists = folder / "lists.png"

    _draw_hit_rates(by_week, outcomes)
    _draw_lists(lists, outcomes)
    return [by_week, lists]


def draw_first_weeks(folder: Path, results: Sequence[Weeks]) -> Path:
    """Draw the liked shares of steady readers by week and by ratings; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "first-weeks.png"
    steady = [
        result
        for result in results
        if result.who == STEADY and result.bar == NO_BAR
    ]

    figure = _figure(DOUBLE)
    by_week, by_ratings = figure.subplots(1, 2, sharey=True)
    for result in steady:
        _draw_line(by_week, result.model, result.by_week)
        shares = [share for _, share, _ in result.by_ratings]
        _draw_line(by_ratings, result.model, shares, first=0)

    by_week.set(xlabel="week", ylabel=SHARE_LABEL, ylim=(0, None))
    by_week.legend(fontsize="small")
    by_ratings.set_xlabel("ratings given before, from")
    by_ratings.set_xticks(range(len(RATINGS)), map(str, RATINGS))
    figure.savefig(path, dpi=120)
    return path


def _draw_hit_rates(path: Path, outcomes: Sequence[Outcome]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as in _figure

    figure = _figure(SINGLE)
    axes = figure.subplots()
    for outcome in outcomes:
        _draw_line(axes, outcome.model, outcome.weeks)

    axes.set(xlabel="week", ylabel=SHARE_LABEL, ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=120)


def _draw_lists(path: Path, outcomes: Sequence[Outcome]) -> None:
    models = [outcome.model for outcome in outcomes]
    coverages = [outcome.interest_coverage for outcome in outcomes]
    similarities = [outcome.intra_list_similarity for outcome in outcomes]

    figure = _figure(SINGLE)
    coverage_axes, similarity_axes = figure.subplots(1, 2, sharey=True)
    coverage_axes.barh(models, coverages)
    coverage_axes.set_title("interests met in a week")
    similarity_axes.barh(models, similarities)
    similarity_axes.set_title("likeness within a list")
    figure.savefig(path, dpi=120)


def _draw_line(
    axes: "Axes", model: str, shares: Sequence[float], *, first: int = 1
) -> None:
    """Draw the shares of a model from x = `first` on, our model's wider than others."""
    axes.plot(
        range(first, first + len(shares)),
        shares,
        label=model,
        linewidth=3 if model == PAPERPICKS else 1,
        marker="o",
        markersize=3,
    )


def _figure(size: tuple[float, float]) -> "Figure":
    # Matplotlib takes 60 MB, which other commands do without.
    import matplotlib as mpl  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    mpl.use("Agg")
    return Figure(figsize=size, layout="constrained")
