"""The methods that change or delete messages."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import BotAccount, Chat
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import Options, ReactionSchema
from bot.sandbox.localchat.api.sending import (
    MAX_TEXT,
    find_chat,
    read_caption,
    read_markup,
    read_text,
)
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.refusals import Refusal, Refused
from bot.sandbox.localchat.text.entities import utf16_length

# How long a bot may delete a message.
DELETABLE = timedelta(hours=48)
_REACTIONS = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 "
    "😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
)
REACTIONS = frozenset(_REACTIONS.split())


@dataclass(frozen=True, slots=True)
class _Target:
    """A message to edit; one that a person sent via the bot stands in no chat of the bot's."""

    message: Message
    messages: dict[int, Message]
    chat: Chat | GroupChat | None


def edit_message_text(
    bot: BotAccount, parameters: Parameters
) -> Json | Literal[True]:
    """Answer `editMessageText`."""
    text, entities = read_text(parameters)
    target = _find_target(bot, parameters)
    message = target.message
    if message.file is not None:
        raise Refused(refusals.NO_TEXT_TO_EDIT)
    if utf16_length(text) > MAX_TEXT:
        raise Refused(refusals.MESSAGE_TOO_LONG)

    new_message = replace(
        message,
        text=text,
        entities=entities,
        markup=read_markup(parameters),
        link_preview=parameters.json("link_preview_options", Options),
    )
    return _store_edit(bot, target, new_message)


def edit_message_caption(
    bot: BotAccount, parameters: Parameters
) -> Json | Literal[True]:
    """Answer `editMessageCaption`."""
    text, entities = read_caption(parameters)
    target = _find_target(bot, parameters)
    message = target.message
    if message.file is None:
        raise Refused(refusals.NO_CAPTION_TO_EDIT)

    new_message = replace(
        message, text=text, entities=entities, markup=read_markup(parameters)
    )
    return _store_edit(bot, target, new_message)


def edit_message_reply_markup(
    bot: BotAccount, parameters: Parameters
) -> Json | Literal[True]:
    """Answer `editMessageReplyMarkup`."""
    target = _find_target(bot, parameters)
    new_message = replace(target.message, markup=read_markup(parameters))
    return _store_edit(bot, target, new_message)


def delete_message(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `deleteMessage`."""
    chat = find_chat(bot, parameters)
    message = _find_message(chat, parameters, refusals.DELETE_NOT_FOUND)
    if isinstance(chat, GroupChat) and not (
        message.by_bot or chat.has_admin(bot.user.id)
    ):
        raise Refused(refusals.DELETE_FORBIDDEN)
    if bot.clock() - message.date > DELETABLE:
        raise Refused(refusals.DELETE_TOO_LATE)
    del chat.messages[message.id]
    return True


def set_message_reaction(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `setMessageReaction`."""
    chat = find_chat(bot, parameters)
    message = _find_message(chat, parameters, refusals.REACT_NOT_FOUND)

    reactions = parameters.json("reaction", list[ReactionSchema]) or []
    emojis = [reaction.get("emoji") for reaction in reactions]
    if len(emojis) > 1 or not REACTIONS.issuperset(emojis):
        raise Refused(refusals.REACTION_INVALID)

    emoji = emojis[0] if emojis else None
    chat.messages[message.id] = replace(message, bot_reaction=emoji)
    return True


def _find_message(
    chat: Chat | GroupChat, parameters: Parameters, not_found: Refusal
) -> Message:
    message_id = parameters.integer("message_id")
    if message_id == 0:
        raise Refused(refusals.MESSAGE_ID_MISSING)
    if message_id not in chat.messages:
        raise Refused(not_found)
    return chat.messages[message_id]


def _find_target(bot: BotAccount, parameters: Parameters) -> _Target:
    """Return a message of the bot, or one sent via it; it may not edit any other one."""
    inline_id = parameters.text("inline_message_id")
    if inline_id:
        return _find_inline_target(bot, inline_id)

    chat = find_chat(bot, parameters)
    message = _find_message(chat, parameters, refusals.EDIT_NOT_FOUND)
    if not message.by_bot:
        raise Refused(refusals.EDIT_FORBIDDEN)
    return _Target(message, chat.messages, chat)


def _find_inline_target(bot: BotAccount, inline_id: str) -> _Target:
    place = bot.inline_places.get(inline_id)
    if place is None or place.message is None:
        raise Refused(refusals.INLINE_NOT_FOUND)
    return _Target(place.message, place.messages, chat=None)


def _store_edit(
    bot: BotAccount, target: _Target, new_message: Message
) -> Json | Literal[True]:
    """Store the edited message and return it, or True for one sent via the bot."""
    message = target.message
    if new_message == message:
        raise Refused(refusals.NOT_MODIFIED)
    new_message = replace(
        new_message, edits=message.edits + 1, edited_at=bot.clock()
    )
    target.messages[message.id] = new_message
    if target.chat is None:
        return True
    return bot.message_json(target.chat, new_message)
