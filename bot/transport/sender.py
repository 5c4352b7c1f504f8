"""Puts screens into chats: sent, edited in place, taken away."""

import contextlib
import logging
from collections.abc import Sequence

from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputFile,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.transport.rate_limiter import Slot
from bot.transport.screen import Screen
from bot.transport.text import LIMIT, clip, plain

# The default of five seconds makes false time-outs, and a false time-out is a message sent twice.
READ_TIMEOUT = 25.0
# Seconds for which Telegram may answer the same query of the same person by itself.
INLINE_CACHE = 10
Bot = ExtBot[Slot]

log = logging.getLogger(__name__)


async def send(
    bot: Bot,
    chat_id: int,
    screen: Screen,
    *,
    reply_to: int | None = None,
    thread_id: int | None = None,
    silent: bool = False,
    slot: Slot | None = None,
) -> Message:
    """Send a screen as a new message: in a slot of bulk, or to a person who waits for it."""
    if screen.picture is not None:
        return await bot.send_photo(
            chat_id,
            screen.picture,
            caption=screen.text,
            message_thread_id=thread_id,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            disable_notification=silent,
            reply_to_message_id=reply_to,
            allow_sending_without_reply=True,
            read_timeout=READ_TIMEOUT,
            rate_limit_args=slot,
        )
    return await bot.send_message(
        chat_id,
        screen.text,
        message_thread_id=thread_id,
        parse_mode=ParseMode.HTML,
        reply_markup=screen.keyboard,
        link_preview_options=_preview(screen),
        disable_notification=silent,
        reply_to_message_id=reply_to,
        allow_sending_without_reply=True,
        read_timeout=READ_TIMEOUT,
        rate_limit_args=slot,
    )


async def send_file(
    bot: Bot, chat_id: int, name: str, content: bytes
) -> Message:
    """Send a file."""
    return await bot.send_document(
        chat_id, InputFile(content, filename=name), read_timeout=READ_TIMEOUT
    )


async def send_plain(
    bot: Bot,
    chat_id: int,
    screen: Screen,
    *,
    buttons: bool,
    silent: bool,
    thread_id: int | None = None,
) -> Message:
    """Send the text of a screen that Telegram could not read, with its buttons or without."""
    return await bot.send_message(
        chat_id,
        clip(plain(screen.text), LIMIT),
        message_thread_id=thread_id,
        reply_markup=screen.keyboard if buttons else None,
        disable_notification=silent,
        read_timeout=READ_TIMEOUT,
    )


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """Show a screen in a message that is there; one that is gone, or shows it already, stays."""
    try:
        await bot.edit_message_text(
            screen.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            link_preview_options=_preview(screen),
        )
    except BadRequest as error:
        if not _harmless(error):
            raise


async def answer(
    query: CallbackQuery, text: str | None = None, *, url: str | None = None
) -> None:
    """Answer a press by a text or a link to open; one that is too old goes without."""
    try:
        await query.answer(text, url=url)
    except BadRequest as error:
        log.info("A press went unanswered: %s", error)


async def answer_inline(
    query: InlineQuery,
    articles: Sequence[InlineQueryResultArticle],
    *,
    next_offset: str = "",
    button: InlineQueryResultsButton | None = None,
) -> None:
    """Answer a query of inline mode; one that is too old goes without."""
    try:
        await query.answer(
            articles,
            cache_time=INLINE_CACHE,
            is_personal=True,
            next_offset=next_offset,
            button=button,
        )
    except BadRequest as error:
        if not _is_late(error):
            raise
        log.info("An inline query went unanswered: %s", error)


async def edit_buttons(
    bot: Bot,
    keyboard: InlineKeyboardMarkup,
    *,
    chat_id: int | None = None,
    message_id: int | None = None,
    inline_message_id: str | None = None,
) -> None:
    """Show new buttons under a message; one that is gone, or shows them already, stays."""
    try:
        await bot.edit_message_reply_markup(
            chat_id=chat_id,
            message_id=message_id,
            inline_message_id=inline_message_id,
            reply_markup=keyboard,
        )
    except BadRequest as error:
        if not _harmless(error):
            raise


async def close(bot: Bot, chat_id: int, message_id: int) -> None:
    """Take a message away; after 48 hours Telegram keeps it, and only its buttons go."""
    try:
        await bot.delete_message(chat_id, message_id)
    except TelegramError as error:
        log.info("A message stays: %s", error)
        with contextlib.suppress(TelegramError):
            await bot.edit_message_reply_markup(
                chat_id=chat_id, message_id=message_id
            )


def _preview(screen: Screen) -> LinkPreviewOptions:
    """Return the preview of a screen: its own, and never that of a link in its text."""
    if not screen.preview:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(
        url=screen.preview, prefer_small_media=True, show_above_text=True
    )


def _is_late(error: BadRequest) -> bool:
    reason = error.message.casefold()
    return "too old" in reason or "query id is invalid" in reason


def _harmless(error: BadRequest) -> bool:
    said = error.message.casefold()
    return "not modified" in said or "not found" in said
