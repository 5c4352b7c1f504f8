"""Runs the whole bot over HTTP against the local Bot API server, and drives it as people do."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import select

from bot import app
from bot.handlers import profile
from bot.jobs import delivery, health, ticks
from bot.jobs.parts import RUN
from bot.jobs.ticks import Job
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import deliveries, readers
from bot.storage import feedback as stored_feedback
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.transport.health_port import HealthAddress
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import Bot
from bot.transport.webhook import Address
from tests.bot_api.server import FaultyServer

TOKEN = "123456:end-to-end-token"
# No source answers at this address.
NOBODY = "http://127.0.0.1:9"

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)

# For a module whose tests hold with polling and with a webhook.
BOTH_WAYS = pytest.mark.parametrize(
    "address", ["polling", "webhook"], indirect=True
)


@dataclass
class Clock:
    """A clock that the test moves."""

    now: datetime = MONDAY
    furthest: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def seconds(self) -> float:
        """Return a time in seconds that runs by itself, and never goes back as this clock may."""
        self.furthest = max(self.furthest, self.now)
        return time.monotonic() + self.furthest.timestamp()


@dataclass
class Talk:
    """One bot with its runtime, and the people who talk to it."""

    server: FaultyServer
    runtime: Runtime
    clock: Clock
    bot: Bot
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def database(self) -> Database:
        """The database of the bot."""
        return self.runtime.database

    def person(self, name: str, language: str = "en") -> Person:
        return self.server.person(name, language)

    def reader(self, person: Person) -> Reader:
        """Return the stored reader of a person, who has to be one."""
        reader = readers.find(self.database, person.id)
        assert reader is not None
        return reader

    def feedback(self, person: Person) -> Feedback:
        """Return all that a reader said so far, as picks are chosen by it today."""
        reader = self.reader(person)
        return stored_feedback.of_reader(
            self.database, reader.id, reader.zone, self.clock().date()
        )

    def topics(self, person: Person) -> list[tuple[str, str]]:
        """Return the topics of a reader, each with its kind."""
        topics = stored_feedback.topics(self.database, self.reader(person).id)
        return [(topic.text, topic.kind) for topic in topics]

    async def deliver(self) -> int:
        """Send all picks that are due; return how many readers got some."""
        return await delivery.deliver(self.runtime, self.bot)

    def states(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        return deliveries.count_by_state(
            self.database, datetime.min.replace(tzinfo=UTC)
        )

    async def started(self, name: str) -> Person:
        """Return a new reader who has been greeted."""
        person = self.person(name)
        person.start()
        await person.wait_for(lambda m: "What are you into" in m.text, 20)
        return person


def daily(person: Person) -> list[str]:
    """Return the first lines of the digests a person got."""
    return [
        m.text.splitlines()[0]
        for m in person.messages
        if "👍 1" in "".join(buttons(m))
    ]


async def says(person: Person, text: str, seconds: float = 30) -> Message:
    """Return the bot's answer to a text."""
    question = person.write(text)
    return await person.wait_for(
        lambda message: message.id > question.id, seconds
    )


async def taps(person: Person, message: Message, button: str) -> Message:
    """Press a button; return the message as it stands once it was edited."""
    person.press(message, button)
    return await person.wait_for(
        lambda m: m.id == message.id and m.edits > message.edits, 30
    )


async def wait_for_deletion(person: Person, message: Message) -> None:
    """Wait until the bot has deleted a message."""

    def is_deleted() -> bool | None:
        ids = {other.id for other in person.messages}
        return message.id not in ids or None

    await person.wait_until(is_deleted)


async def eventually(is_true: Callable[[], bool]) -> None:
    """Wait until a condition holds that no message tells of."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(is_true):  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.02)


def logged_errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the messages of the errors that were logged."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.ERROR
    ]


def buttons(message: Message) -> list[str]:
    """Return the texts of a message's buttons, row by row."""
    return [button.text for row in message.keyboard or () for button in row]


def rows(
    runtime: Runtime, reader_id: int
) -> dict[str, list[tuple[object, ...]]]:
    """Return all stored rows of one reader, by table."""
    tables = [
        table
        for table in Base.metadata.sorted_tables
        if "reader_id" in table.c or table.name == "readers"
    ]
    with runtime.database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table))
                if row._mapping[
                    "id" if table.name == "readers" else "reader_id"
                ]
                == reader_id
            ]
            for table in tables
        }


def stop_deliveries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take deliveries from the bot's clock: tests run them themselves, when they need one."""

    async def deliver_nothing(_runtime: Runtime, _bot: Bot) -> None: ...

    monkeypatch.delitem(cast("dict[Job, int]", RUN.jobs), ticks.deliver)
    monkeypatch.setattr(ticks, "deliver", deliver_nothing)


def keep_profile_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the menus in other languages: 45 requests that only their own test looks at."""

    async def translate_nothing(_bot: Bot) -> None: ...

    monkeypatch.setattr(profile, "translate", translate_nothing)


def free_address() -> Address:
    """Return a webhook address on this machine, at a port that was free just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return Address(
        f"http://127.0.0.1:{port}/a/hook", "a-webhook-secret", "127.0.0.1", port
    )


@asynccontextmanager
async def talking(
    runtime: Runtime,
    server: FaultyServer,
    address: Address | None = None,
    health_address: HealthAddress | None = None,
) -> AsyncIterator[Talk]:
    """Run the bot against a server until the block ends; it has to end cleanly.

    Updates come to the webhook at the address, or by polling without one. The bot is watched
    at the health address, if there is one.
    """
    assert isinstance(runtime.clock, Clock)
    token, base = next(iter(server.bots)), server.base_url.removesuffix("/bot")
    limiter = RateLimiter(runtime.send_rate, clock=runtime.clock.seconds)
    application = app.build(runtime, token, base, limiter)
    talk = Talk(server, runtime, runtime.clock, application.bot)
    runtime.ready.clear()
    running = asyncio.create_task(
        _serve(talk, application, address, health_address)
    )
    ready = asyncio.create_task(runtime.ready.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if running.done():
        running.result()
    try:
        yield talk
    finally:
        talk.stop.set()
        await asyncio.wait_for(running, 10)


async def _serve(
    talk: Talk,
    application: app.App,
    address: Address | None,
    health_address: HealthAddress | None,
) -> None:
    checks = app.health_checks(talk.runtime, application)
    async with health.watched(talk.runtime, health_address, checks):
        await app.serve(talk.runtime, application, talk.stop, address=address)
