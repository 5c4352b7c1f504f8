"""Checks what Telegram answers: an odd answer counts as an outage, an odd update costs itself."""

import asyncio
import json
import logging
import math
import ssl
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import httpx
from telegram import Message, Update, User
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.transport import send_errors

# Seconds for an answer to arrive whole, however slowly.
TIMEOUT = 60.0
# Seconds that Telegram may ask us to wait, and those that we wait if it names none.
LONGEST_PAUSE = 86_400
USUAL_PAUSE = 5
# Digits of a number that anybody can mean.
LONGEST_NUMBER = 100
# Unreadable updates that are remembered.
REMEMBERED = 1000
# The largest integer that every JSON reader reads exactly.
LARGEST_ID = 2**53
# The names of this machine.
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
UNREADABLE = b'{"ok": false, "description": "an answer that can\'t be read"}'

log = logging.getLogger(__name__)
Json = dict[str, Any]

# Called with the method of each call, how it ended, and the seconds that it took.
Observer = Callable[[str, str, float], None]


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def proxied(api_base: str) -> Json:
    """Return how httpx treats `HTTPS_PROXY` and the like for a server of the Bot API.

    A server on this machine is asked directly: no proxy would find it.
    """
    host = httpx.URL(api_base).host
    return {"trust_env": host not in LOOPBACK}


class CheckedRequest(HTTPXRequest):
    """Requests to Telegram whose answers have the form that the library expects.

    `observers` learn how each call of a method ended.
    """

    def __init__(
        self,
        connections: int = 1,
        *,
        observers: Sequence[Observer] = (),
        httpx_kwargs: Json | None = None,
        **kwargs: Any,  # noqa: ANN401 - the library's own
    ) -> None:
        # Reading the certificates takes a while: all requests share them.
        own = {"verify": _certificates(), **(httpx_kwargs or {})}
        super().__init__(connections, httpx_kwargs=own, **kwargs)
        self._unreadable: dict[int, None] = {}
        self._observers = observers

    async def do_request(
        self,
        url: str,
        method: str,
        *args: Any,  # noqa: ANN401 - as the library hands them through
        **kwargs: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Make a request; what no Bot API server would answer becomes a 502."""
        name = url.rpartition("/")[2]
        started = time.monotonic()
        outcome = send_errors.Outcome.UNKNOWN.name.lower()
        try:
            code, payload = await self._request(url, method, *args, **kwargs)
            outcome = _outcome(code, payload)
        except TelegramError as error:
            outcome = send_errors.of(error).name.lower()
            raise
        finally:
            # A file that is downloaded is no call of a method.
            if method == "POST":
                self._observe(name, outcome, time.monotonic() - started)
        return code, payload

    def _observe(self, name: str, outcome: str, seconds: float) -> None:
        for observer in self._observers:
            observer(name, outcome, seconds)

    async def _request(
        self,
        url: str,
        method: str,
        *args: Any,  # noqa: ANN401 - as the library hands them through
        **kwargs: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(TIMEOUT):
                code, payload = await super().do_request(
                    url, method, *args, **kwargs
                )
        except TimeoutError:
            raise TimedOut from None
        if method != "POST":
            # The answer is a file: there is nothing to check in it.
            return code, payload
        answer = _parse(payload)
        if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
            return code, json.dumps(_refusal(code, answer)).encode()
        name = url.rpartition("/")[2]
        result = answer.get("result")
        if name == "getUpdates" and isinstance(result, list):
            answer = {"ok": True, "result": self._readable(result)}
        elif "result" not in answer or not _fits(name, result):
            return HTTPStatus.BAD_GATEWAY, UNREADABLE
        return code, json.dumps(answer).encode()

    def _readable(self, updates: list[Any]) -> list[Json]:
        """Return the updates that can be read, and of the others the number alone."""
        return [
            update
            if self._can_read(update)
            else {"update_id": update["update_id"]}
            for update in updates
            if is_update(update)
        ]

    def _can_read(self, update: Json) -> bool:
        try:
            Update.de_json(update, None)
        except Exception as error:  # noqa: BLE001 - the library raises whatever comes
            self._report(update["update_id"], error)
            return False
        return True

    def _report(self, number: int, error: Exception) -> None:
        """Log once that an update can't be read; it may come again until older ones are done."""
        if number in self._unreadable:
            return
        while len(self._unreadable) >= REMEMBERED:
            del self._unreadable[next(iter(self._unreadable))]
        self._unreadable[number] = None
        log.error(
            "An update can't be understood, so it is let go (%s)",
            type(error).__name__,
        )


def _outcome(code: int, payload: bytes) -> str:
    """Return the name of how a call ended."""
    if code != HTTPStatus.BAD_REQUEST:
        return send_errors.of_answer(code)

    # This one has its form already.
    answer = _parse(payload)
    if "parameters" in answer:
        return send_errors.Outcome.MOVED.name.lower()
    return send_errors.of_answer(code, answer["description"] or "")


def is_update(value: object) -> bool:
    """Tell whether a value is an update: whether it has a number."""
    number = value.get("update_id") if isinstance(value, dict) else None
    return type(number) is int and 0 <= number <= LARGEST_ID


def _parse(payload: bytes) -> Json:
    text = payload.decode(errors="replace")
    try:
        answer = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _integer(digits: str) -> int:
    """Return a number; −1 for one with so many digits that nobody can mean it."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else -1


def _refusal(code: int, answer: Json) -> Json:
    """Return why a call was refused, with only such parameters as the library can read."""
    description = answer.get("description")
    parameters = answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    refusal: Json = {
        "ok": False,
        "description": description if isinstance(description, str) else None,
    }
    new_chat = parameters.get("migrate_to_chat_id")
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = _pause(parameters.get("retry_after"))
        refusal["parameters"] = {"retry_after": seconds}
    elif type(new_chat) is int:
        refusal["parameters"] = {"migrate_to_chat_id": new_chat}
    return refusal


def _pause(value: object) -> int:
    """Return for how many seconds to wait, whatever Telegram wrote."""
    try:
        seconds = float(str(value))
    except ValueError:
        return USUAL_PAUSE
    if not seconds > 0:
        return USUAL_PAUSE
    return math.ceil(min(seconds, LONGEST_PAUSE))


def _fits(name: str, result: object) -> bool:
    """Tell whether a result is what its method gives."""
    try:
        return CHECKS.get(name, _anything)(result)
    except Exception:  # noqa: BLE001 - the library raises whatever comes
        return False


def _is_bot(result: Any) -> bool:  # noqa: ANN401 - it is what this finds out
    user = User.de_json(result, None)
    return (
        type(user.id) is int and user.id > 0 and isinstance(user.username, str)
    )


def _is_message(result: Any) -> bool:  # noqa: ANN401 - it is what this finds out
    return (
        result is True or type(Message.de_json(result, None).message_id) is int
    )


def _anything(_: object) -> bool:
    return True


CHECKS: dict[str, Callable[[Any], bool]] = {
    "getMe": _is_bot,
    # A list of updates is read before.
    "getUpdates": lambda _: False,
    "sendMessage": _is_message,
    "sendPhoto": _is_message,
    "sendDocument": _is_message,
    "editMessageText": _is_message,
    "editMessageReplyMarkup": _is_message,
}
