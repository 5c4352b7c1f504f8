"""People who chat with the bot: their actions become updates, and they see its answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from bot.sandbox.localchat import presses
from bot.sandbox.localchat.account import BotAccount, Chat, Press, Toast
from bot.sandbox.localchat.chat_members import member_json
from bot.sandbox.localchat.group_members import GroupMember
from bot.sandbox.localchat.inline_users import InlineUser
from bot.sandbox.localchat.messages import Json, Message, User
from bot.sandbox.localchat.sanitize import DEFAULT_MIME_TYPE
from bot.sandbox.localchat.text.formatting import normalize

T = TypeVar("T")

_DEEP_LINK_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person(GroupMember, InlineUser):
    """One person's side of the chats; every method may be called from any thread."""

    def __init__(self, bot: BotAccount, user: User) -> None:
        self.user = user
        self._bot = bot
        self._chat = bot.chats.setdefault(user.id, Chat(user))

    @property
    def id(self) -> int:
        """The person's id, which is also the chat's id."""
        return self.user.id

    @property
    def messages(self) -> tuple[Message, ...]:
        """The current messages of both sides, oldest first."""
        with self._bot.lock:
            return tuple(self._chat.messages.values())

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """The answers to presses, oldest first."""
        with self._bot.lock:
            return tuple(self._chat.toasts)

    def write(self, text: str, *, reply_to: int | None = None) -> Message:
        """Send a text, with its commands and addresses marked as Telegram marks them."""
        plain, entities = normalize(text, ())
        message = replace(
            self._draft(), text=plain, entities=entities, reply_to=reply_to
        )
        return self._send(message)

    def start(self, payload: str = "") -> Message:
        """Press Start, or open a deep link that carries `payload`."""
        if not _DEEP_LINK_PAYLOAD.fullmatch(payload):
            raise ValueError(f"not a deep link payload: {payload!r}")
        return self.write(f"/start {payload}")

    def forward(self, message: Message) -> Message:
        """Forward a message of any chat here; it keeps the name of its first author."""
        origin = message.forward_origin or {
            "type": "user",
            "sender_user": message.sender.as_json(),
            "date": int(message.date.timestamp()),
        }
        forwarded_message = replace(
            self._draft(),
            text=message.text,
            entities=message.entities,
            file=message.file,
            forward_origin=origin,
        )
        return self._send(forwarded_message)

    def send_document(
        self,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        mime_type: str = DEFAULT_MIME_TYPE,
    ) -> Message:
        """Send a file."""
        text, entities = normalize(caption, ())
        with self._bot.lock:
            file = self._bot.add_document(name, mime_type, content)

        message = replace(
            self._draft(), text=text, entities=entities, file=file
        )
        return self._send(message)

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of one's own message."""
        if message.by_bot:
            raise ValueError("only the bot edits its messages")
        plain, entities = normalize(text, ())

        with self._acting():
            current = self._chat.messages[message.id]
            new_message = replace(
                current,
                text=plain,
                entities=entities,
                edits=current.edits + 1,
                edited_at=self._bot.clock(),
            )
            self._chat.messages[message.id] = new_message
            body = self._bot.message_json(self._chat, new_message)
            self._bot.updates.add("edited_message", body)
        return new_message

    def press(self, message: Message, text: str) -> Press:
        """Press the button labelled `text`, also on an old copy of a message."""
        data = message.button(text).data
        if data is None:
            raise LookupError(f"the button {text!r} sends nothing to the bot")
        if message.inline_id:
            return self.press_inline(message.inline_id, data)
        return self.press_data(message.id, data)

    def press_data(self, message_id: int, data: str) -> Press:
        """Press a button with any data, as a forged client could."""
        with self._acting():
            return presses.press_message(
                self._bot,
                self.user,
                self._chat,
                message_id,
                data,
            )

    def react(self, message: Message, emoji: str | None) -> None:
        """React to a message, or take the reaction back with None."""
        with self._acting():
            current = self._chat.messages[message.id]
            if current.reaction == emoji:
                return
            self._chat.messages[message.id] = replace(current, reaction=emoji)

            body = {
                "chat": self.user.as_chat(),
                "message_id": message.id,
                "user": self.user.as_json(),
                "date": int(self._bot.clock().timestamp()),
                "old_reaction": _reactions(current.reaction),
                "new_reaction": _reactions(emoji),
            }
            self._bot.updates.add("message_reaction", body)

    def block(self) -> None:
        """Block the bot: from now on its messages are refused."""
        with self._acting():
            self._chat.is_blocked = True
            self._add_membership_update("member", "kicked")

    def unblock(self) -> None:
        """Let the bot write again."""
        with self._bot.lock:
            self._chat.is_blocked = False
            self._add_membership_update("kicked", "member")
        self._bot.notifier.notify()

    async def wait_for(
        self, matches: Callable[[Message], bool], seconds: float = 5
    ) -> Message:
        """Wait for a message of the bot that matches, and return the newest one."""
        return await self.wait_until(lambda: self._newest(matches), seconds)

    async def answer_to(self, press: Press, seconds: float = 5) -> Toast:
        """Wait for the bot's answer to a press, and return it."""

        def find_toast() -> Toast | None:
            for toast in self.toasts:
                if toast.press_id == press.id:
                    return toast
            return None

        return await self.wait_until(find_toast, seconds)

    async def wait_until(
        self, check: Callable[[], T | None], seconds: float = 5
    ) -> T:
        """Return the first result of `check` that is not None, or raise TimeoutError."""
        result = await self._bot.notifier.wait_until(check, seconds)
        if result is None:
            texts = [message.text for message in self.messages]
            raise TimeoutError(
                f"{self.user.first_name} waited {seconds} s and sees {texts}"
            )
        return result

    def _newest(self, matches: Callable[[Message], bool]) -> Message | None:
        for message in reversed(self.messages):
            if message.by_bot and matches(message):
                return message
        return None

    def _draft(self) -> Message:
        with self._bot.lock:
            number = next(self._bot.message_ids)
        return Message(id=number, sender=self.user, date=self._bot.clock())

    def _send(self, message: Message) -> Message:
        with self._acting():
            self._chat.is_open = True
            self._chat.messages[message.id] = message
            body = self._bot.message_json(self._chat, message)
            self._bot.updates.add("message", body)
        return message

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Hold the lock, and notify afterwards; raise PermissionError for a blocked bot."""
        with self._bot.lock:
            if self._chat.is_blocked:
                raise PermissionError(
                    f"{self.user.first_name} has blocked the bot"
                )
            yield
        self._bot.notifier.notify()

    def _add_membership_update(self, old_status: str, new_status: str) -> None:
        bot = self._bot.user
        body = {
            "chat": self.user.as_chat(),
            "from": self.user.as_json(),
            "date": int(self._bot.clock().timestamp()),
            "old_chat_member": member_json(bot, old_status, "private"),
            "new_chat_member": member_json(bot, new_status, "private"),
        }
        self._bot.updates.add("my_chat_member", body)


def _reactions(emoji: str | None) -> list[Json]:
    """Return the Bot API's list of `ReactionType`."""
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
