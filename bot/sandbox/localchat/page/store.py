"""The local chat's own database: the messages of its chats, and facts of the local run.

One process at a time opens the file; a second one is refused.
"""

import json
import logging
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.sandbox.localchat import sanitize
from bot.sandbox.localchat.account import BotAccount, Chat
from bot.sandbox.localchat.group_chat import GroupChat
from bot.sandbox.localchat.messages import File, Json, Message, User
from bot.sandbox.localchat.text.entities import Entity

log = logging.getLogger(__name__)

# The lock is exclusive while the file is open: two servers would mix their chats.
OPENING = """
PRAGMA locking_mode=EXCLUSIVE;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA secure_delete=ON;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, mime_type TEXT NOT NULL,
    width INTEGER, height INTEGER, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    chat_id INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, file_id TEXT,
    PRIMARY KEY (chat_id, id)
);
COMMIT;
"""


class ChatStore:
    """An open file; raises sqlite3.OperationalError if another process has it open.

    Any other sqlite3.DatabaseError means that the file is damaged, or no database.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._stored_files: set[str] = set()

        # Nobody else may read what people write here.
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(
            path, timeout=0.5, isolation_level=None, check_same_thread=False
        )
        try:
            self._connection.executescript(OPENING)
        except sqlite3.DatabaseError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let the next process open the file."""
        with self._lock:
            self._connection.close()

    def fact(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the value stored under a name, or None if there is none."""
        rows = self._execute("SELECT value FROM facts WHERE name = ?", [name])
        with suppress(ValueError):
            return json.loads(rows[0][0]) if rows else None
        return None

    def set_fact(self, name: str, value: object) -> None:
        """Store a value that JSON can hold."""
        self._execute(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = ?2",
            [name, json.dumps(value)],
        )

    def save_message(self, chat_id: int, message: Message) -> None:
        """Store the current state of a message, and its file once."""
        file = message.file
        if file is not None and file.id not in self._stored_files:
            self._save_file(file)

        body = json.dumps(_message_body(message))
        self._execute(
            "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)",
            [chat_id, message.id, body, file and file.id],
        )

    def delete_message(self, chat_id: int, message_id: int) -> None:
        """Delete the content of a message; its number stays, so that it is never reused."""
        self._execute(
            "UPDATE messages SET body = '', file_id = NULL WHERE chat_id = ? AND id = ?",
            [chat_id, message_id],
        )

    def save_state(self, chat_id: int, chat: Chat | GroupChat) -> None:
        """Store the state of a chat beside its messages."""
        self.set_fact(f"chat {chat_id}", chat.state())

    def restore(self, bot: BotAccount) -> None:
        """Load everything into a bot, whose private chats exist already."""
        self._restore_files(bot)
        for chat_id, chat in bot.chats.items():
            chat.restore_state(self.fact(f"chat {chat_id}") or (False, False))
        self._restore_groups(bot)
        self._restore_messages(bot)

    def _restore_groups(self, bot: BotAccount) -> None:
        rows = self._execute("SELECT name FROM facts WHERE name LIKE 'chat -%'")
        for (name,) in rows:
            chat_id = int(name.removeprefix("chat "))
            state = self.fact(name)
            if state is None:
                continue
            group = bot.groups.setdefault(
                chat_id,
                GroupChat(
                    id=chat_id,
                    title=state["title"],
                    kind=state["kind"],
                ),
            )
            group.restore_state(state)
            for user_id in group.members.keys() & bot.chats.keys():
                group.users[user_id] = bot.chats[user_id].person

    def _restore_files(self, bot: BotAccount) -> None:
        rows = self._execute("SELECT * FROM files")
        for file_id, name, mime_type, width, height, content in rows:
            bot.files[file_id] = File(
                id=file_id,
                name=sanitize.file_name(name),
                mime_type=sanitize.mime_type(mime_type),
                content=content,
                size=None if width is None else (width, height),
            )
        self._stored_files = set(bot.files)

    def _restore_messages(self, bot: BotAccount) -> None:
        last_id = 0
        chats: dict[int, Chat | GroupChat] = {**bot.chats, **bot.groups}
        rows = self._execute("SELECT * FROM messages ORDER BY id")
        for chat_id, message_id, body, file_id in rows:
            last_id = max(last_id, message_id)
            message = _read_message(body) if body else None
            if message is not None and chat_id in chats:
                file = bot.files.get(file_id)
                message = replace(message, file=file)
                bot.keep_message(chats[chat_id], message)
        bot.message_ids = count(last_id + 1)

    def _save_file(self, file: File) -> None:
        width, height = file.size or (None, None)
        self._execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
            [file.id, file.name, file.mime_type, width, height, file.content],
        )
        self._stored_files.add(file.id)

    def _execute(
        self, statement: str, values: Iterable[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; once the file is closed it does nothing."""
        with self._lock, suppress(sqlite3.ProgrammingError):
            return self._connection.execute(statement, list(values)).fetchall()
        return []


def _message_body(message: Message) -> Json:
    """Return a message as JSON with its own field names, without the file."""
    body = asdict(replace(message, file=None))
    body["date"] = message.date.isoformat()
    body["edited_at"] = message.edited_at and message.edited_at.isoformat()
    return body


def _read_message(text: str) -> Message | None:
    """Return a stored message, or None if it can't be shown, so that the others are."""
    try:
        body = json.dumps(json.loads(text), ensure_ascii=False)
        message = _parse_message(json.loads(sanitize.replace_surrogates(body)))
        # Whatever can't be sent fails here already.
        json.dumps([message.as_json({}), message.keyboard and True])
    except (
        ArithmeticError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        log.warning(
            "a message of the chat can't be read, and is left out: %s", error
        )
        return None
    return message


def _parse_message(body: Json) -> Message:
    edited_at = body["edited_at"]
    via_bot = body.get("via_bot")
    fields = {
        **body,
        "sender": User(**body["sender"]),
        "entities": tuple(Entity(**entity) for entity in body["entities"]),
        "date": datetime.fromisoformat(body["date"]),
        "via_bot": via_bot and User(**via_bot),
        "edited_at": edited_at and datetime.fromisoformat(edited_at),
    }
    return Message(**fields)
