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

from bot import outcomes, posting, visits
from bot.errors import Failure
from bot.handlers import (
    admin,
    asking,
    follow,
    gate,
    leaving,
    library,
    links,
    membership,
    offers,
    papers,
    picks,
    rated,
    ratings,
    search,
    settings,
    start,
    stats,
    taste,
    topics,
    words,
)
from bot.handlers.context import Context
from bot.messages import buttons, talk
from bot.outcomes import Outcome
from bot.posting import Bot

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
AGAIN = 5.0  # seconds after which what is away for now may be back
DOUBTFUL = 5  # visits of an update whose answers may have arrived: each one is an answer more

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
    app.add_handler(MessageHandler(NEW & filters.COMMAND, words.unknown))
    app.add_handler(
        MessageHandler(NEW & ~filters.StatusUpdate.ALL, words.words)
    )
    app.add_error_handler(failed)


def _commands() -> dict[str, Handler]:
    return {
        "start": start.start,
        "picks": picks.picks,
        "topics": topics.topics,
        "taste": taste.show,
        "settings": settings.settings,
        "help": words.help_,
        "stop": settings.stop,
        "follow": follow.follow,
        "search": search.search,
        "saved": library.saved,
        "stats": stats.stats,
        "export": library.export,
        "privacy": leaving.privacy,
        "forget": leaving.forget,
        "invite": admin.invite,
        "status": admin.status,
    }


def _presses() -> dict[re.Pattern[str], Handler]:
    return {
        buttons.RATE: ratings.rate,
        buttons.CHIP: start.chip,
        buttons.CHIPS: start.more_chips,
        buttons.OFFER: offers.press,
        buttons.TOPIC: topics.press,
        buttons.SETTING: settings.press,
        buttons.BROUGHT: links.press,
        buttons.ASK: asking.answer,
        buttons.SAVE: library.save,
        buttons.SAVED: library.press,
        buttons.PAPER: papers.press,
        buttons.FOLLOW: follow.press,
        buttons.WATCH: follow.watch,
        buttons.TASTE: taste.press,
        buttons.RATED: rated.press,
        buttons.RESET: rated.reset,
        buttons.SEARCH: search.press,
        buttons.SEEK: search.seek,
        buttons.EXPORT: library.export,
        buttons.FORGET: leaving.press,
        re.compile(buttons.EXPORT_WHAT): library.export,
        re.compile(buttons.PICKS): picks.picks,
        re.compile(buttons.ASK_ME): asking.begin,
        re.compile(buttons.ENOUGH): asking.enough,
        re.compile(buttons.CLOSE): ratings.close,
    }


async def failed(update: object, context: Context) -> None:
    """Let an update come again if that may help; else log it, and tell the reader what to do."""
    visit = visits.under_way.get()
    if visit is not None:
        visit.again = seconds_to_wait(context.error, visit.number)
    if visit is None or visit.again is None:
        await _give_up(update, context)
    else:
        log.warning(
            "An update is to come again in %d s: %s", visit.again, context.error
        )
        if visit.number == 1 and isinstance(context.error, Failure):
            await _answer(update, talk.saved_later(context.t))
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
            return outcomes.pause(error).total_seconds()
        case TelegramError() if outcomes.of(error) is Outcome.NEVER_LEFT:
            return AGAIN
        case TelegramError() if outcomes.of(error) is Outcome.UNKNOWN:
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
    said = talk.not_saved(context.t) if passing else talk.failed(context.t)
    await _answer(update, said)
    if isinstance(update, Update) and update.message is not None:
        with contextlib.suppress(TelegramError):
            await update.message.reply_text(talk.failed(context.t))


async def _answer(update: object, said: str) -> None:
    """Answer a press, whatever else is wrong."""
    if isinstance(update, Update):
        with contextlib.suppress(TelegramError):
            await posting.answer(update.callback_query, said)
