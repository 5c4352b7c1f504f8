"""Nobody fills a port, or keeps it busy: not by connections, not slowly, not without end."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse

import httpx
import pytest

from bot.transport import http_limits
from tests.bot_api.server import FaultyServer

TOKEN = "424242:AAE-a-secret-token-of-ours"
SECOND = 1.0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    monkeypatch.setitem(http_limits.PATIENCE, "headers", SECOND)
    monkeypatch.setitem(http_limits.PATIENCE, "body", SECOND)
    monkeypatch.setitem(http_limits.PATIENCE, "rest", SECOND)
    with FaultyServer(TOKEN) as server:
        yield server


@pytest.fixture
def connect(server: FaultyServer) -> Iterator[Callable[[], socket.socket]]:
    with contextlib.ExitStack() as opened:
        host, port = server.origin.removeprefix("http://").split(":")

        def connection() -> socket.socket:
            return opened.enter_context(
                socket.create_connection((host, int(port)), 5)
            )

        yield connection


def is_closed_within(seconds: float, connection: socket.socket) -> bool:
    connection.settimeout(seconds)
    with contextlib.suppress(ConnectionError):
        try:
            while connection.recv(65536):
                pass
        except TimeoutError:
            return False
    return True


def trickled(connection: socket.socket, piece: bytes) -> float:
    """Send a piece again and again; return after how many seconds nobody takes more."""
    began = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while time.monotonic() - began < 20 * SECOND:
            connection.sendall(piece)
            time.sleep(0.05)
    return time.monotonic() - began


def sent_until_closed(connection: socket.socket, head: bytes, most: int) -> int:
    """Send a body without end; return how much was taken."""
    connection.sendall(head)
    n_bytes = 0
    with contextlib.suppress(ConnectionError, TimeoutError):
        while n_bytes < most:
            n_bytes += connection.send(b"x" * 65536)
    return n_bytes


def ask(server: FaultyServer) -> int:
    return httpx.get(f"{server.base_url}{TOKEN}/getMe", timeout=5).status_code


def test_who_says_nothing_makes_room_for_who_does(
    server: FaultyServer, connect: Callable[[], socket.socket]
) -> None:
    silent = [connect() for _ in range(http_limits.MOST + 40)]

    assert ask(server) == 200
    assert is_closed_within(1, silent[0])


def test_one_who_was_served_and_waits_is_not_let_go_before_those_who_say_nothing(
    server: FaultyServer, connect: Callable[[], socket.socket]
) -> None:
    for _ in range(http_limits.MOST_PER_ADDRESS - 1):
        connect()
    with httpx.Client() as client:
        address = f"{server.base_url}{TOKEN}/getMe"
        codes = [client.get(address).status_code]
        connect()
        codes.append(client.get(address).status_code)

    assert codes == [200, 200]


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b""),
        (b"GET / HT", b""),
        (b"GET / HTTP/1.1\r\nHost: here\r\n", b"X-More: 1\r\n"),
        (
            b"POST /bot%s/getMe HTTP/1.1\r\nHost: here\r\nContent-Length: 999\r\n\r\n",
            b"x",
        ),
        (
            b"POST /bot%s/getMe HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n",
        ),
    ],
    ids=["nothing", "half a line", "headers", "a body", "chunks"],
)
def test_who_is_slow_is_let_go(
    connect: Callable[[], socket.socket], first: bytes, piece: bytes
) -> None:
    slow = connect()
    if first:
        slow.sendall(first.replace(b"%s", TOKEN.encode()))

    if piece:
        assert trickled(slow, piece) < 5 * SECOND
    else:
        assert is_closed_within(5 * SECOND, slow)


def status(caller: socket.socket) -> int:
    """Read one whole answer, however many pieces it comes in."""
    with HTTPResponse(caller) as answer:
        answer.begin()
        answer.read()
        return answer.status


def test_a_second_request_has_no_more_time_than_the_first(
    connect: Callable[[], socket.socket],
) -> None:
    slow = connect()
    slow.sendall(
        f"GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: here\r\n\r\n".encode()
    )
    status(slow)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")

    assert trickled(slow, b"X-More: 1\r\n") < 5 * SECOND


def test_a_short_body_that_comes_after_its_answer_breaks_no_connection(
    connect: Callable[[], socket.socket],
) -> None:
    caller = connect()
    caller.sendall(
        b"POST /bot1:wrong/getMe HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n"
    )
    first = status(caller)
    caller.sendall(b"{}")
    caller.sendall(
        f"GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: here\r\n\r\n".encode()
    )

    assert (first, status(caller)) == (401, 200)


@pytest.mark.parametrize(
    "path",
    [f"/bot{TOKEN}/getMe", "/bot1:wrong/getMe", "/nowhere", "/chat/wrong/do"],
)
@pytest.mark.parametrize(
    "how", ["Content-Length: 400000000", "Transfer-Encoding: chunked"]
)
def test_a_body_without_end_is_not_read_to_its_end(
    connect: Callable[[], socket.socket],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    how: str,
) -> None:
    monkeypatch.setattr(
        "bot.sandbox.localchat.api.endpoints.MAX_BODY", 1024 * 1024
    )
    head = f"POST {path} HTTP/1.1\r\nHost: here\r\n{how}\r\n\r\n"
    chunk = "fffffff0\r\n" if "chunked" in how else ""

    assert (
        sent_until_closed(connect(), (head + chunk).encode(), 400_000_000)
        < 20_000_000
    )


async def test_what_is_too_long_is_refused_in_words(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.localchat.api.endpoints.MAX_BODY", 1000)
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{server.base_url}{TOKEN}/getMe", content=b"x" * 1001
        )

    assert answer.status_code == 413
    assert answer.json()["description"] == "Request Entity Too Large"
    assert await asyncio.to_thread(ask, server) == 200
