"""Tells everyone who waits, in whatever thread or event loop, that something changed."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


def _nobody() -> None:
    """Hear nothing."""


class Changes:
    """The waiting ones; they look again each time `announce` is called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._closed = False
        self.heard: Callable[[], None] = (
            _nobody  # called first, before those who wait look
        )

    def announce(self) -> None:
        """Make everyone who waits look again."""
        self.heard()
        with self._lock:
            for event, loop in self._waiting.items():
                loop.call_soon_threadsafe(event.set)

    @property
    def closed(self) -> bool:
        """Whether everyone was sent home."""
        return self._closed

    def close(self) -> None:
        """Send everyone home, so that a server can stop in the middle of a long poll."""
        self._closed = True
        self.announce()

    async def wait_until(
        self, look: Callable[[], T | None], seconds: float
    ) -> T | None:
        """Return what `look` finds as soon as there is something, or None when time is up."""
        event, found = asyncio.Event(), None
        with self._lock:
            self._waiting[event] = asyncio.get_running_loop()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while (found := look()) is None and not self._closed:
                        await event.wait()
                        event.clear()
        finally:
            with self._lock:
                del self._waiting[event]
        return found
