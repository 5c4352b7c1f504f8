"""A local chat for each test, with Ada in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from telegram.ext import Application, ApplicationBuilder

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.bot_api.server import FaultyServer

TOKEN = "42:local-chat-token"

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
Run = Callable[..., AbstractAsyncContextManager[AnyApplication]]


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)


class Caller:
    """Calls methods over HTTP with JSON bodies, and returns the responses' JSON."""

    def __init__(self, server: ChatServer, client: httpx.AsyncClient) -> None:
        self.server = server
        self.client = client

    async def __call__(self, method: str, **parameters: object) -> Any:
        url = f"{self.server.origin}/bot{TOKEN}/{method}"
        response = await self.client.post(url, json=parameters)
        return response.json()

    async def refusal(self, method: str, **parameters: object) -> str:
        """Return the description of a refused call."""
        answer = await self(method, **parameters)
        assert not answer["ok"], answer
        return str(answer["description"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[FaultyServer]:
    with FaultyServer(TOKEN, clock=clock) as server:
        yield server


@pytest.fixture
def ada(server: FaultyServer) -> Person:
    person = server.person("Ada")
    person.start()
    return person


@pytest.fixture
async def call(server: FaultyServer) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient() as client:
        yield Caller(server, client)


@pytest.fixture
def run(server: FaultyServer) -> Run:
    """Run an application that polls the local chat with the given handlers."""

    @asynccontextmanager
    async def running(
        *handlers, allowed_updates=None
    ) -> AsyncIterator[AnyApplication]:
        builder = ApplicationBuilder().token(TOKEN)
        builder = builder.base_url(server.base_url).base_file_url(
            server.base_file_url
        )
        async with builder.build() as application:
            application.add_handlers(handlers)
            await application.start()
            updater = application.updater
            assert updater is not None
            await updater.start_polling(allowed_updates=allowed_updates)
            try:
                yield application
            finally:
                await updater.stop()
                await application.stop()

    return running


@pytest.fixture
def bo(server: ChatServer) -> Person:
    return server.person("Bo")


@pytest.fixture
def lab(server: ChatServer, ada: Person, bo: Person) -> Group:
    """A supergroup that Ada made, with Bo and the bot."""
    group = server.group("Lab")
    group.add(ada, "creator")
    group.add(bo)
    group.add_bot(by=ada)
    return group
