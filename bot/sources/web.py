"""Asks a source over HTTP within bounds of time, size and place, and as often as it allows."""

import re
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx

from bot.sources.errors import NotThere, SourceDown

TIMEOUT = httpx.Timeout(30, connect=10)
MOST_SECONDS = 60.0
MOST_BYTES = 20_000_000
MOST_REDIRECTS = 5
GZIP_OR_ZLIB = 47  # as zlib's wbits
THROTTLED = {406, 429, 503}  # arXiv says 406 too when it means "slower"
LONGEST_WAIT = timedelta(days=1)
UNSAID = timedelta(minutes=15)  # what a source that names no time is given

Clock = Callable[[], float]


class Throttle:
    """Lets one request at a time through, and the next one only `seconds` after it ended."""

    def __init__(
        self,
        seconds: float = 3.0,
        *,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = float("-inf")

    def __enter__(self) -> None:
        self._lock.acquire()
        wait = self._free_at - self._clock()
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
    """Return a client that names itself and holds one connection, as polite guests do."""
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
    """Return the body of a 200 answer; raise SourceDown for everything else."""
    ends = clock() + most_seconds
    try:
        response = _follow(
            client, client.build_request("GET", url, params=params), source
        )
        try:
            _refuse_unless_ok(response, source)
            return _body(response, source, most_bytes, lambda: clock() > ends)
        except zlib.error:
            raise SourceDown(
                source, "sent an answer that can't be unpacked"
            ) from None
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        lasting = isinstance(
            error, httpx.InvalidURL | httpx.UnsupportedProtocol
        )
        # Not chained: what httpx tells may hold the address, and an address may hold a password.
        raise SourceDown(source, _why(error), passing=not lasting) from None


def _follow(
    client: httpx.Client, request: httpx.Request, source: str
) -> httpx.Response:
    for _ in range(MOST_REDIRECTS + 1):
        response = client.send(request, stream=True, follow_redirects=False)
        if response.next_request is None:
            return response
        response.close()
        if not _same_place(request.url, response.next_request.url):
            raise SourceDown(
                source, "sends us to another host, which we don't follow"
            )
        request = response.next_request
    raise SourceDown(source, "sends us around in circles")


def _same_place(old: httpx.URL, new: httpx.URL) -> bool:
    downgraded = old.scheme == "https" and new.scheme != "https"
    return (old.host, old.port) == (new.host, new.port) and not downgraded


def _refuse_unless_ok(response: httpx.Response, source: str) -> None:
    status = response.status_code
    if status == 404:
        raise NotThere(source, "has nothing there (404)", passing=False)
    if status in THROTTLED:
        asked = _retry_after(response.headers)
        wait = UNSAID if asked is None else asked
        raise SourceDown(
            source, f"asks us to slow down ({status})", retry_after=wait
        )
    if status != 200:
        lasting = 400 <= status < 500 and status not in {408, 425}
        raise SourceDown(
            source, f"answered with status {status}", passing=not lasting
        )


def _retry_after(headers: httpx.Headers) -> timedelta | None:
    """Return the time asked for, in either form; a date is measured by the server's own clock."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", asked, re.ASCII):
        return min(timedelta(seconds=int(asked)), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(
            headers.get("Date", "")
        )
    except (
        ValueError,
        TypeError,
    ):  # TypeError: only one of the two names a zone
        return None
    return max(timedelta(0), min(wait, LONGEST_WAIT))


def _body(
    response: httpx.Response,
    source: str,
    most_bytes: int,
    too_late: Callable[[], bool],
) -> bytes:
    packed, body = _packed(response.headers, source), bytearray()
    for chunk in response.iter_raw():
        # Never more than one byte too many, whatever a few packed ones hold.
        body += (
            packed.decompress(chunk, most_bytes + 1 - len(body))
            if packed
            else chunk
        )
        if len(body) > most_bytes:
            raise SourceDown(source, "sends more than we take in one answer")
        if too_late():
            raise SourceDown(source, "takes too long to answer")
    if packed and not packed.eof:
        raise SourceDown(source, "broke off its answer")
    return bytes(body)


def _packed(headers: httpx.Headers, source: str) -> "zlib._Decompress | None":
    """Return what unpacks a body, None where it is not packed; packed twice it is a trap."""
    layers = [
        layer.strip()
        for layer in headers.get("Content-Encoding", "").lower().split(",")
    ]
    match [layer for layer in layers if layer not in {"", "identity"}]:
        case []:
            return None
        case ["gzip" | "x-gzip" | "deflate"]:
            return zlib.decompressobj(GZIP_OR_ZLIB)
    raise SourceDown(source, "packs its answers in a way we don't take")


def _why(error: Exception) -> str:
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
