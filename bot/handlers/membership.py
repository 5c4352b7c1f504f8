"""Readers who block the bot, and readers who come back."""

import asyncio

from telegram import ChatMember, Update

from bot.handlers.context import Context
from bot.storage import outbox, readers


async def membership(update: Update, context: Context) -> None:
    """Send nothing more to a reader who blocked the bot; go on when they are back."""
    change = update.my_chat_member
    if change is None:
        return
    database, reader_id = context.runtime.database, context.reader.id
    if change.new_chat_member.status == ChatMember.BANNED:
        await asyncio.to_thread(outbox.deactivate_reader, database, reader_id)
    else:
        await asyncio.to_thread(
            readers.change, database, reader_id, active=True
        )
