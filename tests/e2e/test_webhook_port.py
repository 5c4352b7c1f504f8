"""The webhook's port: when it is open, and what strangers who connect to it can't do."""

import asyncio
import contextlib
import socket
from typing import Any

import httpx
import pytest

from bot.runtime import Runtime
from bot.transport import http_limits
from bot.transport.webhook import Address
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import talking

pytestmark = pytest.mark.parametrize("address", ["webhook"], indirect=True)


async def get_status(client: httpx.AsyncClient, address: Address) -> int:
    """Return the status of the health check, or 0 if the port is closed."""
    url = f"http://127.0.0.1:{address.port}/healthz"
    try:
        response = await client.get(url)
    except httpx.ConnectError:
        return 0
    return response.status_code


def send_endlessly(address: Address, secret: str, max_bytes: int) -> int:
    """Send a body without end; return how many bytes the bot read of it."""
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: here\r\nX-Telegram-Bot-Api-Secret-Token: {secret}"
        "\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n"
    )
    sent = 0
    host_and_port = (address.host, address.port)
    with socket.create_connection(host_and_port, 5) as connection:
        connection.sendall(head.encode())
        with contextlib.suppress(ConnectionError, TimeoutError):
            while sent < max_bytes:
                sent += connection.send(b"x" * 65536)
    return sent


async def test_the_port_opens_only_once_telegram_knows_the_address(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fail_next("setWebhook", Break.BAD_GATEWAY)
    early_checks: list[asyncio.Task[int]] = []

    def check_early(_call: asyncio.Task[Any]) -> None:
        check = get_status(client, address)
        early_checks.append(asyncio.create_task(check))

    async with httpx.AsyncClient() as client:
        registration = asyncio.create_task(
            server.wait_for_call(lambda c: c.method == "setWebhook", 20)
        )
        registration.add_done_callback(check_early)
        async with talking(runtime, server, address):
            while_running = await get_status(client, address)
        afterwards = await get_status(client, address)

    assert [await check for check in early_checks] == [0]
    assert (while_running, afterwards) == (200, 0)
    assert "Telegram does not answer" in caplog.text


async def test_silent_connections_and_endless_bodies_hold_up_no_answer(
    runtime: Runtime, server: FaultyServer, address: Address
) -> None:
    host_and_port = (address.host, address.port)
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        with contextlib.ExitStack() as connections:
            for _ in range(http_limits.MOST + 20):
                connection = socket.create_connection(host_and_port, 5)
                connections.enter_context(connection)
                await asyncio.sleep(0)
            ada.write("/help")
            await ada.wait_for(
                lambda message: "I read the new" in message.text, 20
            )
        sent_by_stranger = await asyncio.to_thread(
            send_endlessly, address, "a-wrong-secret", 100_000_000
        )
        sent_with_secret = await asyncio.to_thread(
            send_endlessly, address, address.secret, 100_000_000
        )

    assert sent_by_stranger < 20_000_000
    assert sent_with_secret < 20_000_000
