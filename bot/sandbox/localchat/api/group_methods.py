"""The methods about a chat and its members."""

from bot.sandbox.localchat import group_events, refusals
from bot.sandbox.localchat.account import BotAccount
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.sending import find_chat
from bot.sandbox.localchat.chat_members import member_json
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused

# What `ChatFullInfo` has for every chat.
FULL_INFO: Json = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}


def get_chat(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `getChat`."""
    return find_chat(bot, parameters).as_json() | FULL_INFO


def get_chat_member(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `getChatMember`."""
    chat = find_chat(bot, parameters)
    user = bot.find_user(parameters.integer("user_id"))
    if not isinstance(chat, GroupChat):
        return member_json(user, "member", "private")
    return chat.member_json(user)


def get_chat_administrators(
    bot: BotAccount, parameters: Parameters
) -> list[Json]:
    """Answer `getChatAdministrators`, which leaves out bots."""
    chat = find_chat(bot, parameters)
    if not isinstance(chat, GroupChat):
        raise Refused(refusals.NO_ADMINISTRATORS)
    if chat.is_channel and not chat.has_admin(bot.user.id):
        raise Refused(refusals.MEMBERS_INACCESSIBLE)
    return [
        chat.member_json(user)
        for user in chat.users.values()
        if chat.has_admin(user.id)
    ]


def leave_chat(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `leaveChat`."""
    chat = find_chat(bot, parameters)
    if not isinstance(chat, GroupChat):
        raise Refused(refusals.CANT_LEAVE)
    group_events.remove_bot(bot, chat, bot.user, "left")
    return True
