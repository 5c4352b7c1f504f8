"""Builds the application out of handlers, jobs and transport, and serves it from start to end."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import cast

from telegram import User
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ApplicationBuilder, ContextTypes

from bot import concurrency
from bot.concurrency import apart
from bot.errors import Failure
from bot.handlers import profile
from bot.handlers.context import Context
from bot.handlers.routes import UPDATES, wire
from bot.handlers.routes import App as App  # noqa: PLC0414 - the local run names it too
from bot.jobs import delivery, health
from bot.jobs.clock import Clock
from bot.jobs.parts import RUN, Part
from bot.messages import replies, translation
from bot.monitoring.readiness import Check
from bot.runtime import Runtime
from bot.storage import schema
from bot.transport import send_errors
from bot.transport.card_edits import CardEdits
from bot.transport.client import Client, proxy_for
from bot.transport.health import Probes
from bot.transport.health_port import HealthAddress
from bot.transport.polling import Polling
from bot.transport.processor import OnePersonAtATime
from bot.transport.rate_limiter import RateLimiter
from bot.transport.responses import CheckedRequest, Observer
from bot.transport.shared_budget import SharedBudget
from bot.transport.token_watch import TokenWatch
from bot.transport.webhook import Address, Webhook

# Connections to Telegram at once, and the seconds that a call waits for one.
CONNECTIONS = 32
PATIENCE = 10.0
# Connections that ask for updates: the last question may meet the one that it cuts off.
POLLING_CONNECTIONS = 2

# Seconds for the calls that run when the process is to end.
LAST_CALLS = 6.0
# Seconds between looks at whether the database is still the one that was opened.
WATCH_INTERVAL = 2.0
# Seconds until Telegram is tried again, at first and at most.
FIRST_WAIT = 1.0
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
    token_watch = TokenWatch()
    observers = (runtime.metrics.observe_call, token_watch.note)
    app: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_base}/bot")
        .base_file_url(f"{api_base}/file/bot")
        .context_types(ContextTypes(context=Context))
        .rate_limiter(limiter or _limiter(runtime))
        .concurrent_updates(_processor(runtime))
        .request(_request(api_base, observers))
        .get_updates_request(
            CheckedRequest(
                Client(POLLING_CONNECTIONS, proxy=proxy_for(api_base)),
                observers=observers,
            )
        )
        .updater(None)
        .job_queue(None)
        .build()
    )
    app.bot_data["runtime"] = runtime
    app.bot_data["card_edits"] = CardEdits()
    app.bot_data["token_watch"] = token_watch
    wire(app)
    return app


def _limiter(runtime: Runtime) -> RateLimiter:
    """Return a limiter with a budget of its own, or on PostgreSQL with that of all processes."""
    rate = runtime.send_rate
    if runtime.database.is_sqlite:
        return RateLimiter(rate)
    return RateLimiter(rate, budget=SharedBudget(runtime.database, rate))


def _processor(runtime: Runtime) -> OnePersonAtATime:
    """Return what keeps a person's updates in order, among processes too if there are more."""
    late_answer = partial(_late_answer, runtime)
    observe = runtime.metrics.observe_update
    if not runtime.is_one_of_many:
        return OnePersonAtATime(late_answer, observe=observe)
    return OnePersonAtATime(
        late_answer,
        lambda person: runtime.locks.hold(f"turn of {person}"),
        observe,
    )


def _request(api_base: str, observers: Sequence[Observer]) -> CheckedRequest:
    client = Client(
        CONNECTIONS, proxy=proxy_for(api_base), pool_timeout=PATIENCE
    )
    return CheckedRequest(client, observers=observers)


def _late_answer(runtime: Runtime, user: User) -> str:
    language = runtime.language_of(user.id, user.language_code)
    return replies.takes_long(translation.of(language))


async def run(
    runtime: Runtime,
    token: str,
    api_base: str,
    *,
    adopt: bool,
    address: Address | None = None,
    health_address: HealthAddress | None = None,
    part: Part = RUN,
) -> None:
    """Play a part until the process is told to end; by a webhook if there is an address.

    How the process is can be asked at the health address, if there is one.
    """
    stop = runtime.ending
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    app = build(runtime, token, api_base)
    checks = health_checks(runtime, app, part)
    async with health.watched(runtime, health_address, checks):
        await serve(runtime, app, stop, adopt=adopt, address=address, part=part)


def health_checks(runtime: Runtime, app: App, part: Part = RUN) -> list[Check]:
    """Return what a process needs to play its part."""
    token_watch = app.bot_data["token_watch"]
    return health.checks_of(part, runtime, app.bot, token_watch)


