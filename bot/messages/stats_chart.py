"""A reader's progress as a picture, drawn in a process that ends and takes its memory along."""

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot import concurrency

# Seconds; a picture takes two.
PATIENCE = 60.0
# Inches, and dots in each: ten points are to be read on a phone, where it is half as wide.
WIDE, PANEL, BAR, SENTENCE, EDGE, DPI = 4.2, 2.5, 0.5, 0.6, 0.1, 168
# Weeks.
MOST_NAMED = 5
# The picture has a ground of its own: it reads the same in a light chat and in a dark one.
GROUND, WORDS = "#17212b", "#f3f6f8"
OURS, THEIRS, LIKED, DISLIKED = "#4aa3ec", "#f0a35e", "#4fb36a", "#ec6a6a"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture shows; a week without picks has no rate, and `words` name every part."""

    weeks: list[str]
    # Per cent.
    rates: list[float | None]
    # Per cent.
    popular: tuple[float, float] | None
    likes: list[int]
    dislikes: list[int]
    interests: list[tuple[str, int]]
    words: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw: nobody rated in these weeks."""
        return not any((*self.likes, *self.dislikes, *self.interests))


async def drawn(chart: Chart, reader_id: int = 0) -> bytes | None:
    """Return the picture as PNG; None where it could not be drawn, which is no reason to fail.

    Raises children.GivenUp where this reader asks anew meanwhile.
    """
    told, wish = json.dumps(asdict(chart)).encode(), ("picture", reader_id)
    return await concurrency.answer(
        __name__, message=told, patience=PATIENCE, key=wish
    )


def draw(chart: Chart) -> bytes:
    """Draw the panels of which there is anything to show, one below the other."""
    import matplotlib as mpl  # noqa: PLC0415 - 60 MB, needed only in the child
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    mpl.rc("axes", edgecolor=WORDS, labelcolor=WORDS, facecolor=GROUND)
    mpl.rc("xtick", color=WORDS)
    mpl.rc("ytick", color=WORDS)
    mpl.rc("text", color=WORDS)
    mpl.rcParams["text.parse_math"] = False  # an interest may be called "$x$"
    wanted = panels(chart)
    heights = list(wanted.values())
    size = (WIDE, sum(heights))
    figure = Figure(figsize=size, dpi=DPI, facecolor=GROUND)
    figure.set_layout_engine("constrained", w_pad=EDGE, h_pad=EDGE)
    rows = figure.subplots(
        len(wanted), 1, height_ratios=heights, squeeze=False
    )[:, 0]
    for panel, axes in zip(wanted, rows, strict=True):
        panel(axes, chart)
        axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def panels(chart: Chart) -> dict[Callable[[Any, Chart], None], float]:
    """Return what is drawn, each with its height: a line needs two weeks, a bar something."""
    wanted: dict[Callable[[Any, Chart], None], float] = {}
    if sum(rate is not None for rate in chart.rates) > 1:
        wanted[_rates] = PANEL
    else:
        wanted[_later] = SENTENCE
    if len(chart.weeks) > 1:
        wanted[_ratings] = PANEL * 0.85
    else:
        wanted[_tally] = 0.6 + 2 * BAR
    if chart.interests:
        wanted[_interests] = 0.7 + BAR * len(chart.interests)
    return wanted


def _later(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - matplotlib is imported late
    """Say when a line will stand here."""
    axes.text(0, 0.5, chart.words["later"], va="center", wrap=True)
    axes.set_axis_off()


def _tally(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    """Draw the ratings of the only week as two bars with their numbers."""
    counts = {"likes": sum(chart.likes), "dislikes": sum(chart.dislikes)}
    names = [chart.words[name] for name in counts]
    bars = axes.barh(
        names, list(counts.values()), height=0.5, color=[LIKED, DISLIKED]
    )
    axes.bar_label(bars, padding=4)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(counts.values()))
    axes.set_title(chart.words["ratings"], loc="left")
    axes.set_xticks([])
    axes.tick_params(left=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _rates(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    known = {
        place: rate
        for place, rate in enumerate(chart.rates)
        if rate is not None
    }
    axes.plot(
        list(known),
        list(known.values()),
        color=OURS,
        marker="o",
        label=chart.words["mine"],
    )
    if chart.popular is not None:
        axes.axhspan(
            *chart.popular,
            color=THEIRS,
            alpha=0.45,
            lw=0,
            label=chart.words["popular"],
        )
    axes.set_ylim(
        0,
        max(
            10.0,
            *(1.15 * rate for rate in known.values()),
            *(chart.popular or ()),
        ),
    )
    axes.grid(axis="y", alpha=0.25)
    _named(axes, chart, chart.words["rates"])


def _ratings(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    places = range(len(chart.weeks))
    axes.bar(places, chart.likes, color=LIKED, label=chart.words["likes"])
    axes.bar(
        places,
        [-n for n in chart.dislikes],
        color=DISLIKED,
        label=chart.words["dislikes"],
    )
    axes.axhline(0, color=WORDS, linewidth=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    _named(axes, chart, chart.words["ratings"])


def _named(axes: Any, chart: Chart, title: str) -> None:  # noqa: ANN401 - as above
    """Name the panel, its weeks and, below the title, what its colours mean."""
    step = -(-len(chart.weeks) // MOST_NAMED)
    axes.set_title(title, loc="left", pad=24)
    axes.set_xlim(-0.6, len(chart.weeks) - 0.4)
    axes.set_xticks(range(0, len(chart.weeks), step), chart.weeks[::step])
    below = {
        "loc": "lower left",
        "bbox_to_anchor": (0, 1),
        "ncols": 2,
        "borderaxespad": 0.3,
    }
    axes.legend(frameon=False, fontsize="small", borderpad=0, **below)


def _interests(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - as above
    names, likes = zip(*reversed(chart.interests), strict=True)
    places = range(len(names))
    bars = axes.barh(places, likes, height=0.4, color=OURS)
    axes.bar_label(bars, padding=4)
    for place, name in zip(places, names, strict=True):
        axes.text(
            0, place + 0.25, name, va="bottom"
        )  # above: beside it, it would push all aside
    axes.set_title(chart.words["interests"], loc="left")
    axes.set_ylim(-0.4, len(names) - 0.2)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)


if __name__ == "__main__":
    concurrency.end_with_parent()
    sys.stdout.buffer.write(draw(Chart(**json.load(sys.stdin))))
