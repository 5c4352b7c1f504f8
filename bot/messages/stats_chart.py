"""Draws the chart of `/stats`, in a child process that frees its memory when it ends."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from bot import concurrency

# Matplotlib is only imported where a chart is drawn, so that its types are not available here.
Axes: TypeAlias = Any

# What a picture is drawn for: a reader asked for it, or their week is over.
ASKED = "asked"
WEEK = "week"

# Pictures that are kept, of forty kilobytes each.
MOST_PICTURES = 500

# Seconds to wait for a chart; drawing takes two.
TIMEOUT = 60.0

# The width of the chart and the heights of its parts, in inches.
WIDTH = 4.2
PANEL_HEIGHT = 2.5
RATINGS_HEIGHT = 2.125
BAR_HEIGHT = 0.5
SENTENCE_HEIGHT = 0.6
MARGIN = 0.1

# The height of a panel with bars, apart from the bars.
TALLY_FRAME = 0.6
INTERESTS_FRAME = 0.7

# Dots per inch: text of ten points stays readable on a phone, where it is half as wide.
DPI = 168

# Weeks with a label on the axis.
MAX_LABELLED_WEEKS = 5

# The chart has its own background, so that it looks the same in light and dark chats.
BACKGROUND = "#17212b"
TEXT = "#f3f6f8"
PERSONAL = "#4aa3ec"
POPULAR = "#f0a35e"
LIKED = "#4fb36a"
DISLIKED = "#ec6a6a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The texts of a chart, in the reader's language."""

    personal: str
    popular: str
    rates: str
    ratings: str
    later: str
    likes: str
    dislikes: str
    interests: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The data of a chart.

    Attributes
    ----------
    weeks
        The label of each week, oldest first.
    rates
        The percentage of liked picks in each week; None in a week without picks.
    popular
        The confidence interval of the same percentage for the most upvoted papers.
    likes, dislikes
        The number of ratings in each week.
    interests
        The names of the interests with their numbers of likes.
    labels
        The texts.

    """

    weeks: list[str]
    rates: list[float | None]
    popular: tuple[float, float] | None
    likes: list[int]
    dislikes: list[int]
    interests: list[tuple[str, int]]
    labels: Labels

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw, because nothing was rated in these weeks."""
        return not any((*self.likes, *self.dislikes, *self.interests))


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the figure: the function that draws it, and its height in inches."""

    draw: Callable[[Axes, Chart], None]
    height: float


async def draw_or_keep(
    pictures: dict[int, tuple[object, bytes]],
    chart: Chart,
    reader_id: int,
    purpose: str = ASKED,
) -> bytes | None:
    """Return the picture that a reader got last, if it shows the same, or else a new one.

    None if it could not be drawn. Raises GivenUp if the reader asks for another one meanwhile.
    """
    drawn_chart, picture = pictures.get(reader_id, (None, None))
    if drawn_chart == chart:
        return picture
    new_picture = await draw_in_child(chart, reader_id, purpose)
    if new_picture is not None:
        if len(pictures) >= MOST_PICTURES:
            pictures.clear()
        pictures[reader_id] = chart, new_picture
    return new_picture


async def draw_in_child(
    chart: Chart, reader_id: int = 0, purpose: str = ASKED
) -> bytes | None:
    """Return the chart as PNG, or None if it could not be drawn.

    Raises GivenUp if this reader needs another chart for the same purpose meanwhile.
    """
    return await concurrency.answer(
        __name__,
        message=json.dumps(asdict(chart)).encode(),
        patience=TIMEOUT,
        key=(purpose, reader_id),
    )


def draw(chart: Chart) -> bytes:
    """Return the chart as PNG, its panels one below the other."""
    import matplotlib as mpl  # noqa: PLC0415 - 60 MB, needed only in the child
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    mpl.rc("axes", edgecolor=TEXT, labelcolor=TEXT, facecolor=BACKGROUND)
    mpl.rc("xtick", color=TEXT)
    mpl.rc("ytick", color=TEXT)
    mpl.rc("text", color=TEXT)
    # An interest may be called "$x$".
    mpl.rcParams["text.parse_math"] = False

    chart_panels = panels(chart)
    heights = [panel.height for panel in chart_panels]
    figure = Figure(
        figsize=(WIDTH, sum(heights)), dpi=DPI, facecolor=BACKGROUND
    )
    figure.set_layout_engine("constrained", w_pad=MARGIN, h_pad=MARGIN)
    subplots = figure.subplots(
        len(chart_panels), 1, height_ratios=heights, squeeze=False
    )
    for panel, axes in zip(chart_panels, subplots[:, 0], strict=True):
        panel.draw(axes, chart)
        axes.spines[["top", "right"]].set_visible(False)

    png = io.BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def panels(chart: Chart) -> list[Panel]:
    """Return the panels for which there is data: a line needs two weeks, bars need a rating."""
    weeks_with_picks = sum(rate is not None for rate in chart.rates)
    if weeks_with_picks > 1:
        rates = Panel(_draw_rates, PANEL_HEIGHT)
    else:
        rates = Panel(_draw_hint, SENTENCE_HEIGHT)

    if len(chart.weeks) > 1:
        ratings = Panel(_draw_ratings, RATINGS_HEIGHT)
    else:
        ratings = Panel(_draw_tally, TALLY_FRAME + 2 * BAR_HEIGHT)

    if not chart.interests:
        return [rates, ratings]
    bars_height = BAR_HEIGHT * len(chart.interests)
    interests = Panel(_draw_interests, INTERESTS_FRAME + bars_height)
    return [rates, ratings, interests]


def _draw_hint(axes: Axes, chart: Chart) -> None:
    """Write when there will be a line here."""
    axes.text(0, 0.5, chart.labels.later, va="center", wrap=True)
    axes.set_axis_off()


def _draw_tally(axes: Axes, chart: Chart) -> None:
    """Draw the ratings of the only week as two bars with their numbers."""
    names = [chart.labels.likes, chart.labels.dislikes]
    counts = [sum(chart.likes), sum(chart.dislikes)]

    bars = axes.barh(names, counts, height=0.5, color=[LIKED, DISLIKED])
    axes.bar_label(bars, padding=4)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(counts))
    axes.set_title(chart.labels.ratings, loc="left")
    axes.set_xticks([])
    axes.tick_params(left=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _draw_rates(axes: Axes, chart: Chart) -> None:
    """Draw the percentage of liked picks as a line, above the interval of popular papers."""
    points = {
        week: rate for week, rate in enumerate(chart.rates) if rate is not None
    }
    axes.plot(
        list(points),
        list(points.values()),
        color=PERSONAL,
        marker="o",
        label=chart.labels.personal,
    )
    if chart.popular is not None:
        low, high = chart.popular
        axes.axhspan(
            low,
            high,
            color=POPULAR,
            alpha=0.45,
            lw=0,
            label=chart.labels.popular,
        )

    highest_rate = 1.15 * max(points.values())
    axes.set_ylim(0, max(10.0, highest_rate, *(chart.popular or ())))
    axes.grid(axis="y", alpha=0.25)
    _label_weeks(axes, chart, chart.labels.rates)


def _draw_ratings(axes: Axes, chart: Chart) -> None:
    """Draw the likes of each week as a bar upwards, and the dislikes as one downwards."""
    weeks = range(len(chart.weeks))
    axes.bar(weeks, chart.likes, color=LIKED, label=chart.labels.likes)
    axes.bar(
        weeks,
        [-n for n in chart.dislikes],
        color=DISLIKED,
        label=chart.labels.dislikes,
    )
    axes.axhline(0, color=TEXT, linewidth=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    _label_weeks(axes, chart, chart.labels.ratings)


def _label_weeks(axes: Axes, chart: Chart, title: str) -> None:
    """Add a title, the labels of the weeks, and a legend below the title."""
    step = -(-len(chart.weeks) // MAX_LABELLED_WEEKS)
    axes.set_title(title, loc="left", pad=24)
    axes.set_xlim(-0.6, len(chart.weeks) - 0.4)
    axes.set_xticks(range(0, len(chart.weeks), step), chart.weeks[::step])
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        borderaxespad=0.3,
        borderpad=0,
        frameon=False,
        fontsize="small",
    )


def _draw_interests(axes: Axes, chart: Chart) -> None:
    """Draw the likes of each interest as a bar."""
    names, likes = zip(*reversed(chart.interests), strict=True)
    rows = range(len(names))

    bars = axes.barh(rows, likes, height=0.4, color=PERSONAL)
    axes.bar_label(bars, padding=4)
    for row, name in zip(rows, names, strict=True):
        # Above the bar: a name beside it would make all bars shorter.
        axes.text(0, row + 0.25, name, va="bottom")
    axes.set_title(chart.labels.interests, loc="left")
    axes.set_ylim(-0.4, len(names) - 0.2)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)


def main() -> None:
    """Read a chart as JSON from standard input, and write it as PNG to standard output."""
    concurrency.end_with_parent()
    values = json.load(sys.stdin)
    labels = Labels(**values.pop("labels"))
    sys.stdout.buffer.write(draw(Chart(**values, labels=labels)))


if __name__ == "__main__":
    main()
