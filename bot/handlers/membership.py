"""Readers who block the bot, and readers who come back."""

import asyncio

from telegram import ChatMember, Update

from bot.handlers.context import Context
from bot.storage import deliveries, readers


async def membership(update: Update, context: Context) -> None:
    """Send nothing more to who blocked the bot; go on when they are back."""
    if update.my_chat_member is None:
        return
    here = update.my_chat_member.new_chat_member.status != ChatMember.BANNED
    database, reader = context.world.database, context.reader
    await asyncio.to_thread(readers.change, database, reader.id, active=here)
    if not here:
        await asyncio.to_thread(deliveries.cancel_all, database, reader.id)
