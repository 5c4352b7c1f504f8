"""Tells the admins of errors in their chats: of each kind at most once an hour."""

import asyncio
import hashlib
import logging
from datetime import datetime, timedelta

from telegram.error import TelegramError

from bot.errors import REPORT_INTERVAL, ErrorReport, Failure
from bot.messages import error_report as screens
from bot.messages import translation
from bot.runtime import Runtime
from bot.storage import deeds, readers
from bot.transport import sender
from bot.transport.sender import Bot

# What processes do together is the deed of no person.
NOBODY = 0

# How long errors wait for the database, which knows what other processes told.
LONGEST_WAIT = timedelta(minutes=10)

log = logging.getLogger(__name__)


async def report_errors(runtime: Runtime, bot: Bot) -> None:
    """Tell every admin of the errors that nobody was told of yet."""
    if not runtime.admins:
        return

    now = runtime.clock()
    reports = [
        report
        for report in runtime.errors.reports(now)
        if await _is_first(runtime, report, now)
    ]
    if not reports:
        return

    for report in reports:
        runtime.errors.settle(report, now)
    for admin in sorted(runtime.admins):
        t = translation.of(await _language(runtime, admin))
        try:
            await sender.send(bot, admin, screens.error_report(t, reports))
        except TelegramError as error:
            # An admin who has not started the bot can't be written to.
            log.info("An admin could not be told of errors: %s", error)


async def _is_first(
    runtime: Runtime, report: ErrorReport, now: datetime
) -> bool:
    """Tell whether no process has told of this kind of error within the last hour.

    While the database is away that can't be known, so errors wait for it, but not for long.
    """
    if runtime.database.is_sqlite:
        return True

    try:
        async with runtime.locks.hold("error reports"):
            return await asyncio.to_thread(
                deeds.admit,
                runtime.database,
                NOBODY,
                _key(report),
                most=1,
                period=REPORT_INTERVAL,
                now=now,
            )
    except Failure:
        return now - report.since >= LONGEST_WAIT


def _key(report: ErrorReport) -> str:
    """Return a short name of a kind of error, the same in every process."""
    kind = f"{report.what}, {report.where}"
    return f"error {hashlib.sha256(kind.encode()).hexdigest()}"


async def _language(runtime: Runtime, admin: int) -> str:
    """Return the language of an admin, as far as the database tells it."""
    try:
        reader = await asyncio.to_thread(readers.find, runtime.database, admin)
    except Failure:
        reader = None

    return reader.language if reader is not None else "en"
