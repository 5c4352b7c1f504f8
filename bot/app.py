"""Wires handlers, jobs and errors into one application."""

import asyncio
import contextlib
import logging
import re
import signal
import uuid
from typing import Any, cast

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import BotCommand, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    Updater,
    filters,
)
from telegram.request import HTTPXRequest

from bot import jobs, posting
from bot.errors import Failure
from bot.handlers import (
    admin,
    gate,
    links,
    membership,
    picks,
    ratings,
    settings,
    start,
    topics,
    words,
)
from bot.handlers.context import Context
from bot.messages import buttons, talk, translation
from bot.pacing import Pacing
from bot.posting import Bot
from bot.storage import schema
from bot.updates import OnePersonAtATime
from bot.world import World

CONNECTIONS = 32
KEPT_OPEN = 8  # every request looks at each open connection, which costs more than opening one
LAST_CALLS = 6.0  # seconds for messages under way when the process is to end
UPDATES = [
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "message_reaction",
]
NEW = filters.UpdateType.MESSAGE  # an edited command is not said twice

log = logging.getLogger(__name__)
App = Application[Bot, Context, Any, Any, Any, None]


def build(world: World, token: str, api_base: str, pacing: Pacing | None = None) -> App:
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
        .job_queue(None)
        .build()
    )
    app.bot_data["world"] = world
    wire(app)
    return app


def _requests() -> HTTPXRequest:
    """Return what carries calls to Telegram: many at once, few kept open between them."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=KEPT_OPEN)
    return HTTPXRequest(CONNECTIONS, pool_timeout=10, httpx_kwargs={"limits": limits})


def wire(app: App) -> None:
    """Say which handler answers what; the first that fits is the only one."""
    app.add_handler(TypeHandler(Update, gate.gate), group=-1)
    for name, handler in {
        "start": start.start,
        "picks": picks.picks,
        "topics": topics.topics,
        "settings": settings.settings,
        "help": words.help_,
        "stop": settings.stop,
        "invite": admin.invite,
    }.items():
        app.add_handler(CommandHandler(name, handler, filters=NEW))
    for pattern, handler in {
        buttons.RATE: ratings.rate,
        buttons.CHIP: start.chip,
        buttons.TOPIC: topics.press,
        buttons.SETTING: settings.press,
        buttons.LIKE: links.press,
        re.compile(buttons.PICKS): picks.picks,
        re.compile(buttons.MORE_CHIPS): start.more_chips,
        re.compile(buttons.CLOSE): ratings.close,
    }.items():
        whole = re.compile(f"(?:{pattern.pattern})$", pattern.flags)
        app.add_handler(CallbackQueryHandler(handler, pattern=whole))
    app.add_handler(CallbackQueryHandler(ratings.stale))
    app.add_handler(MessageReactionHandler(ratings.react))
    app.add_handler(ChatMemberHandler(membership.membership))
    app.add_handler(MessageHandler(NEW & filters.COMMAND, words.unknown))
    app.add_handler(MessageHandler(NEW & ~filters.StatusUpdate.ALL, words.words))
    app.add_error_handler(failed)


async def failed(update: object, context: Context) -> None:
    """Log what went wrong under a number, and tell the reader what to do; never a trace."""
    number = uuid.uuid4().hex[:8]
    log.error("Error %s while answering an update", number, exc_info=context.error)
    if not isinstance(update, Update):
        return
    with contextlib.suppress(TelegramError):
        if update.callback_query is not None:
            passing = isinstance(context.error, Failure) and context.error.passing
            said = talk.not_saved(context.t) if passing else talk.failed(context.t)
            await posting.answer(update.callback_query, said)
        elif update.message is not None:
            await update.message.reply_text(talk.failed(context.t))


async def run(world: World, token: str, api_base: str, *, adopt: bool) -> None:
    """Serve Telegram until the process is told to end."""
    stop = world.ending
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(world, build(world, token, api_base), stop, adopt=adopt)


async def serve(world: World, app: App, stop: asyncio.Event, *, adopt: bool = False) -> None:
    """Talk by long polling and let the clock tick, until `stop` is set."""
    if not await _reach(app, stop):
        return
    clock, first = jobs.schedule(world, app.bot), None
    try:
        await asyncio.to_thread(
            schema.claim, world.database, app.bot.id, app.bot.username, world.clock(), adopt=adopt
        )
        await world.reload()
        await app.start()
        await cast("Updater", app.updater).start_polling(allowed_updates=UPDATES)
        await _introduce(app.bot)
        clock.start()
        first = asyncio.create_task(jobs.first(world, app.bot))
        log.info("@%s is listening", app.bot.username)
        await stop.wait()
    finally:
        await _end(world, app, clock, first)


async def _reach(app: App, stop: asyncio.Event) -> bool:
    """Say hello to Telegram, however long it is away; False when told to end meanwhile."""
    wait = 1.0
    while not stop.is_set():
        try:
            await app.initialize()
        except InvalidToken:
            raise Failure(
                "Telegram does not accept TELEGRAM_BOT_TOKEN. Check that it is whole, "
                "or ask @BotFather for a new one with /token.",
                passing=False,
            ) from None
        except NetworkError as error:
            log.warning("Telegram does not answer (%s); trying again in %d s", error, wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(2 * wait, 60)
        else:
            return True
    return False


async def _introduce(bot: Bot) -> None:
    """Set the commands menu: good to have, never a reason not to run."""
    menu = [BotCommand(name, does) for name, does in talk.commands(translation.of("en"))]
    try:
        await bot.set_my_commands(menu)
    except TelegramError as error:
        log.warning("The commands menu stays as it was: %s", error)


async def _end(
    world: World, app: App, clock: AsyncIOScheduler, first: asyncio.Task[None] | None
) -> None:
    """Finish what was begun, take nothing new, and be gone within seconds."""
    world.ending.set()
    cast("Pacing", app.bot.rate_limiter).hurry()
    with contextlib.suppress(TimeoutError):  # a call that is cut off may arrive twice
        async with asyncio.timeout(LAST_CALLS), world.sending:
            pass
    if clock.running:
        clock.shutdown(wait=False)
    cast("Pacing", app.bot.rate_limiter).hurry()
    if first is not None:
        first.cancel()
    updater = app.updater
    if updater is not None and updater.running:
        await updater.stop()
    if app.running:
        await app.stop()
    await app.shutdown()
    log.info("Stopped")
