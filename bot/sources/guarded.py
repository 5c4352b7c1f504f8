"""Fetches addresses that readers give: public hosts only, and nothing that takes long.

An address may hold a token, so that no error names it, nor any log line: httpx would log
the addresses that it asks, which is why `http.client` speaks here.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from bot.sources import addresses, web
from bot.sources.errors import SourceDown

MOST_BYTES = 5_000_000
MOST_SECONDS = 20.0
MOST_REDIRECTS = 3

# How many of a host's IP addresses are tried, and for how many seconds each.
MOST_TRIES = 3
TRY_SECONDS = 6.0

CHUNK = 65_536

REDIRECTS = {301, 302, 303, 307, 308}
UNCHANGED = 304

# Why an address within a network is refused.
NOT_PUBLIC = "is not on the public internet"

Resolver = Callable[[str, int], list[str]]
Connector = Callable[[str, int, float], socket.socket]


class Refused(Exception):  # noqa: N818 - becomes SourceDown, without the address
    """A request can't be made or answered; `passing` if it may be later."""

    def __init__(self, why: str, *, passing: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered with; `is_unchanged` if it did not change since."""

    url: httpx.URL
    body: bytes
    headers: httpx.Headers
    is_unchanged: bool = False


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, as the system resolves it."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)

    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def connect(numeric_address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an IP address."""
    return socket.create_connection((numeric_address, port), seconds)


@dataclass(slots=True)
class Visit:
    """One fetch for a reader, redirects included, with a deadline for all of it.

    Each host name is resolved once, so that nobody can answer with a public address while
    it is checked, and with a private one when it is asked. `allow_private` lifts the checks
    of addresses and ports.
    """

    source: str
    allow_private: bool = False
    resolver: Resolver = resolve
    connector: Connector = connect
    most_seconds: float = MOST_SECONDS
    most_bytes: int = MOST_BYTES
    clock: Callable[[], float] = time.monotonic
    _deadline: float = 0.0
    _resolved: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._deadline = self.clock() + self.most_seconds

    def get(self, address: str, headers: dict[str, str] | None = None) -> Page:
        """Return what an address answers with; raise SourceDown for every failure."""
        why = "can't be asked"
        passing = True

        try:
            return self._follow(_parse(address), headers or {})
        except Refused as refused:
            why, passing = refused.why, refused.passing
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = _describe(error)

        # Not in the handler: an exception would stay chained, and may name the address.
        raise SourceDown(self.source, why, passing=passing)

    def _follow(self, url: httpx.URL, headers: dict[str, str]) -> Page:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(url, headers)
            if isinstance(answer, Page):
                return answer

            url = answer
        raise Refused("sends us around in circles")

    def _ask(self, url: httpx.URL, headers: dict[str, str]) -> Page | httpx.URL:
        """Return what one address answers with, or where it redirects to."""
        with self._open(url) as connection:
            timed = _TimedSocket(connection, self._left)
            response = _request(timed, url, headers)

            if response.status in REDIRECTS:
                return _target(url, response.headers.get("Location"))

            return self._read(url, response)

    def _read(self, url: httpx.URL, response: http.client.HTTPResponse) -> Page:
        headers = httpx.Headers(response.getheaders())
        if response.status == UNCHANGED:
            return Page(url, b"", headers, is_unchanged=True)

        web.check_status(response.status, headers, self.source)
        body = web.read_body(
            _chunks(response),
            headers,
            self.source,
            self.most_bytes,
            lambda: self.clock() > self._deadline,
        )
        return Page(url, body, headers)

    def _open(self, url: httpx.URL) -> socket.socket:
        """Return a connection to a host that was checked, encrypted for https."""
        connection = self._connect(url)
        if url.scheme == "http":
            return connection

        try:
            connection.settimeout(self._left())
            return httpx.create_ssl_context(trust_env=False).wrap_socket(
                connection, server_hostname=_host(url)
            )
        except BaseException:
            connection.close()
            raise

    def _connect(self, url: httpx.URL) -> socket.socket:
        port = addresses.port(url)
        if not self.allow_private and port not in addresses.SCHEMES.values():
            raise Refused("has a port we don't ask", passing=False)

        error: OSError = ConnectionError()
        for numeric_address in self._checked_addresses(_host(url), port):
            try:
                seconds = min(self._left(), TRY_SECONDS)
                return self.connector(numeric_address, port, seconds)
            except OSError as failure:
                error = failure
        raise error

    def _checked_addresses(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host, all of them public."""
        if host not in self._resolved:
            self._resolved[host] = self._resolve(host, port)

        numeric_addresses = self._resolved[host]
        if not numeric_addresses:
            raise Refused("has a name that leads nowhere")

        if not self.allow_private and not all(
            map(addresses.is_public, numeric_addresses)
        ):
            raise Refused(NOT_PUBLIC, passing=False)

        return numeric_addresses[:MOST_TRIES]

    def _resolve(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host, before the deadline.

        In a thread, because the system may take minutes to answer.
        """
        answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put(self.resolver(host, port))
            except (OSError, ValueError):
                answers.put([])

        threading.Thread(target=run, name="resolve", daemon=True).start()
        try:
            return answers.get(timeout=self._left())
        except queue.Empty:
            raise TimeoutError from None

    def _left(self) -> float:
        """Return the seconds until the deadline; raise TimeoutError after it."""
        left = self._deadline - self.clock()
        if left <= 0:
            raise TimeoutError

        return left


class _TimedSocket:
    """A connection on which each step ends at one deadline, as `http.client` uses it."""

    def __init__(
        self, connection: socket.socket, left: Callable[[], float]
    ) -> None:
        self._connection = connection
        self._left = left

    def sendall(self, data: bytes) -> None:
        """Send bytes before the deadline."""
        self._connection.settimeout(self._left())
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of the connection that fails at the deadline."""
        return io.BufferedReader(_TimedReader(self._connection, self._left))

    def close(self) -> None:
        """Leave the connection to whoever opened it."""


class _TimedReader(io.RawIOBase):
    """Reads a connection until one deadline, however slowly bytes drip."""

    def __init__(
        self, connection: socket.socket, left: Callable[[], float]
    ) -> None:
        super().__init__()
        self._connection = connection
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        self._connection.settimeout(self._left())

        return self._connection.recv_into(buffer)


def _parse(address: str) -> httpx.URL:
    url = addresses.parse(address)
    if url is None:
        raise Refused("has an address that is none of the web", passing=False)

    return url


def _target(url: httpx.URL, location: str | None) -> httpx.URL:
    """Return where a redirect leads to; raise Refused if it leaves the web."""
    try:
        target = url.join(location or "")
    except (httpx.InvalidURL, ValueError):
        target = httpx.URL()

    if addresses.parse(str(target)) is None:
        raise Refused("sends us where we don't go", passing=False)
    if url.scheme == "https" and target.scheme == "http":
        raise Refused("sends us to an open connection", passing=False)

    return target


def _request(
    timed: _TimedSocket, url: httpx.URL, headers: dict[str, str]
) -> http.client.HTTPResponse:
    """Send a request and return its response, of which the headers are read."""
    connection = http.client.HTTPConnection("")
    # It speaks on the connection that is there, and opens none by itself.
    connection.sock = timed

    connection.request(
        "GET",
        url.raw_path.decode("ascii"),
        headers={
            "Host": url.netloc.decode("ascii"),
            "User-Agent": "PaperPicks",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **headers,
        },
    )
    return connection.getresponse()


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1(CHUNK):
        yield chunk

    # What is left of the length that was promised.
    if response.length:
        raise Refused("broke off its answer")


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _describe(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "takes too long to answer"
        case ssl.SSLCertVerificationError():
            return "has no certificate that we trust"
        case ConnectionResetError() | http.client.HTTPException():
            return "broke off its answer"
        case OSError():
            return "can't be reached"

    return "can't be asked"
