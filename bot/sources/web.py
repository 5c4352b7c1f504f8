"""HTTP requests to sources, limited in time and size, and as slow as each source wants."""

import re
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx

from bot.sources.errors import NotFound, Rejected, SourceDown

TIMEOUT = httpx.Timeout(30, connect=10)
MOST_SECONDS = 60.0
MOST_BYTES = 20_000_000
MOST_REDIRECTS = 5

# The `wbits` of zlib that unpack both formats.
GZIP_OR_ZLIB = 47

# Statuses that ask for a slower pace. arXiv also answers 406 for that.
THROTTLED = {406, 429, 503}

# The longest pause that a source can ask for.
LONGEST_WAIT = timedelta(days=1)

# The pause for a source that asks for a slower pace and names no time.
DEFAULT_WAIT = timedelta(minutes=15)

Clock = Callable[[], float]


class Throttle:
    """Lets one request at a time through, with a pause of some seconds after each.

    `turn` returns the seconds until it is this process's turn, where others ask too.
    """

    def __init__(
        self,
        seconds: float = 3.0,
        *,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        turn: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.seconds = seconds
        self._turn = turn
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = float("-inf")

    def __enter__(self) -> None:
        self._lock.acquire()

        try:
            wait = max(self._free_at - self._clock(), self._turn())
        except BaseException:
            self._lock.release()
            raise
        if wait > 0:
            self._sleep(wait)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._free_at = self._clock() + self.seconds
        self._lock.release()


def client(timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """Return a client that names itself and opens one connection at a time."""
    return httpx.Client(
        headers={"User-Agent": "PaperPicks", "Accept-Encoding": "gzip"},
        timeout=timeout,
        limits=httpx.Limits(max_connections=1),
    )


def get(
    client: httpx.Client,
    url: str,
    *,
    source: str,
    params: Mapping[str, str | int] | None = None,
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
    clock: Clock = time.monotonic,
) -> bytes:
    """Return the body of a response with status 200; raise SourceDown for all others."""

    def ask() -> httpx.Response:
        request = client.build_request("GET", url, params=params)
        return _send(client, request, source)

    return _receive(
        ask,
        source,
        most_bytes=most_bytes,
        most_seconds=most_seconds,
        clock=clock,
    )


def post(
    client: httpx.Client,
    url: str,
    value: object,
    *,
    source: str,
    headers: Mapping[str, str],
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
    clock: Clock = time.monotonic,
) -> bytes:
    """Return the body of the response to a JSON value; raise SourceDown as `get` does.

    No redirect is followed: the headers may hold a key, which is meant for one host.
    """

    def ask() -> httpx.Response:
        request = client.build_request("POST", url, json=value, headers=headers)
        return client.send(request, stream=True, follow_redirects=False)

    return _receive(
        ask,
        source,
        most_bytes=most_bytes,
        most_seconds=most_seconds,
        clock=clock,
    )


def _receive(
    ask: Callable[[], httpx.Response],
    source: str,
    *,
    most_bytes: int,
    most_seconds: float,
    clock: Clock,
) -> bytes:
    """Return the body of the response that `ask` brings, within the limits."""
    deadline = clock() + most_seconds

    try:
        response = ask()
        try:
            check_status(response.status_code, response.headers, source)
            return read_body(
                response.iter_raw(),
                response.headers,
                source,
                most_bytes,
                lambda: clock() > deadline,
            )
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        is_bad_address = isinstance(
            error, httpx.InvalidURL | httpx.UnsupportedProtocol
        )
        # Not chained: the text of httpx's error may contain the address, and an address
        # may contain a password.
        raise SourceDown(
            source, _describe(error), passing=not is_bad_address
        ) from None


def _send(
    client: httpx.Client, request: httpx.Request, source: str
) -> httpx.Response:
    """Send a request, and follow redirects within its host."""
    for _ in range(MOST_REDIRECTS + 1):
        response = client.send(request, stream=True, follow_redirects=False)
        if response.next_request is None:
            return response

        response.close()
        if not _is_same_host(request.url, response.next_request.url):
            raise SourceDown(
                source, "sends us to another host, which we don't follow"
            )
        request = response.next_request

    raise SourceDown(source, "sends us around in circles")


def _is_same_host(old: httpx.URL, new: httpx.URL) -> bool:
    is_downgrade = old.scheme == "https" and new.scheme != "https"

    return (old.host, old.port) == (new.host, new.port) and not is_downgrade


def check_status(status: int, headers: httpx.Headers, source: str) -> None:
    """Raise SourceDown for any status other than 200."""
    if status == 200:
        return

    if status == 404:
        raise NotFound(source, "has nothing there (404)", passing=False)

    if status in {400, 422}:
        raise Rejected(source, f"answered with status {status}", passing=False)

    if status in THROTTLED:
        wait = _retry_after(headers)
        raise SourceDown(
            source,
            f"asks us to slow down ({status})",
            retry_after=DEFAULT_WAIT if wait is None else wait,
        )

    is_refusal = 400 <= status < 500 and status not in {408, 425}
    raise SourceDown(
        source, f"answered with status {status}", passing=not is_refusal
    )


def _retry_after(headers: httpx.Headers) -> timedelta | None:
    """Return the Retry-After header, or None if it is missing or malformed.

    The header is a number of seconds or a date; a date is measured by the server's own
    clock, from the Date header.
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return min(timedelta(seconds=int(value)), LONGEST_WAIT)

    try:
        now = parsedate_to_datetime(headers.get("Date", ""))
        wait = parsedate_to_datetime(value) - now
    except (ValueError, TypeError):
        # A TypeError means that only one of the two dates has a zone.
        return None

    return max(timedelta(0), min(wait, LONGEST_WAIT))


def read_body(
    chunks: Iterable[bytes],
    headers: httpx.Headers,
    source: str,
    most_bytes: int,
    is_late: Callable[[], bool],
) -> bytes:
    """Return the chunks of a body as one, unpacked; raise SourceDown beyond the limits."""
    decompressor = _decompressor(headers, source)
    body = bytearray()

    for chunk in chunks:
        # At most one byte too many, however much a small chunk unpacks to.
        room = most_bytes + 1 - len(body)
        body += _unpack(decompressor, chunk, room, source)

        if len(body) > most_bytes:
            raise SourceDown(source, "sends more than we take in one answer")
        if is_late():
            raise SourceDown(source, "takes too long to answer")
        if decompressor is not None and decompressor.eof:
            # What follows belongs to nothing, and may have no end.
            break

    if decompressor is not None and not decompressor.eof:
        raise SourceDown(source, "broke off its answer")

    return bytes(body)


def _unpack(
    decompressor: "zlib._Decompress | None",
    chunk: bytes,
    room: int,
    source: str,
) -> bytes:
    if decompressor is None:
        return chunk

    try:
        return decompressor.decompress(chunk, room)
    except zlib.error:
        raise SourceDown(
            source, "sent an answer that can't be unpacked"
        ) from None


def _decompressor(
    headers: httpx.Headers, source: str
) -> "zlib._Decompress | None":
    """Return a decompressor for a body, or None if the body is not compressed.

    A body that is compressed twice is refused: it may be a trap.
    """
    encodings = headers.get("Content-Encoding", "").lower().split(",")
    layers = [encoding.strip() for encoding in encodings]

    match [layer for layer in layers if layer not in {"", "identity"}]:
        case []:
            return None
        case ["gzip" | "x-gzip" | "deflate"]:
            return zlib.decompressobj(GZIP_OR_ZLIB)

    raise SourceDown(source, "packs its answers in a way we don't take")


def _describe(error: Exception) -> str:
    """Return what an error of httpx means to an operator."""
    match error:
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return "has an address that is none; it should begin with https://"
        case httpx.TimeoutException():
            return "did not answer in time"
        case httpx.ConnectError():
            return f"can't be reached ({' '.join(str(error).split())})"
        case httpx.ReadError() | httpx.RemoteProtocolError():
            return "broke off its answer"

    return f"can't be asked ({type(error).__name__})"
