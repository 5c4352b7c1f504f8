"""A broadcast keeps its rate while people tap, and Telegram never refuses a call."""

import asyncio
import os
import random
import time
from typing import cast

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.people import Person
from bot.transport import sender
from bot.transport.rate_limiter import RateLimiter
from bot.transport.screen import Screen
from tests.e2e.talk import Talk, buttons, says

# The full size takes forty seconds and a quiet machine: FULL_SIZE=1 asks for it.
FULL_SIZE = bool(os.environ.get("FULL_SIZE"))
MESSAGES = 1000 if FULL_SIZE else 100
PEOPLE = 10
AT_ONCE = 32


async def broadcast(talk: Talk, messages: int) -> list[float]:
    """Send a message each to many readers, as a delivery does; return when each was sent."""
    chat_ids = [
        talk.person(f"Reader {number}").id for number in range(messages)
    ]
    for chat_id in chat_ids:
        talk.server.bots[next(iter(talk.server.bots))].chats[
            chat_id
        ].is_open = True
    limiter = cast("RateLimiter", talk.bot.rate_limiter)
    times = []

    async def send_next() -> None:
        while chat_ids:
            screen = Screen("A digest. " * 300)
            chat_id = chat_ids.pop()
            async with limiter.slot(chat_id) as slot:
                await sender.send(talk.bot, chat_id, screen, slot=slot)
            times.append(time.monotonic())

    await asyncio.gather(*(send_next() for _ in range(AT_ONCE)))
    return times


async def tap_until(
    person: Person, message_id: int, is_over: asyncio.Event, rng: random.Random
) -> int:
    """Tap every few seconds until the end, wait for each answer, and return the number of taps."""
    taps = 0
    await asyncio.sleep(rng.uniform(0, 3))
    while not is_over.is_set():
        message = next(m for m in person.messages if m.id == message_id)
        button = rng.choice([b for b in buttons(message) if "Undo" not in b])
        await person.answer_to(person.press(message, button))
        taps += 1
        await asyncio.sleep(rng.uniform(2, 6))
    return taps


async def test_bulk_holds_its_rate_while_ten_people_tap(talk: Talk) -> None:
    people = [
        await talk.started(f"Tapper {number}") for number in range(PEOPLE)
    ]
    digests = [await says(person, "/picks") for person in people]
    # Until the greetings no longer count against Telegram's limits.
    await asyncio.sleep(1)
    is_over = asyncio.Event()
    tasks = [
        asyncio.create_task(
            tap_until(person, message.id, is_over, random.Random(person.id))
        )
        for person, message in zip(people, digests, strict=True)
    ]

    times = await broadcast(talk, MESSAGES)
    is_over.set()
    n_taps = sum(await asyncio.gather(*tasks))

    rate = (len(times) - 1) / (max(times) - min(times))
    assert len(times) == MESSAGES
    assert rate <= 1.03 * talk.runtime.send_rate
    assert rate >= 0.97 * talk.runtime.send_rate or not FULL_SIZE
    assert talk.server.refused[429] == 0
    assert n_taps >= PEOPLE / 2


async def test_an_answer_that_is_refused_for_a_while_is_sent_once_after_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.server.fail_next("sendMessage", refusals.too_many_requests(1))

    digest = await says(ada, "/picks")

    assert "your 5 of 12 new papers" in digest.text
    assert len([m for m in ada.messages if "👍 1" in buttons(m)]) == 1


async def test_many_taps_of_one_reader_are_all_answered_and_the_last_one_is_shown(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    start = time.monotonic()

    for number in range(12):
        press = ada.press(digest, ("👍 1", "👎 1")[number % 2])
        await ada.answer_to(press)
    seconds = time.monotonic() - start
    last_state = await ada.wait_for(
        lambda m: m.id == digest.id and "👎 1 ✓" in buttons(m)
    )

    # With an edit a second it would take eleven seconds and more.
    assert seconds < 10
    assert last_state.edits < 12
    assert talk.server.refused[429] == 0
