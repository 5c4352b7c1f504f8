"""Days that pass when they are told to: a clock that moves on, and the papers that come with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.jobs import ticks
from bot.runtime import Runtime
from bot.storage import readers
from bot.transport.sender import Bot

# Brings the papers of the days after the first one, up to the second; says what was wrong, if any.
Arrive = Callable[[date, date], str]
# Seconds.
GET_READY = 60.0


@dataclass(slots=True)
class MovingClock:
    """Real time, and how far the local one is from it."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the local time."""
        return datetime.now(UTC) + self.offset

    def begin(self, moment: datetime) -> None:
        """Let it be this moment now, whatever it was."""
        self.offset = moment - datetime.now(UTC)

    def move_to(self, moment: datetime) -> None:
        """Go on to a moment; never back."""
        self.offset = max(self.offset, moment - datetime.now(UTC))


@dataclass(slots=True, kw_only=True)
class Days:
    """The local run's days, moved on one digest at a time."""

    runtime: Runtime
    bot: Bot
    clock: MovingClock
    arrive: Arrive
    # The papers up to this day have come.
    had: date
    learn: ticks.Job = ticks.notice
    # Told when a day's papers have come.
    passed: Callable[[date], None] = lambda _day: None
    # Told where the clock moves to.
    going: Callable[[datetime], None] = lambda _moment: None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tomorrow(self, chat_id: int) -> str:
        """Move on to this reader's next digest and send it; return what there is to say.

        Whoever is due before has theirs on the way.
        """
        async with self._turn:
            try:
                await asyncio.wait_for(self.runtime.ready.wait(), GET_READY)
            except TimeoutError:
                return "The first papers are still on their way. Try again in a minute."
            reader = await asyncio.to_thread(
                readers.find, self.runtime.database, chat_id
            )
            goal = reader.next_due_at if reader and reader.active else None
            if goal is None:
                return "No picks are coming for this reader. Send /start first."
            said = ""
            self.going(goal)
            while (due := await self._next_due()) is not None and due <= goal:
                said = await self._go_to(due) or said
            return said

    async def catch_up(self, today: date) -> str:
        """Let the papers up to today come; return what was wrong with them, if anything."""
        said = await asyncio.to_thread(self.arrive, self.had, today)
        self.had = max(self.had, today)
        self.passed(self.had)
        return said

    async def _next_due(self) -> datetime | None:
        everyone = await asyncio.to_thread(
            readers.active_readers, self.runtime.database
        )
        return min(
            (r.next_due_at for r in everyone if r.next_due_at), default=None
        )

    async def _go_to(self, moment: datetime) -> str:
        """Let the papers come and be learned; then let it be this moment, and send the picks.

        In this order, for the bot's own tick sends what is due as soon as the clock says so.
        """
        said = await self.catch_up(max(moment, self.clock()).date())
        await self.learn(self.runtime, self.bot)
        self.clock.move_to(moment)
        self.passed(self.had)
        await ticks.deliver(self.runtime, self.bot)
        return said
