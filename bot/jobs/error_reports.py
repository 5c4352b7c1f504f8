"""Tells the admins of errors in their chats: of each kind at most once an hour."""

import asyncio
import logging

from telegram.error import TelegramError

from bot.errors import Failure
from bot.messages import error_report as screens
from bot.messages import translation
from bot.runtime import Runtime
from bot.storage import readers
from bot.transport import sender
from bot.transport.sender import Bot

log = logging.getLogger(__name__)


async def report_errors(runtime: Runtime, bot: Bot) -> None:
    """Tell every admin of the errors that nobody was told of yet."""
    if not runtime.admins:
        return

    reports = runtime.errors.take_reports(runtime.clock())
    if not reports:
        return

    for admin in sorted(runtime.admins):
        t = translation.of(await _language(runtime, admin))
        try:
            await sender.send(bot, admin, screens.error_report(t, reports))
        except TelegramError as error:
            # An admin who has not started the bot can't be written to.
            log.info("An admin could not be told of errors: %s", error)


async def _language(runtime: Runtime, admin: int) -> str:
    """Return the language of an admin, as far as the database tells it."""
    try:
        reader = await asyncio.to_thread(readers.find, runtime.database, admin)
    except Failure:
        reader = None

    return reader.language if reader is not None else "en"
