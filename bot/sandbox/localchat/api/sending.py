"""The methods that add something to a chat."""

import struct
from dataclasses import replace

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import BotAccount, Chat
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import (
    EntitySchema,
    MarkupSchema,
    Options,
    ReplySchema,
)
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import File, Json, Message
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import Entity, utf16_length
from bot.sandbox.localchat.text.formatting import is_blank, normalize
from bot.sandbox.localchat.text.html import parse_html

MAX_TEXT = 4096
MAX_CAPTION = 1024
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def send_message(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `sendMessage`."""
    text, entities = read_text(parameters)
    if utf16_length(text) > MAX_TEXT:
        raise Refused(refusals.TEXT_TOO_LONG)

    draft = replace(
        _draft(bot, parameters),
        text=text,
        entities=entities,
        link_preview=parameters.json("link_preview_options", Options),
    )
    return _post(bot, parameters, draft)


def send_document(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `sendDocument`."""
    file = _read_file(bot, parameters, "document")
    return _send_file(bot, parameters, file)


def send_photo(bot: BotAccount, parameters: Parameters) -> Json:
    """Answer `sendPhoto`; an uploaded photo has to be a PNG."""
    file = _read_file(bot, parameters, "photo")
    if file.size is None:
        file = replace(file, size=_png_size(file.content))
        bot.files[file.id] = file
    return _send_file(bot, parameters, file)


def send_chat_action(bot: BotAccount, parameters: Parameters) -> bool:
    """Answer `sendChatAction`."""
    chat = find_writable_chat(bot, parameters)
    action = parameters.text("action")
    if action not in ACTIONS:
        raise Refused(refusals.WRONG_ACTION)
    chat.actions.append(action)
    return True


def find_chat(bot: BotAccount, parameters: Parameters) -> Chat | GroupChat:
    """Return the chat of `chat_id`, or raise `Refused` if the bot can't reach it."""
    name = parameters.text("chat_id")
    if not name:
        raise Refused(refusals.CHAT_ID_EMPTY)
    if name.startswith("@"):
        return bot.find_public_group(name.removeprefix("@"))
    return bot.find_chat(parameters.integer("chat_id"))


def find_writable_chat(
    bot: BotAccount, parameters: Parameters
) -> Chat | GroupChat:
    """Return the chat of `chat_id`, or raise `Refused` if the bot may not write to it."""
    chat = find_chat(bot, parameters)
    thread_id = parameters.integer("message_thread_id") or None
    chat.check_posting(bot.user.id, thread_id)
    return chat


def read_text(parameters: Parameters) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a message; raise `Refused` if nothing would be visible."""
    if not parameters.text("text"):
        raise Refused(refusals.TEXT_EMPTY)
    text, entities = _read_formatted(parameters, "text", "entities")
    if is_blank(text):
        raise Refused(refusals.TEXT_BLANK)
    return text, entities


def read_caption(parameters: Parameters) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a caption, which may be empty."""
    text, entities = _read_formatted(parameters, "caption", "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise Refused(refusals.CAPTION_TOO_LONG)
    return text, entities


def read_markup(parameters: Parameters) -> Json | None:
    """Return the keyboard of a message, or None if it is empty."""
    markup: Json | None = parameters.json("reply_markup", MarkupSchema)
    if markup is None or not any(markup.values()):
        return None
    keyboards.check(markup)
    return markup


def _read_formatted(
    parameters: Parameters, text_name: str, entities_name: str
) -> tuple[str, tuple[Entity, ...]]:
    text = parameters.text(text_name)
    parse_mode = parameters.text("parse_mode").lower()
    if parse_mode == "html":
        return normalize(*parse_html(text))
    if parse_mode:
        raise Refused(refusals.UNSUPPORTED_PARSE_MODE)

    bodies = parameters.json(entities_name, list[EntitySchema]) or []
    return normalize(text, [_entity(body) for body in bodies])


def _entity(body: Json) -> Entity:
    return Entity(
        type=body["type"],
        offset=body["offset"],
        length=body["length"],
        url=body.get("url"),
        language=body.get("language"),
    )


def _draft(bot: BotAccount, parameters: Parameters) -> Message:
    return Message(
        id=0,
        sender=bot.user,
        date=bot.clock(),
        markup=read_markup(parameters),
        silent=parameters.flag("disable_notification"),
    )


def _post(bot: BotAccount, parameters: Parameters, draft: Message) -> Json:
    chat = find_writable_chat(bot, parameters)
    reply_to = _read_reply(chat, parameters)
    is_channel = isinstance(chat, GroupChat) and chat.is_channel
    message = replace(
        draft,
        id=next(bot.message_ids),
        reply_to=reply_to,
        thread_id=parameters.integer("message_thread_id") or None,
        sender_chat=chat.as_json() if is_channel else None,
    )
    chat.messages[message.id] = message
    return bot.message_json(chat, message)


def _read_reply(chat: Chat | GroupChat, parameters: Parameters) -> int | None:
    """Return the id of the message to reply to, or None if there is none."""
    reply = parameters.json("reply_parameters", ReplySchema) or {}
    message_id: int | None = reply.get("message_id")
    if message_id is None or message_id in chat.messages:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise Refused(refusals.REPLIED_NOT_FOUND)


def _send_file(bot: BotAccount, parameters: Parameters, file: File) -> Json:
    text, entities = read_caption(parameters)
    draft = replace(
        _draft(bot, parameters), text=text, entities=entities, file=file
    )
    return _post(bot, parameters, draft)


def _read_file(bot: BotAccount, parameters: Parameters, kind: str) -> File:
    """Return an uploaded file, or one that was sent before and is named by its id."""
    upload = parameters.upload(kind)
    if upload is not None:
        if not upload.content:
            raise Refused(refusals.FILE_EMPTY)
        return bot.add_document(upload.name, upload.mime_type, upload.content)

    file_id = parameters.text(kind)
    if not file_id:
        raise Refused(refusals.NO_FILE, kind=kind)
    if file_id not in bot.files:
        raise Refused(refusals.NO_SUCH_UPLOAD)
    return bot.files[file_id]


def _png_size(content: bytes) -> tuple[int, int]:
    """Return width and height, which stand at byte 16 of a PNG."""
    if not content.startswith(PNG_SIGNATURE) or len(content) < 24:
        raise Refused(refusals.NOT_A_PHOTO)
    width, height = struct.unpack(">II", content[16:24])
    return width, height
