"""What the page sent, read and checked before anybody acts on it."""

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.api.keyboards import MAX_DATA_BYTES
from bot.sandbox.localchat.api.parameters import MAX_DIGITS
from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer

MISUNDERSTANDING = (
    "This page and its server don't understand each other. Reload the page."
)
HALF_EMOJI = (
    "That text holds half an emoji, which can't be sent. Write it anew, please."
)


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


def find_group(server: ChatServer, chat_id: object) -> Group:
    """Return a group or channel of the server's first bot."""
    bot = next(iter(server.bots.values()))
    chat = bot.groups.get(parse_id(chat_id))
    if chat is None:
        raise ActionError("There is no such chat here.")
    return Group(bot, chat)


def read_text(fields: Json, name: str) -> str:
    """Return a text that has to be there."""
    text = fields.get(name)
    if not isinstance(text, str):
        raise ActionError(MISUNDERSTANDING)
    return text


def read_button_data(fields: Json) -> str:
    """Return the data of a pressed button."""
    data = read_text(fields, "data")
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise ActionError(MISUNDERSTANDING)
    return data
