"""Who comes in: known readers, whoever may start, and nobody faster than a person types."""

import asyncio

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers.context import Context, chat, person
from bot.messages import replies, translation
from bot.storage import readers
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen


async def gate(update: Update, context: Context) -> None:
    """Find the reader; stop what is from nobody, from a group, from a stranger, or too fast."""
    if update.effective_user is None or update.effective_chat is None:
        await context.answer()
        raise ApplicationHandlerStop
    user, here = person(update), chat(update)
    context.t = translation.of(user.language_code or "en")
    if here.type != here.PRIVATE or user.is_bot:
        await _answer(update, context, None)
        raise ApplicationHandlerStop
    # What comes again because we could not deal with it is counted once.
    counts = update.my_chat_member is None and not context.attempt.is_repeated
    if counts and not context.runtime.admits_update(user.id):
        await _once_a_minute(update, context)
        raise ApplicationHandlerStop
    context.reader_or_none = await asyncio.to_thread(
        readers.find, context.runtime.database, here.id
    )
    if context.reader_or_none is not None:
        context.t = translation.of(context.reader_or_none.language)
        await _here_again(update, context, context.reader_or_none)
    elif not _starts(update):
        await _answer(update, context, _to_stranger(context, user.id))
        raise ApplicationHandlerStop


async def _here_again(update: Update, context: Context, reader: Reader) -> None:
    """Note what any message tells: that we are not blocked, and that a new command was begun."""
    change: dict[str, object] = {}
    if not reader.active and update.my_chat_member is None:
        change["active"] = True
    if reader.dialogue and _begins(update):
        change["dialogue"] = (
            ""  # what was asked before is not what the next words answer
        )
    if change:
        context.reader_or_none = await asyncio.to_thread(
            readers.change, context.runtime.database, reader.id, **change
        )


def admits(context: Context, user_id: int) -> bool:
    """Tell whether a stranger may come in without an invitation."""
    return context.runtime.access == "open" or user_id in context.runtime.admins


def _begins(update: Update) -> bool:
    """Tell whether an update begins something else than what was last asked."""
    if update.callback_query is not None:
        return not (update.callback_query.data or "").startswith(
            ("c1", "t1", "s1", "q1", "l2")
        )
    return update.message is not None and (
        update.message.text or ""
    ).startswith("/")


def _starts(update: Update) -> bool:
    text = (update.message.text or "") if update.message else ""
    return (text.split() or [""])[0].partition("@")[0].casefold() == "/start"


def _to_stranger(context: Context, user_id: int) -> Screen:
    if admits(context, user_id):
        return replies.not_started(context.t)
    return replies.by_invitation(context.t)


async def _once_a_minute(update: Update, context: Context) -> None:
    if context.runtime.may_warn(person(update).id):
        await _answer(update, context, replies.slower(context.t))
    else:
        await context.answer()


async def _answer(
    update: Update, context: Context, screen: Screen | None
) -> None:
    """Answer a press by a toast, a message by a message, and anything else not at all."""
    if update.callback_query is not None:
        await context.answer(screen.text if screen else None)
    elif screen is not None and update.message is not None:
        await sender.send(context.bot, chat(update).id, screen)
