"""The bar told by a reader's own last week: what was expected of each pick, on its own day."""

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


@pytest.fixture
def kind() -> str:
    return "sqlite"


def send(
    database: Database,
    reader: Reader,
    reasons: dict[int, dict[str, Any]],
    ago: int,
) -> None:
    """Send papers some days ago, each with its stored reason."""
    choices = [
        Choice(
            paper_id=i,
            score=0,
            policy="score",
            popularity=0,
            reason=reason_of(reason),
        )
        for i, reason in reasons.items()
    ]
    digest = recommendations.record(
        database,
        reader.id,
        choices,
        kind="daily",
        local_date=TODAY - timedelta(ago),
        new_papers=9,
        feature_version=None,
        now=NOW,
    )
    recommendations.record_sent(
        database, digest.picks, reader.chat_id, 500 + ago, NOW
    )


def test_the_last_seven_days_count_by_what_was_expected(
    database: Database,
) -> None:
    ada = join(database, "Ada")
    one, two, three, old, followed = store(
        database, "One", "Two", "Three", "Old", "Followed"
    )
    send(database, ada, {one: {"expected": 0.5}, two: {"expected": 0.3}}, ago=6)
    send(
        database,
        ada,
        {three: {"expected": 0.1}, followed: {"kind": "follow"}},
        ago=0,
    )
    send(database, ada, {old: {"expected": 0.9}}, ago=7)
    rate(database, ada, one, 1)
    rate(database, ada, two, -1)
    rate(database, ada, old, 1)

    week = bar.week(database, ada.id, TODAY)

    assert week == {
        "strict": Height(1, 1),
        "normal": Height(2, 1),
        "off": Height(3, 1),
    }


def test_a_week_without_picks_has_no_example(database: Database) -> None:
    assert bar.week(database, join(database, "Ada").id, TODAY) == {}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_a_higher_bar_never_lets_more_through(
    picks: list[tuple[float, bool]],
) -> None:
    week = bar.heights(picks, BARS)

    assert week["strict"].picks <= week["normal"].picks <= len(picks)
    assert week["strict"].liked <= week["normal"].liked


def test_the_words_for_the_heights_are_those_of_the_rules() -> None:
    assert BARS["normal"] == pytest.approx(1 / 5, abs=0.03)
    assert BARS["strict"] == pytest.approx(2 / 5, abs=0.03)
