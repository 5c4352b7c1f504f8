"""Runs the jobs of one process: at its start, regularly, and when another process signals."""

import asyncio
import contextlib
import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import Failure
from bot.jobs.parts import Part
from bot.jobs.ticks import Job, run_quietly
from bot.runtime import Runtime
from bot.storage import signals
from bot.transport.sender import Bot

# Seconds until the database is asked again that did not answer.
PAUSE = 1.0

# The lock of the one process that fetches and says what is due.
LEADER = "clock"

log = logging.getLogger(__name__)


class Clock:
    """The jobs of one process, from `start` to `end`; where only one may do them, once it leads."""

    def __init__(self, runtime: Runtime, bot: Bot, part: Part) -> None:
        self._runtime = runtime
        self._bot = bot
        self._part = part
        self._scheduler = schedule(runtime, bot, part)
        self._tasks: list[asyncio.Task[None]] = []
        # The jobs that signals began, and those that are to run once more.
        self._woken: dict[Job, asyncio.Task[None]] = {}
        self._again: set[Job] = set()

    def start(self) -> None:
        """Begin with what comes first, and let the clock tick."""
        self._scheduler.start(paused=self._part.leads)
        begin = self._lead if self._part.leads else self._first
        self._tasks.append(asyncio.create_task(begin()))
        if self._part.wakes and not self._runtime.database.is_sqlite:
            self._tasks.append(asyncio.create_task(self._listen()))

    async def end(self) -> None:
        """Begin nothing any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = [*self._tasks, *self._woken.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _first(self) -> None:
        await self._part.first(self._runtime, self._bot)

    async def _lead(self) -> None:
        """Wait to lead, and work until another process may lead: the connection broke."""
        if not self._runtime.database.is_sqlite and self._runtime.catalogue:
            # Who stands by answers people all the same.
            self._runtime.ready.set()
        while True:
            with contextlib.suppress(Failure):
                async with self._runtime.locks.lead(LEADER) as lost:
                    log.info("This %s leads", self._part.name)
                    await self._work_until(lost)
                    log.warning("This %s leads no longer", self._part.name)
            await asyncio.sleep(PAUSE)

    async def _work_until(self, lost: asyncio.Event) -> None:
        first = asyncio.create_task(self._first())
        self._scheduler.resume()
        try:
            await lost.wait()
        finally:
            first.cancel()
            if self._scheduler.running:
                self._scheduler.pause()

    async def _listen(self) -> None:
        """Begin jobs as signals come; after an outage, what may have been signalled meanwhile."""
        while True:
            try:
                async for signal in signals.receive(self._runtime.database):
                    self._heed(signal)
            except Failure as failure:
                log.warning("No signal can come: %s", failure)
            await asyncio.sleep(PAUSE)

    def _heed(self, signal: str) -> None:
        reader = signals.read_forgotten(signal)
        if reader is not None:
            self._runtime.forget(*reader)
        self._wake(self._part.wakes.get(signal))

    def _wake(self, job: Job | None) -> None:
        """Begin a job; one that runs already runs once more, as there is something newer."""
        if job is None:
            return
        running = self._woken.get(job)
        if running is not None and not running.done():
            self._again.add(job)
            return
        self._woken[job] = asyncio.create_task(self._run(job))

    async def _run(self, job: Job) -> None:
        self._again.add(job)
        while job in self._again:
            self._again.discard(job)
            await run_quietly(job, self._runtime, self._bot)


def schedule(runtime: Runtime, bot: Bot, part: Part) -> AsyncIOScheduler:
    """Return a clock with every job on it; one run makes up for those that were missed."""
    clock = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={
            "misfire_grace_time": None,
            "coalesce": True,
            "max_instances": 1,
        },
    )
    for job, seconds in part.jobs.items():
        clock.add_job(
            run_quietly,
            IntervalTrigger(seconds=seconds),
            args=[job, runtime, bot],
        )
    return clock
