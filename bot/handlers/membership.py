"""Where the bot is: added to groups and sent away, blocked by readers and let back in."""

import asyncio
import contextlib
import logging

from telegram import Chat, ChatMember, ChatMemberUpdated, Update
from telegram.error import TelegramError

from bot.handlers import admins, group_setup, group_view
from bot.handlers.context import Context
from bot.messages import group_settings
from bot.messages import groups as screens
from bot.messages.translation import of as translation_of
from bot.storage import feedback, groups, outbox, readers
from bot.storage.groups import Group
from bot.storage.readers import Reader
from bot.transport import sender

# Seconds within which Telegram says that a new chat is an old group.
MIGRATION = 1.0

# A member with these has been sent away, or left.
GONE = {ChatMember.LEFT, ChatMember.BANNED}

log = logging.getLogger(__name__)


async def membership(update: Update, context: Context) -> None:
    """Follow where the bot is: in a private chat, a group or a channel."""
    change = update.my_chat_member
    if change is None:
        return
    if change.chat.type == Chat.PRIVATE:
        await _follow_reader(change, context)
    elif _is_gone(change.new_chat_member):
        await _leave(change, context)
    else:
        await _arrive(change, context)


async def _follow_reader(change: ChatMemberUpdated, context: Context) -> None:
    """Send nothing more to a reader who blocked the bot; go on when they are back."""
    database, reader_id = context.runtime.database, context.reader.id
    if change.new_chat_member.status == ChatMember.BANNED:
        await asyncio.to_thread(outbox.deactivate_reader, database, reader_id)
    else:
        await asyncio.to_thread(
            readers.change, database, reader_id, active=True
        )


async def _leave(change: ChatMemberUpdated, context: Context) -> None:
    """Post nothing more where the bot was sent away."""
    runtime = context.runtime
    group = await asyncio.to_thread(
        groups.find, runtime.database, change.chat.id
    )
    if group is not None and group.left_at is None:
        await asyncio.to_thread(
            groups.leave, runtime.database, group.id, runtime.clock()
        )


async def _arrive(change: ChatMemberUpdated, context: Context) -> None:
    """Set a group up by whoever added the bot; follow what the bot may do there."""
    database = context.runtime.database
    group = await asyncio.to_thread(groups.find, database, change.chat.id)
    is_new = _is_gone(change.old_chat_member)
    if group is not None and group.left_at is None and not is_new:
        await _follow_rights(change, context, group)
        return
    if not is_new:
        return

    user = change.from_user
    is_admin = user.id in await admins.ids(context, change.chat.id)
    if is_admin and await group_setup.is_admitted(context, user):
        group = await group_setup.set_up(change.chat, user, context)
        if group is None:
            return
        if await _is_still_there(context, group):
            await _welcome(context, group)
        await _follow_rights(change, context, group)
    elif change.chat.type != Chat.CHANNEL:
        t = translation_of(user.language_code or "en")
        screen = screens.not_admitted(t, is_admin=is_admin)
        await sender.send(context.bot, change.chat.id, screen)


async def _is_still_there(context: Context, group: Group) -> bool:
    """Tell whether a group is new; of one that became a supergroup Telegram says so in a moment."""
    await asyncio.sleep(MIGRATION)
    present = await asyncio.to_thread(
        groups.by_id, context.runtime.database, group.id
    )
    return present is not None


async def _follow_rights(
    change: ChatMemberUpdated, context: Context, group: Group
) -> None:
    """Post again once an admin let the bot write, and stop when it may not."""
    database = context.runtime.database
    if not _can_post(change):
        reason = "channel" if group.is_channel else "rights"
        is_new = await asyncio.to_thread(
            groups.pause, database, group.id, reason
        )
        if is_new:
            await _tell_owner(context, group, reason)
    elif group.paused:
        await asyncio.to_thread(groups.resume, database, group.id)


async def _tell_owner(context: Context, group: Group, reason: str) -> None:
    """Tell whoever set the bot up why nothing is posted, if they have started it."""
    owner = await asyncio.to_thread(
        readers.find, context.runtime.database, group.owner_id
    )
    if owner is None or not owner.active:
        return
    screen = group_settings.paused(
        translation_of(owner.language), group, reason
    )
    with contextlib.suppress(TelegramError):
        await sender.send(context.bot, owner.chat_id, screen)


async def _welcome(context: Context, group: Group) -> None:
    """Say in a group what comes; to a channel's owner in private, as posts are for its readers."""
    try:
        if not group.is_channel:
            t = translation_of(group.reader.language)
            link = group_view.settings_link(context, group)
            screen = screens.welcome(t, group.reader, link)
            await sender.send(context.bot, group.reader.chat_id, screen)
            return
        owner = await asyncio.to_thread(
            readers.find, context.runtime.database, group.owner_id
        )
        if owner is not None:
            await _show_settings(context, group, owner)
    except TelegramError as error:
        log.info("A group was not welcomed: %s", error)


async def _show_settings(context: Context, group: Group, owner: Reader) -> None:
    """Show the owner of a channel its settings."""
    runtime = context.runtime
    t = translation_of(owner.language)
    topics = await asyncio.to_thread(
        feedback.topics, runtime.database, group.id
    )
    today = group.reader.local_date(runtime.clock())
    settings = group_settings.settings(t, group, topics, today)
    screen = group_settings.below(
        group_settings.channel_set_up(t, group), settings
    )
    await sender.send(context.bot, owner.chat_id, screen)


def _is_gone(member: ChatMember) -> bool:
    """Tell whether a member is out of the chat."""
    is_restricted_away = member.status == ChatMember.RESTRICTED and not getattr(
        member, "is_member", True
    )
    return member.status in GONE or is_restricted_away


def _can_post(change: ChatMemberUpdated) -> bool:
    """Tell whether the bot may write there."""
    member = change.new_chat_member
    if change.chat.type == Chat.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    return bool(getattr(member, "can_send_messages", True))
