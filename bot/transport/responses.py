"""Checks what Telegram answers: an odd answer counts as an outage."""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from telegram import Message, User
from telegram.error import TelegramError, TimedOut
from telegram.request import BaseRequest

from bot.transport import send_errors
from bot.transport.readable_updates import ReadableUpdates

# Seconds for an answer to arrive whole, however slowly.
TIMEOUT = 60.0
# Seconds that Telegram may ask us to wait, and those that we wait if it names none.
LONGEST_PAUSE = 86_400
USUAL_PAUSE = 5
# Digits of a number that anybody can mean.
LONGEST_NUMBER = 100
NUMBER_WITHOUT_END = re.compile(f"[0-9]{{{LONGEST_NUMBER + 1}}}")
DONE = b'{"ok": true, "result": true}'
UNREADABLE = b'{"ok": false, "description": "an answer that can\'t be read"}'

Json = dict[str, Any]

# Called with the method of each call, how it ended, and the seconds that it took.
Observer = Callable[[str, str, float], None]


class CheckedRequest(BaseRequest):
    """Requests to Telegram whose answers have the form that the library expects.

    `client` makes the requests, and `observers` learn how each call of a method ended.
    """

    def __init__(
        self, client: BaseRequest, *, observers: Sequence[Observer] = ()
    ) -> None:
        self._client = client
        self._observers = observers
        self._updates = ReadableUpdates()

    @property
    def read_timeout(self) -> float | None:
        """Return the seconds for an answer to begin, unless a call has its own."""
        return self._client.read_timeout

    async def initialize(self) -> None:
        """Open the client."""
        await self._client.initialize()

    async def shutdown(self) -> None:
        """Close the client."""
        await self._client.shutdown()

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
                code, payload = await self._client.do_request(
                    url, method, *args, **kwargs
                )
        except TimeoutError:
            raise TimedOut from None
        if method != "POST":
            # The answer is a file: there is nothing to check in it.
            return code, payload
        answer = _parse(payload)
        name = url.rpartition("/")[2]
        if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
            return code, json.dumps(_refusal(code, answer)).encode()
        result = answer.get("result")
        if name == "getUpdates" and isinstance(result, list):
            answer = {"ok": True, "result": self._updates.read(result)}
        elif "result" not in answer or not _fits(name, result):
            return HTTPStatus.BAD_GATEWAY, UNREADABLE
        elif name in EDITS:
            # Nobody reads the message, and for the library to do so takes a while.
            return code, DONE
        return code, json.dumps(answer).encode()


def _outcome(code: int, payload: bytes) -> str:
    """Return the name of how a call ended."""
    if code != HTTPStatus.BAD_REQUEST:
        return send_errors.of_answer(code)

    # This one has its form already.
    answer = _parse(payload)
    if "parameters" in answer:
        return send_errors.Outcome.MOVED.name.lower()
    return send_errors.of_answer(code, answer["description"] or "")


def _parse(payload: bytes) -> Json:
    text = payload.decode(errors="replace")
    # To look at each number takes longer than to read all the rest.
    parse_int = _integer if NUMBER_WITHOUT_END.search(text) else None
    try:
        answer = json.loads(text, parse_int=parse_int)
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


def _is_edited(result: Any) -> bool:  # noqa: ANN401 - it is what this finds out
    return result is True or type(result["message_id"]) is int


def _anything(_: object) -> bool:
    return True


# Methods whose result, the edited message, nobody looks at.
EDITS = frozenset({"editMessageText", "editMessageReplyMarkup"})

CHECKS: dict[str, Callable[[Any], bool]] = {
    "getMe": _is_bot,
    # A list of updates is read before.
    "getUpdates": lambda _: False,
    "sendMessage": _is_message,
    "sendPhoto": _is_message,
    "sendDocument": _is_message,
    "editMessageText": _is_edited,
    "editMessageReplyMarkup": _is_edited,
}
