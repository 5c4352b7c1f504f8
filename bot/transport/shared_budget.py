"""The budget of messages that several processes share, reserved from one row of the database."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta

from bot.errors import Failure
from bot.storage import places
from bot.storage.database import Database

# Seconds of sending for which a process reserves places at once.
AHEAD = 0.05

# Seconds until other processes are told of messages that took no place.
TELLING = 0.2

log = logging.getLogger(__name__)


class SharedBudget:
    """Places for bulk; answers to people take theirs without a wait, so that bulk yields.

    Raises a passing Failure while the database does not answer.
    """

    def __init__(
        self,
        database: Database,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._interval = timedelta(seconds=1 / rate)
        self._batch = max(math.floor(rate * AHEAD), 1)
        self._clock = clock
        # The times of the places that are reserved and not taken.
        self._places: deque[float] = deque()
        self._reserving = asyncio.Lock()
        # Messages that went without a place, and the task that tells the others of them.
        self._answers = 0
        self._telling: asyncio.Task[None] | None = None

    async def reserve(self) -> float:
        """Take the next place, and return the seconds until it comes."""
        async with self._reserving:
            now = self._clock()
            # Places that passed unused would come all at once.
            while self._places and self._places[0] < now - AHEAD:
                self._places.popleft()
            if not self._places:
                await self._reserve_batch()
            return max(self._places.popleft() - self._clock(), 0.0)

    def note(self) -> None:
        """Note a message that went without a place, as somebody waited for it."""
        self._answers += 1
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_answers())

    async def rest(self, seconds: float) -> None:
        """Give no place to any process for a while, as Telegram asked for it."""
        try:
            await asyncio.to_thread(
                places.rest,
                self._database,
                places.MESSAGES,
                timedelta(seconds=seconds),
            )
        except Failure as failure:
            # This process rests in any case.
            log.info("Other processes do not rest: %s", failure)

    async def _reserve_batch(self) -> None:
        wait = await self._take(self._batch)
        first = self._clock() + wait
        step = self._interval.total_seconds()
        self._places.extend(first + step * i for i in range(self._batch))

    async def _tell_answers(self) -> None:
        """Take places for answers that went, some at a time."""
        await asyncio.sleep(TELLING)
        answers, self._answers = self._answers, 0
        try:
            await self._take(answers)
        except Failure as failure:
            log.info("Other processes do not make room: %s", failure)

    async def _take(self, many: int) -> float:
        return await asyncio.to_thread(
            places.reserve,
            self._database,
            places.MESSAGES,
            many,
            self._interval,
        )
