"""What a call to Telegram that failed means: whether it arrived, and what can be done."""

from datetime import timedelta
from enum import Enum, auto

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

# No connection came about, so nothing left us. All other errors of the network say nothing.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
NOBODY = ("chat not found", "user not found", "peer_id_invalid")


class Outcome(Enum):
    """How a failed call ended."""

    # Try again, as often as it takes.
    NEVER_LEFT = auto()
    # Not sent: try again when Telegram says.
    TOO_FAST = auto()
    # It may have arrived: try again exactly once.
    UNKNOWN = auto()
    # Blocked, deactivated, gone: nothing until the person acts.
    UNREACHABLE = auto()
    # Not sent: try again in the new chat.
    MOVED = auto()
    # Not sent, and never will be: the message is wrong.
    UNFIT = auto()
    # The token or the method is unknown there: getMe tells which.
    NO_SUCH_METHOD = auto()


def of(error: TelegramError) -> Outcome:  # noqa: PLR0911 - one line for each kind
    """Return what an error means; its order is that of the library's class tree."""
    match error:
        case RetryAfter():
            return Outcome.TOO_FAST
        case ChatMigrated():
            return Outcome.MOVED
        case Forbidden():
            return Outcome.UNREACHABLE
        case InvalidToken():
            return Outcome.NO_SUCH_METHOD
        case BadRequest():
            gone = any(words in error.message.casefold() for words in NOBODY)
            return Outcome.UNREACHABLE if gone else Outcome.UNFIT
        case NetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            return Outcome.NEVER_LEFT
    return Outcome.UNKNOWN


def pause(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait: a number or a timedelta, as the library is set up."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
