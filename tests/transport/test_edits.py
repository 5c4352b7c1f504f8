"""Edits never queue up: of those that wait only the newest is shown."""

import asyncio
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.transport.rate_limiter import BURST, TRIES
from tests.transport.fast_clock import now, run
from tests.transport.telegram import REFUSED, Telegram, most_within


def test_edits_of_one_message_are_never_more_than_a_burst_and_then_one_a_second() -> (
    None
):
    async def many() -> list[tuple[float, str]]:
        telegram = Telegram()
        for number in range(40):
            await telegram.edit(1, str(number))
            await asyncio.sleep(0.1)
        await telegram.limiter.shutdown()
        return [(at, data["text"]) for at, _, data in telegram.calls]

    edits = run(many())

    assert [text for _, text in edits[:BURST]] == ["0", "1", "2", "3", "4"]
    assert most_within([at for at, _ in edits[BURST:-1]], 0.99) == 1
    # The newest always arrives.
    assert edits[-1][1] == "39"
    assert len(edits) <= BURST + 6


def test_nobody_waits_for_an_edit_that_has_to_wait() -> None:
    async def many() -> tuple[list[Any], float, float]:
        telegram = Telegram()
        results = [await telegram.edit(1, str(number)) for number in range(10)]
        returned_at = now()
        await asyncio.sleep(5)
        return results, returned_at, telegram.times("editMessageText")[-1]

    results, returned_at, edited_at = run(many())

    assert results[BURST:] == [True] * 5
    assert returned_at == 0
    assert edited_at == 1


def test_a_replaced_edit_returns_and_harms_nothing() -> None:
    async def many() -> tuple[list[Any], list[str]]:
        telegram = Telegram(takes=1)
        results = await asyncio.gather(
            *(telegram.edit(1, text) for text in "abcd")
        )
        await telegram.limiter.shutdown()
        return results, [data["text"] for _, _, data in telegram.calls]

    results, texts = run(many())

    assert texts == ["a", "d"]
    assert results == [{"message_id": 1}, True, True, True]


def test_new_buttons_replace_no_new_text_but_new_text_replaces_them() -> None:
    async def many() -> list[str]:
        telegram = Telegram(takes=1)

        async def buttons() -> None:
            await telegram.call(
                "editMessageReplyMarkup", chat_id=1, message_id=1
            )

        await asyncio.gather(
            telegram.edit(1, "a"), telegram.edit(1, "b"), buttons(), buttons()
        )
        await asyncio.sleep(5)
        await asyncio.gather(
            telegram.edit(1, "c"), buttons(), telegram.edit(1, "d")
        )
        await asyncio.sleep(5)
        return [data.get("text", "buttons") for _, _, data in telegram.calls]

    assert run(many()) == ["a", "b", "buttons", "c", "d"]


def test_an_edit_that_waits_and_is_refused_is_noted_and_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def refused() -> list[str]:
        telegram = Telegram(takes=1)
        first = asyncio.create_task(telegram.edit(1, "a"))
        await asyncio.sleep(0.5)
        await telegram.edit(1, "b")
        telegram.refusals["editMessageText"] = [
            BadRequest("message to edit not found")
        ]
        await first
        await asyncio.sleep(5)
        await telegram.edit(1, "c")
        return [data["text"] for _, _, data in telegram.calls]

    with caplog.at_level("INFO"):
        assert run(refused()) == ["a", "c"]
    assert "A message stays as it is: message to edit not found" in caplog.text


def test_edits_of_other_messages_do_not_wait() -> None:
    async def many() -> float:
        telegram = Telegram(takes=1)
        await asyncio.gather(
            *(telegram.edit(1, "x", message) for message in range(30))
        )
        return now()

    assert run(many()) == 1


def test_an_edit_refused_for_a_while_shows_the_newest_in_the_end() -> None:
    async def refused() -> list[tuple[float, str]]:
        telegram = Telegram()
        telegram.refusals["editMessageText"] = [RetryAfter(REFUSED)]
        await telegram.edit(1, "old")
        await asyncio.sleep(1)
        await telegram.edit(1, "new")
        await asyncio.sleep(20)
        return [(at, data["text"]) for at, _, data in telegram.calls]

    assert run(refused()) == [(7, "new")]


def test_an_edit_refused_again_and_again_is_given_up() -> None:
    async def refused() -> tuple[int, int]:
        telegram = Telegram()
        telegram.refusals["editMessageText"] = [
            RetryAfter(REFUSED) for _ in range(9)
        ]
        await telegram.edit(1, "x")
        await asyncio.sleep(100)
        return len(telegram.calls), len(telegram.refusals["editMessageText"])

    assert run(refused()) == (0, 9 - 1 - TRIES)


def test_messages_and_edits_of_a_group_are_twenty_a_minute_together() -> None:
    async def busy() -> list[float]:
        telegram = Telegram()
        for number in range(10):
            await telegram.send(-1)
            await telegram.edit(-1, str(number), message=number)
        for number in range(10, 20):
            await telegram.edit(-1, str(number), message=number)
        await asyncio.sleep(70)
        await telegram.limiter.shutdown()
        return [at for at, _, _ in telegram.calls]

    times = run(busy())

    assert most_within(times, 59.9) <= 20
    assert len(times) == 30


def test_a_group_that_is_edited_often_delays_no_private_chat() -> None:
    async def busy() -> list[float]:
        telegram = Telegram()
        for number in range(40):
            await telegram.edit(-1, str(number), message=number)
        before = now()
        await telegram.send(7)
        return [now() - before]

    assert run(busy()) == [0.0]
