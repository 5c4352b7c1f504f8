"""A reader's progress in words and as a picture."""

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
    early, late = (stats.summary(T, each, []).text for each in (EARLY, LATE))

    assert early.splitlines() == [
        "Last 30 days: 98 picks, 31 liked (32 %).",
        "Yours beside the most upvoted paper: 18 more ratings on days with both, then I can tell.",
    ]
    assert late.splitlines()[-1] == (
        "Beside the most upvoted paper: you liked 86 of 159 (46–62 %) of your own picks, and "
        "3 of 27 (4–28 %) of the most upvoted (95 % intervals in brackets)."
    )


def test_the_most_liked_interest_is_named():
    told = stats.summary(T, EARLY, [("speech", 3), ("<b>3D</b>", 14)]).text

    assert (
        told.splitlines()[-1]
        == "Most liked interest: &lt;b&gt;3D&lt;/b&gt; (14)."
    )


def test_no_pick_in_thirty_days_divides_nothing():
    told = stats.summary(T, History(0, 0, WEEKS, 0, None), []).text

    assert told.startswith("Last 30 days: 0 picks, 0 liked.")


@pytest.mark.parametrize("history", [EARLY, LATE])
@pytest.mark.parametrize(
    "interests", [[], [("$x_1$ and $", 3), ("робототехника", 1)]]
)
def test_the_picture_is_upright_and_small(
    history: History, interests: list[tuple[str, int]]
):
    shown = stats.chart(T, history, interests, "en")

    picture = stats_chart.draw(shown)

    width, height = struct.unpack(">II", picture[16:24])  # where PNG has them
    assert picture.startswith(b"\x89PNG")
    assert 600 <= width <= 800
    assert height <= 2 * width
    assert shown.weeks == ["2 Nov", "9 Nov", "16 Nov"]
    assert shown.rates == [30.0, 40.0, 50.0]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_words_and_bars_stand_out_from_the_picture_in_any_chat():
    assert contrast(stats_chart.WORDS, stats_chart.GROUND) >= 7
    for colour in (
        stats_chart.OURS,
        stats_chart.THEIRS,
        stats_chart.LIKED,
        stats_chart.DISLIKED,
    ):
        assert contrast(colour, stats_chart.GROUND) >= 4.5


ONE = Week(MONDAY, 5, 1, 1, 1)
IDLE = Week(MONDAY + timedelta(7), 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("weeks", "interests", "panels"),
    [
        ((ONE,), [], ["_later", "_tally"]),
        ((ONE,), [("speech", 9)], ["_later", "_tally", "_interests"]),
        ((ONE, IDLE), [], ["_later", "_ratings"]),
        (WEEKS, [("speech", 9)], ["_rates", "_ratings", "_interests"]),
    ],
)
def test_no_axes_are_drawn_for_what_is_not_there_yet(
    weeks: tuple[Week, ...], interests: list[tuple[str, int]], panels: list[str]
):
    shown = stats.chart(T, History(5, 1, weeks, 2, None), interests, "en")

    assert [panel.__name__ for panel in stats_chart.panels(shown)] == panels
    assert stats_chart.draw(shown).startswith(b"\x89PNG")


def test_without_a_rating_there_is_no_picture_and_a_line_says_what_brings_it():
    nothing = History(5, 0, (IDLE,), 0, None)

    assert stats.chart(T, nothing, [], "en").is_empty
    assert stats.summary(T, nothing, []).text.splitlines()[-1] == (
        "Rate a few papers, and a picture of your weeks comes with this."
    )


def test_the_picture_is_drawn_in_a_process_of_its_own():
    picture = asyncio.run(stats_chart.drawn(stats.chart(T, LATE, [], "en")))

    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_a_picture_that_can_not_be_drawn_is_none(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("sys.executable", "/bin/false")

    assert (
        asyncio.run(stats_chart.drawn(stats.chart(T, LATE, [], "en"))) is None
    )
