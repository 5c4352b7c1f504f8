"""Wakes everybody who waits for a change, in whatever thread or event loop they wait."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


def _do_nothing() -> None:
    """Ignore the change."""


class Notifier:
    """Lets waiters check their condition again each time `notify` is called.

    `on_notify` is called before any waiter checks.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._closed = False
        self.on_notify: Callable[[], None] = _do_nothing

    def notify(self) -> None:
        """Make every waiter check again."""
        self.on_notify()

        with self._lock:
            for event, loop in self._waiters.items():
                loop.call_soon_threadsafe(event.set)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """End every wait, so that a server can stop during a long poll."""
        self._closed = True
        self.notify()

    async def wait_until(
        self, check: Callable[[], T | None], seconds: float
    ) -> T | None:
        """Return the first result of `check` that is not None, or None after `seconds`."""
        event = asyncio.Event()
        result = None

        with self._lock:
            self._waiters[event] = asyncio.get_running_loop()

        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while (result := check()) is None and not self._closed:
                        await event.wait()
                        event.clear()
        finally:
            with self._lock:
                del self._waiters[event]

        return result
