"""Answers that cost something: fetched once for all who want one, and good for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Seconds after which a call that hangs is left to itself, and another one is made.
LONGEST = 60.0


class Shared(Generic[T]):
    """The answer of a call: all who ask meanwhile wait for the same one.

    It is good for `fresh` seconds, and nobody waits for longer than `patience`. A call that
    hangs goes on, so there is one of them a minute at most, however many people ask.
    """

    def __init__(
        self,
        call: Callable[[], Awaitable[T]],
        *,
        fresh: float,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = call
        self._fresh = fresh
        self._patience = patience
        self._clock = clock
        self._task: asyncio.Task[T] | None = None
        self._started = 0.0

    async def get(self) -> T:
        """Return the answer, or raise what the call raises; TimeoutError if it hangs."""
        task = self._task
        if task is None or self._is_over(task):
            task = self._task = asyncio.create_task(self._run())
            task.add_done_callback(_look_at)
            self._started = self._clock()

        return await asyncio.wait_for(asyncio.shield(task), self._patience)

    async def _run(self) -> T:
        return await self._call()

    def _is_over(self, task: asyncio.Task[T]) -> bool:
        """Tell whether a call has to be made anew."""
        age = self._clock() - self._started
        if not task.done():
            return age > LONGEST

        return age > self._fresh


def _look_at(task: asyncio.Task[T]) -> None:
    """Take note of an error, also if nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
