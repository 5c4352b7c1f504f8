"""What a person does on the chat page, done for them as a Telegram client would."""

from collections.abc import Callable, Iterator, Mapping

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.api.editing import REACTIONS
from bot.sandbox.localchat.api.keyboards import MAX_DATA_BYTES
from bot.sandbox.localchat.api.parameters import LONGEST_NUMBER
from bot.sandbox.localchat.api.sending import MAX_CAPTION, MAX_TEXT
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.localchat.text.entities import utf16_length
from bot.sandbox.localchat.text.formatting import is_blank

ODD = "This page and its server don't understand each other. Reload the page."
HALF = (
    "That text holds half an emoji, which can't be sent. Write it anew, please."
)


class Impossible(Exception):  # noqa: N818 - it is what a person is told, not a fault
    """What was wished can't be done; its text says why, to the person."""


def read(body: bytes | None) -> Json:
    """Return what the page asked for; None stands for more than any page asks."""
    if body is None:
        raise Impossible("That is too long.")
    try:
        wish = sanitize.read(body)
    except UnicodeEncodeError:
        raise Impossible(HALF) from None
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise Impossible(ODD)
    return wish


def person(server: ChatServer, person_id: object) -> Person:
    """Return one of the server's people."""
    found = server.people.get(number(person_id))
    if found is None:
        raise Impossible("There is no such reader here.")
    return found


def do(server: ChatServer, actor: Person, wish: Json) -> Json:
    """Do what the page asked for; raise Impossible where Telegram would not let a person."""
    action = ACTIONS.get(str(wish.get("do")))
    if action is None:
        raise Impossible(ODD)
    try:
        return action(server, actor, wish)
    except PermissionError:
        raise Impossible(
            "You blocked this bot. Unblock it to write to it."
        ) from None
    except (KeyError, ValueError):
        raise Impossible("That message is no longer there.") from None


def send_file(
    actor: Person, name: str, content: bytes, caption: str = ""
) -> Json:
    """Send a file."""
    if not content:
        raise Impossible("That file is empty.")
    if utf16_length(caption) > MAX_CAPTION:
        raise Impossible(f"A caption has up to {MAX_CAPTION} characters.")
    try:
        actor.send_document(name, content, caption=caption)
    except PermissionError:
        raise Impossible(
            "You blocked this bot. Unblock it to write to it."
        ) from None
    return {}


def pieces(text: str) -> Iterator[str]:
    """Cut a long text into messages, at the end of a line or a word where there is one."""
    rest = text.strip()
    while utf16_length(rest) > MAX_TEXT:
        head = _head(rest)
        cut = max(head.rfind("\n"), head.rfind(" "))
        cut = cut if cut > MAX_TEXT // 2 else len(head)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _head(text: str) -> str:
    """Return as much of the beginning as one message holds."""
    head = text[:MAX_TEXT]
    while utf16_length(head) > MAX_TEXT:
        head = head[: -max((utf16_length(head) - MAX_TEXT) // 2, 1)]
    return head


def _write(_: ChatServer, actor: Person, wish: Json) -> Json:
    text = _text(wish, "text")
    if is_blank(text):
        raise Impossible("There is nothing to send.")
    reply_to = sanitize.whole_number(wish.get("reply_to"))
    for piece in pieces(text):
        actor.write(piece, reply_to=reply_to)
        reply_to = None
    return {}


def _press(_: ChatServer, actor: Person, wish: Json) -> Json:
    data, message_id = _text(wish, "data"), number(wish.get("message"))
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise Impossible(ODD)
    return {"press": actor.press_data(message_id, data).id}


def _react(_: ChatServer, actor: Person, wish: Json) -> Json:
    emoji = wish.get("emoji")
    if emoji is not None and _text(wish, "emoji") not in REACTIONS:
        raise Impossible("Telegram has no such reaction.")
    actor.react(_message(actor, wish.get("message")), emoji)
    return {}


def _edit(_: ChatServer, actor: Person, wish: Json) -> Json:
    text = _text(wish, "text")
    if is_blank(text) or utf16_length(text) > MAX_TEXT:
        raise Impossible(f"A message has 1 to {MAX_TEXT} characters.")
    actor.edit(_message(actor, wish.get("message")), text)
    return {}


def _send_again(_: ChatServer, actor: Person, wish: Json) -> Json:
    """Send a file of one's own once more, with a text as its caption."""
    file = _message(actor, wish.get("message")).file
    if file is None:
        raise Impossible("That message has no file.")
    return send_file(actor, file.name, file.content, _text(wish, "text"))


def _forward(server: ChatServer, actor: Person, wish: Json) -> Json:
    actor.pass_on(
        _message(person(server, wish.get("from")), wish.get("message"))
    )
    return {}


def _block(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.block()
    return {}


def _unblock(_: ChatServer, actor: Person, __: Json) -> Json:
    actor.unblock()
    return {}


def _message(actor: Person, message_id: object) -> Message:
    wanted = number(message_id)
    found = next((m for m in actor.messages if m.id == wanted), None)
    if found is None:
        raise KeyError(message_id)
    return found


def _text(wish: Json, name: str) -> str:
    text = wish.get(name)
    if not isinstance(text, str):
        raise Impossible(ODD)
    return text


def number(value: object) -> int:
    """Return the number of a person or a message, 0 where there is none; the page may quote it."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:LONGEST_NUMBER])
    return sanitize.whole_number(value) or 0


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
