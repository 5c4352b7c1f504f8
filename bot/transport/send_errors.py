"""What a call to Telegram that failed means: whether it arrived, and what can be done."""

from datetime import timedelta
from enum import Enum, auto
from http import HTTPStatus

import aiohttp
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
NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
)
# What Telegram says where the bot may not write, in a topic that is closed, or one that is gone.
NO_RIGHTS = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "slow mode",
    "slowmode_wait",
)
TOPIC_CLOSED = ("topic_closed",)
TOPIC_GONE = ("message thread not found", "topic_deleted")
NOBODY = ("chat not found", "user not found", "peer_id_invalid")

# How calls end that are no error, and where Telegram refuses the token itself.
ACCEPTED = "ok"
TOKEN_REFUSED = "token_refused"  # noqa: S105 - an outcome's name


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
    # Not sent, and never will be until an admin of the group changes something.
    NO_RIGHTS = auto()
    TOPIC_CLOSED = auto()
    # Not sent: try again outside of the forum topic, which was deleted.
    TOPIC_GONE = auto()
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
            return _of_bad_request(error.message.casefold())
        case NetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            return Outcome.NEVER_LEFT
    return Outcome.UNKNOWN


def of_answer(code: int, description: str = "") -> str:
    """Return the name of what an answer of the Bot API means, by its status and its words."""
    match code:
        case HTTPStatus.UNAUTHORIZED:
            return TOKEN_REFUSED
        case HTTPStatus.NOT_FOUND:
            outcome = Outcome.NO_SUCH_METHOD
        case HTTPStatus.FORBIDDEN:
            outcome = Outcome.UNREACHABLE
        case HTTPStatus.TOO_MANY_REQUESTS:
            outcome = Outcome.TOO_FAST
        case HTTPStatus.BAD_REQUEST:
            outcome = _of_bad_request(description.casefold())
        case _ if code < HTTPStatus.MULTIPLE_CHOICES:
            return ACCEPTED
        case _:
            outcome = Outcome.UNKNOWN

    return outcome.name.lower()


def _of_bad_request(text: str) -> Outcome:
    """Return what a refused call means, by Telegram's words."""
    outcomes = {
        NOBODY: Outcome.UNREACHABLE,
        NO_RIGHTS: Outcome.NO_RIGHTS,
        TOPIC_CLOSED: Outcome.TOPIC_CLOSED,
        TOPIC_GONE: Outcome.TOPIC_GONE,
    }
    for words, outcome in outcomes.items():
        if any(word in text for word in words):
            return outcome
    return Outcome.UNFIT


def pause(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait: a number or a timedelta, as the library is set up."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
