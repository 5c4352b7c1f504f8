"""A local chat for each test, with Ada in it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.bot_api.server import FaultyServer

TOKEN = "42:local-chat-token"


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
