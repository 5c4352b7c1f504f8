"""Calls the Bot API over aiohttp: the library's own client takes seven times as long for a call."""

import ssl
from functools import lru_cache
from io import BytesIO
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# The names of this machine.
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# Seconds for an answer to begin, for a connection to come about, and for one to be free.
READ = 5.0
CONNECT = 5.0
POOL = 1.0

# Seconds that an idle connection is kept: fewer than servers keep it. Of a call on one that its
# server closes just then nobody could say whether it arrived.
IDLE = 3.0

HEADERS = {"User-Agent": BaseRequest.USER_AGENT}

Seconds = float | None


def proxy_for(api_base: str) -> str | None:
    """Return the proxy that `HTTPS_PROXY` and the like name for a server of the Bot API.

    A server on this machine is asked directly: no proxy would find it.
    """
    url = URL(api_base)
    host = url.host or ""
    if host in LOOPBACK or proxy_bypass(host):
        return None

    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


@lru_cache(maxsize=1)
def certificates() -> ssl.SSLContext:
    """Return the trusted certificates: reading them takes a while, so all clients share them."""
    return httpx.create_ssl_context()


class Client(BaseRequest):
    """At most so many `connections` to the Bot API at once; raises what the library's does.

    There is no timeout for writing: the caller bounds the call as a whole.
    """

    def __init__(
        self,
        connections: int = 1,
        *,
        proxy: str | None = None,
        read_timeout: Seconds = READ,
        connect_timeout: Seconds = CONNECT,
        pool_timeout: Seconds = POOL,
    ) -> None:
        self._connections = connections
        self._proxy = proxy
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        """Return the seconds for an answer to begin, unless a call has its own."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the client."""
        if self._session is not None:
            return
        connector = aiohttp.TCPConnector(
            limit=self._connections,
            ssl=certificates(),
            keepalive_timeout=IDLE,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=HEADERS,
            proxy=self._proxy,
        )

    async def shutdown(self) -> None:
        """Close the client with its connections; it can be opened again."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - the library's own
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Make a request; raises TimedOut, NetworkError, or RuntimeError of a closed client."""
        if self._session is None:
            raise RuntimeError("The client is not open.")

        connect = _chosen(connect_timeout, self._connect_timeout)
        wait = _chosen(pool_timeout, self._pool_timeout)
        timeout = aiohttp.ClientTimeout(
            # Of a free connection and a new one together.
            connect=None if connect is None or wait is None else connect + wait,
            sock_connect=connect,
            sock_read=_chosen(read_timeout, self._read_timeout),
        )
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=_body(request_data),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(_cause(error)) from error


def _cause(error: aiohttp.ClientError) -> str:
    """Return the system's word for an error; its own may hold the address, and so the token."""
    name, word = type(error).__name__, getattr(error, "strerror", None)
    return f"{name}: {word}" if word else name


def _chosen(seconds: Any, default: Seconds) -> Seconds:  # noqa: ANN401 - as above
    """Return the timeout of a call, or the client's own if it has none."""
    is_default = seconds is BaseRequest.DEFAULT_NONE
    return default if is_default else cast("Seconds", seconds)


def _body(
    data: RequestData | None,
) -> dict[str, str] | aiohttp.FormData | None:
    """Return the parameters of a call, and its files if there are any."""
    if data is None or not data.contains_files:
        return data.json_parameters if data else None

    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        # What is read bit by bit holds up nobody else.
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return form
