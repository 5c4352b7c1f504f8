"""The bar's examples come from a reader's last week, by what was expected of each pick."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.picks import bar
from bot.picks.bar import Height
from bot.storage import recommendations
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.receipts import reason_of
from bot.storage.recommendations import Choice
from recommender.expectation import BARS
from tests.storage.factories import NOW, TODAY, join, rate, store


def send(
    database: Database,
    reader: Reader,
    reasons: dict[int, dict[str, Any]],
    days_ago: int,
) -> None:
    """Send papers in a digest, each with its stored reason."""
    choices = [
        Choice(
            paper_id=paper_id,
            score=0,
            policy="score",
            popularity=0,
            reason=reason_of(reason),
        )
        for paper_id, reason in reasons.items()
    ]
    digest = recommendations.record(
        database,
        reader.id,
        choices,
        kind="daily",
        local_date=TODAY - timedelta(days_ago),
        new_papers=9,
        feature_version=None,
        now=NOW,
    )
    recommendations.record_sent(
        database, digest.picks, reader.chat_id, 500 + days_ago, NOW
    )


def test_the_last_seven_days_count_by_what_was_expected(
    database: Database,
) -> None:
    ada = join(database, "Ada")
    one, two, three, old, followed = store(
        database, "One", "Two", "Three", "Old", "Followed"
    )
    first_day: dict[int, dict[str, Any]] = {
        one: {"expected": 0.5},
        two: {"expected": 0.3},
    }
    last_day: dict[int, dict[str, Any]] = {
        three: {"expected": 0.1},
        followed: {"kind": "follow"},
    }
    send(database, ada, first_day, days_ago=6)
    send(database, ada, last_day, days_ago=0)
    send(database, ada, {old: {"expected": 0.9}}, days_ago=7)
    rate(database, ada, one, 1)
    rate(database, ada, two, -1)
    rate(database, ada, old, 1)

    week = bar.week(database, ada.id, TODAY)

    assert week == {
        "strict": Height(picks=1, liked=1),
        "normal": Height(picks=2, liked=1),
        "off": Height(picks=3, liked=1),
    }


def test_a_week_without_picks_has_no_example(database: Database) -> None:
    ada = join(database, "Ada")

    assert bar.week(database, ada.id, TODAY) == {}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_a_higher_bar_never_lets_more_through(
    picks: list[tuple[float, bool]],
) -> None:
    heights = bar.heights(picks, BARS)

    strict, normal = heights["strict"], heights["normal"]
    assert strict.picks <= normal.picks <= len(picks)
    assert strict.liked <= normal.liked


def test_the_words_for_the_heights_fit_the_numbers() -> None:
    assert BARS["normal"] == pytest.approx(1 / 5, abs=0.03)
    assert BARS["strict"] == pytest.approx(2 / 5, abs=0.03)
