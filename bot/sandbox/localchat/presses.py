"""Taps on buttons: each becomes a callback query that waits for the bot."""

from datetime import timedelta

from bot.sandbox.localchat.account import BotAccount, Chat, Press
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import Json, User

# A pressed message that is older reaches the bot as an InaccessibleMessage, which
# holds nothing to read.
ACCESSIBLE = timedelta(hours=48)
# Telegram's press ids are numbers of 64 bits.
FIRST_PRESS_ID = 4_200_000_000_000_000_000


def press_message(
    bot: BotAccount,
    person: User,
    chat: Chat | GroupChat,
    message_id: int,
    data: str,
) -> Press:
    """Press a button of a message in a chat, be it the bot's or one sent via it."""
    message = chat.messages.get(message_id)
    if message is not None and message.inline_id:
        return press_inline(bot, person, message.inline_id, data)

    chat_id = chat.as_json()["id"]
    place = {
        "message": _pressed_message(bot, chat, message_id),
        "chat_instance": str(chat_id),
    }
    return _add(
        bot,
        person,
        place,
        chat_id=chat_id,
        message_id=message_id,
        data=data,
    )


def press_inline(
    bot: BotAccount, person: User, inline_id: str, data: str
) -> Press:
    """Press a button of a message that was sent via the bot."""
    message_id = bot.inline_places[inline_id].message_id
    place = {"inline_message_id": inline_id, "chat_instance": inline_id}
    return _add(
        bot,
        person,
        place,
        chat_id=0,
        message_id=message_id,
        data=data,
    )


def _add(
    bot: BotAccount,
    person: User,
    place: Json,
    *,
    chat_id: int,
    message_id: int,
    data: str,
) -> Press:
    number = FIRST_PRESS_ID + next(bot.press_ids)
    press = Press(
        id=str(number),
        person_id=person.id,
        chat_id=chat_id,
        message_id=message_id,
        data=data,
        date=bot.clock(),
    )
    bot.presses[press.id] = press

    body = {"id": press.id, "from": person.as_json(), **place, "data": data}
    bot.updates.add("callback_query", body)
    return press


def _pressed_message(
    bot: BotAccount, chat: Chat | GroupChat, message_id: int
) -> Json:
    """Return the Bot API's `MaybeInaccessibleMessage`."""
    message = chat.messages.get(message_id)
    if message is None or bot.clock() - message.date > ACCESSIBLE:
        return {"chat": chat.as_json(), "message_id": message_id, "date": 0}
    return bot.message_json(chat, message)
