"""What is done when the clock says so: fetch, learn, deliver, look links up, clean up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from telegram.error import TelegramError

from bot.concurrency import apart
from bot.errors import Failure
from bot.jobs import delivery, feed_fetch
from bot.jobs import fetch as fetching
from bot.jobs.fetch import Outcome
from bot.markup import plurals, references
from bot.messages import links as screens
from bot.messages import translation
from bot.monitoring.metrics import FEED
from bot.picks import links
from bot.picks.links import Likes, Missing
from bot.runtime import Runtime
from bot.sources import huggingface
from bot.storage import cleanup, deliveries, readers, signals, sources
from bot.storage import links as lookups
from bot.storage.links import Lookup
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen
from bot.transport.sender import Bot

# Days that are fetched every hour; the last fourteen are once a day.
RECENT_DAYS = 2

log = logging.getLogger(__name__)
Job = Callable[[Runtime, Bot], Awaitable[object]]


async def run_quietly(job: Job, runtime: Runtime, bot: Bot) -> None:
    """Run a job; whatever goes wrong at 3 a.m., the next tick comes."""
    try:
        await job(runtime, bot)
    except (Failure, TelegramError) as error:
        # At the end of the process it was cut off, and nobody needs to read of it.
        if not runtime.ending.is_set():
            log.warning("%s will be tried again: %s", job.__name__, error)
    except Exception:
        log.exception("%s failed; it will be tried again", job.__name__)


async def learn(runtime: Runtime, _bot: Bot) -> None:
    """Fit the features to the stored papers, in one process at a time."""
    async with runtime.locks.attempt("learn") as is_alone:
        if is_alone:
            await runtime.learn()


async def refresh(runtime: Runtime, _bot: Bot) -> None:
    """Load what another process learned."""
    # Whoever learns loads it all the same.
    if runtime.is_learning:
        return
    await runtime.reload()
    runtime.ready.set()
    log.info("Features of version %s are in use", runtime.catalogue.version)
    await runtime.warm()


async def fetch_daily(runtime: Runtime, bot: Bot) -> None:
    """Fetch the daily list alone, and fit the features to it."""
    await _fetch(runtime, bot, only=huggingface.SOURCE)


async def fetch(runtime: Runtime, bot: Bot) -> None:
    """Fetch new papers from every list that somebody reads, and fit the features to them."""
    await _fetch(runtime, bot)


async def _fetch(
    runtime: Runtime, bot: Bot, *, only: str | None = None
) -> None:
    now = runtime.clock()
    states = await asyncio.to_thread(sources.states, runtime.database)
    daily_list = states.get(huggingface.SOURCE)
    last = daily_list.succeeded_at if daily_list else None
    is_fetched_today = last is not None and last.date() == now.date()
    outcomes = await apart(
        fetching.fetch,
        runtime.database,
        runtime.endpoints,
        now,
        days=RECENT_DAYS if is_fetched_today else fetching.DAYS,
        only=only,
    )
    _log(runtime, outcomes)
    await notice(runtime, bot)


async def fetch_backlog(runtime: Runtime, bot: Bot) -> None:
    """Fetch the last papers of lists that readers chose just now."""
    outcomes = await apart(
        fetching.fetch_backlog,
        runtime.database,
        runtime.endpoints,
        runtime.clock(),
    )
    _log(runtime, outcomes)
    if outcomes:
        await notice(runtime, bot)


async def fetch_history(runtime: Runtime, bot: Bot) -> None:
    """Fetch the Daily Papers of the last months once, after everything else is done."""
    outcome = await apart(
        fetching.fetch_history,
        runtime.database,
        runtime.endpoints,
        runtime.clock(),
    )
    if outcome is not None:
        _log(runtime, {fetching.HISTORY: outcome})
        await notice(runtime, bot)


async def fetch_feeds(runtime: Runtime, bot: Bot) -> None:
    """Fetch readers' own feeds that are due, and tell whose have been dead for a week."""
    now = runtime.clock()
    changed = await apart(
        feed_fetch.fetch,
        runtime.database,
        runtime.endpoints,
        now,
        partial(runtime.metrics.count_fetch, FEED),
    )
    if changed:
        await _cover(runtime, changed)
    await feed_fetch.report_dead(runtime, bot)


async def _cover(runtime: Runtime, feed_ids: list[int]) -> None:
    """Give the papers of feeds vectors, here or in a process that learns."""
    if runtime.learns:
        await apart(feed_fetch.cover, runtime, feed_ids)
    else:
        await asyncio.to_thread(signals.send, runtime.database, signals.PAPERS)


def _log(runtime: Runtime, outcomes: Mapping[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        result = "failed" if outcome.down else "ok"
        runtime.metrics.count_fetch(name, result, outcome.stored.new)
        new = plurals.of(outcome.stored.new, "new paper")
        log.info("%s: %s, %d known", name, new, outcome.stored.existing)


async def notice(runtime: Runtime, bot: Bot) -> None:
    """Learn from papers that were stored since, by a fetch here or by a command beside it."""
    if not await runtime.is_behind():
        return
    if runtime.learns:
        await learn(runtime, bot)
    else:
        await runtime.note_papers()
        await asyncio.to_thread(signals.send, runtime.database, signals.PAPERS)


async def catch_up(runtime: Runtime, bot: Bot) -> None:
    """Load papers and features of other processes, if no signal told of them."""
    if await runtime.is_behind() or await runtime.is_outdated():
        await refresh(runtime, bot)


async def announce(runtime: Runtime, _bot: Bot) -> None:
    """Create the deliveries that are due, and let other processes send them."""
    count = await asyncio.to_thread(
        deliveries.create_due, runtime.database, runtime.clock()
    )
    if count:
        await asyncio.to_thread(signals.send, runtime.database, signals.DUE)


async def deliver(runtime: Runtime, bot: Bot) -> None:
    """Send every digest that is due."""
    await delivery.deliver(runtime, bot)


async def clean_up(runtime: Runtime, _bot: Bot) -> None:
    """Delete rows that nothing needs any more."""
    count = await asyncio.to_thread(
        cleanup.clean_up, runtime.database, runtime.clock()
    )
    log.info("%s went", plurals.of(count, "old row"))


async def look_up(runtime: Runtime, bot: Bot) -> None:
    """Look links up again whose sources were down, in one process at a time."""
    async with runtime.locks.attempt("look up") as is_alone:
        if is_alone:
            await _look_up(runtime, bot)


async def _look_up(runtime: Runtime, bot: Bot) -> None:
    """Look links up again, and tell their readers."""
    pending = await asyncio.to_thread(
        lookups.due_lookups, runtime.database, runtime.clock()
    )
    for lookup in pending:
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
        reference = references.parse(lookup.reference)
        return screens.remarks([screens.missing(t, reference, result)])
    return screens.links(t, result)
