"""Which messages of a group reach a bot whose privacy mode is on."""

import re

from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import Message, User

_COMMAND = re.compile(r"/\w{1,64}(?:@(?P<username>\w+))?")


def reaches_bot(chat: GroupChat, message: Message, bot: User) -> bool:
    """Return whether Telegram passes a message of others on to the bot.

    An admin gets everything, and so does every bot in a channel.
    """
    if not chat.has_member(bot.id):
        return False
    if chat.is_channel or chat.has_admin(bot.id):
        return True
    if message.service is not None or message.via_bot == bot:
        return True

    replied_message = chat.messages.get(message.reply_to or 0)
    if replied_message is not None and replied_message.by_bot:
        return True
    return _is_command_for(message.text, bot)


def _is_command_for(text: str, bot: User) -> bool:
    match = _COMMAND.match(text)
    if match is None:
        return False
    username = match["username"]
    return username is None or username.lower() == (bot.username or "").lower()
