"""Sets groups and channels up: who may, and with which settings they begin."""

import asyncio
from datetime import time

from telegram import Chat, Update, User

from bot.handlers import admins
from bot.handlers.context import Context, chat, person
from bot.storage import deliveries, groups, readers
from bot.storage.groups import NEVER, Group

FIRST_HOUR = time(9)
FIRST_PICKS = 3


async def set_up_by_command(update: Update, context: Context) -> Group | None:
    """Set up a group that the bot was in before, at the command of an admitted admin."""
    user = person(update)
    if not await is_admitted(context, user):
        return None
    if user.id not in await admins.ids(context, chat(update).id):
        return None
    return await set_up(chat(update), user, context)


async def is_admitted(context: Context, user: User) -> bool:
    """Tell whether somebody may set the bot up: a reader, or anybody where all are let in."""
    if context.runtime.admits(user.id):
        return True
    reader = await asyncio.to_thread(
        readers.find, context.runtime.database, user.id
    )
    return reader is not None


async def set_up(place: Chat, user: User, context: Context) -> Group | None:
    """Create a group, or bring it back, with the clock and the language of its owner.

    Return None if it was there all the time.
    """
    runtime = context.runtime
    owner = await asyncio.to_thread(readers.find, runtime.database, user.id)
    is_channel = place.type == Chat.CHANNEL
    values = {
        "kind": "channel" if is_channel else "group",
        "language": owner.language if owner else user.language_code or "en",
        "zone": owner.zone if owner else "UTC",
        "at": FIRST_HOUR,
        "picks": FIRST_PICKS,
        "style": "cards",
        "bar": "off",
        "explores": False,
        "created_at": runtime.clock(),
    }
    group = await asyncio.to_thread(
        groups.set_up,
        runtime.database,
        place.id,
        owner_id=user.id,
        name=(place.title or "")[:128],
        # A channel has readers who did not ask for anything: its owner has the last word.
        approval=NEVER if is_channel else None,
        values=values,
    )
    if group is None:
        return None
    await asyncio.to_thread(
        deliveries.reschedule, runtime.database, group.id, runtime.clock()
    )
    await admins.is_admin(context, group.id, user.id)
    return group
