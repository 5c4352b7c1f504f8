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
from bot.messages import links as screens
from bot.messages import translation
from bot.picks import links
from bot.picks.links import Likes, Missing
from bot.runtime import Runtime
from bot.sources import huggingface
from bot.storage import cleanup, readers, sources
from bot.storage import links as lookups
from bot.storage.links import Lookup
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen
from bot.transport.sender import Bot

# Seconds.
FETCH, DELIVER, LOOK_UP, NOTICE, CLEAN_UP = 3600, 20, 60, 60, 86_400
# Seconds after the start, when those who waited have their answers.
SETTLED = 10
# LastFetch every hour; the last fourteen once a day.
RECENT_DAYS = 2

log = logging.getLogger(__name__)
Job = Callable[[Runtime, Bot], Awaitable[object]]


def schedule(runtime: Runtime, bot: Bot) -> AsyncIOScheduler:
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
            quietly, IntervalTrigger(seconds=seconds), args=[job, runtime, bot]
        )
    return clock


async def quietly(job: Job, runtime: Runtime, bot: Bot) -> None:
    """Run a job; whatever it meets at 3 a.m., the next tick comes."""
    try:
        await job(runtime, bot)
    except (Failure, TelegramError) as error:
        if (
            not runtime.ending.is_set()
        ):  # then it was cut off, and nobody needs to hear of it
            log.warning("%s will be tried again: %s", job.__name__, error)
    except Exception:
        log.exception("%s failed; it will be tried again", job.__name__)


async def first(runtime: Runtime, bot: Bot) -> None:
    """Do at the start what the clock will do later; what is stored already is learned first."""
    if runtime.catalogue.version is None:
        await quietly(learn, runtime, bot)
    if len(runtime.catalogue):
        runtime.ready.set()
        await quietly(deliver, runtime, bot)
    await quietly(fetch, runtime, bot)
    runtime.ready.set()
    await quietly(
        clean_up, runtime, bot
    )  # a process that starts daily would never see its tick
    await asyncio.sleep(SETTLED)
    await runtime.warm()


async def learn(runtime: Runtime, _bot: Bot) -> None:
    """Let the features know the stored papers."""
    await runtime.learn()


async def fetch(runtime: Runtime, _bot: Bot) -> None:
    """Bring new papers in, and let the features know them."""
    now = runtime.clock()
    states = await asyncio.to_thread(sources.states, runtime.database)
    listed = states.get(huggingface.SOURCE)
    last = listed.succeeded_at if listed else None
    days = RECENT_DAYS if last and last.date() == now.date() else ingest.DAYS
    outcomes = await apart(
        ingest.fetch, runtime.database, runtime.endpoints, now, days=days
    )
    for name, each in outcomes.items():
        log.info(
            "%s: %s, %d known",
            name,
            plurals.of(each.stored.new, "new paper"),
            each.stored.existing,
        )
    await notice(runtime, _bot)


async def notice(runtime: Runtime, _bot: Bot) -> None:
    """Take what was stored since: by a fetch here, or by a command beside this process."""
    if await runtime.is_behind():
        await runtime.learn()


async def deliver(runtime: Runtime, bot: Bot) -> None:
    """Send every digest that is due."""
    await delivery.deliver(runtime, bot)


async def clean_up(runtime: Runtime, _bot: Bot) -> None:
    """Let go of what nobody asks for any more."""
    gone = await asyncio.to_thread(
        cleanup.clean_up, runtime.database, runtime.clock()
    )
    log.info("%s went", plurals.of(gone, "old row"))


async def look_up(runtime: Runtime, bot: Bot) -> None:
    """Look links up again whose sources were down, and tell their readers."""
    due_lookups = await asyncio.to_thread(
        lookups.due_lookups, runtime.database, runtime.clock()
    )
    for lookup in due_lookups:
        reader = await asyncio.to_thread(
            readers.by_id, runtime.database, lookup.reader_id
        )
        if reader is None:
            continue
        result = await apart(
            links.retry,
            runtime.database,
            runtime.catalogue,
            runtime.endpoints,
            reader,
            open_lookup=lookup,
            now=runtime.clock(),
        )
        if result is not Missing.LATER:
            screen = _looked_up(reader, lookup, result)
            await sender.send(bot, reader.chat_id, screen)


def _looked_up(
    reader: Reader, lookup: Lookup, result: Likes | Missing
) -> Screen:
    """Render what became of a link that was looked up late."""
    t = translation.of(reader.language)
    if isinstance(result, Missing):
        return screens.remarks([screens.missing(t, lookup.arxiv_id, result)])
    return screens.links(t, result)
