"""Takes updates from Telegram by asking for them, over and over."""

import logging
import time
from collections.abc import Callable
from typing import cast

from telegram.error import Conflict, TelegramError
from telegram.ext import Updater

from bot.wiring import UPDATES, App

QUIET = 60.0  # seconds without a complaint, after which the same one is news again

log = logging.getLogger(__name__)


class Polling:
    """Long polling; a webhook that was left over is deleted first, or Telegram would refuse."""

    def __init__(self, app: App) -> None:
        self._updater = cast("Updater", app.updater)

    async def begin(self) -> None:
        """Start to ask; raises TelegramError where Telegram is away just now."""
        await self._updater.start_polling(allowed_updates=UPDATES, error_callback=Complaints())

    async def end(self) -> None:
        """Ask no more, and tell Telegram which updates we have."""
        if self._updater.running:
            await self._updater.stop()


class Complaints:
    """Says in one line why no updates come, and says it once for as long as it stays so."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: tuple[str, float] | None = None

    def __call__(self, error: TelegramError) -> None:
        """Take a failed call; the library tries again by itself."""
        said, now = _why(error), self._clock()
        if self._last is None or self._last[0] != said or now - self._last[1] > QUIET:
            log.warning(said)
        self._last = (said, now)


def _why(error: TelegramError) -> str:
    if not isinstance(error, Conflict):
        return f"Telegram does not answer ({error}); it is asked again until it does"
    if "webhook" in error.message.casefold():
        return (
            "Somebody set a webhook for this bot, so Telegram brings its updates there. "
            "Stop the process that did; a restart of this one takes the updates back"
        )
    return (
        "Another process polls with the same token, and each update reaches only one of the "
        "two. Stop the other one"
    )
