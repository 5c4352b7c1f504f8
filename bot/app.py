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
from bot.handlers.routes import UPDATES, App, wire
from bot.jobs import delivery, ticks
from bot.messages import replies, translation
from bot.runtime import Runtime
from bot.storage import schema
from bot.transport import send_errors
from bot.transport.health import Probes
from bot.transport.polling import Polling
from bot.transport.processor import OnePersonAtATime
from bot.transport.rate_limiter import RateLimiter
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

REFUSED_BY_TELEGRAM = (
    "Telegram does not accept TELEGRAM_BOT_TOKEN. Check that it is whole, "
    "or ask @BotFather for a new one with /token."
)

log = logging.getLogger(__name__)


def build(
    runtime: Runtime,
    token: str,
    api_base: str,
    limiter: RateLimiter | None = None,
) -> App:
    """Return the application, wired and not yet started."""
    app: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_base}/bot")
        .base_file_url(f"{api_base}/file/bot")
        .context_types(ContextTypes(context=Context))
        .rate_limiter(limiter or RateLimiter(runtime.send_rate))
        .concurrent_updates(OnePersonAtATime(_late_answer))
        .request(_requests())
        .get_updates_request(
            Answers(2)
        )  # the last question may meet the one it cuts off
        .updater(None)
        .job_queue(None)
        .build()
    )
    app.bot_data["runtime"] = runtime
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
    runtime: Runtime,
    token: str,
    api_base: str,
    *,
    adopt: bool,
    address: Address | None = None,
) -> None:
    """Serve Telegram until the process is told to end; at an address, where there is one."""
    stop = runtime.ending
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(
        runtime,
        build(runtime, token, api_base),
        stop,
        adopt=adopt,
        address=address,
    )


async def serve(
    runtime: Runtime,
    app: App,
    stop: asyncio.Event,
    *,
    adopt: bool = False,
    address: Address | None = None,
) -> None:
    """Take updates by polling, or at an address, and let the clock tick, until `stop` is set."""
    if not await _patiently(lambda: _say_hello(app), stop):
        return
    clock, first = ticks.schedule(runtime, app.bot), None
    logging.getLogger("bot").addHandler(runtime.errors)
    updates = _updates(runtime, app, address)
    try:
        if not await _patiently(lambda: _open(runtime, app, adopt=adopt), stop):
            return
        await app.start()
        if not await _patiently(updates.begin, stop):
            return
        await introduce(app.bot, runtime.admins)
        clock.start()
        first = asyncio.create_task(ticks.first(runtime, app.bot))
        log.info("@%s is listening", app.bot.username)
        await _while_all_is_well(runtime, updates, stop)
    finally:
        await _end(runtime, app, updates, clock, first)
        logging.getLogger("bot").removeHandler(runtime.errors)


def _updates(
    runtime: Runtime, app: App, address: Address | None
) -> Polling | Webhook:
    """Return where updates come from: polling, or a webhook at an address."""
    if address is None:
        return Polling(app, UPDATES)
    probes = Probes(
        count_papers=lambda: len(runtime.catalogue),
        check_database=runtime.database.check,
    )
    return Webhook(app, address, UPDATES, probes)


def _late_answer(language: str) -> str:
    return replies.takes_long(translation.of(language))


async def _open(runtime: Runtime, app: App, *, adopt: bool) -> None:
    """Take the database for this bot, and the papers in it."""
    me = app.bot
    claimed = (runtime.database, me.id, me.username, runtime.clock())
    await asyncio.to_thread(schema.claim, *claimed, adopt=adopt)
    await runtime.reload()


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
    runtime: Runtime, updates: Polling | Webhook, stop: asyncio.Event
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
                runtime.database.watch
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


async def deliver_once(runtime: Runtime, token: str, api_base: str) -> int:
    """Send every digest that is due now; return how many were sent.

    Raises Failure if Telegram refuses the token, or does not answer.
    """
    try:
        # The bot alone: an application that can't begin would leave its connections open.
        async with build(runtime, token, api_base).bot as me:
            schema.claim(
                runtime.database,
                me.id,
                me.username,
                runtime.clock(),
                adopt=False,
            )
            return await delivery.deliver(runtime, me)
    except InvalidToken:
        # Its own message holds the token.
        raise Failure(REFUSED_BY_TELEGRAM, passing=False) from None
    except TelegramError as error:
        raise Failure(
            f"Telegram does not answer ({error}). Try again later."
        ) from None


async def _say_hello(app: App) -> None:
    try:
        await app.initialize()
    except InvalidToken:
        raise Failure(REFUSED_BY_TELEGRAM, passing=False) from None


async def _end(
    runtime: Runtime,
    app: App,
    updates: Polling | Webhook,
    clock: AsyncIOScheduler,
    first: asyncio.Task[None] | None,
) -> None:
    """Finish what was begun, take nothing new, and be gone within seconds."""
    runtime.ending.set()
    concurrency.LINE.clear()
    cast("RateLimiter", app.bot.rate_limiter).hurry()
    try:
        await asyncio.gather(updates.end(), _last_calls(runtime))
    finally:
        if clock.running:
            clock.shutdown(wait=False)
        if first is not None:
            first.cancel()
        if app.running:
            await app.stop()
        await app.shutdown()
    log.info("Stopped")


async def _last_calls(runtime: Runtime) -> None:
    """Wait for the messages under way; a call that is cut off may arrive twice."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_CALLS), runtime.sending:
            pass
