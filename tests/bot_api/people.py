"""What people do that only tests need."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from bot.sandbox.localchat.account import Press
from bot.sandbox.localchat.messages import Message, User
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.localchat.text.formatting import normalize
from bot.sandbox.localchat.text.html import parse_html


def press_twice(
    person: Person, message: Message, text: str
) -> tuple[Press, Press]:
    """Press a button twice at once: the bot gets both presses together."""
    with person._bot.lock:
        return person.press(message, text), person.press(message, text)


def forward_from(person: Person, html: str, sender: str) -> Message:
    """Forward what `sender` wrote elsewhere; its HTML may hold links behind words."""
    text, entities = normalize(*parse_html(html))
    draft = person._draft()
    origin = {
        "type": "hidden_user",
        "sender_user_name": sender,
        "date": int(draft.date.timestamp()),
    }
    message = replace(
        draft, text=text, entities=entities, forward_origin=origin
    )
    return person._send(message)


def deactivate(person: Person) -> None:
    """Delete the person's account: the bot may not write to it, and gets no update."""
    with person._bot.lock:
        person._chat.is_deactivated = True


def vanish(person: Person) -> None:
    """Close the chat, as if it had never been."""
    with person._bot.lock:
        person._chat.is_open = False


def restore_chat(
    server: ChatServer, user: User, messages: Iterable[Message]
) -> Person:
    """Return a person whose chat with the bot has these messages from an earlier run."""
    bot = next(iter(server.bots.values()))
    with bot.lock:
        person = Person(bot, user)
        server.people[user.id] = person
        person._chat.is_open = True
        for message in messages:
            person._chat.messages[message.id] = message
        bot.message_ids = count(max(person._chat.messages, default=0) + 1)
    return person
