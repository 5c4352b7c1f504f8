"""Says which handler answers what, and what is done where one fails."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)

from bot.handlers import (
    admin,
    failures,
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
from bot.messages import callback_data
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
    app.add_error_handler(failures.handle_error)


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
