"""What Telegram refuses is tried again when it says, and never by everybody at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from tests.transport.fast_clock import now, run
from tests.transport.telegram import REFUSED, Telegram, most_within


def test_a_refused_call_of_a_person_is_tried_again_when_telegram_says() -> None:
    async def refused() -> list[float]:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [RetryAfter(REFUSED)]
        await telegram.send(1)
        return telegram.times()

    assert run(refused()) == [7]


def test_a_refusal_pauses_its_chat_and_no_other() -> None:
    async def refused() -> dict[int, float]:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [RetryAfter(REFUSED)]
        first = asyncio.create_task(telegram.send(1))
        await asyncio.sleep(1)
        await asyncio.gather(
            telegram.send(1), telegram.send(2), telegram.send_in_bulk(3)
        )
        await first
        return {data["chat_id"]: at for at, _, data in telegram.calls}

    assert run(refused()) == {1: 7, 2: 1, 3: 1}


def test_answers_to_presses_are_never_paused_only_retried() -> None:
    async def refused() -> list[float]:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [
            RetryAfter(REFUSED),
            RetryAfter(REFUSED),
        ]
        sends = [asyncio.create_task(telegram.send(chat)) for chat in (1, 2)]
        await asyncio.sleep(1)
        await telegram.call("answerCallbackQuery", callback_query_id="a")
        telegram.refusals["answerCallbackQuery"] = [
            RetryAfter(timedelta(seconds=2))
        ]
        await telegram.call("answerCallbackQuery", callback_query_id="b")
        await asyncio.gather(*sends)
        return telegram.times("answerCallbackQuery")

    assert run(refused()) == [1, 3]


def test_a_second_chats_refusal_within_ten_seconds_pauses_bulk() -> None:
    async def refused(apart: float) -> RetryAfter | None:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send_in_bulk(1)
        await asyncio.sleep(apart)
        telegram.refusals["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send_in_bulk(2)
        await asyncio.sleep(1)
        try:
            await telegram.send_in_bulk(3)
        except RetryAfter as error:
            await asyncio.sleep(6)
            await telegram.send_in_bulk(3)
            return error
        return None

    paused = run(refused(apart=9))

    assert paused is not None
    assert paused.retry_after == timedelta(seconds=6)
    assert run(refused(apart=11)) is None


def test_bulk_to_a_chat_that_rests_calls_nobody_and_says_when() -> None:
    async def refused() -> tuple[Any, int]:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.send_in_bulk(1)
        await asyncio.sleep(3)
        with pytest.raises(RetryAfter) as refusal:
            await telegram.send_in_bulk(1)
        return refusal.value.retry_after, len(telegram.calls)

    assert run(refused()) == (timedelta(seconds=4), 0)


def test_a_long_pause_is_told_and_not_waited_out() -> None:
    async def refused() -> float:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [RetryAfter(timedelta(seconds=300))]
        with pytest.raises(RetryAfter):
            await telegram.send(1)
        with pytest.raises(RetryAfter):
            await telegram.send(1)
        return now()

    assert run(refused()) == 0


@pytest.mark.parametrize(
    "endpoint", ["getMe", "setMyCommands", "sendChatAction", "deleteMessage"]
)
def test_everything_else_goes_at_once_and_is_not_tried_again(
    endpoint: str,
) -> None:
    async def calls() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(
            *(telegram.call(endpoint, chat_id=1) for _ in range(10))
        )
        telegram.refusals[endpoint] = [RetryAfter(REFUSED)]
        with pytest.raises(RetryAfter):
            await telegram.call(endpoint, chat_id=1)
        return telegram.times(endpoint)

    assert run(calls()) == [0] * 10


def test_other_errors_pass_through() -> None:
    async def refused() -> None:
        telegram = Telegram()
        telegram.refusals["sendMessage"] = [BadRequest("chat not found")]
        await telegram.send(1)

    with pytest.raises(BadRequest, match="hat not found"):
        run(refused())


def test_at_the_end_nobody_waits_and_bulk_is_left_for_the_next_process() -> (
    None
):
    async def ending() -> tuple[float, int, list[Any]]:
        telegram = Telegram()
        people = [asyncio.create_task(telegram.send(1)) for _ in range(30)]
        bulk = [
            asyncio.create_task(telegram.send_in_bulk(chat))
            for chat in range(100, 130)
        ]
        await asyncio.sleep(0.5)
        telegram.limiter.hurry()
        await asyncio.gather(*people)
        results = await asyncio.gather(*bulk, return_exceptions=True)
        return now(), len(telegram.calls), results

    end, n_calls, results = run(ending())

    refusals = [result for result in results if isinstance(result, RetryAfter)]
    assert end == 0.5
    assert len(refusals) == 130 - 100 - (n_calls - 30)
    assert len(refusals) > 10


def test_a_budget_shared_by_two_processes_is_kept_by_both_together() -> None:
    async def two() -> list[float]:
        first = Telegram(rate=10)
        second = Telegram(rate=10)
        second.limiter._budget = first.limiter._budget
        await asyncio.gather(
            *(
                t.send_in_bulk(chat)
                for t in (first, second)
                for chat in range(20)
            )
        )
        return sorted(first.times() + second.times())

    times = run(two())

    assert most_within(times, 0.99) == 10
    assert times[-1] == pytest.approx(3.9)
