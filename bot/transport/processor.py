"""Which updates run at once: many people, but one person's in the order they came."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import CallbackQuery, Update
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.messages import replies, translation
from bot.transport.sender import Press, press

AT_ONCE, MOST_WAITING = 32, 4096
# Seconds after which a press is answered, whatever its handler waits for.
SOON = 4.0


class OnePersonAtATime(BaseUpdateProcessor):
    """Keeps a person's 👍 before their 👎, however long the first one takes."""

    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=MOST_WAITING)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = defaultdict(int)

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Wait for this person's turn; meanwhile a press is answered in time."""
        if not isinstance(update, Update) or update.callback_query is None:
            await self._in_turn(update, coroutine)
            return
        pressed = Press()
        press.set(pressed)
        clock = asyncio.create_task(
            _answer_soon(update.callback_query, pressed)
        )
        try:
            await self._in_turn(update, coroutine)
        finally:
            clock.cancel()

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for this person's turn; forget people with nothing under way."""
        user = update.effective_user if isinstance(update, Update) else None
        if user is None:
            await coroutine
            return
        turn = self._turns.setdefault(user.id, asyncio.Lock())
        self._waiting[user.id] += 1
        try:
            async with (
                turn,
                self._slots,
            ):  # who waits for their own turn takes nobody's slot
                await coroutine
        finally:
            self._waiting[user.id] -= 1
            if not self._waiting[user.id]:
                del self._waiting[user.id], self._turns[user.id]

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


async def _answer_soon(query: CallbackQuery, pressed: Press) -> None:
    """Answer a press whose handler takes long: a database that is locked, many before it."""
    await asyncio.sleep(SOON)
    if pressed.answered:
        return
    pressed.late = True
    t = translation.of(query.from_user.language_code or "en")
    with contextlib.suppress(TelegramError):
        await query.answer(replies.takes_long(t))
