"""What happened in the chats, numbered, so that a page that was away catches up."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.localchat.account import Bot, Chat, Toast
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.page.store import Stored

MOST = 400  # messages of a chat that a page gets; older ones stay stored


@dataclass(slots=True)
class Seen:
    """What the feed knows of one chat; each thing with the number of its last change."""

    messages: dict[int, tuple[Message, int]] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    toasts: list[tuple[Toast, int]] = field(default_factory=list)
    actions: int = 0
    acted: int = 0
    state: tuple[bool, bool] = (False, False)


class Feed:
    """Compares the chats with what it knew at each change, and stores what is new.

    `epoch` names this run: numbers of an earlier one mean nothing here.
    """

    def __init__(self, bot: Bot, stored: Stored) -> None:
        self._bot = bot
        self._stored = stored
        self._lock = threading.Lock()
        self.epoch = secrets.token_hex(8)
        self.number = 1
        self._seen = {
            chat_id: _known(chat) for chat_id, chat in bot.chats.items()
        }
        self._commands = bot.commands.copy()

    def note(self) -> None:
        """Number and store what changed since the last time."""
        with self._bot.lock, self._lock:
            changed = [
                self._note(i, chat) for i, chat in self._bot.chats.items()
            ]
            if any(changed) or self._commands != self._bot.commands:
                self._commands = self._bot.commands.copy()
                self.number += 1

    def touch(self) -> None:
        """Count a change that is in no chat, such as another time on the clock."""
        with self._lock:
            self.number += 1

    def since(self, epoch: str, number: int) -> Json | None:
        """Return what a page has to know that has seen everything up to `number`.

        None where that is nothing; everything for a page of another run.
        """
        with self._bot.lock, self._lock:
            after = number if epoch == self.epoch else 0
            if after >= self.number:
                return None
            chats = {
                str(i): self._told(i, seen, after)
                for i, seen in self._seen.items()
            }
            return {"epoch": self.epoch, "number": self.number, "chats": chats}

    def _note(self, chat_id: int, chat: Chat) -> bool:
        seen, next_number = (
            self._seen.setdefault(chat_id, Seen()),
            self.number + 1,
        )
        new = [
            m
            for m in chat.messages.values()
            if not _is(seen.messages.get(m.id), m)
        ]
        for message in new:
            seen.messages[message.id] = (message, next_number)
            self._stored.keep(chat_id, message)
        gone = seen.messages.keys() - chat.messages.keys()
        for message_id in gone:
            del seen.messages[message_id]
            seen.gone[message_id] = next_number
            self._stored.drop(chat_id, message_id)
        toasts = chat.toasts[len(seen.toasts) :]
        seen.toasts += [(toast, next_number) for toast in toasts]
        acted = len(chat.actions) > seen.actions
        if acted:
            seen.actions, seen.acted = len(chat.actions), next_number
        turned = seen.state != (chat.is_open, chat.is_blocked)
        if turned:
            seen.state = (chat.is_open, chat.is_blocked)
            self._stored.keep_state(chat)
        return bool(new or gone or toasts or acted or turned)

    def _told(self, chat_id: int, seen: Seen, after: int) -> Json:
        chat = self._bot.chats[chat_id]
        shown = list(seen.messages.values())[-MOST:]
        told: Json = {
            "person": chat.person.as_json(),
            "open": seen.state[0],
            "blocked": seen.state[1],
            "messages": [
                self._spelled(chat, m) for m, number in shown if number > after
            ],
        }
        if after:  # a page that has just come needs no toast of yesterday
            told["gone"] = [
                i for i, number in seen.gone.items() if number > after
            ]
            told["toasts"] = list(_toasts(seen, after))
            told["typing"] = seen.acted > after
        return told

    def _spelled(self, chat: Chat, message: Message) -> Json:
        extra = {
            "silent": message.silent,
            "reaction": message.reaction,
            "bot_reaction": message.bot_reaction,
        }
        given = {name: value for name, value in extra.items() if value}
        return self._bot.spelled(chat, message) | given


def _known(chat: Chat) -> Seen:
    """Return what was there before this run, as seen at its beginning."""
    messages = {message.id: (message, 1) for message in chat.messages.values()}
    return Seen(messages, state=(chat.is_open, chat.is_blocked))


def _is(known: tuple[Message, int] | None, message: Message) -> bool:
    return known is not None and known[0] is message


def _toasts(seen: Seen, after: int) -> Iterator[Json]:
    for toast, number in seen.toasts:
        if number > after:
            yield {
                "press": toast.press_id,
                "text": toast.text,
                "alert": toast.alert,
            }
