"""What happens when the clock says so: fetch, learn, deliver, look up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from telegram.error import TelegramError

from bot import delivery, ingest, likes, posting
from bot.errors import Failure
from bot.posting import Bot
from bot.storage import lookups, readers, sources
from bot.storage.papers import Stored
from bot.world import World

FETCH, DELIVER, LOOK_UP = 3600, 20, 60  # seconds
RECENT_DAYS = 2  # fetched every hour; the last fourteen once a day

log = logging.getLogger(__name__)
Job = Callable[[World, Bot], Awaitable[object]]


def schedule(world: World, bot: Bot) -> AsyncIOScheduler:
    """Return a clock with every tick on it; a tick that was missed is made up for by one."""
    clock = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    ticks: dict[Job, int] = {fetch: FETCH, deliver: DELIVER, look_up: LOOK_UP}
    for job, seconds in ticks.items():
        clock.add_job(quietly, IntervalTrigger(seconds=seconds), args=[job, world, bot])
    return clock


async def quietly(job: Job, world: World, bot: Bot) -> None:
    """Run a job; whatever it meets at 3 a.m., the next tick comes."""
    try:
        await job(world, bot)
    except (Failure, TelegramError) as error:
        log.warning("%s will be tried again: %s", job.__name__, error)
    except Exception:
        log.exception("%s failed; it will be tried again", job.__name__)


async def first(world: World, bot: Bot) -> None:
    """Do at the start what the clock will do later; what is stored already is learned first."""
    if world.papers.version is None:
        await quietly(learn, world, bot)
    world.ready.set()
    await quietly(deliver, world, bot)
    await quietly(fetch, world, bot)


async def learn(world: World, _bot: Bot) -> None:
    """Let the features know the stored papers."""
    await world.learn()


async def fetch(world: World, _bot: Bot) -> None:
    """Bring new papers in, and let the features know them."""
    now = world.clock()
    states = await asyncio.to_thread(sources.states, world.database)
    succeeded = [state.succeeded_at.date() for state in states.values() if state.succeeded_at]
    days = RECENT_DAYS if now.date() in succeeded else ingest.LATE
    outcomes = await asyncio.to_thread(ingest.fetch, world.database, world.places, now, days=days)
    stored = {name: each for name, each in outcomes.items() if isinstance(each, Stored)}
    for name, each in stored.items():
        log.info("%s: %d new papers, %d known", name, each.new, each.known)
    if any(each.new for each in stored.values()):
        await world.learn()


async def deliver(world: World, bot: Bot) -> None:
    """Send every digest that is due."""
    await delivery.deliver(world, bot)


async def look_up(world: World, bot: Bot) -> None:
    """Try links again whose sources were down, and tell their readers."""
    due = await asyncio.to_thread(lookups.pending, world.database, world.clock())
    for lookup in due:
        reader = await asyncio.to_thread(readers.by_id, world.database, lookup.reader_id)
        if reader is None:
            continue
        screen = await asyncio.to_thread(likes.retry, world, lookup, reader)
        if screen is not None:
            await posting.send(bot, reader.chat_id, screen)
