"""What a person does on the chat page, done as a Telegram client would do it."""

from collections.abc import Callable, Iterable, Mapping

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.api.editing import REACTIONS
from bot.sandbox.localchat.api.sending import MAX_CAPTION, MAX_TEXT
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.page.fields import (
    MISUNDERSTANDING,
    ActionError,
    find_group,
    find_person,
    parse_id,
    read_button_data,
    read_text,
)
from bot.sandbox.localchat.page.group_actions import GROUP_ACTIONS
from bot.sandbox.localchat.page.splitting import split_text
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.text.formatting import is_blank

BLOCKED = "You blocked this bot. Unblock it to write to it."


def perform(server: ChatServer, actor: Person, fields: Json) -> Json:
    """Do the action that the page asks for, and return its result."""
    name = str(fields.get("action"))
    action = ACTIONS.get(name) or GROUP_ACTIONS.get(name)
    if action is None:
        raise ActionError(MISUNDERSTANDING)

    try:
        return action(server, actor, fields)
    except PermissionError:
        raise ActionError(BLOCKED) from None
    except (KeyError, ValueError):
        raise ActionError("That message is no longer there.") from None


def send_file(
    actor: Person, name: str, content: bytes, caption: str = ""
) -> Json:
    """Send a file."""
    if not content:
        raise ActionError("That file is empty.")
    if utf16_length(caption) > MAX_CAPTION:
        raise ActionError(f"A caption has up to {MAX_CAPTION} characters.")

    try:
        actor.send_document(name, content, caption=caption)
    except PermissionError:
        raise ActionError(BLOCKED) from None
    return {}


def _write(_: ChatServer, actor: Person, fields: Json) -> Json:
    text = read_text(fields, "text")
    if is_blank(text):
        raise ActionError("There is nothing to send.")

    reply_to = sanitize.whole_number(fields.get("reply_to"))
    for part in split_text(text):
        actor.write(part, reply_to=reply_to)
        # Only the first part is a reply.
        reply_to = None
    return {}


def _press(_: ChatServer, actor: Person, fields: Json) -> Json:
    data = read_button_data(fields)
    press = actor.press_data(parse_id(fields.get("message")), data)
    return {"press": press.id}


def _react(_: ChatServer, actor: Person, fields: Json) -> Json:
    emoji = fields.get("emoji")
    if emoji is not None and read_text(fields, "emoji") not in REACTIONS:
        raise ActionError("Telegram has no such reaction.")
    actor.react(_find_message(actor, fields), emoji)
    return {}


def _edit(_: ChatServer, actor: Person, fields: Json) -> Json:
    text = read_text(fields, "text")
    if is_blank(text) or utf16_length(text) > MAX_TEXT:
        raise ActionError(f"A message has 1 to {MAX_TEXT} characters.")
    actor.edit(_find_message(actor, fields), text)
    return {}


def _send_again(_: ChatServer, actor: Person, fields: Json) -> Json:
    """Send a file once more, with a text as its caption."""
    file = _find_message(actor, fields).file
    if file is None:
        raise ActionError("That message has no file.")
    return send_file(
        actor, file.name, file.content, caption=read_text(fields, "text")
    )


def _forward(server: ChatServer, actor: Person, fields: Json) -> Json:
    """Forward a message of a group or of another reader's chat to one's own."""
    origin = parse_id(fields.get("from"))
    if origin < 0:
        messages = find_group(server, origin).messages
    else:
        messages = find_person(server, origin).messages
    actor.forward(_find(messages, fields))
    return {}


def _start(_: ChatServer, actor: Person, fields: Json) -> Json:
    """Press Start, with what a deep link carries."""
    actor.start(read_text(fields, "payload"))
    return {}


def _block(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.block()
    return {}


def _unblock(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.unblock()
    return {}


def _find_message(person: Person, fields: Json) -> Message:
    """Return a message of a person's chat, or raise KeyError."""
    return _find(person.messages, fields)


def _find(messages: Iterable[Message], fields: Json) -> Message:
    message_id = parse_id(fields.get("message"))
    for message in messages:
        if message.id == message_id:
            return message
    raise KeyError(message_id)


ACTIONS: Mapping[str, Callable[[ChatServer, Person, Json], Json]] = {
    "write": _write,
    "press": _press,
    "react": _react,
    "edit": _edit,
    "send_again": _send_again,
    "forward": _forward,
    "start": _start,
    "block": _block,
    "unblock": _unblock,
}
