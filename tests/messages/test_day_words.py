"""A day in words is the day that a person means: never one in the future, unless it says so."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import day_words

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", FRIDAY),
        ("Yesterday", date(2026, 11, 19)),
        ("Friday", FRIDAY),
        ("thu", date(2026, 11, 19)),
        ("last Saturday", date(2026, 11, 14)),
        ("20 November", FRIDAY),
        ("21 November", date(2025, 11, 21)),
        ("29 February", date(2024, 2, 29)),
        ("November 3", date(2026, 11, 3)),
        ("3rd of November", date(2026, 11, 3)),
        ("the 3rd Nov.", date(2026, 11, 3)),
        ("Nov 3, 2024", date(2024, 11, 3)),
        ("Tuesday, 3 November", date(2026, 11, 3)),
        ("3.11.", date(2026, 11, 3)),
        ("3.11.2024", date(2024, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2027-01-05", date(2027, 1, 5)),
    ],
)
def test_a_day_is_read_as_people_write_it(words: str, day: date) -> None:
    assert day_words.parse(words, FRIDAY) == day


@pytest.mark.parametrize(
    "words",
    ["", "robots", "31 November", "2026-13-01", "3/11", "99.99.", "0 May", "."],
)
def test_words_that_name_no_day_are_none(words: str) -> None:
    assert day_words.parse(words, FRIDAY) is None


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_latest_that_is_not_in_the_future(
    today: date, day: date
) -> None:
    parsed = day_words.parse(f"{day.day} {format_date(day, 'MMMM')}", today)

    assert parsed is not None
    assert parsed <= today
    assert (parsed.day, parsed.month) == (day.day, day.month)
    later_years = range(parsed.year + 1, today.year + 1)
    assert not any(
        _exists(year, day) and date(year, day.month, day.day) <= today
        for year in later_years
    )


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_the_latest_one_up_to_today(today: date, n: int) -> None:
    day = today - timedelta(days=n)

    assert day_words.parse(format_date(day, "EEEE"), today) == day


@given(DAYS, DAYS)
def test_a_day_with_its_year_is_that_day(today: date, day: date) -> None:
    for pattern in ("d MMMM y", "MMMM d, y", "y-MM-dd", "d.M.y", "d MMM y"):
        assert day_words.parse(format_date(day, pattern), today) == day


@given(st.text(max_size=80))
def test_no_words_are_too_odd(words: str) -> None:
    day_words.parse(words, FRIDAY)
    day_words.period(words)


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("", "today"),
        ("today", "today"),
        ("week", "week"),
        ("of the week", "week"),
        ("This month", "month"),
        ("last 30 days", "month"),
        ("year", None),
        ("robots", None),
    ],
)
def test_a_period_is_read_as_people_write_it(
    words: str, period: str | None
) -> None:
    assert day_words.period(words) == period


def _exists(year: int, day: date) -> bool:
    try:
        date(year, day.month, day.day)
    except ValueError:
        return False
    return True
