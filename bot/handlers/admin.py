"""`/invite` and `/status`: what only admins can do."""

import asyncio
import platform
import string
from datetime import timedelta
from importlib.metadata import version

from telegram import Update
from telegram.helpers import create_deep_linked_url

from bot.handlers.context import Context, command, person
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

DAY = timedelta(days=1)
LETTERS = string.ascii_letters + string.digits
# Letters of an invitation.
CODE_LENGTH = 22


async def invite(update: Update, context: Context) -> None:
    """Answer `/invite` of an admin: make a link that lets one person in."""
    if not await _is_admin(update, context):
        return
    runtime = context.runtime
    code = "".join(runtime.secrets.choices(LETTERS, k=CODE_LENGTH))
    await asyncio.to_thread(
        invites.create, runtime.database, code, runtime.clock()
    )
    link = create_deep_linked_url(
        context.bot.username, invites.LINK_PREFIX + code
    )
    await context.send(replies.invitation(context.t, link))


async def status(update: Update, context: Context) -> None:
    """Answer `/status` of an admin: say how the bot is."""
    if not await _is_admin(update, context):
        return
    summary = await asyncio.to_thread(_status, context)
    screen = screens.status(context.t, summary, context.reader.language)
    await context.send(screen)


async def _is_admin(update: Update, context: Context) -> bool:
    """Tell whether an admin sent a command; for anybody else there is no such command."""
    if person(update).id in context.runtime.admins:
        return True
    await context.send(replies.unknown_command(context.t, command(update)))
    return False


def _status(context: Context) -> Status:
    runtime = context.runtime
    database = runtime.database
    now = runtime.clock()
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
