"""People who chat with the bot: what they do becomes updates, and they see what it answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.sandbox.localchat.account import Bot, Chat, Press, Toast
from bot.sandbox.localchat.messages import Account, Json, Message
from bot.sandbox.localchat.text.entities import parse_html
from bot.sandbox.localchat.text.formatting import settled

T = TypeVar("T")

# what is older reaches the bot as an InaccessibleMessage, so nothing may be read from it
ACCESSIBLE = timedelta(hours=48)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person:
    """One person's side of the private chat; every method may be called from any thread."""

    def __init__(self, bot: Bot, account: Account) -> None:
        self.account = account
        self._bot = bot
        self._chat = bot.chats.setdefault(account.id, Chat(account))

    @property
    def id(self) -> int:
        """The person's id, which is the chat's id too."""
        return self.account.id

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages of both sides as they stand now, oldest first."""
        with self._bot.lock:
            return tuple(self._chat.messages.values())

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """The answers to taps, oldest first."""
        with self._bot.lock:
            return tuple(self._chat.toasts)

    @property
    def actions(self) -> tuple[str, ...]:
        """What the bot said it was doing (`typing`), oldest first."""
        with self._bot.lock:
            return tuple(self._chat.actions)

    def write(self, text: str, *, reply_to: int | None = None) -> Message:
        """Send a text; commands and addresses in it are marked as Telegram marks them."""
        plain, entities = settled(text, ())
        draft = replace(self._draft(), reply_to=reply_to)
        return self._send(replace(draft, text=plain, entities=entities))

    def start(self, payload: str = "") -> Message:
        """Press Start, or open a deep link that carries `payload`."""
        if not _PAYLOAD.fullmatch(payload):
            raise ValueError(f"not a deep link payload: {payload!r}")
        return self.write(f"/start {payload}")

    def forward(self, html: str, sender: str) -> Message:
        """Forward what `sender` wrote elsewhere; its HTML may hold links behind words."""
        text, entities = settled(*parse_html(html))
        draft = self._draft()
        written = int(draft.date.timestamp())
        origin = {
            "type": "hidden_user",
            "sender_user_name": sender,
            "date": written,
        }
        return self._send(
            replace(draft, text=text, entities=entities, forward_origin=origin)
        )

    def pass_on(self, message: Message) -> Message:
        """Forward a message that stands in a chat here; who wrote it first stays named."""
        written = {"type": "user", "sender_user": message.sender.as_json()}
        origin = message.forward_origin or {
            **written,
            "date": int(message.date.timestamp()),
        }
        passed = replace(
            self._draft(), text=message.text, entities=message.entities
        )
        return self._send(
            replace(passed, file=message.file, forward_origin=origin)
        )

    def send_document(
        self,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        mime_type: str = "application/octet-stream",
    ) -> Message:
        """Send a file."""
        text, entities = settled(caption, ())
        with self._bot.lock:
            file = self._bot.store(name, mime_type, content)
        return self._send(
            replace(self._draft(), text=text, entities=entities, file=file)
        )

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of one's own message."""
        if message.by_bot:
            raise ValueError("only the bot edits its messages")
        plain, entities = settled(text, ())
        with self._acting():
            current = self._chat.messages[message.id]
            edited = replace(
                current, text=plain, entities=entities, edits=current.edits + 1
            )
            edited = replace(edited, edited_at=self._bot.clock())
            self._chat.messages[message.id] = edited
            self._bot.updates.put(
                "edited_message", self._bot.spelled(self._chat, edited)
            )
        return edited

    def press(self, message: Message, text: str) -> Press:
        """Press the button that reads `text`, also on an old copy of a message."""
        data = message.button(text).data
        if data is None:
            raise LookupError(f"the button {text!r} sends nothing to the bot")
        return self.press_data(message.id, data)

    def press_twice(self, message: Message, text: str) -> tuple[Press, Press]:
        """Press a button twice at once: the bot gets both presses together."""
        with self._bot.lock:
            return self.press(message, text), self.press(message, text)

    def press_data(self, message_id: int, data: str) -> Press:
        """Press with data of one's own making, as a forged client could."""
        with self._acting():
            number = str(4_200_000_000_000_000_000 + next(self._bot.press_ids))
            press = Press(number, self.id, message_id, data, self._bot.clock())
            self._bot.presses[press.id] = press
            body = {
                "id": press.id,
                "from": self.account.as_json(),
                "message": self._pressed(message_id),
                "chat_instance": str(self.id),
                "data": data,
            }
            self._bot.updates.put("callback_query", body)
        return press

    def react(self, message: Message, emoji: str | None) -> None:
        """React to a message, or take the reaction back with None."""
        with self._acting():
            current = self._chat.messages[message.id]
            if current.reaction == emoji:
                return
            self._chat.messages[message.id] = replace(current, reaction=emoji)
            body = {
                "chat": self.account.as_chat(),
                "message_id": message.id,
                "user": self.account.as_json(),
                "date": int(self._bot.clock().timestamp()),
                "old_reaction": _reactions(current.reaction),
                "new_reaction": _reactions(emoji),
            }
            self._bot.updates.put("message_reaction", body)

    def block(self) -> None:
        """Block the bot: from now on its messages are refused."""
        with self._acting():
            self._chat.is_blocked = True
            self._tell_membership("member", "kicked")

    def unblock(self) -> None:
        """Come back after `block`."""
        with self._bot.lock:
            self._chat.is_blocked = False
            self._tell_membership("kicked", "member")
        self._bot.changes.announce()

    def deactivate(self) -> None:
        """Delete one's account: nobody can write there any more, and the bot is not told."""
        with self._bot.lock:
            self._chat.is_deactivated = True

    def vanish(self) -> None:
        """Let the chat be gone, as if it had never been."""
        with self._bot.lock:
            self._chat.is_open = False

    async def wait_for(
        self, wanted: Callable[[Message], bool], seconds: float = 5
    ) -> Message:
        """Return the bot's newest message that is `wanted`, waiting until there is one."""
        return await self.until(lambda: self._newest(wanted), seconds)

    async def answer_to(self, press: Press, seconds: float = 5) -> Toast:
        """Return the bot's answer to a press, waiting until it comes."""
        return await self.until(
            lambda: next(
                (toast for toast in self.toasts if toast.press_id == press.id),
                None,
            ),
            seconds,
        )

    async def until(
        self, look: Callable[[], T | None], seconds: float = 5
    ) -> T:
        """Return what `look` finds, looking again at every change; raise TimeoutError at last."""
        found = await self._bot.changes.wait_until(look, seconds)
        if found is None:
            seen = [message.text for message in self.messages]
            raise TimeoutError(
                f"{self.account.first_name} waited {seconds} s and sees {seen}"
            )
        return found

    def _newest(self, wanted: Callable[[Message], bool]) -> Message | None:
        from_bot = (
            message for message in reversed(self.messages) if message.by_bot
        )
        return next(filter(wanted, from_bot), None)

    def _draft(self) -> Message:
        with self._bot.lock:
            number = next(self._bot.message_ids)
        return Message(id=number, sender=self.account, date=self._bot.clock())

    def _send(self, message: Message) -> Message:
        with self._acting():
            self._chat.is_open = True
            self._chat.messages[message.id] = message
            self._bot.updates.put(
                "message", self._bot.spelled(self._chat, message)
            )
        return message

    @contextmanager
    def _acting(self) -> Iterator[None]:
        with self._bot.lock:
            if self._chat.is_blocked:
                raise PermissionError(
                    f"{self.account.first_name} has blocked the bot"
                )
            yield
        self._bot.changes.announce()

    def _pressed(self, message_id: int) -> Json:
        message = self._chat.messages.get(message_id)
        if message is None or self._bot.clock() - message.date > ACCESSIBLE:
            return {
                "chat": self.account.as_chat(),
                "message_id": message_id,
                "date": 0,
            }
        return self._bot.spelled(self._chat, message)

    def _tell_membership(self, before: str, after: str) -> None:
        user = self._bot.account.as_json()
        body = {
            "chat": self.account.as_chat(),
            "from": self.account.as_json(),
            "date": int(self._bot.clock().timestamp()),
            "old_chat_member": _member(user, before),
            "new_chat_member": _member(user, after),
        }
        self._bot.updates.put("my_chat_member", body)


def _member(user: Json, status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": user, "status": status, **until}


def _reactions(emoji: str | None) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
