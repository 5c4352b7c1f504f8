"""Pictures of what was replayed: liked shares by week and by ratings, what a list is made of."""

from collections.abc import Sequence
from pathlib import Path

from recommender.evaluation.first_weeks import RATINGS, STEADY, Weeks
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.summary import Outcome


def draw(folder: Path, found: Sequence[Outcome]) -> list[Path]:
    """Draw PNG files into a folder, which is made where it is missing; return their paths."""
    import matplotlib as mpl  # noqa: PLC0415 - 60 MB, needed only here

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _weeks(folder / "hit-rate-by-week.png", found),
        _lists(folder / "lists.png", found),
    ]


def first_weeks(folder: Path, results: Sequence[Weeks]) -> Path:
    """Draw the liked shares of steady readers by week and by number of ratings."""
    import matplotlib as mpl  # noqa: PLC0415 - 60 MB, needed only here
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    by_week, by_ratings = figure.subplots(1, 2, sharey=True)
    for each in results:
        if each.who != STEADY or each.bar != "off":
            continue
        width = 3 if each.model == PAPERPICKS else 1
        weeks = range(1, len(each.by_week) + 1)
        by_week.plot(
            weeks, each.by_week, label=each.model, lw=width, marker="o", ms=3
        )
        numbers, shares, _ = zip(*each.by_ratings, strict=True)
        by_ratings.plot(range(len(numbers)), shares, lw=width, marker="o", ms=3)
    by_week.set(
        xlabel="week", ylabel="liked, of the papers shown", ylim=(0, None)
    )
    by_ratings.set_xlabel("ratings given before, from")
    by_ratings.set_xticks(range(len(RATINGS)), map(str, RATINGS))
    by_week.legend(fontsize="small")
    path = folder / "first-weeks.png"
    figure.savefig(path, dpi=120)
    return path


def _weeks(path: Path, found: Sequence[Outcome]) -> Path:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for each in found:
        ours = each.model == PAPERPICKS
        weeks = range(1, len(each.weeks) + 1)
        axes.plot(
            weeks,
            each.weeks,
            label=each.model,
            lw=3 if ours else 1,
            marker="o",
            ms=3,
        )
    axes.set(xlabel="week", ylabel="liked, of the papers shown", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=120)
    return path


def _lists(path: Path, found: Sequence[Outcome]) -> Path:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    names = [each.model for each in found]
    sides = {
        "interests met in a week": [each.interest_coverage for each in found],
        "likeness within a list": [
            each.intra_list_similarity for each in found
        ],
    }
    for axes, (title, values) in zip(
        figure.subplots(1, 2, sharey=True), sides.items(), strict=True
    ):
        axes.barh(names, values)
        axes.set_title(title)
    figure.savefig(path, dpi=120)
    return path
