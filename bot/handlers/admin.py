"""What only the operator's people can do."""

import asyncio
import platform
from datetime import timedelta
from importlib.metadata import version

from telegram import Update
from telegram.helpers import create_deep_linked_url

from bot.handlers import plain_text
from bot.handlers.context import Context, chat, person
from bot.handlers.start import INVITED
from bot.messages import replies
from bot.messages import status as screens
from bot.messages.status import Status
from bot.storage import (
    counts,
    deliveries,
    features,
    invites,
    links,
    schema,
    sources,
)
from bot.transport import sender

DAY = timedelta(days=1)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


async def invite(update: Update, context: Context) -> None:
    """Make a link that lets one person in; for anybody else there is no such command."""
    runtime = context.runtime
    if not await _is_admin(update, context):
        return
    code = "".join(runtime.secrets.choices(LETTERS, k=22))
    await asyncio.to_thread(
        invites.create, runtime.database, code, runtime.clock()
    )
    link = create_deep_linked_url(context.bot.username, INVITED + code)
    await sender.send(
        context.bot, chat(update).id, replies.invitation(context.t, link)
    )


async def status(update: Update, context: Context) -> None:
    """Say how the bot is; for anybody else there is no such command."""
    if not await _is_admin(update, context):
        return
    seen = await asyncio.to_thread(_seen, context)
    screen = screens.status(context.t, seen, context.reader.language)
    await sender.send(context.bot, chat(update).id, screen)


async def _is_admin(update: Update, context: Context) -> bool:
    if person(update).id in context.runtime.admins:
        return True
    await plain_text.unknown(update, context)
    return False


def _seen(context: Context) -> Status:
    runtime, now = context.runtime, context.runtime.clock()
    database = runtime.database
    return Status(
        now=now,
        numbers=counts.count(database),
        sources=sources.states(database).values(),
        deliveries=deliveries.count_by_state(database, now - DAY),
        links=links.count_waiting(database),
        features=features.newest(database),
        errors=runtime.errors.count,
        last_error=runtime.errors.last,
        versions={
            "PaperPicks": version("paperpicks"),
            "Python": platform.python_version(),
            "python-telegram-bot": version("python-telegram-bot"),
            database.engine.dialect.name: str(schema.revisions(database)[0]),
        },
    )
