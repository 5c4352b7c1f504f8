"""The gate before every handler: who comes in, and nobody faster than a person types."""

import asyncio
from datetime import timedelta

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import group_gate, voters
from bot.handlers.context import Context, chat, person
from bot.messages import (
    callback_data,
    group_buttons,
    replies,
    source_buttons,
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
    source_buttons.CategoryGroup,
    callback_data.ChipPage,
    source_buttons.ChooseMatch,
    source_buttons.ChooseSource,
    callback_data.EditTopic,
    callback_data.EndQuestions,
    source_buttons.JournalWords,
    source_buttons.OfferedCategory,
    callback_data.RateBundle,
    callback_data.RespellChip,
    callback_data.RespellTopic,
    callback_data.Setting,
    source_buttons.SourcesPage,
    source_buttons.SuggestedCategory,
    group_buttons.GroupSetting,
)

MINUTE = timedelta(minutes=1)

# Updates of one person that are taken within a minute.
UPDATES_PER_MINUTE = 30

# Queries of inline mode, which come at each pause of typing.
QUERIES_PER_MINUTE = 60


async def gate(update: Update, context: Context) -> None:
    """Find the reader or the group; stop what is from nobody, a stranger, or too fast."""
    if _is_inline(update):
        await _let_in_anybody(update, context)
        return
    if update.effective_user is None or update.effective_chat is None:
        await context.answer()
        raise ApplicationHandlerStop
    user, here = person(update), chat(update)
    language = context.runtime.language_of(user.id, user.language_code)
    context.t = translation.of(language)
    if here.type != here.PRIVATE:
        await group_gate.gate(update, context)
        return
    if user.is_bot or _is_own_card(update, context):
        await context.answer()
        raise ApplicationHandlerStop
    if not await _is_in_time(update, context):
        await _ask_to_slow_down(update, context)
        raise ApplicationHandlerStop
    reader = await asyncio.to_thread(
        readers.find, context.runtime.database, here.id
    )
    if reader is not None:
        context.runtime.languages[user.id] = reader.language
        context.t = translation.of(reader.language)
        context.reader_or_none = await _note_presence(update, context, reader)
    elif not _is_start(update):
        if not await voters.answer(update, context):
            await _answer(update, context, _to_stranger(context, user.id))
        raise ApplicationHandlerStop


def _is_inline(update: Update) -> bool:
    """Tell whether an update is of inline mode, and so names no chat."""
    query = update.callback_query
    return (
        update.inline_query is not None
        or update.chosen_inline_result is not None
        or (query is not None and query.inline_message_id is not None)
    )


async def _let_in_anybody(update: Update, context: Context) -> None:
    """Find the reader if there is one; stop only what comes too fast."""
    user = person(update)
    language = context.runtime.language_of(user.id, user.language_code)
    context.t = translation.of(language)
    if not await _is_in_time(update, context):
        await _ask_to_slow_down(update, context)
        raise ApplicationHandlerStop
    reader = await asyncio.to_thread(
        readers.find, context.runtime.database, user.id
    )
    if reader is not None:
        context.runtime.languages[user.id] = reader.language
        context.t = translation.of(reader.language)
        context.reader_or_none = reader


def _is_own_card(update: Update, context: Context) -> bool:
    """Tell whether a message is a card of inline mode, which its sender did not write."""
    via = update.message.via_bot if update.message is not None else None
    return via is not None and via.id == context.bot.id


async def _is_in_time(update: Update, context: Context) -> bool:
    """Count an update; False if its sender sent too many within a minute.

    What Telegram sends again, as it could not be processed, is counted once.
    """
    if update.my_chat_member is not None or context.attempt.is_repeated:
        return True
    runtime, user = context.runtime, person(update)
    if update.inline_query is not None or update.chosen_inline_result:
        return await runtime.admits_update(
            user.id,
            update.update_id,
            most=QUERIES_PER_MINUTE,
            deed="query",
        )
    return await runtime.admits_update(
        user.id, update.update_id, most=UPDATES_PER_MINUTE
    )


async def _note_presence(
    update: Update, context: Context, reader: Reader
) -> Reader | None:
    """Store what any message shows: its time, that we are not blocked, that a dialogue is over."""
    change: dict[str, object] = {}
    if not reader.active and update.my_chat_member is None:
        change["active"] = True
    if reader.dialogue and _begins(update):
        change["dialogue"] = ""
    now = context.runtime.clock()
    # Once a minute is enough to tell whether a digest was answered.
    if reader.seen_at is None or now - reader.seen_at >= MINUTE:
        change["seen_at"] = now
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
    if await context.runtime.may_warn(person(update).id):
        await _answer(update, context, replies.slower(context.t))
    else:
        await context.answer()


async def _answer(update: Update, context: Context, screen: Screen) -> None:
    """Answer a press by a toast, a message by a message, and anything else not at all."""
    if update.callback_query is not None:
        await context.answer(screen.text)
    elif update.message is not None:
        await sender.send(context.bot, chat(update).id, screen)
