"""The methods that change what already stands in a chat."""

from dataclasses import replace
from datetime import timedelta

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import Bot, Chat
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import Options, Reaction
from bot.sandbox.localchat.api.sending import (
    MAX_TEXT,
    caption_of,
    markup_of,
    text_of,
)
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.refusals import Refusal, Refused
from bot.sandbox.localchat.text.entities import utf16_length

DELETABLE = timedelta(hours=48)
_REACTIONS = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 "
    "😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
)
REACTIONS = frozenset(_REACTIONS.split())


def edit_message_text(bot: Bot, parameters: Parameters) -> Json:
    """Answer `editMessageText`."""
    text, entities = text_of(parameters)
    chat, message = _own(bot, parameters)
    if message.file is not None:
        raise Refused(refusals.NO_TEXT_TO_EDIT)
    if utf16_length(text) > MAX_TEXT:
        raise Refused(refusals.MESSAGE_TOO_LONG)
    markup, preview = (
        markup_of(parameters),
        parameters.json("link_preview_options", Options),
    )
    edited = replace(
        message,
        text=text,
        entities=entities,
        markup=markup,
        link_preview=preview,
    )
    return _edit(bot, chat, message, edited)


def edit_message_caption(bot: Bot, parameters: Parameters) -> Json:
    """Answer `editMessageCaption`."""
    text, entities = caption_of(parameters)
    chat, message = _own(bot, parameters)
    if message.file is None:
        raise Refused(refusals.NO_CAPTION_TO_EDIT)
    edited = replace(
        message, text=text, entities=entities, markup=markup_of(parameters)
    )
    return _edit(bot, chat, message, edited)


def edit_message_reply_markup(bot: Bot, parameters: Parameters) -> Json:
    """Answer `editMessageReplyMarkup`."""
    chat, message = _own(bot, parameters)
    return _edit(
        bot, chat, message, replace(message, markup=markup_of(parameters))
    )


def delete_message(bot: Bot, parameters: Parameters) -> bool:
    """Answer `deleteMessage`."""
    chat = bot.chat(parameters)
    message = _find(chat, parameters, refusals.DELETE_NOT_FOUND)
    if bot.clock() - message.date > DELETABLE:
        raise Refused(refusals.DELETE_TOO_LATE)
    del chat.messages[message.id]
    return True


def set_message_reaction(bot: Bot, parameters: Parameters) -> bool:
    """Answer `setMessageReaction`."""
    chat = bot.chat(parameters)
    message = _find(chat, parameters, refusals.REACT_NOT_FOUND)
    given = parameters.json("reaction", list[Reaction]) or []
    wanted = [reaction.get("emoji") for reaction in given]
    if len(wanted) > 1 or not REACTIONS.issuperset(wanted):
        raise Refused(refusals.REACTION_INVALID)
    chat.messages[message.id] = replace(
        message, bot_reaction=wanted[0] if wanted else None
    )
    return True


def _find(chat: Chat, parameters: Parameters, missing: Refusal) -> Message:
    number = parameters.integer("message_id")
    if number == 0:
        raise Refused(refusals.MESSAGE_ID_MISSING)
    if number not in chat.messages:
        raise Refused(missing)
    return chat.messages[number]


def _own(bot: Bot, parameters: Parameters) -> tuple[Chat, Message]:
    chat = bot.chat(parameters)
    message = _find(chat, parameters, refusals.EDIT_NOT_FOUND)
    if not message.by_bot:
        raise Refused(refusals.EDIT_FORBIDDEN)
    return chat, message


def _edit(bot: Bot, chat: Chat, message: Message, edited: Message) -> Json:
    if edited == message:
        raise Refused(refusals.NOT_MODIFIED)
    edited = replace(edited, edits=message.edits + 1, edited_at=bot.clock())
    chat.messages[message.id] = edited
    return bot.spelled(chat, edited)
