"""Whether Telegram still accepts the token: by the answers to all calls, or by asking."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from telegram.error import InvalidToken, TelegramError

from bot.transport import send_errors

# Seconds for which a call proves that the token is good, or that it is not.
FRESH = 30.0

# Seconds for getMe.
PATIENCE = 3.0

REFUSED = (
    "Telegram does not accept TELEGRAM_BOT_TOKEN; was it revoked? "
    "@BotFather gives a new one with /token"
)
SILENT = "Telegram does not answer"


class TokenWatch:
    """What the last calls say of the token; without any, Telegram is asked who the bot is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noted_at = -FRESH
        self._is_refused = False

    def note(self, _method: str, outcome: str, _seconds: float) -> None:
        """Note how a call ended: that Telegram knows the token, or that it does not."""
        if outcome in {send_errors.ACCEPTED, send_errors.TOKEN_REFUSED}:
            self._noted_at = self._clock()
            self._is_refused = outcome == send_errors.TOKEN_REFUSED

    async def examine(
        self, get_me: Callable[[], Awaitable[object]]
    ) -> str | None:
        """Return what is wrong with the token or with Telegram, or None.

        `get_me` asks Telegram, which is done only if no call has shown it lately.
        """
        if self._clock() - self._noted_at >= FRESH:
            return await _ask(get_me)

        return REFUSED if self._is_refused else None


async def _ask(get_me: Callable[[], Awaitable[object]]) -> str | None:
    """Ask Telegram who the bot is; return what is wrong, or None."""
    try:
        async with asyncio.timeout(PATIENCE):
            await get_me()
    except InvalidToken:
        return REFUSED
    except (TelegramError, TimeoutError, RuntimeError):
        # A bot that is not open, or not any more, is a RuntimeError.
        return SILENT

    return None
