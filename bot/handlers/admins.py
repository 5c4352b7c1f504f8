"""Who may change a group: its admins, as Telegram names them at that moment."""

import asyncio

from telegram import Update
from telegram.error import BadRequest, Forbidden

from bot.handlers.context import Context, chat, person
from bot.storage import groups


async def ids(context: Context, chat_id: int) -> set[int]:
    """Return the people who are admins of a chat now; nobody if the bot is not in it."""
    try:
        members = await context.bot.get_chat_administrators(chat_id)
    except (BadRequest, Forbidden):
        return set()
    return {member.user.id for member in members if not member.user.is_bot}


async def is_admin(context: Context, group_id: int, user_id: int) -> bool:
    """Ask Telegram whether somebody is an admin of a group, and store who is."""
    database = context.runtime.database
    group = await asyncio.to_thread(groups.by_id, database, group_id)
    if group is None or group.left_at is not None:
        return False
    admins = await ids(context, group.reader.chat_id)
    await asyncio.to_thread(groups.set_admins, database, group_id, admins)
    return user_id in admins


async def sent_by_admin(update: Update, context: Context) -> bool:
    """Tell whether a command in a group is from one of its admins, shown by name or not."""
    post = update.effective_message
    if post is not None and post.sender_chat is not None:
        return post.sender_chat.id == chat(update).id
    return person(update).id in await ids(context, chat(update).id)
