"""Answers never wait for a broadcast, and a broadcast never floods."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from bot.transport.rate_limiter import BURST, MOST_PER_SECOND
from tests.transport.fast_clock import now, run
from tests.transport.telegram import Telegram, most_within


def test_bulk_is_as_smooth_as_its_rate() -> None:
    async def broadcast() -> list[float]:
        telegram = Telegram(rate=25, takes=0.1)
        await asyncio.gather(
            *(telegram.send_in_bulk(chat) for chat in range(100))
        )
        return telegram.times()

    times = run(broadcast())

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) == pytest.approx(0.04)
    assert times[-1] == pytest.approx(99 * 0.04)


@pytest.mark.parametrize("pause", [0.5, 3])
def test_bulk_holds_its_rate_while_ten_people_tap_and_each_tap_is_answered_at_once(
    pause: float,
) -> None:
    async def mixed() -> tuple[list[float], float, float]:
        telegram = Telegram(takes=0.03)
        bulk = [
            asyncio.create_task(telegram.send_in_bulk(1000 + n))
            for n in range(1000)
        ]
        slowest = 0.0

        async def taps(chat: int) -> None:
            nonlocal slowest
            while not all(task.done() for task in bulk):
                tap_time = now()
                await telegram.call(
                    "answerCallbackQuery", callback_query_id="x"
                )
                await telegram.edit(chat, str(tap_time))
                slowest = max(slowest, now() - tap_time)
                await asyncio.sleep(pause)

        await asyncio.gather(*bulk, *(taps(chat) for chat in range(10)))
        times = telegram.times()
        return times, slowest, 999 / (times[-1] - times[0])

    times, slowest, rate = run(mixed())

    assert rate == pytest.approx(25, rel=0.03)
    assert most_within(times, 0.999) <= MOST_PER_SECOND
    # Two calls, and not a moment more.
    assert slowest <= 0.06 + 1e-9


def test_what_a_person_asked_for_goes_first_even_when_it_is_five_cards() -> (
    None
):
    async def mixed() -> tuple[float, float]:
        telegram = Telegram()
        bulk = [
            asyncio.create_task(telegram.send_in_bulk(chat))
            for chat in range(500)
        ]
        await asyncio.sleep(5)
        start = now()
        await asyncio.gather(*(telegram.send(7000) for _ in range(5)))
        end = now()
        await asyncio.gather(*bulk)
        return end - start, telegram.times()[-1]

    duration, last_send = run(mixed())

    assert duration == 0
    assert last_send == pytest.approx(499 * 0.04, abs=0.5)


def test_a_call_in_bulk_begins_when_its_place_has_come_and_may_be_withdrawn_then() -> (
    None
):
    async def broadcast() -> tuple[list[float], list[float], list[Any]]:
        telegram = Telegram(rate=10)
        starts = []

        async def send(chat: int) -> None:
            async with telegram.limiter.slot(chat) as slot:
                starts.append(now())
                if len(starts) == 2:
                    raise LookupError
                await telegram.call("sendMessage", slot, chat_id=chat)

        results = await asyncio.gather(
            *(send(chat) for chat in range(3)), return_exceptions=True
        )
        return starts, telegram.times(), results

    starts, sends, results = run(broadcast())

    assert starts == pytest.approx([0, 0.1, 0.2])
    assert sends == pytest.approx([0, 0.2])
    assert isinstance(results[1], LookupError)


def test_a_chat_takes_five_at_once_and_then_one_a_second() -> None:
    async def many() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(
            *(telegram.send(1) for _ in range(8)), telegram.send(2)
        )
        return telegram.times()

    assert run(many()) == [0] * (BURST + 1) + [1, 2, 3]


def test_a_group_takes_twenty_a_minute() -> None:
    async def many() -> list[float]:
        telegram = Telegram()
        await asyncio.gather(*(telegram.send(-100) for _ in range(45)))
        return telegram.times()

    times = run(many())

    assert most_within(times, 60) == 20
    assert len(times) == 45
