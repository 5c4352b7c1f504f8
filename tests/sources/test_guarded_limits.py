"""What a stranger's server sends ends soon, small, and without a trace of its address."""

import gzip
import logging
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.sources import addresses, guarded
from bot.sources.errors import SourceDown
from bot.sources.guarded import Visit
from tests.certificates import own_certificate
from tests.sources.test_guarded import PUBLIC, TOKEN, visit, why

from .conftest import Answer, Source


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
    context = own_certificate(tmp_path, "other.org")
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
