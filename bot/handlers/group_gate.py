"""The gate before handlers in groups: commands for us and presses come in, and nothing else."""

import asyncio

from telegram import Message, MessageEntity, Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers import group_setup
from bot.handlers.context import Context, chat, person
from bot.messages import replies, translation
from bot.storage import groups

# Updates of one person that are taken within a minute, in all groups together.
UPDATES_PER_MINUTE = 30

# The account in whose name admins write who don't show theirs.
ANONYMOUS_ADMIN = 1_087_968_824


async def gate(update: Update, context: Context) -> None:
    """Find the group of a command or a press; stop everything else, without a word."""
    if update.my_chat_member is not None:
        return
    if update.message is not None:
        await _follow_migration(context, update.message)
    if not _is_for_us(update, context):
        await context.answer()
        raise ApplicationHandlerStop

    user = person(update)
    language = context.runtime.language_of(user.id, user.language_code)
    context.t = translation.of(language)
    group = await asyncio.to_thread(
        groups.find, context.runtime.database, chat(update).id
    )
    if group is None and update.message is not None:
        group = await group_setup.set_up_by_command(update, context)
    if group is None or group.left_at is not None:
        await context.answer(replies.stale(context.t))
        raise ApplicationHandlerStop

    context.group = group
    context.reader_or_none = group.reader
    if update.callback_query is None:
        context.t = translation.of(group.reader.language)
    await _slow_down(update, context)


async def _follow_migration(context: Context, post: Message) -> None:
    """Move a group to its new chat when Telegram says that it became a supergroup."""
    old, new = post.chat_id, post.migrate_to_chat_id
    if post.migrate_from_chat_id is not None:
        old, new = post.migrate_from_chat_id, post.chat_id
    if new is not None:
        await asyncio.to_thread(
            groups.migrate, context.runtime.database, old, new
        )


def _is_for_us(update: Update, context: Context) -> bool:
    """Tell whether an update is a press of a person, or a command for this bot."""
    if update.callback_query is not None:
        return not person(update).is_bot
    post = update.message
    if post is None or not _is_command(post, context.bot.username):
        return False
    if post.sender_chat is not None:
        # An admin who shows the group's name; channels and other groups have no say here.
        return post.sender_chat.id == post.chat_id
    return not person(update).is_bot


def _is_command(post: Message, username: str) -> bool:
    """Tell whether a message begins with a command, and with none for another bot."""
    for entity in post.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            _, _, name = post.parse_entity(entity).partition("@")
            return not name or name.casefold() == username.casefold()
    return False


async def _slow_down(update: Update, context: Context) -> None:
    """Stop somebody who sends too much, with one word a minute on the button they press."""
    user = person(update)
    if user.id == ANONYMOUS_ADMIN or context.attempt.is_repeated:
        return
    if await context.runtime.admits_update(
        user.id, update.update_id, most=UPDATES_PER_MINUTE
    ):
        return
    may_warn = await context.runtime.may_warn(user.id)
    await context.answer(replies.slower(context.t).text if may_warn else None)
    raise ApplicationHandlerStop
