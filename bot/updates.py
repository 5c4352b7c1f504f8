"""Which updates run at once: many people, but one person's in the order they came."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE, MOST_WAITING = 32, 4096


class OnePersonAtATime(BaseUpdateProcessor):
    """Keeps a person's 👍 before their 👎, however long the first one takes."""

    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=MOST_WAITING)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = defaultdict(int)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for this person's turn; forget people with nothing under way."""
        user = update.effective_user if isinstance(update, Update) else None
        if user is None:
            await coroutine
            return
        turn = self._turns.setdefault(user.id, asyncio.Lock())
        self._waiting[user.id] += 1
        try:
            async with turn, self._slots:  # who waits for their own turn takes nobody's slot
                await coroutine
        finally:
            self._waiting[user.id] -= 1
            if not self._waiting[user.id]:
                del self._waiting[user.id], self._turns[user.id]

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""
