"""A week is summed up once, after its last picks, in figures that a driver counts too."""

from datetime import timedelta

import pytest

from bot.sandbox.localchat.messages import Message
from bot.storage import impressions, papers, readers
from bot.transport.text import utf16_len
from tests.e2e.talk import Talk, buttons, logged_errors, says, taps
from tests.e2e.week_driver import (
    Count,
    Driver,
    assert_adds_up,
    begin,
    on_friday,
    unread,
)


async def test_in_fourteen_days_both_weeks_equal_the_drivers_own_count(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    driver = await begin(talk)
    for day in range(14):
        if day == 7:
            await driver.month.arrive(seed=9)
        await driver.morning()
        if driver.summaries and driver.summaries[-1][0] == talk.clock().date():
            _, message, week = driver.summaries[-1]
            assert_adds_up(driver, message, week)
            driver.week = Count()
        elif talk.clock().weekday() < 5:
            await driver.react(day)
        talk.clock.forward(days=1)

    assert [day.weekday() for day, _, _ in driver.summaries] == [4, 4]
    for _, message, _ in driver.summaries:
        assert message.silent
        assert message.file is not None
        assert message.file.content.startswith(b"\x89PNG")
        assert utf16_len(message.text) <= 1024
        movement, hint = message.text.split("\n\n")[-2:]
        assert "graph network" in movement or (
            movement.endswith("hardly moved.")
        )
        assert hint == "A number opens the paper."
    assert logged_errors(caplog) == []


async def test_the_strongest_unread_is_the_one_of_which_most_was_expected(
    talk: Talk,
) -> None:
    driver, message = await a_week(talk)
    reader = talk.reader(driver.month.ada)
    today = talk.clock().date()
    picks = impressions.of_days(
        talk.database, reader.id, today - timedelta(days=6), today
    )

    best = max(
        (pick for pick in picks if pick.is_unread),
        key=lambda pick: pick.expected or 0,
    )

    paper = papers.by_ids(talk.database, [best.paper_id])[best.paper_id]
    assert unread(message) == paper.title


async def a_week(talk: Talk) -> tuple[Driver, Message]:
    """Return a driver on Friday, and the sum of the week that came."""
    driver = await begin(talk)
    for day in range(5):
        await driver.morning()
        if day < 4:
            await driver.react(day)
            talk.clock.forward(days=1)
    [(_, message, _)] = driver.summaries
    return driver, message


async def test_a_number_opens_the_paper(talk: Talk) -> None:
    driver, message = await a_week(talk)
    ada = driver.month.ada

    ada.press(message, "1")
    opened = await ada.wait_for(lambda m: m.reply_to == message.id)

    assert opened.text.startswith(unread(message))
    assert buttons(message) == ["1", "2", "3", "4", "Stop the weekly message"]


async def test_the_weeks_end_and_come_back_by_the_button_below(
    talk: Talk,
) -> None:
    driver, message = await a_week(talk)
    ada = driver.month.ada

    off = await taps(ada, message, "Stop the weekly message")
    is_off = talk.reader(ada).weekly_due_at is None
    settings = await says(ada, "/settings")
    on = await taps(ada, off, "↩ Weekly message again")

    assert is_off
    assert "🗞 Week: never" in buttons(settings)
    assert buttons(on) == buttons(message)
    assert off.text == on.text == message.text
    due = talk.reader(ada).weekly_due_at
    assert due is not None
    assert due.date() == talk.clock().date() + timedelta(days=7)


async def test_the_day_is_chosen_in_settings(talk: Talk) -> None:
    ada = await talk.started("Ada")
    settings = await says(ada, "/settings")

    choices = await taps(ada, settings, "🗞 Week: Friday")
    sunday = await taps(ada, choices, "Sun")
    never = await taps(ada, await taps(ada, sunday, "🗞 Week: Sunday"), "Never")
    last = await taps(
        ada,
        await taps(ada, never, "🗞 Week: never"),
        "With the week's last picks",
    )

    assert "With the week's last picks ✓" in buttons(choices)
    assert "🗞 Week: Sunday" in buttons(sunday)
    assert "🗞 Week: Friday" in buttons(last)
    assert "🗞 Week: Friday" in buttons(settings)


async def test_a_week_on_a_day_without_picks_comes_at_the_readers_hour(
    talk: Talk,
) -> None:
    driver = await begin(talk)
    ada = driver.month.ada
    settings = await says(ada, "/settings")
    await taps(ada, await taps(ada, settings, "🗞 Week: Friday"), "Sun")

    for _ in range(6):
        await driver.morning()
        talk.clock.forward(days=1)
    await driver.morning()

    [(day, message, week)] = driver.summaries
    assert day.weekday() == 6
    assert_adds_up(driver, message, week)


async def test_without_any_rating_there_is_text_and_no_empty_picture(
    talk: Talk,
) -> None:
    driver = await begin(talk)
    for _ in range(5):
        await driver.morning()
        talk.clock.forward(days=1)

    [(_, message, _)] = driver.summaries
    assert message.file is None
    assert message.silent
    assert message.text.startswith("Your week, ")


async def test_a_picture_that_can_not_be_drawn_leaves_the_text(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await on_friday(talk)
    monkeypatch.setattr("sys.executable", "/bin/false")

    await driver.morning()

    [(_, message, week)] = driver.summaries
    assert message.file is None
    assert_adds_up(driver, message, week)


async def test_a_week_without_picks_says_nothing(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute we study")
    before = len(ada.messages)
    readers.change(
        talk.database,
        talk.reader(ada).id,
        next_due_at=None,
        weekly_due_at=talk.clock(),
    )

    sent = await talk.deliver()

    assert sent == 0
    assert len(ada.messages) == before
    assert talk.states() == {"cancelled": 1}
