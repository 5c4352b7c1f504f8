"""What a person does on the chat page, done as a Telegram client would do it."""

from collections.abc import Callable, Iterator, Mapping

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.api.editing import REACTIONS
from bot.sandbox.localchat.api.keyboards import MAX_DATA_BYTES
from bot.sandbox.localchat.api.parameters import MAX_DIGITS
from bot.sandbox.localchat.api.sending import MAX_CAPTION, MAX_TEXT
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.text.formatting import is_blank

MISUNDERSTANDING = (
    "This page and its server don't understand each other. Reload the page."
)
HALF_EMOJI = (
    "That text holds half an emoji, which can't be sent. Write it anew, please."
)
BLOCKED = "You blocked this bot. Unblock it to write to it."


class ActionError(Exception):
    """An action that can't be done; the text tells the person why."""


def parse_body(body: bytes | None) -> Json:
    """Return the JSON object that the page sent; None stands for a body too long."""
    if body is None:
        raise ActionError("That is too long.")

    try:
        fields = sanitize.load_json(body)
    except UnicodeEncodeError:
        raise ActionError(HALF_EMOJI) from None
    except ValueError:
        raise ActionError(MISUNDERSTANDING) from None
    if not isinstance(fields, dict):
        raise ActionError(MISUNDERSTANDING)
    return fields


def find_person(server: ChatServer, person_id: object) -> Person:
    """Return one of the server's people."""
    person = server.people.get(parse_id(person_id))
    if person is None:
        raise ActionError("There is no such reader here.")
    return person


def parse_id(value: object) -> int:
    """Return the id of a person or a message, also from a string, or 0 if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:MAX_DIGITS])
    return sanitize.whole_number(value) or 0


def perform(server: ChatServer, actor: Person, fields: Json) -> Json:
    """Do the action that the page asks for, and return its result."""
    action = ACTIONS.get(str(fields.get("action")))
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


def split_text(text: str) -> Iterator[str]:
    """Cut a long text into messages, after a line or a word where possible."""
    remainder = text.strip()
    while utf16_length(remainder) > MAX_TEXT:
        head = _message_head(remainder)
        cut = max(head.rfind("\n"), head.rfind(" "))
        if cut <= MAX_TEXT // 2:
            cut = len(head)
        yield remainder[:cut].rstrip()
        remainder = remainder[cut:].lstrip()

    if remainder:
        yield remainder


def _message_head(text: str) -> str:
    """Return the longest beginning of a text that fits into one message."""
    head = text[:MAX_TEXT]
    while utf16_length(head) > MAX_TEXT:
        excess = utf16_length(head) - MAX_TEXT
        head = head[: -max(excess // 2, 1)]
    return head


def _write(_: ChatServer, actor: Person, fields: Json) -> Json:
    text = _text(fields, "text")
    if is_blank(text):
        raise ActionError("There is nothing to send.")

    reply_to = sanitize.whole_number(fields.get("reply_to"))
    for part in split_text(text):
        actor.write(part, reply_to=reply_to)
        # Only the first part is a reply.
        reply_to = None
    return {}


def _press(_: ChatServer, actor: Person, fields: Json) -> Json:
    data = _text(fields, "data")
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise ActionError(MISUNDERSTANDING)
    press = actor.press_data(parse_id(fields.get("message")), data)
    return {"press": press.id}


def _react(_: ChatServer, actor: Person, fields: Json) -> Json:
    emoji = fields.get("emoji")
    if emoji is not None and _text(fields, "emoji") not in REACTIONS:
        raise ActionError("Telegram has no such reaction.")
    actor.react(_find_message(actor, fields), emoji)
    return {}


def _edit(_: ChatServer, actor: Person, fields: Json) -> Json:
    text = _text(fields, "text")
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
        actor, file.name, file.content, caption=_text(fields, "text")
    )


def _forward(server: ChatServer, actor: Person, fields: Json) -> Json:
    source = find_person(server, fields.get("from"))
    actor.forward(_find_message(source, fields))
    return {}


def _block(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.block()
    return {}


def _unblock(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.unblock()
    return {}


def _find_message(person: Person, fields: Json) -> Message:
    """Return a message of a person's chat, or raise KeyError."""
    message_id = parse_id(fields.get("message"))
    for message in person.messages:
        if message.id == message_id:
            return message
    raise KeyError(message_id)


def _text(fields: Json, name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str):
        raise ActionError(MISUNDERSTANDING)
    return text


ACTIONS: Mapping[str, Callable[[ChatServer, Person, Json], Json]] = {
    "write": _write,
    "press": _press,
    "react": _react,
    "edit": _edit,
    "send_again": _send_again,
    "forward": _forward,
    "block": _block,
    "unblock": _unblock,
}
