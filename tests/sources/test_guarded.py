"""An address that a reader gives leads to the public internet or nowhere."""

import gzip
import logging
import socket
import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
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


def test_a_huge_answer_is_cut_off(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(bytes(5_000_001))

    reason = why(partial(visit(source).get, f"http://example.org/{TOKEN}"))

    assert reason == "sends more than we take in one answer"


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off(
    source: Source,
) -> None:
    bomb = gzip.compress(bytes(60_000_000), 9)
    source.answer = lambda _path, _query: Answer(
        bomb, headers={"Content-Encoding": "gzip"}
    )

    reason = why(partial(visit(source).get, f"http://example.org/{TOKEN}"))

    assert reason == "sends more than we take in one answer"


def test_a_packed_answer_is_read(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(
        gzip.compress(b"there"), headers={"Content-Encoding": "gzip"}
    )

    assert visit(source).get("http://example.org/").body == b"there"


def test_an_answer_that_breaks_off_is_no_answer(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(b"half", missing=10)

    reason = why(partial(visit(source).get, f"http://example.org/{TOKEN}"))

    assert reason == "broke off its answer"


@pytest.fixture
def raw() -> Iterator[tuple[Source, dict[str, bytes]]]:
    """A server that sends `first` at once and then `drop` each moment, for ever."""
    over = threading.Event()
    source = Source()
    talk = {"first": b"", "drop": b""}

    def speak(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(talk["first"])
            while not over.wait(0.02):
                try:
                    connection.sendall(talk["drop"])
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        source.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=speak, args=(listener,))
        thread.start()
        yield source, talk
        over.set()
        thread.join()


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: m\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"\x16\x03\x01" + bytes(2_000), b"\x00"),
    ],
    ids=[
        "silence",
        "status",
        "headers",
        "body",
        "chunks",
        "endless",
        "continue",
        "noise",
    ],
)
def test_a_server_that_drips_or_hangs_has_one_deadline(
    raw: tuple[Source, dict[str, bytes]], first: bytes, drop: bytes
) -> None:
    source, talk = raw
    talk |= {"first": first, "drop": drop}
    begin = time.monotonic()

    reason = why(
        partial(
            visit(source, most_seconds=0.5).get, f"http://example.org/{TOKEN}"
        )
    )

    assert time.monotonic() - begin < 2
    assert reason in {"takes too long to answer", "broke off its answer"}


def test_an_encrypted_connection_that_hangs_has_the_same_deadline(
    raw: tuple[Source, dict[str, bytes]],
) -> None:
    source, _ = raw
    begin = time.monotonic()

    assert why(
        partial(visit(source, most_seconds=0.5).get, f"https://a.org/{TOKEN}")
    )
    assert time.monotonic() - begin < 2


def test_the_next_address_is_tried_where_one_does_not_answer(
    source: Source,
) -> None:
    tried: list[str] = []
    port = urlsplit(source.url).port

    def connector(address: str, _port: int, seconds: float) -> socket.socket:
        tried.append(address)
        assert seconds <= guarded.TRY_SECONDS
        if len(tried) == 1:
            raise TimeoutError
        return socket.create_connection(("127.0.0.1", port), seconds)

    source.answer = lambda _path, _query: Answer(b"there")
    both = visit(
        source,
        resolver=lambda _host, _port: ["2606:2800:220:1::1", PUBLIC],
        connector=connector,
    )

    assert both.get("http://example.org/").body == b"there"
    assert tried == ["2606:2800:220:1::1", PUBLIC]


def test_a_name_that_nobody_resolves_in_time_is_given_up() -> None:
    over = threading.Event()

    def resolver(_host: str, _port: int) -> list[str]:
        over.wait(10)
        return [PUBLIC]

    begin = time.monotonic()
    slow = Visit("feed", resolver=resolver, most_seconds=0.2)
    reason = why(partial(slow.get, f"http://example.org/{TOKEN}"))
    over.set()

    assert reason == "takes too long to answer"
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    "error", [socket.gaierror(TOKEN), UnicodeError(TOKEN)], ids=["name", "idna"]
)
def test_a_name_that_leads_nowhere_passes(error: Exception) -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        raise error

    call = partial(
        Visit("feed", resolver=resolver).get, f"http://{TOKEN}.example/"
    )

    assert why(call) == "has a name that leads nowhere"


def test_nothing_is_logged_of_an_address(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    source.answer = lambda _path, _query: Answer(b"there")

    visit(source).get(f"http://example.org/{TOKEN}?key={TOKEN}")

    assert source.asked == [(f"/{TOKEN}", {"key": TOKEN})]
    assert caplog.text == ""


def test_proxies_of_the_environment_are_not_used(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    source.answer = lambda _path, _query: Answer(b"there")

    assert visit(source).get("http://example.org/").body == b"there"


def test_a_page_that_did_not_change_has_no_body(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(status=304)

    page = visit(source).get("http://example.org/", {"If-None-Match": '"1"'})

    assert page.is_unchanged
    assert page.body == b""


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (410, False), (500, True)]
)
def test_a_refusal_does_not_pass_and_a_failure_does(
    source: Source, status: int, passing: bool
) -> None:
    source.answer = lambda _path, _query: Answer(status=status)

    with pytest.raises(SourceDown) as down:
        visit(source).get(f"http://example.org/{TOKEN}")

    assert down.value.passing is passing


def test_tests_may_ask_private_addresses_and_ports(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(b"there")

    page = Visit("feed", allow_private=True).get(source.url)

    assert page.body == b"there"


def test_a_certificate_must_be_of_the_name_that_was_asked(
    tmp_path: Path,
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", key, "-out", certificate, "-subj", "/CN=other.org"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, pytest.raises(OSError):  # noqa: PT011
            context.wrap_socket(connection, server_side=True).recv(1)

    source = Source()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        source.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        reason = why(partial(visit(source).get, f"https://a.org/{TOKEN}"))
        thread.join()

    assert reason == "has no certificate that we trust"
    assert names == ["a.org"]


def test_an_address_is_none_whose_escapes_make_it_too_long() -> None:
    assert addresses.parse("https://lab.example/" + "é" * 300) is not None
    assert addresses.parse("https://lab.example/" + "é" * 600) is None
