"""Lets days pass on request: moves the clock on, stores each day's papers, sends the digests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.jobs import ticks
from bot.runtime import Runtime
from bot.storage import readers
from bot.transport.sender import Bot

# Stores the papers listed after one day and up to another; returns what went wrong.
StorePapers = Callable[[date, date], str]

NO_PICKS = "No picks are coming for this reader. Send /start first."
NO_PICKS_IN_GROUP = (
    "No picks are coming for this chat. Add the bot to it first, and set it up."
)

# Seconds to wait for the first papers.
READY_TIMEOUT = 60.0


@dataclass(slots=True)
class MovingClock:
    """The real time plus an offset, which only grows once the clock has begun."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the current moment of this clock."""
        return datetime.now(UTC) + self.offset

    def begin(self, moment: datetime) -> None:
        """Set the clock to a moment, which may be in the past."""
        self.offset = moment - datetime.now(UTC)

    def move_to(self, moment: datetime) -> None:
        """Move the clock on to a moment; one that has passed changes nothing."""
        self.offset = max(self.offset, moment - datetime.now(UTC))


def _ignore_day(_day: date) -> None:
    pass


def _ignore_moment(_moment: datetime) -> None:
    pass


@dataclass(slots=True, kw_only=True)
class Timeline:
    """The days of a local run or a simulation, which pass one digest at a time.

    `last_day` is the newest day whose papers are stored. `on_day` is called with it when
    it changes, and `on_move` with the moment that the clock is about to move to.
    """

    runtime: Runtime
    bot: Bot
    clock: MovingClock
    store_papers: StorePapers
    last_day: date
    learn: ticks.Job = ticks.notice
    on_day: Callable[[date], None] = _ignore_day
    on_move: Callable[[datetime], None] = _ignore_moment
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def move_to_next_digest(self, chat_id: int) -> str:
        """Move to the next digest of a reader or a group, and send all that are due by then.

        Returns what the reader should know, such as that no papers came.
        """
        async with self._lock:
            try:
                ready = self.runtime.ready.wait()
                await asyncio.wait_for(ready, READY_TIMEOUT)
            except TimeoutError:
                return "The first papers are still on their way. Try again in a minute."

            reader = await asyncio.to_thread(
                readers.find, self.runtime.database, chat_id
            )
            goal = reader.next_due_at if reader and reader.active else None
            if goal is None:
                return NO_PICKS_IN_GROUP if chat_id < 0 else NO_PICKS

            return await self._move_through_digests(goal)

    async def catch_up(self, today: date) -> str:
        """Store the papers up to today; return what went wrong with them, if anything."""
        problem = await asyncio.to_thread(
            self.store_papers, self.last_day, today
        )
        self.last_day = max(self.last_day, today)
        self.on_day(self.last_day)
        return problem

    async def _move_through_digests(self, goal: datetime) -> str:
        self.on_move(goal)
        problem = ""
        while True:
            due_at = await self._next_due()
            if due_at is None or due_at > goal:
                return problem
            problem = await self._move_to(due_at) or problem

    async def _next_due(self) -> datetime | None:
        active_readers = await asyncio.to_thread(
            readers.active_readers, self.runtime.database
        )
        moments = [
            moment
            for reader in active_readers
            for moment in (reader.next_due_at, reader.weekly_due_at)
        ]
        return min((moment for moment in moments if moment), default=None)

    async def _move_to(self, moment: datetime) -> str:
        """Store and learn the papers, then move the clock, then send the picks.

        The order matters: the bot's own tick sends what is due as soon as the clock says
        so, and must find the new papers.
        """
        day = max(moment, self.clock()).date()
        problem = await self.catch_up(day)
        await self.learn(self.runtime, self.bot)

        self.clock.move_to(moment)
        self.on_day(self.last_day)
        await ticks.deliver(self.runtime, self.bot)
        return problem
