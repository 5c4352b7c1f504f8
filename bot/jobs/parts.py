"""The parts that a process may play: how it begins, what it does regularly, what wakes it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.jobs import summaries, ticks
from bot.jobs.error_reports import report_errors
from bot.jobs.ticks import Job, run_quietly
from bot.runtime import Runtime
from bot.storage import signals
from bot.transport.sender import Bot

# Seconds after the start, when those who waited have their answers.
SETTLED = 10

HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one process is there for.

    It begins with `first`. `jobs` are those of its clock, with the seconds between two runs,
    `wakes` those that a signal of another process begins. A part that `introduces` sets the
    bot's profile. Of the processes whose part `leads` only one does so at a time: the others
    stand by with their clocks, and take over.
    """

    name: str
    first: Job
    jobs: Mapping[Job, int]
    wakes: Mapping[str, Job]
    takes_updates: bool = False
    learns: bool = False
    introduces: bool = False
    leads: bool = False


async def begin_run(runtime: Runtime, bot: Bot) -> None:
    """Do at the start what the clock does later; learn first from the papers that are stored."""
    if runtime.catalogue.version is None:
        await run_quietly(ticks.learn, runtime, bot)
    if len(runtime.catalogue):
        runtime.ready.set()
        await run_quietly(ticks.deliver, runtime, bot)
    # The first picks wait for the daily list alone.
    await run_quietly(ticks.fetch_daily, runtime, bot)
    runtime.ready.set()
    await run_quietly(ticks.fetch, runtime, bot)
    # A process that starts anew each day would never reach the daily tick.
    await run_quietly(ticks.clean_up, runtime, bot)
    await asyncio.sleep(SETTLED)
    await runtime.warm()
    await run_quietly(ticks.fetch_history, runtime, bot)


async def begin_web(runtime: Runtime, _bot: Bot) -> None:
    """Answer people; the words of all papers are read once those who waited have answers."""
    if len(runtime.catalogue):
        runtime.ready.set()
    await asyncio.sleep(SETTLED)
    await runtime.warm()


async def begin_worker(runtime: Runtime, bot: Bot) -> None:
    """Learn if nobody has, and send what is due."""
    if runtime.catalogue.version is None:
        await run_quietly(ticks.learn, runtime, bot)
    runtime.ready.set()
    await run_quietly(ticks.deliver, runtime, bot)
    await runtime.warm()


async def begin_clock(runtime: Runtime, bot: Bot) -> None:
    """Say what is due, and fetch: the daily list first, and the last months at the end."""
    runtime.ready.set()
    for job in (
        ticks.announce,
        ticks.fetch_daily,
        ticks.fetch,
        ticks.clean_up,
        ticks.fetch_history,
    ):
        await run_quietly(job, runtime, bot)


FETCHING: dict[Job, int] = {
    ticks.fetch: HOUR,
    ticks.fetch_backlog: 20,
    ticks.fetch_feeds: 300,
    ticks.fetch_history: 6 * HOUR,
    ticks.clean_up: 24 * HOUR,
}
SENDING: dict[Job, int] = {
    ticks.deliver: 20,
    ticks.look_up: 60,
    summaries.summarize: 30,
}

REPORTING: dict[Job, int] = {report_errors: 60}

# Everything in one process.
RUN = Part(
    name="run",
    first=begin_run,
    jobs={**FETCHING, **SENDING, **REPORTING, ticks.notice: 60},
    wakes={
        signals.PAPERS: ticks.learn,
        signals.FEATURES: ticks.refresh,
        signals.DUE: ticks.deliver,
    },
    takes_updates=True,
    learns=True,
    introduces=True,
    leads=True,
)

# Talks to people.
WEB = Part(
    name="web",
    first=begin_web,
    jobs={**REPORTING, ticks.catch_up: 60},
    wakes={
        signals.BEGINNING: ticks.catch_up,
        signals.FEATURES: ticks.refresh,
    },
    takes_updates=True,
)

# Sends, looks links up, and learns.
WORKER = Part(
    name="worker",
    first=begin_worker,
    jobs={**SENDING, **REPORTING, ticks.notice: 60},
    wakes={
        signals.BEGINNING: ticks.learn,
        signals.PAPERS: ticks.learn,
        signals.FEATURES: ticks.refresh,
        signals.DUE: ticks.deliver,
    },
    learns=True,
)

# Fetches, and says what is due.
CLOCK = Part(
    name="clock",
    first=begin_clock,
    jobs={
        **FETCHING,
        **REPORTING,
        ticks.announce: 10,
        ticks.notice: 60,
    },
    wakes={},
    introduces=True,
    leads=True,
)
