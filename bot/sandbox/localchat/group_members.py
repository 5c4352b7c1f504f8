"""People in groups and channels: they write, press buttons, and see what stands there."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.localchat import presses
from bot.sandbox.localchat.account import BotAccount, Press
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.messages import (
    ANONYMOUS_ADMIN,
    CHANNEL_SENDER,
    TELEGRAM,
    Json,
    Message,
    User,
)
from bot.sandbox.localchat.text.formatting import normalize


class GroupMember:
    """One person's side of the groups; every method may be called from any thread."""

    user: User
    _bot: BotAccount

    def write_in(
        self,
        group: Group,
        text: str,
        *,
        thread_id: int | None = None,
        reply_to: int | None = None,
        anonymous: bool = False,
        sender_chat: Group | None = None,
        force_delivery: bool = False,
    ) -> Message:
        """Send a text to a group, or post it in a channel.

        An anonymous admin writes as the group, and `sender_chat` is a channel to write as.
        A post of a channel comes to its linked group, too. With `force_delivery` the bot gets
        the message also where its privacy mode would keep it away.
        """
        plain, entities = normalize(text, ())
        chat = self._present_in(group)
        author, chat_of_author = self._author(chat, anonymous, sender_chat)

        with self._changing():
            message = Message(
                id=next(self._bot.message_ids),
                sender=author,
                sender_chat=chat_of_author,
                date=self._bot.clock(),
                text=plain,
                entities=entities,
                thread_id=thread_id,
                reply_to=reply_to,
            )
            self._send_in(chat, message, force_delivery)
            self._forward_to_linked_group(chat, message)
        return message

    def press_in(self, group: Group, message: Message, text: str) -> Press:
        """Press the button labelled `text` under a message of a group."""
        data = message.button(text).data
        if data is None:
            raise LookupError(f"the button {text!r} sends nothing to the bot")
        return self.press_data_in(group, message.id, data)

    def press_data_in(self, group: Group, message_id: int, data: str) -> Press:
        """Press a button in a group with any data, as a forged client could."""
        chat = self._present_in(group)
        with self._changing():
            return presses.press_message(
                self._bot,
                self.user,
                chat,
                message_id,
                data,
            )

    def press_inline(self, inline_id: str, data: str) -> Press:
        """Press a button of a message that was sent via the bot, wherever it stands."""
        with self._changing():
            return presses.press_inline(self._bot, self.user, inline_id, data)

    def _present_in(self, group: Group) -> GroupChat:
        """Return the state of a group, or raise PermissionError if the person is not in it."""
        if group.chat.has_member(self.user.id):
            return group.chat
        raise PermissionError(f"{self.user.first_name} is not in {group.title}")

    def _author(
        self, chat: GroupChat, anonymous: bool, sender_chat: Group | None
    ) -> tuple[User, Json | None]:
        """Return under whose name a message stands, and the chat it is written as."""
        if anonymous:
            return ANONYMOUS_ADMIN, chat.as_json()
        if sender_chat is not None:
            return CHANNEL_SENDER, sender_chat.chat.as_json()
        return self.user, chat.as_json() if chat.is_channel else None

    def _send_in(
        self, chat: GroupChat, message: Message, force_delivery: bool
    ) -> None:
        if force_delivery:
            chat.messages[message.id] = message
            self._bot.add_message_update(chat, message)
        else:
            self._bot.add_message(chat, message)

    def _forward_to_linked_group(self, chat: GroupChat, post: Message) -> None:
        if chat.linked_group is None:
            return
        forwarded_message = Message(
            id=next(self._bot.message_ids),
            sender=TELEGRAM,
            sender_chat=chat.as_json(),
            date=post.date,
            text=post.text,
            entities=post.entities,
            is_automatic_forward=True,
            forward_origin={
                "type": "channel",
                "chat": chat.as_json(),
                "message_id": post.id,
                "date": int(post.date.timestamp()),
            },
        )
        self._bot.add_message(chat.linked_group, forwarded_message)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, and notify afterwards."""
        with self._bot.lock:
            yield
        self._bot.notifier.notify()
