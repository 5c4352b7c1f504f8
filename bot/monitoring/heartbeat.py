"""Calls an address after each round of delivery, so that somebody notices if none comes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

import httpx

# Seconds in which the other side has to answer.
TIMEOUT = 10.0

# Seconds for a call under way when the process is to end.
LAST_CALL = 2.0

# Seconds between two warnings that it does not.
WARNING_INTERVAL = 3600.0

log = logging.getLogger(__name__)


class Heartbeat:
    """A monitor's address, whose path is a secret: no log and no error tells it.

    `count` is called with the outcome of each call.
    """

    def __init__(
        self,
        address: str | None = None,
        count: Callable[[str], None] = lambda _outcome: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address
        self._count = count
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._call: asyncio.Task[None] | None = None
        self._last_warning = -WARNING_INTERVAL

    def beat(self) -> None:
        """Call the address, and let nobody wait for it; one call at a time is enough."""
        if self._address is None:
            return

        if self._call is None or self._call.done():
            self._call = asyncio.create_task(self._try(self._address))

    async def end(self) -> None:
        """Finish a call under way, or give it up after a moment."""
        if self._call is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._call, LAST_CALL)

        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _try(self, address: str) -> None:
        # One for all calls: reading the certificates takes a while.
        self._client = self._client or httpx.AsyncClient()
        cause = await _call(self._client, address)
        self._count("failed" if cause else "ok")
        now = self._clock()
        if cause and now - self._last_warning >= WARNING_INTERVAL:
            self._last_warning = now
            log.warning("HEARTBEAT_URL can't be called (%s)", cause)


async def _call(client: httpx.AsyncClient, address: str) -> str | None:
    """Call an address; return why that failed, without the address, or None."""
    try:
        async with asyncio.timeout(TIMEOUT):
            response = await client.get(address)
    # An address that httpx can't read is no error of HTTP.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        # The error's own text may hold the address.
        return type(error).__name__

    return None if response.is_success else f"status {response.status_code}"
