"""A week comes once and whole, whatever Telegram answers and whatever its reader does meanwhile."""

import pytest

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.refusals import Refusal
from bot.transport import sender
from tests.bot_api.faults import Break
from tests.e2e.month import split_week
from tests.e2e.talk import Talk, says
from tests.e2e.week_driver import (
    assert_adds_up,
    on_friday,
)


@pytest.mark.parametrize("took_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "outcome", [Break.RESET, Break.SILENCE, Refusal(500, "Internal")], ids=str
)
async def test_a_week_that_may_have_arrived_is_sent_once_more_and_never_again(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Break | Refusal,
    took_effect: bool,
) -> None:
    driver = await on_friday(talk)
    monkeypatch.setattr(sender, "READ_TIMEOUT", 0.5)
    talk.server.fail_next("sendPhoto", outcome, took_effect=took_effect)

    for _ in range(5):
        await talk.deliver()
        talk.clock.forward(seconds=60)

    _, weeks = split_week(driver.month.ada.messages)
    assert len(weeks) == (2 if took_effect else 1)
    assert len({week.text for week in weeks}) == 1
    assert talk.states() == {"sent": 6}


async def test_after_too_many_requests_a_week_waits_and_comes_once(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next("sendPhoto", refusals.too_many_requests(30))

    await talk.deliver()
    _, too_soon = split_week(driver.month.ada.messages)
    talk.clock.forward(seconds=31)
    await talk.deliver()
    await talk.deliver()

    _, weeks = split_week(driver.month.ada.messages)
    assert (len(too_soon), len(weeks)) == (0, 1)


async def test_a_digest_in_doubt_holds_the_week_back_until_it_came(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next("sendMessage", Break.RESET)
    before = len(driver.month.ada.messages)

    await talk.deliver()
    at_first = driver.month.ada.messages[before:]
    talk.clock.forward(seconds=61)
    await driver.morning()

    assert split_week(at_first)[1] == []
    assert len(driver.summaries) == 1


async def test_a_week_that_telegram_can_not_read_comes_as_plain_text(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next(
        "sendPhoto", Refusal(400, "Bad Request: can't parse entities: no")
    )

    await driver.morning()

    [(_, message, week)] = driver.summaries
    assert message.file is None
    assert_adds_up(driver, message, week)


async def test_a_reader_who_pauses_or_blocks_gets_no_week(talk: Talk) -> None:
    driver = await on_friday(talk)
    ada = driver.month.ada
    await says(ada, "/stop")
    before = len(ada.messages)

    for _ in range(8):
        await talk.deliver()
        talk.clock.forward(days=1)

    assert len(ada.messages) == before
    assert talk.reader(ada).weekly_due_at is None


async def test_two_rounds_at_once_and_changes_on_the_day_bring_one_week(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    ada = driver.month.ada
    await talk.deliver()

    for button, value in (("week", "4"), ("week", "5"), ("week", "last")):
        ada.press_data(ada.messages[-1].id, f"s1:{button}:{value}")
    ada.press_data(ada.messages[-1].id, "s1:zone:Pacific/Kiritimati")
    await says(ada, "/settings")
    for _ in range(24 * 5):
        talk.clock.forward(hours=1)
        await talk.deliver()

    _, weeks = split_week(ada.messages)
    assert len(weeks) == 1
