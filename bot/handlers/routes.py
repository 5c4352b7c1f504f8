"""Says which handler answers what, and what is done where one fails."""

import contextlib
import logging
import re
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)

from bot.errors import Failure
from bot.handlers import (
    admin,
    follow,
    gate,
    links,
    membership,
    offers,
    onboarding,
    paper,
    picks,
    plain_text,
    privacy,
    rating_list,
    ratings,
    saved,
    search,
    settings,
    start,
    stats,
    taste,
    topics,
)
from bot.handlers.context import Context
from bot.messages import callback_data, replies
from bot.transport import redelivery, send_errors, sender
from bot.transport.send_errors import Outcome
from bot.transport.sender import Bot

UPDATES = [
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "message_reaction",
]
# An edited command is not said twice.
NEW = filters.UpdateType.MESSAGE
# Seconds after which what is away for now may be back.
AGAIN = 5.0
# Visits of an update whose answers may have arrived: each one is an answer more.
DOUBTFUL = 5

log = logging.getLogger(__name__)
App = Application[Bot, Context, Any, Any, Any, None]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def wire(app: App) -> None:
    """Say which handler answers what; the first that fits is the only one."""
    app.add_handler(TypeHandler(Update, gate.gate), group=-1)
    for name, handler in _commands().items():
        app.add_handler(CommandHandler(name, handler, filters=NEW))
    for pattern, handler in _presses().items():
        whole = re.compile(
            rf"(?:{pattern.pattern})\Z", pattern.flags
        )  # $ lets a new line pass
        app.add_handler(CallbackQueryHandler(handler, pattern=whole))
    app.add_handler(CallbackQueryHandler(ratings.stale))
    app.add_handler(MessageReactionHandler(ratings.react))
    app.add_handler(ChatMemberHandler(membership.membership))
    app.add_handler(MessageHandler(NEW & filters.COMMAND, plain_text.unknown))
    app.add_handler(
        MessageHandler(NEW & ~filters.StatusUpdate.ALL, plain_text.words)
    )
    app.add_error_handler(failed)


def _commands() -> dict[str, Handler]:
    return {
        "start": start.start,
        "picks": picks.picks,
        "topics": topics.topics,
        "taste": taste.show,
        "settings": settings.settings,
        "help": plain_text.help_,
        "stop": settings.stop,
        "follow": follow.follow,
        "search": search.search,
        "saved": saved.saved,
        "stats": stats.stats,
        "export": saved.export,
        "privacy": privacy.privacy,
        "forget": privacy.forget,
        "invite": admin.invite,
        "status": admin.status,
    }


def _presses() -> dict[re.Pattern[str], Handler]:
    return {
        callback_data.RATE: ratings.rate,
        callback_data.CHIP: start.chip,
        callback_data.CHIPS: start.more_chips,
        callback_data.OFFER: offers.press,
        callback_data.TOPIC: topics.press,
        callback_data.SETTING: settings.press,
        callback_data.BROUGHT: links.press,
        callback_data.ASK: onboarding.answer,
        callback_data.SAVE: saved.save,
        callback_data.SAVED: saved.press,
        callback_data.PAPER: paper.press,
        callback_data.FOLLOW: follow.press,
        callback_data.WATCH: follow.watch,
        callback_data.TASTE: taste.press,
        callback_data.RATED: rating_list.press,
        callback_data.RESET: rating_list.reset,
        callback_data.SEARCH: search.press,
        callback_data.SEEK: search.seek,
        callback_data.EXPORT: saved.export,
        callback_data.FORGET: privacy.press,
        re.compile(callback_data.EXPORT_WHAT): saved.export,
        re.compile(callback_data.PICKS): picks.picks,
        re.compile(callback_data.ASK_ME): onboarding.begin,
        re.compile(callback_data.ENOUGH): onboarding.enough,
        re.compile(callback_data.CLOSE): ratings.close,
    }


async def failed(update: object, context: Context) -> None:
    """Let an update come again if that may help; else log it, and tell the reader what to do."""
    visit = redelivery.under_way.get()
    if visit is not None:
        visit.again = seconds_to_wait(context.error, visit.number)
    if visit is None or visit.again is None:
        await _give_up(update, context)
    else:
        log.warning(
            "An update is to come again in %d s: %s", visit.again, context.error
        )
        if visit.number == 1 and isinstance(context.error, Failure):
            await _answer(update, replies.saved_later(context.t))
    raise ApplicationHandlerStop  # no other handler may take it for an update of its own


def seconds_to_wait(error: Exception | None, visit: int) -> float | None:
    """Return after how long an update that failed may succeed; None where it never will.

    The longer Telegram gives no clear answer, the longer the wait, and then that is all:
    what it was asked to send may well have arrived, every time.
    """
    match error:
        case Failure():
            return AGAIN if error.passing else None
        case RetryAfter():
            return send_errors.pause(error).total_seconds()
        case TelegramError() if send_errors.of(error) is Outcome.NEVER_LEFT:
            return AGAIN
        case TelegramError() if send_errors.of(error) is Outcome.UNKNOWN:
            return AGAIN * 2 ** (visit - 1) if visit < DOUBTFUL else None
    return None


async def _give_up(update: object, context: Context) -> None:
    """Log what went wrong under a number, and tell the reader what to do; never a trace."""
    number = uuid.uuid4().hex[:8]
    if isinstance(context.error, Failure):
        log.error(
            "Error %s while answering an update: %s", number, context.error
        )
    else:
        log.error(
            "Error %s while answering an update", number, exc_info=context.error
        )
    passing = isinstance(context.error, Failure) and context.error.passing
    said = (
        replies.not_saved(context.t) if passing else replies.failed(context.t)
    )
    await _answer(update, said)
    if isinstance(update, Update) and update.message is not None:
        with contextlib.suppress(TelegramError):
            await update.message.reply_text(replies.failed(context.t))


async def _answer(update: object, said: str) -> None:
    """Answer a press, whatever else is wrong."""
    if isinstance(update, Update):
        with contextlib.suppress(TelegramError):
            await sender.answer(update.callback_query, said)
