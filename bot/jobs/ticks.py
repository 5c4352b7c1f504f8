"""What happens when the clock says so: fetch, learn, deliver, look up, clean up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from telegram.error import TelegramError

from bot.concurrency import apart
from bot.errors import Failure
from bot.jobs import delivery
from bot.jobs import fetch as ingest
from bot.markup import plurals
from bot.picks import links
from bot.runtime import World
from bot.sources import huggingface
from bot.storage import cleanup, readers, sources
from bot.storage import links as lookups
from bot.transport import sender
from bot.transport.sender import Bot

# Seconds.
FETCH, DELIVER, LOOK_UP, NOTICE, CLEAN_UP = 3600, 20, 60, 60, 86_400
# Seconds after the start, when those who waited have their answers.
SETTLED = 10
# Fetched every hour; the last fourteen once a day.
RECENT_DAYS = 2

log = logging.getLogger(__name__)
Job = Callable[[World, Bot], Awaitable[object]]


def schedule(world: World, bot: Bot) -> AsyncIOScheduler:
    """Return a clock with every tick on it; a tick that was missed is made up for by one."""
    clock = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={
            "misfire_grace_time": None,
            "coalesce": True,
            "max_instances": 1,
        },
    )
    ticks: dict[Job, int] = {
        fetch: FETCH,
        deliver: DELIVER,
        look_up: LOOK_UP,
        notice: NOTICE,
        clean_up: CLEAN_UP,
    }
    for job, seconds in ticks.items():
        clock.add_job(
            quietly, IntervalTrigger(seconds=seconds), args=[job, world, bot]
        )
    return clock


async def quietly(job: Job, world: World, bot: Bot) -> None:
    """Run a job; whatever it meets at 3 a.m., the next tick comes."""
    try:
        await job(world, bot)
    except (Failure, TelegramError) as error:
        if (
            not world.ending.is_set()
        ):  # then it was cut off, and nobody needs to hear of it
            log.warning("%s will be tried again: %s", job.__name__, error)
    except Exception:
        log.exception("%s failed; it will be tried again", job.__name__)


async def first(world: World, bot: Bot) -> None:
    """Do at the start what the clock will do later; what is stored already is learned first."""
    if world.papers.version is None:
        await quietly(learn, world, bot)
    if len(world.papers):
        world.ready.set()
        await quietly(deliver, world, bot)
    await quietly(fetch, world, bot)
    world.ready.set()
    await quietly(
        clean_up, world, bot
    )  # a process that starts daily would never see its tick
    await asyncio.sleep(SETTLED)
    await world.warm()


async def learn(world: World, _bot: Bot) -> None:
    """Let the features know the stored papers."""
    await world.learn()


async def fetch(world: World, _bot: Bot) -> None:
    """Bring new papers in, and let the features know them."""
    now = world.clock()
    states = await asyncio.to_thread(sources.states, world.database)
    listed = states.get(huggingface.SOURCE)
    last = listed.succeeded_at if listed else None
    days = RECENT_DAYS if last and last.date() == now.date() else ingest.LATE
    outcomes = await apart(
        ingest.fetch, world.database, world.places, now, days=days
    )
    for name, each in outcomes.items():
        log.info(
            "%s: %s, %d known",
            name,
            plurals.of(each.stored.new, "new paper"),
            each.stored.known,
        )
    await notice(world, _bot)


async def notice(world: World, _bot: Bot) -> None:
    """Take what was stored since: by a fetch here, or by a command beside this process."""
    if await world.is_behind():
        await world.learn()


async def deliver(world: World, bot: Bot) -> None:
    """Send every digest that is due."""
    await delivery.deliver(world, bot)


async def clean_up(world: World, _bot: Bot) -> None:
    """Let go of what nobody asks for any more."""
    gone = await asyncio.to_thread(
        cleanup.clean_up, world.database, world.clock()
    )
    log.info("%s went", plurals.of(gone, "old row"))


async def look_up(world: World, bot: Bot) -> None:
    """Try links again whose sources were down, and tell their readers."""
    due = await asyncio.to_thread(
        lookups.pending, world.database, world.clock()
    )
    for lookup in due:
        reader = await asyncio.to_thread(
            readers.by_id, world.database, lookup.reader_id
        )
        if reader is None:
            continue
        screen = await apart(links.retry, world, lookup, reader)
        if screen is not None:
            await sender.send(bot, reader.chat_id, screen)
