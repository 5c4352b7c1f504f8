"""The methods that change or delete messages."""

from dataclasses import replace
from datetime import timedelta

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


def edit_message_text(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `editMessageText`."""
    text, entities = read_text(parameters)
    chat, message = _find_own_message(bot, parameters)
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
    return _store_edit(bot, chat, message, new_message)


def edit_message_caption(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `editMessageCaption`."""
    text, entities = read_caption(parameters)
    chat, message = _find_own_message(bot, parameters)
    if message.file is None:
        raise Refused(refusals.NO_CAPTION_TO_EDIT)

    new_message = replace(
        message, text=text, entities=entities, markup=read_markup(parameters)
    )
    return _store_edit(bot, chat, message, new_message)


def edit_message_reply_markup(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `editMessageReplyMarkup`."""
    chat, message = _find_own_message(bot, parameters)
    new_message = replace(message, markup=read_markup(parameters))
    return _store_edit(bot, chat, message, new_message)


def delete_message(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `deleteMessage`."""
    chat = find_chat(bot, parameters)
    message = _find_message(chat, parameters, refusals.DELETE_NOT_FOUND)
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
    chat: Chat, parameters: Parameters, not_found: Refusal
) -> Message:
    message_id = parameters.integer("message_id")
    if message_id == 0:
        raise Refused(refusals.MESSAGE_ID_MISSING)
    if message_id not in chat.messages:
        raise Refused(not_found)
    return chat.messages[message_id]


def _find_own_message(
    bot: BotAccount, parameters: Parameters
) -> tuple[Chat, Message]:
    """Return a message of the bot and its chat; the bot may not edit any other one."""
    chat = find_chat(bot, parameters)
    message = _find_message(chat, parameters, refusals.EDIT_NOT_FOUND)
    if not message.by_bot:
        raise Refused(refusals.EDIT_FORBIDDEN)
    return chat, message


def _store_edit(
    bot: BotAccount, chat: Chat, message: Message, new_message: Message
) -> Json:
    if new_message == message:
        raise Refused(refusals.NOT_MODIFIED)
    new_message = replace(
        new_message, edits=message.edits + 1, edited_at=bot.clock()
    )
    chat.messages[message.id] = new_message
    return bot.message_json(chat, new_message)
