"""The gate before every handler: who comes in, and nobody faster than a person types."""

import asyncio

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import group_gate
from bot.handlers.context import Context, chat, person
from bot.messages import (
    callback_data,
    group_buttons,
    replies,
    translation,
)
from bot.storage import readers
from bot.storage.readers import Reader
from bot.transport import sender
from bot.transport.screen import Screen

# Buttons that leave open what the reader's next words answer.
KEEPS_DIALOGUE = (
    callback_data.AnswerQuestion,
    callback_data.AskMe,
    callback_data.AddChip,
    callback_data.DropChip,
    callback_data.CategoryGroup,
    callback_data.ChipPage,
    callback_data.ChooseMatch,
    callback_data.ChooseSource,
    callback_data.EditTopic,
    callback_data.EndQuestions,
    callback_data.JournalWords,
    callback_data.OfferedCategory,
    callback_data.RateBundle,
    callback_data.RespellChip,
    callback_data.RespellTopic,
    callback_data.Setting,
    callback_data.SourcesPage,
    callback_data.SuggestedCategory,
    group_buttons.GroupSetting,
)

# Updates of one person that are taken within a minute.
UPDATES_PER_MINUTE = 30


async def gate(update: Update, context: Context) -> None:
    """Find the reader or the group; stop what is from nobody, a stranger, or too fast."""
    if update.effective_user is None or update.effective_chat is None:
        await context.answer()
        raise ApplicationHandlerStop
    user, here = person(update), chat(update)
    context.t = translation.of(user.language_code or "en")
    if here.type != here.PRIVATE:
        await group_gate.gate(update, context)
        return
    if user.is_bot:
        await context.answer()
        raise ApplicationHandlerStop
    if not _is_in_time(update, context):
        await _ask_to_slow_down(update, context)
        raise ApplicationHandlerStop
    reader = await asyncio.to_thread(
        readers.find, context.runtime.database, here.id
    )
    if reader is not None:
        context.t = translation.of(reader.language)
        context.reader_or_none = await _note_presence(update, context, reader)
    elif not _is_start(update):
        await _answer(update, context, _to_stranger(context, user.id))
        raise ApplicationHandlerStop


def _is_in_time(update: Update, context: Context) -> bool:
    """Count an update; False if its sender sent too many within a minute.

    What Telegram sends again, as it could not be processed, is counted once.
    """
    if update.my_chat_member is not None or context.attempt.is_repeated:
        return True
    runtime, user = context.runtime, person(update)
    return runtime.admits_update(user.id, most=UPDATES_PER_MINUTE)


async def _note_presence(
    update: Update, context: Context, reader: Reader
) -> Reader | None:
    """Store what any message shows: that we are not blocked, and that a dialogue is over."""
    change: dict[str, object] = {}
    if not reader.active and update.my_chat_member is None:
        change["active"] = True
    if reader.dialogue and _begins(update):
        change["dialogue"] = ""
    if not change:
        return reader
    return await asyncio.to_thread(
        readers.change, context.runtime.database, reader.id, **change
    )


def _begins(update: Update) -> bool:
    """Tell whether an update begins something else than what was last asked."""
    query = update.callback_query
    if query is not None:
        button = callback_data.parse(query.data or "")
        return not isinstance(button, KEEPS_DIALOGUE)
    text = update.message.text if update.message is not None else None
    return (text or "").startswith("/")


def _is_start(update: Update) -> bool:
    text = update.message.text if update.message is not None else None
    command, *_ = (text or "").split() or [""]
    return command.partition("@")[0].casefold() == "/start"


def _to_stranger(context: Context, user_id: int) -> Screen:
    if context.runtime.admits(user_id):
        return replies.not_started(context.t)
    return replies.by_invitation(context.t)


async def _ask_to_slow_down(update: Update, context: Context) -> None:
    """Answer somebody who sends too much, once a minute."""
    if context.runtime.may_warn(person(update).id):
        await _answer(update, context, replies.slower(context.t))
    else:
        await context.answer()


async def _answer(update: Update, context: Context, screen: Screen) -> None:
    """Answer a press by a toast, a message by a message, and anything else not at all."""
    if update.callback_query is not None:
        await context.answer(screen.text)
    elif update.message is not None:
        await sender.send(context.bot, chat(update).id, screen)
