"""The changes in the chats, numbered, so that a page gets all it has not seen."""

import secrets
import threading
from dataclasses import dataclass, field

from bot.sandbox.localchat.account import BotAccount, Chat, Toast
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import Json, Message
from bot.sandbox.localchat.page.store import ChatStore

# Messages of a chat that a page gets; older ones stay stored.
MAX_MESSAGES = 400


@dataclass(slots=True)
class ChatRecord:
    """The last noted state of one chat, each part with the number of its last change."""

    messages: dict[int, tuple[Message, int]] = field(default_factory=dict)
    deleted: dict[int, int] = field(default_factory=dict)
    toasts: list[tuple[Toast, int]] = field(default_factory=list)
    action_count: int = 0
    action_number: int = 0
    state: object = None


class Feed:
    """Compares the chats with their last noted state, and stores the changes.

    `epoch` names this run: a number of another run means nothing here.
    """

    def __init__(self, bot: BotAccount, store: ChatStore) -> None:
        self._bot = bot
        self._store = store
        self._lock = threading.Lock()
        self.epoch = secrets.token_hex(8)
        self.number = 1
        self._records = {
            chat_id: _restored_record(chat)
            for chat_id, chat in self._chats.items()
        }
        self._commands = bot.commands.copy()

    def update(self) -> None:
        """Number and store the changes since the last time."""
        with self._bot.lock, self._lock:
            has_changed = self._commands != self._bot.commands
            self._commands = self._bot.commands.copy()

            for chat_id, chat in self._chats.items():
                has_changed |= self._update_chat(chat_id, chat)
            if has_changed:
                self.number += 1

    def touch(self) -> None:
        """Count a change outside the chats, such as a moved clock."""
        with self._lock:
            self.number += 1

    def changes_since(self, epoch: str, number: int) -> Json | None:
        """Return the changes after `number`, or None if there are none.

        A page of another epoch gets everything.
        """
        with self._bot.lock, self._lock:
            after = number if epoch == self.epoch else 0
            if after >= self.number:
                return None

            chats = {
                str(chat_id): self._chat_changes(chat_id, record, after)
                for chat_id, record in self._records.items()
            }
            return {"epoch": self.epoch, "number": self.number, "chats": chats}

    @property
    def _chats(self) -> dict[int, Chat | GroupChat]:
        """All chats that the page shows, the private ones first."""
        return {**self._bot.chats, **self._bot.groups}

    def _update_chat(self, chat_id: int, chat: Chat | GroupChat) -> bool:
        """Note one chat's changes under the next number; return whether there are any."""
        record = self._records.setdefault(chat_id, ChatRecord())
        changes = [
            self._update_messages(record, chat_id, chat),
            self._update_deleted(record, chat_id, chat),
            self._update_toasts(record, chat),
            self._update_actions(record, chat),
            self._update_state(record, chat_id, chat),
        ]
        return any(changes)

    def _update_messages(
        self, record: ChatRecord, chat_id: int, chat: Chat | GroupChat
    ) -> bool:
        changed_messages = [
            message
            for message in chat.messages.values()
            if not _is_noted(record, message)
        ]
        for message in changed_messages:
            record.messages[message.id] = (message, self.number + 1)
            self._store.save_message(chat_id, message)
        return bool(changed_messages)

    def _update_deleted(
        self, record: ChatRecord, chat_id: int, chat: Chat | GroupChat
    ) -> bool:
        deleted_ids = record.messages.keys() - chat.messages.keys()
        for message_id in deleted_ids:
            del record.messages[message_id]
            record.deleted[message_id] = self.number + 1
            self._store.delete_message(chat_id, message_id)
        return bool(deleted_ids)

    def _update_toasts(
        self, record: ChatRecord, chat: Chat | GroupChat
    ) -> bool:
        if not isinstance(chat, Chat):
            return False
        toasts = chat.toasts[len(record.toasts) :]
        record.toasts += [(toast, self.number + 1) for toast in toasts]
        return bool(toasts)

    def _update_actions(
        self, record: ChatRecord, chat: Chat | GroupChat
    ) -> bool:
        if len(chat.actions) <= record.action_count:
            return False
        record.action_count = len(chat.actions)
        record.action_number = self.number + 1
        return True

    def _update_state(
        self, record: ChatRecord, chat_id: int, chat: Chat | GroupChat
    ) -> bool:
        state = chat.state()
        if state == record.state:
            return False
        record.state = state
        self._store.save_state(chat_id, chat)
        return True

    def _chat_changes(
        self, chat_id: int, record: ChatRecord, after: int
    ) -> Json:
        chat = self._chats[chat_id]
        latest = list(record.messages.values())[-MAX_MESSAGES:]
        changes: Json = {
            **self._description(chat),
            "messages": [
                self._message_json(chat, message)
                for message, number in latest
                if number > after
            ],
        }
        # A page that was just opened needs no toast of yesterday.
        if after:
            changes["deleted"] = [
                message_id
                for message_id, number in record.deleted.items()
                if number > after
            ]
            changes["toasts"] = [
                _toast_json(toast)
                for toast, number in record.toasts
                if number > after
            ]
            changes["typing"] = record.action_number > after
        return changes

    def _description(self, chat: Chat | GroupChat) -> Json:
        """Return who is in a chat, and whether the bot can write to it."""
        if isinstance(chat, Chat):
            return {
                "person": chat.person.as_json(),
                "open": chat.is_open,
                "blocked": chat.is_blocked,
            }
        return {
            "group": chat.as_json(),
            "members": {str(id_): name for id_, name in chat.members.items()},
            "has_bot": chat.has_member(self._bot.user.id),
        }

    def _message_json(self, chat: Chat | GroupChat, message: Message) -> Json:
        """Return the Bot API's `Message`, with what only the page shows."""
        body = self._bot.message_json(chat, message)
        # A post of a channel names no author.
        body["author"] = (message.sender_chat or {}).get(
            "id", message.sender.id
        )
        if message.silent:
            body["silent"] = True
        if message.reaction:
            body["reaction"] = message.reaction
        if message.bot_reaction:
            body["bot_reaction"] = message.bot_reaction
        return body


def _restored_record(chat: Chat | GroupChat) -> ChatRecord:
    """Return the record of a chat from an earlier run, all of it under number 1."""
    return ChatRecord(
        messages={
            message.id: (message, 1) for message in chat.messages.values()
        },
        state=chat.state(),
    )


def _is_noted(record: ChatRecord, message: Message) -> bool:
    """Return whether the record holds this very state of a message."""
    entry = record.messages.get(message.id)
    return entry is not None and entry[0] is message


def _toast_json(toast: Toast) -> Json:
    body = {"press": toast.press_id, "text": toast.text, "alert": toast.alert}
    return body | ({"url": toast.url} if toast.url else {})