async def serve(
    runtime: Runtime,
    app: App,
    stop: asyncio.Event,
    *,
    adopt: bool = False,
    address: Address | None = None,
    part: Part = RUN,
) -> None:
    """Take updates, by polling or at an address, and let the clock tick, until `stop` is set.

    A part that takes no updates only lets the clock tick.

    With `adopt`, the database may have belonged to another bot.
    """
    concurrency.begin()
    if not await _try_until(stop, lambda: _say_hello(app)):
        return
    runtime.learns = part.learns
    clock = Clock(runtime, app.bot, part)
    updates = _updates(runtime, app, address) if part.takes_updates else None
    profile_texts = None
    logging.getLogger("bot").addHandler(runtime.errors)
    try:
        if not await _try_until(
            stop, lambda: _open(runtime, app, part, adopt=adopt)
        ):
            return
        await app.start()
        if updates and not await _try_until(stop, updates.begin):
            return
        if part.introduces:
            await profile.introduce(app.bot, runtime.admins)
            profile_texts = asyncio.create_task(profile.translate(app.bot))
        clock.start()
        log.info("@%s: %s is there", app.bot.username, part.name)
        await _watch(runtime, updates, stop)
    finally:
        await _end(runtime, app, updates, clock, profile_texts)
        logging.getLogger("bot").removeHandler(runtime.errors)


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
            count = await delivery.deliver(runtime, me)
            await runtime.heartbeat.end()
            return count
    except InvalidToken:
        # Its own message holds the token.
        raise Failure(REFUSED_BY_TELEGRAM, passing=False) from None
    except TelegramError as error:
        raise Failure(
            f"Telegram does not answer ({error}). Try again later."
        ) from None


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


async def _say_hello(app: App) -> None:
    """Open the connection to Telegram; raises Failure if it refuses the token."""
    try:
        await app.initialize()
    except InvalidToken:
        raise Failure(REFUSED_BY_TELEGRAM, passing=False) from None


async def _open(runtime: Runtime, app: App, part: Part, *, adopt: bool) -> None:
    """Claim the database for this bot, and load the papers in it if the part needs them."""
    await asyncio.to_thread(
        schema.claim,
        runtime.database,
        app.bot.id,
        app.bot.username,
        runtime.clock(),
        adopt=adopt,
    )
    if part.takes_updates or part.learns:
        await runtime.reload()
    else:
        await runtime.note_papers()


async def _try_until(
    stop: asyncio.Event, call: Callable[[], Awaitable[None]]
) -> bool:
    """Make a call until it succeeds; False if `stop` is set meanwhile.

    Raises a Failure that no further try can mend.
    """
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            await call()
        except (TelegramError, Failure) as error:
            if isinstance(error, Failure) and not error.passing:
                raise
            pause = min(max(_requested_pause(error), wait), LONGEST_WAIT)
            is_telegram = isinstance(error, TelegramError)
            who = "Telegram does not answer" if is_telegram else "Not yet"
            log.warning("%s (%s); trying again in %d s", who, error, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            return True
    return False


def _requested_pause(error: Exception) -> float:
    """Return the seconds that Telegram asks to wait; 0 if it asks for no pause."""
    if isinstance(error, RetryAfter):
        return send_errors.pause(error).total_seconds()
    return 0.0


async def _watch(
    runtime: Runtime, updates: Polling | Webhook | None, stop: asyncio.Event
) -> None:
    """Wait until `stop` is set; raises Failure if updates or the database can't go on."""
    stopped = asyncio.ensure_future(stop.wait())
    last = asyncio.ensure_future(updates.last() if updates else stop.wait())
    try:
        while not (stopped.done() or last.done()):
            await asyncio.wait(
                {stopped, last},
                timeout=WATCH_INTERVAL,
                return_when=asyncio.FIRST_COMPLETED,
            )
            # In a thread of its own: those of taps may all wait for a lock.
            await apart(runtime.database.watch)
    finally:
        stopped.cancel()
        last.cancel()
    if stop.is_set():
        return
    error = last.exception()
    if isinstance(error, Failure):
        raise error
    raise Failure(
        f"No updates can be taken any more ({error!r}). Start PaperPicks anew."
    )


async def _end(
    runtime: Runtime,
    app: App,
    updates: Polling | Webhook | None,
    clock: Clock,
    profile_texts: asyncio.Task[None] | None,
) -> None:
    """Finish what runs, take nothing new, and be gone within seconds."""
    runtime.ending.set()
    concurrency.give_up()
    cast("RateLimiter", app.bot.rate_limiter).hurry()
    try:
        if updates:
            await asyncio.gather(updates.end(), _finish_sending(runtime))
        else:
            await _finish_sending(runtime)
    finally:
        await clock.end()
        if profile_texts is not None:
            profile_texts.cancel()
        await cast("CardEdits", app.bot_data["card_edits"]).finish()
        await runtime.heartbeat.end()
        if app.running:
            await app.stop()
        await app.shutdown()
        await runtime.locks.close()
    log.info("Stopped")


async def _finish_sending(runtime: Runtime) -> None:
    """Wait for the messages that are being sent; a call that is cut off may arrive twice."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_CALLS), runtime.sending:
            pass
