"""A reader's progress as a picture, drawn in a process that ends and takes its memory along."""

import io
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot import children, orphans

PATIENCE = 60.0  # seconds; a picture takes two
WIDE, PANEL, BAR, DPI = 5.6, 2.5, 0.5, 128  # inches, and dots in each
MOST_NAMED = 6  # weeks
OURS, THEIRS, LIKED, DISLIKED = "#1c7ed6", "#e8833a", "#2b8a3e", "#c92a2a"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture shows; a week without picks has no rate, and `words` name every part."""

    weeks: list[str]
    rates: list[float | None]  # per cent
    popular: tuple[float, float] | None  # per cent
    likes: list[int]
    dislikes: list[int]
    interests: list[tuple[str, int]]
    words: Mapping[str, str]


async def drawn(chart: Chart, reader_id: int = 0) -> bytes | None:
    """Return the picture as PNG; None where it could not be drawn, which is no reason to fail.

    Raises children.GivenUp where this reader asks anew meanwhile.
    """
    told, wish = json.dumps(asdict(chart)).encode(), ("picture", reader_id)
    return await children.answer(__name__, told=told, patience=PATIENCE, wish=wish)


def draw(chart: Chart) -> bytes:
    """Draw the panels of which there is anything to show, one below the other."""
    import matplotlib as mpl  # noqa: PLC0415 - 60 MB, needed only in the child
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    mpl.rcParams["text.parse_math"] = False  # an interest may be called "$x$"
    panels = {_rates: PANEL, _ratings: PANEL * 0.7}
    if chart.interests:
        panels[_interests] = 0.7 + BAR * len(chart.interests)
    heights = list(panels.values())
    figure = Figure(figsize=(WIDE, sum(heights)), dpi=DPI, layout="constrained")
    rows = figure.subplots(len(panels), 1, height_ratios=heights)
    for panel, axes in zip(panels, rows, strict=True):
        panel(axes, chart)
        axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _rates(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - matplotlib is imported late
    known = {place: rate for place, rate in enumerate(chart.rates) if rate is not None}
    axes.plot(list(known), list(known.values()), color=OURS, marker="o", label=chart.words["mine"])
    if chart.popular is not None:
        axes.axhspan(*chart.popular, color=THEIRS, alpha=0.3, lw=0, label=chart.words["popular"])
    axes.set_ylim(0, max(10.0, *(1.15 * rate for rate in known.values()), *(chart.popular or ())))
    axes.grid(axis="y", alpha=0.25)
    _named(axes, chart, chart.words["rates"])


def _ratings(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    places = range(len(chart.weeks))
    axes.bar(places, chart.likes, color=LIKED, label=chart.words["likes"])
    axes.bar(places, [-n for n in chart.dislikes], color=DISLIKED, label=chart.words["dislikes"])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    _named(axes, chart, chart.words["ratings"])


def _named(axes: Any, chart: Chart, title: str) -> None:  # noqa: ANN401 - as above
    """Name the panel, its weeks and, beside the title, what its colours mean."""
    step = -(-len(chart.weeks) // MOST_NAMED)
    axes.set_title(title, loc="left")
    axes.set_xlim(-0.6, len(chart.weeks) - 0.4)
    axes.set_xticks(range(0, len(chart.weeks), step), chart.weeks[::step])
    beside = {"loc": "lower right", "bbox_to_anchor": (1, 0.98), "ncols": 2}
    axes.legend(frameon=False, fontsize="small", borderpad=0, **beside)


def _interests(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    names, likes = zip(*reversed(chart.interests), strict=True)
    places = range(len(names))
    bars = axes.barh(places, likes, height=0.4, color=OURS)
    axes.bar_label(bars, padding=4)
    for place, name in zip(places, names, strict=True):
        axes.text(0, place + 0.25, name, va="bottom")  # above: beside it, it would push all aside
    axes.set_title(chart.words["interests"], loc="left")
    axes.set_ylim(-0.4, len(names) - 0.2)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)


if __name__ == "__main__":
    orphans.end_with_parent()
    sys.stdout.buffer.write(draw(Chart(**json.load(sys.stdin))))
