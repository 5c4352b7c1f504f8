"""What happens to a group and to the bot in it, told to the bot as updates."""

from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import (
    ANONYMOUS_ADMIN,
    Json,
    Message,
    User,
)


def change_bot(
    bot: BotAccount,
    chat: GroupChat,
    by: User,
    status: str,
    *,
    can_send: bool = True,
) -> None:
    """Give the bot a status in a group, and the right to write."""
    old_member = chat.member_json(bot.user)
    chat.members[bot.user.id] = status
    chat.can_bot_send = can_send
    body = {
        "chat": chat.as_json(),
        "from": by.as_json(),
        "date": int(bot.clock().timestamp()),
        "old_chat_member": old_member,
        "new_chat_member": chat.member_json(bot.user),
    }
    bot.updates.add("my_chat_member", body)


def remove_bot(bot: BotAccount, chat: GroupChat, by: User, status: str) -> None:
    """Take the bot out of a group, which says so to all."""
    if not chat.is_channel:
        service = {"left_chat_member": bot.user.as_json()}
        add_service_message(bot, chat, by, service)
    change_bot(bot, chat, by, status)


def add_service_message(
    bot: BotAccount,
    chat: GroupChat,
    sender: User,
    service: Json,
    *,
    thread_id: int | None = None,
) -> Message:
    """Add a message that Telegram writes when `sender` has done something.

    The one that creates a topic is itself the first of it. An anonymous admin does what
    they do in the name of the group.
    """
    is_anonymous = sender == ANONYMOUS_ADMIN
    number = next(bot.message_ids)
    is_new_topic = "forum_topic_created" in service
    message = Message(
        id=number,
        sender=sender,
        sender_chat=chat.as_json() if is_anonymous else None,
        date=bot.clock(),
        service=service,
        thread_id=number if is_new_topic else thread_id,
    )
    bot.add_message(chat, message)
    return message


def migrate(bot: BotAccount, old: GroupChat, by: User) -> GroupChat:
    """Turn a group into a supergroup, and return that.

    The bot joins the supergroup, and never leaves the group
    (github.com/tdlib/telegram-bot-api/issues/266).
    """
    new = bot.create_group(old.title, "supergroup")
    new.users |= old.users
    new.members |= old.members
    status = new.members.pop(bot.user.id, None)
    if status is not None:
        change_bot(bot, new, by, status)

    add_service_message(bot, old, by, {"migrate_to_chat_id": new.id})
    service = {"migrate_from_chat_id": old.id}
    add_service_message(bot, new, ANONYMOUS_ADMIN, service)
    old.migrated_to = new.id
    return new
