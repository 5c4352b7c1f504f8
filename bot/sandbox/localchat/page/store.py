"""The local chat's own database: what stands in the chats, and what the local run has to remember.

One file, opened by one process at a time; a second one is refused.
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
from bot.sandbox.localchat.account import Bot, Chat
from bot.sandbox.localchat.messages import Account, File, Json, Message, as_json
from bot.sandbox.localchat.text.entities import Entity

log = logging.getLogger(__name__)

# Exclusive for as long as it is open: two servers on one file would mix their chats.
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


class Stored:
    """An open file; raises sqlite3.OperationalError where another process has it open.

    Any other sqlite3.DatabaseError says that the file is damaged, or no database at all.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._files: set[str] = set()
        path.touch(
            mode=0o600
        )  # what people write here is nobody else's to read
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

    def fact(self, name: str) -> Any:  # noqa: ANN401 - whatever was remembered
        """Return what was remembered under a name, None where nothing was."""
        found = self._ask("SELECT value FROM facts WHERE name = ?", [name])
        with suppress(ValueError):
            return json.loads(found[0][0]) if found else None
        return None

    def remember(self, name: str, value: object) -> None:
        """Remember a value that JSON can hold."""
        row = [name, json.dumps(value)]
        self._ask(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = ?2",
            row,
        )

    def keep(self, chat_id: int, message: Message) -> None:
        """Store a message as it stands now."""
        if message.file is not None and message.file.id not in self._files:
            self._keep_file(message.file)
        file_id = message.file and message.file.id
        row = [chat_id, message.id, json.dumps(_body(message)), file_id]
        self._ask("INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)", row)

    def drop(self, chat_id: int, message_id: int) -> None:
        """Forget what a deleted message said; its number stays, so that none comes twice."""
        emptied = "UPDATE messages SET body = '', file_id = NULL WHERE chat_id = ? AND id = ?"
        self._ask(emptied, [chat_id, message_id])

    def keep_state(self, chat: Chat) -> None:
        """Store whether the bot may write to this chat."""
        self.remember(f"chat {chat.person.id}", [chat.is_open, chat.is_blocked])

    def restore(self, bot: Bot) -> None:
        """Put back into the bot's chats what stood there; their people are there already."""
        for id_, name, mime_type, width, height, content in self._ask(
            "SELECT * FROM files"
        ):
            size = None if width is None else (width, height)
            kind = sanitize.mime_type(mime_type)
            bot.files[id_] = File(
                id_, sanitize.file_name(name), kind, content, size
            )
        self._files = set(bot.files)
        for chat in bot.chats.values():
            chat.is_open, chat.is_blocked = self.fact(
                f"chat {chat.person.id}"
            ) or (False, False)
        last = 0
        for chat_id, id_, body, file_id in self._ask(
            "SELECT * FROM messages ORDER BY id"
        ):
            last = max(last, id_)
            message = _read(body) if body and chat_id in bot.chats else None
            if message is not None:
                kept = replace(message, file=bot.files.get(file_id))
                bot.chats[chat_id].messages[id_] = kept
        bot.message_ids = count(last + 1)

    def _keep_file(self, file: File) -> None:
        width, height = file.size or (None, None)
        row = [file.id, file.name, file.mime_type, width, height, file.content]
        self._ask("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        self._files.add(file.id)

    def _ask(
        self, statement: str, values: Iterable[object] = ()
    ) -> list[tuple[Any, ...]]:
        with (
            self._lock,
            suppress(sqlite3.ProgrammingError),
        ):  # closed: the last changes may go
            return self._connection.execute(statement, list(values)).fetchall()
        return []


def _body(message: Message) -> Json:
    body = asdict(replace(message, file=None))
    dates = {"date": message.date, "edited_at": message.edited_at}
    return body | {
        name: moment and moment.isoformat() for name, moment in dates.items()
    }


def _read(body: str) -> Message | None:
    """Return a stored message; None for one that can't be told any more, so that the rest is."""
    try:
        whole = sanitize.without_halves(
            json.dumps(json.loads(body), ensure_ascii=False)
        )
        message = _message(json.loads(whole))
        json.dumps([as_json(message, {}), message.keyboard and True])
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


def _message(body: Json) -> Message:
    told = {
        "sender": Account(**body["sender"]),
        "entities": tuple(Entity(**entity) for entity in body["entities"]),
        "date": datetime.fromisoformat(body["date"]),
        "edited_at": body["edited_at"]
        and datetime.fromisoformat(body["edited_at"]),
    }
    return Message(**{**body, **told})
