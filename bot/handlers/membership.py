"""Readers who block the bot, and readers who come back."""

import asyncio

from telegram import ChatMember, Update

from bot.handlers.context import Context
from bot.storage import outbox, readers


async def membership(update: Update, context: Context) -> None:
    """Send nothing more to who blocked the bot; go on when they are back."""
    if update.my_chat_member is None:
        return
    database, reader = context.runtime.database, context.reader
    if update.my_chat_member.new_chat_member.status == ChatMember.BANNED:
        await asyncio.to_thread(outbox.deactivate_reader, database, reader.id)
    else:
        await asyncio.to_thread(
            readers.change, database, reader.id, active=True
        )
