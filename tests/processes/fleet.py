"""Starts the bot as several processes on one PostgreSQL database, and kills them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Self

from sqlalchemy import func, select, update

from bot.picks import fitting
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.schedule.due import EVERY_DAY
from bot.storage import papers, readers, schema
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.readers import Reader
from bot.storage.tables import ReaderRow
from tests.bot_api.server import FaultyServer
from tests.corpus import library

TOKEN = "515151:AAE-a-token-of-many-processes"
SECRET = "a-webhook-secret"

# An address at which no source answers.
NOBODY = "http://127.0.0.1:9"

# Seconds for a process to be there, or to end.
PATIENCE = 60.0

# Bytes of log that a process may write before anybody reads them.
LOG_SIZE = 2**20


def free_port() -> int:
    """Return a port that was free just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Process:
    """One process of the bot; `part` is the command that it runs."""

    part: str
    popen: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Kill it at once, whatever it does."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def end(self) -> int:
        """End it as an operator does; return its exit code."""
        self.popen.terminate()
        return self.popen.wait(PATIENCE)

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def says(self, words: str) -> bool:
        """Tell whether its log holds some words."""
        return words in self.log.read_text("utf-8", errors="replace")


@dataclass
class Fleet:
    """The processes of one bot, which share a database and a webhook's port."""

    server: FaultyServer
    url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.database = Database(self.url)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
        self.database.close()

    def start(self, part: str, *options: str) -> Process:
        """Start one more process."""
        log = self.folder / f"{part}-{len(self.processes)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-m", "bot", part, *options],
                env={**os.environ, **self._environment(), **self.settings},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        process = Process(part, popen, log)
        self.processes.append(process)
        return process

    def run(self, *words: str) -> str:
        """Run a command beside the processes until its end; return what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env={**os.environ, **self._environment(), **self.settings},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    async def started(self, part: str, *options: str) -> Process:
        """Start one more process, and wait until it works."""
        process = self.start(part, *options)
        await until(lambda: process.says(f"{part} is there"))
        return process

    def alive(self, part: str) -> list[Process]:
        """Return the processes of a part that live."""
        return [
            process
            for process in self.processes
            if process.part == part and process.is_alive
        ]

    def readers(self, many: int) -> list[Person]:
        """Return people who are readers already, and to whom nothing is due."""
        return [self._reader(number) for number in range(many)]

    def make_due(self, people: Sequence[Person]) -> None:
        """Let the picks of these readers be due now."""
        with self.database.write() as session:
            session.execute(
                update(ReaderRow)
                .where(ReaderRow.chat_id.in_([p.id for p in people]))
                .values(next_due_at=datetime.now(UTC))
            )

    def reader(self, person: Person) -> Reader:
        """Return the stored reader of a person, who has to be one."""
        reader = readers.find(self.database, person.id)
        assert reader is not None
        return reader

    def deliveries(self, *states: str) -> int:
        """Return how many deliveries are in one of these states."""
        count = select(func.count(DeliveryRow.id)).where(
            DeliveryRow.state.in_(states)
        )
        with self.database.read() as session:
            return session.scalars(count).one()

    def _environment(self) -> dict[str, str]:
        return {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": self.server.base_url.removesuffix("/bot"),
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "WEBHOOK_URL": f"http://127.0.0.1:{self.port}/hook",
            "WEBHOOK_SECRET": SECRET,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "HF_ENDPOINT": NOBODY,
            "LOG_LEVEL": "INFO",
        }

    def _reader(self, number: int) -> Person:
        person = self.server.person(f"Reader {number}")
        bot = self.server.bots[TOKEN]
        with bot.lock:
            bot.chats[person.id].is_open = True
        values = {
            "name": "one of many",
            "at": time(9),
            "created_at": datetime.now(UTC),
            "weekdays": EVERY_DAY,
        }
        readers.find_or_create(self.database, person.id, values)
        return person


def fill(url: str, per_field: int = 40) -> None:
    """Prepare a database with a library of papers, and features fitted on it."""
    now = datetime.now(UTC)
    with closing(Database(url)) as database:
        schema.migrate(database)
        papers.store(database, library(now.date(), per_field=per_field, days=8))
        fitting.fit(database, now)


async def until(is_true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until a condition holds that nobody tells of."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(is_true):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


def digests(person: Person) -> list[Message]:
    """Return the messages with picks that a person got."""
    return [
        message
        for message in person.messages
        if message.by_bot and message.keyboard
    ]
