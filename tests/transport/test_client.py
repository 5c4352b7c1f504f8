"""The client for Telegram: how it closes, what it says of errors, what goes through a proxy."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.sandbox.localchat.api.parameters import Upload
from bot.transport import client, send_errors
from bot.transport.client import Client, proxy_for
from bot.transport.send_errors import Outcome
from tests.bot_api.server import FaultyServer
from tests.certificates import own_certificate

TOKEN = "123456:client-token"
PROXY = "http://proxy.example:3128"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer(TOKEN, limits=None) as server:
        yield server


@pytest.fixture
async def opened() -> AsyncIterator[Client]:
    async with Client(connect_timeout=2) as opened:
        yield opened


async def test_files_and_parameters_arrive_as_they_are(
    server: FaultyServer, opened: Client
) -> None:
    ada = server.person("Ada")
    ada.start()
    bot = Bot(TOKEN, base_url=server.base_url, request=opened)

    await bot.send_document(
        ada.id, b"@article{a}", filename="Größe 1.bib", caption="x & y = ½"
    )

    [call] = [call for call in server.calls if call.method == "sendDocument"]
    assert call.parameters["caption"] == "x & y = ½"
    file = call.parameters["document"]
    assert isinstance(file, Upload)
    assert (file.name, file.content) == ("Größe 1.bib", b"@article{a}")


async def test_a_closed_client_says_so_and_opens_again(
    server: FaultyServer,
) -> None:
    client = Client()
    bot = Bot(TOKEN, base_url=server.base_url, request=client)
    with pytest.raises(NetworkError, match="not open"):
        await bot.get_me()

    for _ in range(2):
        async with client:
            assert (await bot.get_me()).is_bot


async def test_a_connection_is_used_again_but_not_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "IDLE", 0.2)
    connections: list[int] = []

    async def serve(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connections.append(0)
        while await reader.read(10_000):
            connections[-1] += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/getMe"
    async with server, Client() as opened:
        for pause in (0.0, 0.0, 0.5):
            await asyncio.sleep(pause)
            await opened.do_request(url, "POST")

    assert connections == [2, 1]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_error_holds_the_token(opened: Client, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    bot = Bot(
        TOKEN, base_url=f"{scheme}://127.0.0.1:{port}/bot", request=opened
    )

    with pytest.raises(NetworkError, match="Connect call failed") as raised:
        await bot.get_me()

    assert "client-token" not in str(raised.value)


async def test_a_server_that_nobody_vouches_for_gets_no_token(
    opened: Client, tmp_path: Path
) -> None:
    requests: list[bytes] = []

    async def serve(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        requests.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(
        serve, "127.0.0.1", 0, ssl=own_certificate(tmp_path, "localhost")
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        bot = Bot(
            TOKEN, base_url=f"https://localhost:{port}/bot", request=opened
        )
        with pytest.raises(NetworkError, match="Certificate") as raised:
            await bot.get_me()

    assert send_errors.of(raised.value) is Outcome.NEVER_LEFT
    assert requests == []


async def test_a_proxy_that_refuses_lets_nothing_out() -> None:
    requests: list[bytes] = []

    async def refuse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    address = f"http://ada:secret@127.0.0.1:{port}"
    async with proxy, Client(proxy=address) as client:
        bot = Bot(TOKEN, request=client)
        with pytest.raises(NetworkError) as raised:
            await bot.get_me()

    [request] = requests
    assert request.startswith(b"CONNECT api.telegram.org:443 ")
    assert b"Proxy-Authorization: Basic YWRhOnNlY3JldA==" in request
    assert send_errors.of(raised.value) is Outcome.NEVER_LEFT
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("variables", "base", "proxy"),
    [
        ({"HTTPS_PROXY": PROXY}, "https://api.telegram.org", PROXY),
        ({"ALL_PROXY": PROXY}, "https://api.telegram.org", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://api.telegram.org", None),
        (
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "telegram.org"},
            "https://api.telegram.org",
            None,
        ),
        ({"HTTP_PROXY": PROXY}, "http://127.0.0.1:8081", None),
        ({"HTTP_PROXY": PROXY}, "http://[::1]:8081", None),
        ({"HTTP_PROXY": PROXY}, "http://localhost:8081", None),
        ({}, "https://api.telegram.org", None),
    ],
)
def test_a_server_elsewhere_is_asked_through_the_proxy(
    variables: dict[str, str],
    base: str,
    proxy: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert proxy_for(base) == proxy
