"""A broadcast keeps its rate while people tap, and Telegram never has to ask for a pause."""

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
PEOPLE, AT_ONCE = 10, 32


async def broadcast(talk: Talk, messages: int) -> list[float]:
    """Send to as many readers as there are messages, as a delivery does; return when each went."""
    waiting = [talk.person(f"Reader {number}").id for number in range(messages)]
    for chat_id in waiting:
        talk.server.bots[next(iter(talk.server.bots))].chats[
            chat_id
        ].is_open = True
    limiter = cast("RateLimiter", talk.bot.rate_limiter)
    sent = []

    async def work() -> None:
        while waiting:
            screen = Screen("A digest. " * 300)
            chat_id = waiting.pop()
            async with limiter.slot(chat_id) as slot:
                await sender.send(talk.bot, chat_id, screen, slot=slot)
            sent.append(time.monotonic())

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return sent


async def taps_on(
    person: Person, shown: int, until: asyncio.Event, rng: random.Random
) -> int:
    """Tap now and then as a reader does, and see each tap answered."""
    taps = 0
    await asyncio.sleep(rng.uniform(0, 3))
    while not until.is_set():
        message = next(m for m in person.messages if m.id == shown)
        button = rng.choice([b for b in buttons(message) if "Undo" not in b])
        await person.answer_to(person.press(message, button))
        taps += 1
        await asyncio.sleep(rng.uniform(2, 6))
    return taps


async def test_bulk_holds_its_rate_while_ten_people_tap(talk: Talk) -> None:
    people = [
        await talk.started(f"Tapper {number}") for number in range(PEOPLE)
    ]
    shown = [await says(person, "/picks") for person in people]
    await asyncio.sleep(1)  # until Telegram has forgotten the greetings
    done = asyncio.Event()
    tapping = [
        asyncio.create_task(
            taps_on(person, message.id, done, random.Random(person.id))
        )
        for person, message in zip(people, shown, strict=True)
    ]

    sent = await broadcast(talk, MESSAGES)
    done.set()
    taps = sum(await asyncio.gather(*tapping))

    rate = (len(sent) - 1) / (max(sent) - min(sent))
    assert len(sent) == MESSAGES
    assert rate <= 1.03 * talk.runtime.send_rate
    assert rate >= 0.97 * talk.runtime.send_rate or not FULL_SIZE
    assert talk.server.refused[429] == 0
    assert taps >= PEOPLE / 2


async def test_a_refused_answer_comes_when_telegram_says_and_is_said_once(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.server.fail_next("sendMessage", refusals.too_many_requests(1))

    digest = await says(ada, "/picks")

    assert "your 5 of 12 new papers" in digest.text
    assert len([m for m in ada.messages if "👍 1" in buttons(m)]) == 1


async def test_a_reader_who_taps_and_taps_is_answered_each_time_and_sees_the_last(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    start = time.monotonic()

    for number in range(12):
        press = ada.press(digest, ("👍 1", "👎 1")[number % 2])
        await ada.answer_to(press)
    answered = time.monotonic() - start
    shown = await ada.wait_for(
        lambda m: m.id == digest.id and "👎 1 ✓" in buttons(m)
    )

    assert answered < 5  # a waiting edit a second would make it seven more
    assert shown.edits < 12
    assert talk.server.refused[429] == 0
