"""What only the operator's people can do."""

import asyncio

from telegram import Update
from telegram.helpers import create_deep_linked_url

from bot import posting
from bot.handlers import words
from bot.handlers.context import Context, chat, person
from bot.handlers.start import INVITED
from bot.messages import talk
from bot.storage import invites

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


async def invite(update: Update, context: Context) -> None:
    """Make a link that lets one person in; for anybody else there is no such command."""
    world = context.world
    if person(update).id not in world.admins:
        await words.unknown(update, context)
        return
    code = "".join(world.secrets.choices(LETTERS, k=22))
    await asyncio.to_thread(invites.make, world.database, code, world.clock())
    link = create_deep_linked_url(context.bot.username, INVITED + code)
    await posting.send(context.bot, chat(update).id, talk.invitation(context.t, link))
