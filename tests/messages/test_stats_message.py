"""The message of `/stats`: a reader's progress in words, and as a chart."""

import asyncio
import struct
from datetime import date, timedelta

import pytest

from bot.messages import stats, stats_chart, translation
from bot.picks.history import History, Week
from recommender.proof import Proof, Side

T = translation.of("en")
MONDAY = date(2026, 11, 2)
WEEKS = tuple(
    Week(MONDAY + timedelta(7 * n), 10, 3 + n, 4, n) for n in range(3)
)
EARLY = History(98, 31, WEEKS, 12, None)
PROOF = Proof(Side(86, 159, 0.464, 0.616), Side(3, 27, 0.039, 0.281))
LATE = History(98, 31, WEEKS, 36, PROOF)


def test_the_summary_compares_honestly():
    early = stats.summary(T, EARLY, []).text
    late = stats.summary(T, LATE, []).text

    assert early.splitlines() == [
        "Last 30 days: 98 picks, 31 liked (32 %).",
        "Compared with the most upvoted paper: "
        "I can tell after 18 more ratings on days that have both.",
    ]
    assert late.splitlines()[-1] == (
        "Compared with the most upvoted paper: "
        "you liked 86 of 159 (46–62 %) of your own picks, and "
        "3 of 27 (4–28 %) of the most upvoted (in brackets: intervals of 95 %)."
    )


def test_the_most_liked_interest_is_named():
    summary = stats.summary(T, EARLY, [("speech", 3), ("<b>3D</b>", 14)]).text

    assert (
        summary.splitlines()[-1]
        == "Most liked interest: &lt;b&gt;3D&lt;/b&gt; (14)."
    )


def test_no_pick_in_thirty_days_divides_nothing():
    summary = stats.summary(T, History(0, 0, WEEKS, 0, None), []).text

    assert summary.startswith("Last 30 days: 0 picks, 0 liked.")


@pytest.mark.parametrize("history", [EARLY, LATE])
@pytest.mark.parametrize(
    "interests", [[], [("$x_1$ and $", 3), ("робототехника", 1)]]
)
def test_the_picture_is_upright_and_small(
    history: History, interests: list[tuple[str, int]]
):
    chart = stats.chart(T, history, interests, "en")

    picture = stats_chart.draw(chart)

    # The place of the size in a PNG file.
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG")
    assert 600 <= width <= 800
    assert height <= 2 * width
    assert chart.weeks == ["2 Nov", "9 Nov", "16 Nov"]
    assert chart.rates == [30.0, 40.0, 50.0]


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, background: str) -> float:
    dark, light = sorted(map(luminance, (colour, background)))
    return (light + 0.05) / (dark + 0.05)


def test_words_and_bars_stand_out_from_the_picture_in_any_chat():
    assert contrast(stats_chart.TEXT, stats_chart.BACKGROUND) >= 7
    for colour in (
        stats_chart.PERSONAL,
        stats_chart.POPULAR,
        stats_chart.LIKED,
        stats_chart.DISLIKED,
    ):
        assert contrast(colour, stats_chart.BACKGROUND) >= 4.5


BUSY_WEEK = Week(MONDAY, 5, 1, 1, 1)
IDLE_WEEK = Week(MONDAY + timedelta(7), 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("weeks", "interests", "panels"),
    [
        ((BUSY_WEEK,), [], ["_draw_hint", "_draw_tally"]),
        (
            (BUSY_WEEK,),
            [("speech", 9)],
            ["_draw_hint", "_draw_tally", "_draw_interests"],
        ),
        ((BUSY_WEEK, IDLE_WEEK), [], ["_draw_hint", "_draw_ratings"]),
        (
            WEEKS,
            [("speech", 9)],
            ["_draw_rates", "_draw_ratings", "_draw_interests"],
        ),
    ],
)
def test_only_panels_with_data_are_drawn(
    weeks: tuple[Week, ...], interests: list[tuple[str, int]], panels: list[str]
):
    chart = stats.chart(T, History(5, 1, weeks, 2, None), interests, "en")

    names = [panel.draw.__name__ for panel in stats_chart.panels(chart)]
    assert names == panels
    assert stats_chart.draw(chart).startswith(b"\x89PNG")


def test_without_a_rating_there_is_no_picture_and_a_line_says_what_brings_it():
    history = History(5, 0, (IDLE_WEEK,), 0, None)

    assert stats.chart(T, history, [], "en").is_empty
    assert stats.summary(T, history, []).text.splitlines()[-1] == (
        "Rate a few papers, and a picture of your weeks comes with this."
    )


def test_the_picture_is_drawn_in_a_process_of_its_own():
    picture = asyncio.run(
        stats_chart.draw_in_child(stats.chart(T, LATE, [], "en"))
    )

    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_a_picture_that_can_not_be_drawn_is_none(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("sys.executable", "/bin/false")

    assert (
        asyncio.run(stats_chart.draw_in_child(stats.chart(T, LATE, [], "en")))
        is None
    )
