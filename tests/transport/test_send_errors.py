"""What a failed call means, told by the real exceptions of real connections."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiohttp
import pytest
from telegram.error import BadRequest, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.sandbox.localchat.people import Person
from bot.transport import responses, send_errors
from bot.transport.client import Client
from bot.transport.responses import CheckedRequest
from bot.transport.send_errors import Outcome
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer

TOKEN = "123456:outcomes-token"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer(TOKEN, limits=None) as server:
        yield server


@pytest.fixture
def ada(server: FaultyServer) -> Person:
    ada = server.person("Ada")
    ada.start()
    return ada


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def failure(
    opened: AsyncExitStack, base: str, **options: Any
) -> TelegramError:
    """Return what sending a file raises, through a request with these options."""
    bot = await connected(opened, base, **options)
    with pytest.raises(TelegramError) as raised:
        await bot.send_document(1, b"x" * 20_000_000, filename="large")
    return raised.value


async def connected(
    opened: AsyncExitStack, base: str, **options: Any
) -> ExtBot[None]:
    request = await opened.enter_async_context(
        CheckedRequest(Client(**options))
    )
    return ExtBot(TOKEN, base_url=f"{base}/bot", request=request)


async def test_no_free_connection_means_that_nothing_left(
    server: FaultyServer, ada: Person, opened: AsyncExitStack
) -> None:
    server.fail_next("sendMessage", Break.SILENCE)
    base = server.base_url.removesuffix("/bot")
    bot = await connected(
        opened, base, connections=1, pool_timeout=0.2, connect_timeout=0.2
    )
    sending = asyncio.create_task(bot.send_message(ada.id, "first"))
    await server.wait_for_call(lambda call: call.method == "sendMessage")

    with pytest.raises(TelegramError) as raised:
        await bot.send_message(ada.id, "second")

    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    assert isinstance(raised.value.__cause__, aiohttp.ConnectionTimeoutError)
    assert send_errors.of(raised.value) is Outcome.NEVER_LEFT


async def test_nobody_there_means_that_nothing_left(
    opened: AsyncExitStack,
) -> None:
    error = await failure(opened, "http://127.0.0.1:9")

    assert isinstance(error.__cause__, aiohttp.ClientConnectorError)
    assert send_errors.of(error) is Outcome.NEVER_LEFT


async def test_nobody_who_opens_means_that_nothing_left(
    opened: AsyncExitStack,
) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        knocking = [socket.socket() for _ in range(4)]
        for other in knocking:  # from here on the queue before the door is full
            other.setblocking(False)
            with suppress(BlockingIOError):
                other.connect(door.getsockname())

        error = await failure(
            opened,
            f"http://127.0.0.1:{door.getsockname()[1]}",
            connect_timeout=0.3,
        )

        for other in knocking:
            other.close()
    assert isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
    assert send_errors.of(error) is Outcome.NEVER_LEFT


async def test_what_was_half_written_may_have_arrived(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "TIMEOUT", 0.3)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()

        error = await failure(
            opened, f"http://127.0.0.1:{deaf.getsockname()[1]}"
        )

    assert isinstance(error, TimedOut)
    assert send_errors.of(error) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "how", [Break.RESET, Break.CLOSED, Break.SILENCE, Break.BAD_GATEWAY]
)
async def test_what_was_not_answered_may_have_arrived(
    server: FaultyServer, ada: Person, opened: AsyncExitStack, how: Break
) -> None:
    server.fail_next("sendMessage", how)
    bot = await connected(
        opened, server.base_url.removesuffix("/bot"), read_timeout=0.3
    )

    with pytest.raises(TelegramError) as raised:
        await bot.send_message(ada.id, "hello")

    assert send_errors.of(raised.value) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("not enough rights to send text messages to the chat", "NO_RIGHTS"),
        ("have no rights to send a message", "NO_RIGHTS"),
        ("need administrator rights in the channel chat", "NO_RIGHTS"),
        ("CHAT_WRITE_FORBIDDEN", "NO_RIGHTS"),
        ("TOPIC_CLOSED", "TOPIC_CLOSED"),
        ("message thread not found", "TOPIC_GONE"),
        ("chat not found", "UNREACHABLE"),
        ("can't parse entities: Unsupported start tag", "UNFIT"),
    ],
)
def test_what_telegram_refuses_in_a_group_is_told_by_its_words(
    words: str, outcome: str
) -> None:
    assert send_errors.of(BadRequest(words)) is Outcome[outcome]
