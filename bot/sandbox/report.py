"""Reports a simulation: the share of liked picks by week, beside popularity and chance."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.markup import plurals
from bot.picks import catalogue
from bot.picks.catalogue import Catalogue
from bot.sandbox.readers import Taste, paper_key
from bot.storage import permissions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The ways to choose papers that are compared.
PAPERPICKS = "PaperPicks"
POPULARITY = "popularity"
RANDOM = "random"

COLOURS = {
    PAPERPICKS: "#1c7ed6",
    POPULARITY: "#e8833a",
    RANDOM: "#8a949e",
}

# Labels that are nearer than this part of the chart's height would cover each other.
LABEL_GAP = 1 / 12

# The most weeks that are named on the axis.
MAX_WEEK_LABELS = 12


@dataclass(slots=True)
class Baseline:
    """Chooses papers for one reader by popularity or at random, and none of them twice."""

    name: str
    rng: np.random.Generator
    shown_keys: set[str] = field(default_factory=set)

    def count_likes(
        self, papers: Catalogue, taste: Taste, today: date, picks: int
    ) -> int:
        """Choose as many papers as PaperPicks did; return how many the reader likes."""
        fresh = papers.papers[: papers.count_fresh(today)]
        candidates = [
            paper for paper in fresh if paper_key(paper) not in self.shown_keys
        ]

        # Chance decides between papers of the same popularity, or alone.
        chance = self.rng.random(len(candidates))
        if self.name == POPULARITY:
            popularity = catalogue.popularity(candidates)
            order = np.lexsort((chance, -popularity))
        else:
            order = np.argsort(chance)

        keys = [paper_key(candidates[row]) for row in order[:picks]]
        self.shown_keys.update(keys)
        return sum(key in taste.likes for key in keys)


@dataclass(slots=True)
class WeeklyCounts:
    """Counts picks by week, and likes by the way to choose and by week.

    A week is named by its Monday.
    """

    picks: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    likes: dict[str, dict[date, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, day: date, picks: int, likes: Mapping[str, int]) -> None:
        """Count the picks of one reader on one day, and the likes by the way to choose."""
        week = monday(day)
        self.picks[week] += picks
        for name, number in likes.items():
            self.likes[name][week] += number

    def liked_share(
        self, name: str, weeks: Collection[date] | None = None
    ) -> float:
        """Return the share of picks that were liked in some weeks, or in all of them."""
        if weeks is None:
            weeks = self.picks

        picks = sum(self.picks[week] for week in weeks)
        likes = sum(self.likes[name][week] for week in weeks)
        return likes / max(picks, 1)

    def week_line(self, week: date, number: int) -> str:
        """Return the shares of a week in one line."""
        friday = week + timedelta(days=4)
        baselines = list(self.likes)[1:]
        baseline_shares = ", ".join(
            f"{name} {self.liked_share(name, [week]):.0%}" for name in baselines
        )
        return (
            f"week {number:>2} ({week:%d %b} – {friday:%d %b %Y}): "
            f"{self.liked_share(PAPERPICKS, [week]):>4.0%} of {self.picks[week]} picks liked; "
            f"{baseline_shares}"
        )


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def draw_chart(counts: WeeklyCounts, readers: int, path: Path) -> None:
    """Draw the share of liked picks by week as a PNG file."""
    # Matplotlib takes 60 MB, which other commands do without.
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    weeks = sorted(counts.picks)
    percentages = {
        name: [100 * counts.liked_share(name, [week]) for week in weeks]
        for name in counts.likes
    }

    figure = Figure(figsize=(7, 3.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    _draw_lines(axes, percentages)
    _draw_labels(axes, counts, percentages)

    picks = plurals.of(sum(counts.picks.values()), "pick")
    axes.set_title(
        f"{plurals.of(readers, 'simulated reader')}, {picks}", loc="left"
    )
    numbers = range(1, len(weeks) + 1)
    axes.set_xticks(numbers[:: max(1, len(weeks) // MAX_WEEK_LABELS)])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)

    permissions.folder(path.parent)
    figure.savefig(path, format="png")


def _draw_lines(
    axes: "Axes", percentages: Mapping[str, Sequence[float]]
) -> None:
    for name, line in percentages.items():
        axes.plot(
            range(1, len(line) + 1),
            line,
            color=COLOURS[name],
            linewidth=2.4 if name == PAPERPICKS else 1.6,
            marker="o",
            markersize=4,
        )

    axes.set(
        ylim=(0, max(_top(percentages), 1)),
        xlabel="week",
        ylabel="picks liked, %",
    )


def _draw_labels(
    axes: "Axes",
    counts: WeeklyCounts,
    percentages: Mapping[str, Sequence[float]],
) -> None:
    """Write the name of each line and its mean beside its last point."""
    weeks = len(counts.picks)
    line_ends = {name: line[-1] for name, line in percentages.items()}
    heights = _spread(line_ends, _top(percentages) * LABEL_GAP)

    for name, height in heights.items():
        axes.text(
            weeks + 0.03 * weeks,
            height,
            f"{name} {counts.liked_share(name):.0%}",
            va="center",
            color=COLOURS[name],
            fontweight="bold" if name == PAPERPICKS else "normal",
        )


def _top(percentages: Mapping[str, Sequence[float]]) -> float:
    """Return the height of the chart: the highest point, and a tenth of air."""
    return 1.1 * max(map(max, percentages.values()), default=1)


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return the heights, each at least `gap` above the one below."""
    spread: dict[str, float] = {}
    previous = -gap
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        previous = max(height, previous + gap)
        spread[name] = previous
    return spread
