"""How a simulated stretch of weeks went: liked picks by week, beside popularity and chance."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bot.markup import plurals
from bot.picks import catalogue
from bot.picks.catalogue import Catalogue
from bot.sandbox.readers import Taste, key
from bot.storage import permissions

OURS, POPULARITY, RANDOM = "PaperPicks", "popularity", "random"
COLOURS = {OURS: "#1c7ed6", POPULARITY: "#e8833a", RANDOM: "#8a949e"}


@dataclass(slots=True)
class Rival:
    """A reader's other self, whose papers are chosen by popularity or by chance."""

    name: str
    rng: np.random.Generator
    seen: set[str] = field(default_factory=set)

    def likes(
        self, papers: Catalogue, taste: Taste, today: date, n: int
    ) -> int:
        """Return how many of n papers, taken as ours were, this reader would have liked."""
        fresh = papers.papers[: papers.count_fresh(today)]
        new = [paper for paper in fresh if key(paper) not in self.seen]
        chance = self.rng.random(
            len(new)
        )  # of papers equally popular too, chance takes one
        popular = (
            catalogue.popularity(new)
            if self.name == POPULARITY
            else np.zeros(len(new))
        )
        taken = [key(new[row]) for row in np.lexsort((chance, -popular))[:n]]
        self.seen.update(taken)
        return sum(known in taste.likes for known in taken)


@dataclass(slots=True)
class Weeks:
    """Picks and likes of each week (by its Monday), for each way to choose."""

    picks: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    likes: dict[str, dict[date, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def count(self, day: date, picks: int, likes: dict[str, int]) -> None:
        """Count one reader's day."""
        week = monday(day)
        self.picks[week] += picks
        for name, number in likes.items():
            self.likes[name][week] += number

    def rate(self, name: str, weeks: Collection[date] | None = None) -> float:
        """Return the share of picks that were liked, in these weeks or in all."""
        chosen = self.picks if weeks is None else weeks
        picks = sum(self.picks[week] for week in chosen)
        return sum(self.likes[name][week] for week in chosen) / max(picks, 1)

    def told(self, week: date, number: int) -> str:
        """Return one week in a line."""
        last = week + timedelta(days=4)
        rates = ", ".join(
            f"{name} {self.rate(name, [week]):.0%}"
            for name in list(self.likes)[1:]
        )
        return (
            f"week {number:>2} ({week:%d %b} – {last:%d %b %Y}): "
            f"{self.rate(OURS, [week]):>4.0%} of {self.picks[week]} picks liked; {rates}"
        )


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def draw(weeks: Weeks, readers: int, path: Path) -> None:
    """Draw the share of liked picks by week."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - 60 MB that other commands do without

    dates = sorted(weeks.picks)
    numbers = range(1, len(dates) + 1)
    rates = {
        name: [100 * weeks.rate(name, [week]) for week in dates]
        for name in weeks.likes
    }
    figure = Figure(figsize=(7, 3.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    for name, line in rates.items():
        wide = 2.4 if name == OURS else 1.6
        axes.plot(
            numbers,
            line,
            color=COLOURS[name],
            linewidth=wide,
            marker="o",
            markersize=4,
        )
    top = 1.1 * max(map(max, rates.values()), default=1)
    axes.set(ylim=(0, max(top, 1)), xlabel="week", ylabel="picks liked, %")
    for name, height in _apart(
        {name: line[-1] for name, line in rates.items()}, top / 12
    ).items():
        axes.text(
            len(dates) + 0.03 * len(dates),
            height,
            f"{name} {weeks.rate(name):.0%}",
            va="center",
            color=COLOURS[name],
            fontweight="bold" if name == OURS else "normal",
        )
    picks = plurals.of(sum(weeks.picks.values()), "pick")
    axes.set_title(
        f"{plurals.of(readers, 'simulated reader')}, {picks}", loc="left"
    )
    axes.set_xticks(list(numbers)[:: max(1, len(dates) // 12)])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    permissions.folder(path.parent)
    figure.savefig(path, format="png")


def _apart(heights: dict[str, float], gap: float) -> dict[str, float]:
    """Move labels up, where one would cover another."""
    moved: dict[str, float] = {}
    last = -gap
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        last = moved[name] = max(height, last + gap)
    return moved
