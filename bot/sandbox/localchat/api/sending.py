"""The methods that put something new into a chat."""

import struct
from dataclasses import replace

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.account import Bot, Chat
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.api.parameters import Parameters
from bot.sandbox.localchat.api.schemas import Markup, Options, Reply, Stretch
from bot.sandbox.localchat.messages import File, Json, Message
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text.entities import Entity, parse_html, utf16_length
from bot.sandbox.localchat.text.formatting import is_blank, settled

MAX_TEXT = 4096
MAX_CAPTION = 1024
_ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note"
)
ACTIONS = frozenset(_ACTIONS.split())


def send_message(bot: Bot, parameters: Parameters) -> Json:
    """Answer `sendMessage`."""
    text, entities = text_of(parameters)
    if utf16_length(text) > MAX_TEXT:
        raise Refused(refusals.TEXT_TOO_LONG)
    message = _draft(bot, parameters)
    preview = parameters.json("link_preview_options", Options)
    return _post(
        bot,
        parameters,
        replace(message, text=text, entities=entities, link_preview=preview),
    )


def send_document(bot: Bot, parameters: Parameters) -> Json:
    """Answer `sendDocument`."""
    return _send_file(bot, parameters, _file(bot, parameters, "document"))


def send_photo(bot: Bot, parameters: Parameters) -> Json:
    """Answer `sendPhoto`; of pictures that are uploaded it knows PNG alone."""
    file = _file(bot, parameters, "photo")
    if file.size is None:
        file = replace(file, size=_png_size(file.content))
        bot.files[file.id] = file
    return _send_file(bot, parameters, file)


def send_chat_action(bot: Bot, parameters: Parameters) -> bool:
    """Answer `sendChatAction`."""
    chat = bot.chat(parameters)
    if parameters.text("action") not in ACTIONS:
        raise Refused(refusals.WRONG_ACTION)
    chat.actions.append(parameters.text("action"))
    return True


def text_of(parameters: Parameters) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a message, or raise `Refused` where there is nothing to see."""
    if not parameters.text("text"):
        raise Refused(refusals.TEXT_EMPTY)
    text, entities = _formatted(parameters, "text", "entities")
    if is_blank(text):
        raise Refused(refusals.TEXT_BLANK)
    return text, entities


def caption_of(parameters: Parameters) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of a caption, which may be empty."""
    text, entities = _formatted(parameters, "caption", "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise Refused(refusals.CAPTION_TOO_LONG)
    return text, entities


def markup_of(parameters: Parameters) -> Json | None:
    """Return the keyboard that comes with a message; an empty one is none."""
    markup: Json | None = parameters.json("reply_markup", Markup)
    if markup is None or not any(markup.values()):
        return None
    keyboards.check(markup)
    return markup


def _formatted(
    parameters: Parameters, name: str, marked: str
) -> tuple[str, tuple[Entity, ...]]:
    source, mode = parameters.text(name), parameters.text("parse_mode").lower()
    if mode == "html":
        return settled(*parse_html(source))
    if mode:
        raise Refused(refusals.UNSUPPORTED_PARSE_MODE)
    return settled(
        source,
        [
            _entity(body)
            for body in parameters.json(marked, list[Stretch]) or []
        ],
    )


def _entity(body: Json) -> Entity:
    return Entity(
        body["type"],
        body["offset"],
        body["length"],
        body.get("url"),
        body.get("language"),
    )


def _draft(bot: Bot, parameters: Parameters) -> Message:
    return Message(
        id=0,
        sender=bot.account,
        date=bot.clock(),
        markup=markup_of(parameters),
        silent=parameters.flag("disable_notification"),
    )


def _post(bot: Bot, parameters: Parameters, draft: Message) -> Json:
    chat = bot.chat(parameters)
    replied = _replied(chat, parameters)
    message = replace(draft, id=next(bot.message_ids), reply_to=replied)
    chat.messages[message.id] = message
    return bot.spelled(chat, message)


def _replied(chat: Chat, parameters: Parameters) -> int | None:
    reply = parameters.json("reply_parameters", Reply) or {}
    found: int | None = reply.get("message_id")
    if found is None or found in chat.messages:
        return found
    if reply.get("allow_sending_without_reply"):
        return None
    raise Refused(refusals.REPLIED_NOT_FOUND)


def _send_file(bot: Bot, parameters: Parameters, file: File) -> Json:
    text, entities = caption_of(parameters)
    message = replace(
        _draft(bot, parameters), text=text, entities=entities, file=file
    )
    return _post(bot, parameters, message)


def _file(bot: Bot, parameters: Parameters, kind: str) -> File:
    upload = parameters.upload(kind)
    if upload is not None:
        if not upload.content:
            raise Refused(refusals.FILE_EMPTY)
        return bot.store(upload.name, upload.mime_type, upload.content)
    if not parameters.text(kind):
        raise Refused(refusals.NO_FILE, kind=kind)
    if parameters.text(kind) not in bot.files:
        raise Refused(refusals.NO_SUCH_UPLOAD)
    return bot.files[parameters.text(kind)]


def _png_size(content: bytes) -> tuple[int, int]:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        raise Refused(refusals.NOT_A_PHOTO)
    width, height = struct.unpack(">II", content[16:24])
    return width, height
