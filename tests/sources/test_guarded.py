"""An address that a reader gives leads to the public internet or nowhere."""

import socket
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.sources import addresses, guarded
from bot.sources.errors import SourceDown
from bot.sources.guarded import Visit

from .conftest import Answer, Source

TOKEN = "s3cr3t-t0ken"
PUBLIC = "93.184.216.34"


def visit(source: Source, **more: Any) -> Visit:
    """Return a visit to a local server that believes to be on the internet."""
    port = urlsplit(source.url).port
    options: dict[str, Any] = {
        "resolver": lambda _host, _port: [PUBLIC],
        "connector": lambda _address, _port, seconds: socket.create_connection(
            ("127.0.0.1", port), seconds
        ),
    }
    return Visit("feed", **options | more)


def why(call: Callable[[], object]) -> str:
    """Return why a call fails, after a look that nothing of it names the token."""
    with pytest.raises(SourceDown) as down:
        call()

    error: BaseException | None = down.value
    while error is not None:
        assert TOKEN not in f"{error} {error!r}"
        error = error.__context__
    assert TOKEN not in "".join(traceback.format_exception(down.value))
    return down.value.why


PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "2001:0:0:0:0:0:80ff:fffe",
    "no address",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_taken_for_a_public_one(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        PUBLIC,
        "2606:2800:220:1:248:1893:25c8:1946",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ],
)
def test_a_public_address_is_public_in_each_form(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
        "169.254.169.254",
        "2852039166",
        "１２７.0.0.1",
    ],
)
def test_a_private_host_in_any_spelling_is_not_asked(
    source: Source, host: str
) -> None:
    connections: list[str] = []

    def connector(address: str, _port: int, _seconds: float) -> socket.socket:
        connections.append(address)
        raise OSError

    call = partial(
        Visit("feed", connector=connector).get, f"http://{host}/{TOKEN}"
    )

    assert why(call)
    assert connections == []


@pytest.mark.parametrize(
    "address",
    [
        f"file:///etc/{TOKEN}",
        f"ftp://example.org/{TOKEN}",
        f"gopher://example.org/{TOKEN}",
        f"data:text/xml,{TOKEN}",
        f"//example.org/{TOKEN}",
        f"example.org/{TOKEN}",
        f"http:///{TOKEN}",
        f"http://example.org:99999/{TOKEN}",
        f"http://user:{TOKEN}@example.org/",
        f"http://example.org@{TOKEN}/",
        f"http://exa mple.org/{TOKEN}",
        f"http://[::1/{TOKEN}",
        f"http://{'a' * 3_000}/{TOKEN}",
        f"http://{'a' * 70}.org/{TOKEN}",
        f"http://example.org/\r\nHost: {TOKEN}",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(address: str) -> None:
    def connector(*_: object) -> socket.socket:
        raise AssertionError

    call = partial(Visit("feed", connector=connector).get, address)

    assert why(call)


@pytest.mark.parametrize("port", [22, 25, 81, 8080, 6379])
def test_only_the_ports_of_the_web_are_asked(source: Source, port: int) -> None:
    reason = why(
        partial(visit(source).get, f"http://example.org:{port}/{TOKEN}")
    )

    assert reason == "has a port we don't ask"
    assert source.asked == []


def test_a_name_with_one_private_address_among_public_ones_is_not_asked(
    source: Source,
) -> None:
    both = visit(source, resolver=lambda _host, _port: [PUBLIC, "10.0.0.1"])

    reason = why(partial(both.get, f"http://example.org/{TOKEN}"))

    assert reason == "is not on the public internet"
    assert source.asked == []


def test_a_name_is_resolved_once_and_that_very_address_is_asked(
    source: Source,
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    names: list[str] = []
    connections: list[tuple[str, int]] = []
    port = urlsplit(source.url).port

    def resolver(host: str, _port: int) -> list[str]:
        names.append(host)
        return next(answers)

    def connector(address: str, port_: int, seconds: float) -> socket.socket:
        connections.append((address, port_))
        return socket.create_connection(("127.0.0.1", port), seconds)

    hops = {
        "/a": Answer(status=302, headers={"Location": "/b"}),
        "/b": Answer(b"there"),
    }
    source.answer = lambda path, _query: hops[path]

    page = visit(source, resolver=resolver, connector=connector).get(
        "http://rebinding.example/a"
    )

    assert page.body == b"there"
    assert names == ["rebinding.example"]
    assert connections == [(PUBLIC, 80)] * 2


@pytest.mark.parametrize(
    "location",
    [
        f"file:///etc/{TOKEN}",
        f"ftp://example.org/{TOKEN}",
        f"http://127.0.0.1/{TOKEN}",
        f"http://169.254.169.254/{TOKEN}",
        f"http://[::1]/{TOKEN}",
        f"http://2130706433/{TOKEN}",
        f"http://example.org:8080/{TOKEN}",
        f"http://me:{TOKEN}@example.org/",
        f"//10.0.0.1/{TOKEN}",
        "http://[",
        "",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    source: Source, location: str
) -> None:
    source.answer = lambda _path, _query: Answer(
        status=301, headers={"Location": location}
    )

    def resolver(host: str, port: int) -> list[str]:
        if host == "example.org":
            return [PUBLIC]
        return guarded.resolve(host, port)

    call = partial(
        visit(source, resolver=resolver).get, f"http://example.org/{TOKEN}"
    )

    assert why(call)
    # An empty location leads to the same address, again and again.
    assert len(source.asked) == (1 if location else 4)


def test_three_redirects_are_followed_and_a_fourth_is_not(
    source: Source,
) -> None:
    def answer(path: str, _query: object) -> Answer:
        number = int(path[1:])
        if number == 0:
            return Answer(b"there")
        return Answer(status=307, headers={"Location": f"/{number - 1}"})

    source.answer = answer

    assert visit(source).get("http://example.org/3").body == b"there"
    assert "circles" in why(partial(visit(source).get, "http://example.org/4"))
    assert len(source.asked) == 8
