"""Reads what Telegram answers: what is odd becomes an outage, and an odd update costs itself."""

import asyncio
import json
import logging
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from telegram import Message, Update, User
from telegram.error import TimedOut
from telegram.request import HTTPXRequest

# Seconds for an answer to arrive whole, however it trickles.
LONGEST = 60.0
# Seconds that Telegram may ask us to wait.
LONGEST_REST = 86_400
# Digits.
LONGEST_NUMBER = 100
# Seconds, where it asks us to wait and does not say for how long.
USUAL_REST = 5
# Updates that could not be read.
REMEMBERED = 1000
# What every JSON reader still counts exactly.
LAST_ID = 2**53
UNREADABLE = b'{"ok": false, "description": "an answer that can\'t be read"}'

log = logging.getLogger(__name__)
Json = dict[str, Any]


class Answers(HTTPXRequest):
    """The connection to Telegram, behind which every answer has the shape the library expects."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*args, **named)
        self._unreadable: dict[int, None] = {}

    async def do_request(
        self,
        url: str,
        method: str,
        *args: Any,  # noqa: ANN401 - as the library hands them through
        **named: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Make a request; what no Bot API server would answer becomes a 502."""
        try:
            async with asyncio.timeout(LONGEST):
                code, payload = await super().do_request(
                    url, method, *args, **named
                )
        except TimeoutError:
            raise TimedOut from None
        if method != "POST":  # a file: nothing to read in it
            return code, payload
        answer = _parsed(payload)
        if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
            return code, json.dumps(_refusal(code, answer)).encode()
        name = url.rpartition("/")[2]
        if name == "getUpdates" and isinstance(answer.get("result"), list):
            updates = self._readable(answer["result"])
            return code, json.dumps({"ok": True, "result": updates}).encode()
        if "result" not in answer or not _fits(name, answer["result"]):
            return HTTPStatus.BAD_GATEWAY, UNREADABLE
        return code, json.dumps(answer).encode()

    def _readable(self, updates: list[Any]) -> list[Json]:
        """Return updates as they came; of those that can't be read, the number alone."""
        numbered = [update for update in updates if is_update(update)]
        return [
            update if self._can_read(update) else _bare(update)
            for update in numbered
        ]

    def _can_read(self, update: Json) -> bool:
        try:
            Update.de_json(update, None)
        except Exception as error:  # noqa: BLE001 - the library raises whatever comes
            self._let_go(update["update_id"], error)
            return False
        return True

    def _let_go(self, number: int, error: Exception) -> None:
        """Say once that an update can't be read; it may come again until older ones are done."""
        if number in self._unreadable:
            return
        while len(self._unreadable) >= REMEMBERED:
            del self._unreadable[next(iter(self._unreadable))]
        self._unreadable[number] = None
        log.error(
            "An update can't be understood, so it is let go (%s)",
            type(error).__name__,
        )


def is_update(told: object) -> bool:
    """Tell whether something that was brought is an update: whether it has a number."""
    number = told.get("update_id") if isinstance(told, dict) else None
    return type(number) is int and 0 <= number <= LAST_ID


def _bare(update: Json) -> Json:
    return {"update_id": update["update_id"]}


def _parsed(payload: bytes) -> Json:
    try:
        answer = json.loads(
            payload.decode(errors="replace"), parse_int=_integer
        )
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _integer(digits: str) -> int:
    """Return a number; of one that nobody can mean, nothing is left but that it is odd."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else -1


def _refusal(code: int, answer: Json) -> Json:
    """Return why a call was refused, with only such parameters as the library can read."""
    said, given = answer.get("description"), answer.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    refusal: Json = {
        "ok": False,
        "description": said if isinstance(said, str) else None,
    }
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        refusal["parameters"] = {
            "retry_after": _rest(parameters.get("retry_after"))
        }
    elif type(parameters.get("migrate_to_chat_id")) is int:
        refusal["parameters"] = {
            "migrate_to_chat_id": parameters["migrate_to_chat_id"]
        }
    return refusal


def _rest(asked: object) -> int:
    """Return for how many seconds to wait, whatever was written there."""
    try:
        seconds = float(str(asked))
    except ValueError:
        return USUAL_REST
    return math.ceil(min(seconds, LONGEST_REST)) if seconds > 0 else USUAL_REST


def _fits(name: str, result: object) -> bool:
    """Tell whether a result is what its method gives."""
    try:
        return SHAPES.get(name, _anything)(result)
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


SHAPES: dict[str, Callable[[Any], bool]] = {
    "getMe": _is_bot,
    "getUpdates": lambda _: False,  # a list of them was read above
    "sendMessage": _is_message,
    "sendPhoto": _is_message,
    "sendDocument": _is_message,
    "editMessageText": _is_message,
    "editMessageReplyMarkup": _is_message,
}
