"""Wires handlers, jobs and errors into one application, and serves it from start to end."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import cast

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ApplicationBuilder, ContextTypes

from bot import concurrency
from bot.concurrency import apart
from bot.errors import Failure
from bot.handlers.context import Context
from bot.handlers.profile import introduce
from bot.handlers.routes import App, wire
from bot.jobs import ticks
from bot.runtime import World
from bot.storage import schema
from bot.transport import send_errors
from bot.transport.polling import Polling
from bot.transport.processor import OnePersonAtATime
from bot.transport.rate_limiter import Pacing
from bot.transport.responses import Answers
from bot.transport.webhook import Address, Webhook

CONNECTIONS = 32
# Every request looks at each open connection, which costs more than opening one.
KEPT_OPEN = 8
# Seconds for messages under way when the process is to end.
LAST_CALLS = 6.0
# Seconds between looks at whether the database is still the one we opened.
WATCH = 2.0
# Seconds until Telegram is tried again.
LONGEST_WAIT = 30.0

log = logging.getLogger(__name__)


def build(
    world: World, token: str, api_base: str, pacing: Pacing | None = None
) -> App:
    """Return the application, wired and not yet started."""
    app: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_base}/bot")
        .base_file_url(f"{api_base}/file/bot")
        .context_types(ContextTypes(context=Context))
        .rate_limiter(pacing or Pacing(world.send_rate))
        .concurrent_updates(OnePersonAtATime())
        .request(_requests())
        .get_updates_request(
            Answers(2)
        )  # the last question may meet the one it cuts off
        .updater(None)
        .job_queue(None)
        .build()
    )
    app.bot_data["world"] = world
    wire(app)
    return app


def _requests() -> Answers:
    """Return what carries calls to Telegram: many at once, few kept open between them."""
    limits = httpx.Limits(
        max_connections=CONNECTIONS, max_keepalive_connections=KEPT_OPEN
    )
    return Answers(
        CONNECTIONS, pool_timeout=10, httpx_kwargs={"limits": limits}
    )


async def run(
    world: World,
    token: str,
    api_base: str,
    *,
    adopt: bool,
    address: Address | None = None,
) -> None:
    """Serve Telegram until the process is told to end; at an address, where there is one."""
    stop = world.ending
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(
        world, build(world, token, api_base), stop, adopt=adopt, address=address
    )


async def serve(
    world: World,
    app: App,
    stop: asyncio.Event,
    *,
    adopt: bool = False,
    address: Address | None = None,
) -> None:
    """Take updates by polling, or at an address, and let the clock tick, until `stop` is set."""
    if not await _patiently(lambda: _say_hello(app), stop):
        return
    clock, first = ticks.schedule(world, app.bot), None
    logging.getLogger("bot").addHandler(world.faults)
    updates = Polling(app) if address is None else Webhook(world, app, address)
    try:
        if not await _patiently(lambda: _open(world, app, adopt=adopt), stop):
            return
        await app.start()
        if not await _patiently(updates.begin, stop):
            return
        await introduce(app.bot, world.admins)
        clock.start()
        first = asyncio.create_task(ticks.first(world, app.bot))
        log.info("@%s is listening", app.bot.username)
        await _while_all_is_well(world, updates, stop)
    finally:
        await _end(world, app, updates, clock, first)
        logging.getLogger("bot").removeHandler(world.faults)


async def _open(world: World, app: App, *, adopt: bool) -> None:
    """Take the database for this bot, and the papers in it."""
    me = app.bot
    claimed = (world.database, me.id, me.username, world.clock())
    await asyncio.to_thread(schema.claim, *claimed, adopt=adopt)
    await world.reload()


async def _patiently(
    call: Callable[[], Awaitable[None]], stop: asyncio.Event
) -> bool:
    """Make a call, however long what it asks is away; False when told to end meanwhile."""
    wait = 1.0
    while not stop.is_set():
        try:
            await call()
        except (TelegramError, Failure) as error:
            if isinstance(error, Failure) and not error.passing:
                raise
            asked = (
                send_errors.pause(error).total_seconds()
                if isinstance(error, RetryAfter)
                else 0
            )
            rest = min(max(asked, wait), LONGEST_WAIT)
            who = (
                "Telegram does not answer"
                if isinstance(error, TelegramError)
                else "Not yet"
            )
            log.warning("%s (%s); trying again in %d s", who, error, rest)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), rest)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            return True
    return False


async def _while_all_is_well(
    world: World, updates: Polling | Webhook, stop: asyncio.Event
) -> None:
    """Wait until told to end; raises Failure where updates or the database can't go on."""
    ending, last = (
        asyncio.ensure_future(stop.wait()),
        asyncio.ensure_future(updates.last()),
    )
    try:
        while not (ending.done() or last.done()):
            both = {ending, last}
            await asyncio.wait(
                both, timeout=WATCH, return_when=asyncio.FIRST_COMPLETED
            )
            await apart(
                world.database.watch
            )  # the threads of taps may all wait for a lock
    finally:
        ending.cancel()
        last.cancel()
    if stop.is_set():
        return
    error = last.exception()
    if isinstance(error, Failure):
        raise error
    raise Failure(
        f"No updates can be taken any more ({error!r}). Start PaperPicks anew."
    )


async def _say_hello(app: App) -> None:
    try:
        await app.initialize()
    except InvalidToken:
        raise Failure(
            "Telegram does not accept TELEGRAM_BOT_TOKEN. Check that it is whole, "
            "or ask @BotFather for a new one with /token.",
            passing=False,
        ) from None


async def _end(
    world: World,
    app: App,
    updates: Polling | Webhook,
    clock: AsyncIOScheduler,
    first: asyncio.Task[None] | None,
) -> None:
    """Finish what was begun, take nothing new, and be gone within seconds."""
    world.ending.set()
    concurrency.LINE.clear()
    cast("Pacing", app.bot.rate_limiter).hurry()
    try:
        await asyncio.gather(updates.end(), _last_calls(world))
    finally:
        if clock.running:
            clock.shutdown(wait=False)
        if first is not None:
            first.cancel()
        if app.running:
            await app.stop()
        await app.shutdown()
    log.info("Stopped")


async def _last_calls(world: World) -> None:
    """Wait for the messages under way; a call that is cut off may arrive twice."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_CALLS), world.sending:
            pass
