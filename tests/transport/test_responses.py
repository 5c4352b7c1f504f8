"""What Telegram may answer in its worst hours, and what becomes of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.transport import responses
from bot.transport.responses import CheckedRequest
from bot.transport.send_errors import pause
from tests.transport.update_factories import ODD, pressed

ME = {"id": 7, "is_bot": True, "first_name": "Picks", "username": "picks_bot"}
Telegram = Callable[[int, object], Bot]


def whole(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """A bot whose every call gets one answer."""
    bots: list[Bot] = []

    def answering(code: int, body: object) -> Bot:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        transport = httpx.MockTransport(
            lambda _: httpx.Response(code, content=content)
        )
        responses = CheckedRequest(
            HTTPXRequest(httpx_kwargs={"transport": transport})
        )
        bots.append(
            Bot("7:token", request=responses, get_updates_request=responses)
        )
        return bots[-1]

    yield answering
    for bot in bots:
        await bot.shutdown()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, b"<html>Sign in to this network</html>"),
        (200, b""),
        (204, b""),
        (200, b"[]"),
        (200, b"null"),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
        (200, {"ok": True}),
        (200, {"ok": False, "description": "no"}),
        (200, {"ok": True, "result": None}),
        (200, {"ok": True, "result": True}),
        (200, {"ok": True, "result": [ME]}),
        (200, {"ok": True, "result": {"id": 7}}),
        (200, {"ok": True, "result": {**ME, "id": "7"}}),
        (200, {"ok": True, "result": {**ME, "username": None}}),
        (302, b""),
        (500, b"<html>"),
        (
            502,
            b'{"ok": false, "description": ["a", "list"], "parameters": [1]}',
        ),
        (999, b""),
    ],
)
async def test_an_odd_answer_is_an_outage_and_no_trace_of_it_is_logged(
    telegram: Telegram,
    caplog: pytest.LogCaptureFixture,
    code: int,
    body: object,
) -> None:
    with pytest.raises(NetworkError):
        await telegram(code, body).get_me()

    assert caplog.text == ""


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (409, Conflict),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b'{"description": 3, "parameters": 4}']
)
async def test_a_refusal_is_known_by_its_code_whatever_stands_in_it(
    telegram: Telegram, code: int, error: type[TelegramError], body: bytes
) -> None:
    with pytest.raises(error):
        await telegram(code, body).get_me()


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (3, 3),
        ("3", 3),
        (2.5, 3),
        (0, 5),
        (-4, 5),
        (None, 5),
        ("soon", 5),
        ([1], 5),
        (True, 5),
        (float("nan"), 5),
        (float("inf"), 86_400),
        (10**30, 86_400),
    ],
)
async def test_a_rest_is_a_number_of_seconds_whatever_stands_there(
    telegram: Telegram, retry_after: object, seconds: int
) -> None:
    refusal = {
        "ok": False,
        "description": "Too Many Requests",
        "parameters": {"retry_after": retry_after},
    }

    with pytest.raises(RetryAfter) as raised:
        await telegram(429, refusal).get_me()

    assert pause(raised.value) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"parameters": null}', b'{"parameters": []}']
)
async def test_too_many_requests_without_a_time_are_waited_out_too(
    telegram: Telegram, body: bytes
) -> None:
    with pytest.raises(RetryAfter):
        await telegram(429, body).get_me()


async def test_a_group_that_moved_is_told_still(telegram: Telegram) -> None:
    refusal = {
        "ok": False,
        "description": "moved",
        "parameters": {"migrate_to_chat_id": -100},
    }

    with pytest.raises(ChatMigrated):
        await telegram(400, refusal).send_message(1, "hello")


@pytest.mark.parametrize(
    "result", [None, 3, {}, {"message_id": "x"}, [], {"chat": {}}]
)
async def test_a_message_that_may_have_been_sent_is_an_outage_where_the_answer_is_odd(
    telegram: Telegram, result: object
) -> None:
    with pytest.raises(NetworkError):
        await telegram(200, whole(result)).send_message(1, "hello")


async def test_what_is_whole_comes_through(telegram: Telegram) -> None:
    message = {"message_id": 3, "date": 1, "chat": {"id": 1, "type": "private"}}

    assert (await telegram(200, whole(ME)).get_me()).username == "picks_bot"
    assert isinstance(
        await telegram(200, whole(message)).send_message(1, "hello"), Message
    )
    assert [
        u.update_id
        for u in await telegram(200, whole([pressed(5)])).get_updates()
    ] == [5]


@pytest.mark.parametrize("odd", ODD)
async def test_of_an_update_that_cannot_be_read_the_number_alone_is_left(
    telegram: Telegram, caplog: pytest.LogCaptureFixture, odd: dict[str, Any]
) -> None:
    bot = telegram(
        200, whole([pressed(5), {"update_id": 6, **odd}, pressed(7)])
    )

    batches = [await bot.get_updates() for _ in range(3)]

    assert [[u.update_id for u in updates] for updates in batches] == [
        [5, 6, 7]
    ] * 3
    assert [u.effective_user is not None for u in batches[0]] == [
        True,
        False,
        True,
    ]
    assert caplog.text.count("An update can't be understood") == 1


@pytest.mark.parametrize("number", [None, "5", -1, 5.0, True, 2**64, [5]])
async def test_what_has_no_number_is_no_update(
    telegram: Telegram, number: object
) -> None:
    junk = [{"update_id": number}, {}, 3, None, "update", [], pressed(9)]

    updates = await telegram(200, whole(junk)).get_updates()

    assert [update.update_id for update in updates] == [9]


@pytest.mark.parametrize("result", [None, True, {}, "updates", 3])
async def test_updates_that_are_no_list_are_an_outage(
    telegram: Telegram, result: object
) -> None:
    with pytest.raises(NetworkError):
        await telegram(200, whole(result)).get_updates()


async def test_a_number_without_end_costs_its_own_update_alone(
    telegram: Telegram,
) -> None:
    long = whole([pressed(5), {"update_id": 6, "message": 77777}, pressed(7)])
    body = long.replace(b"77777", b"7" * 9999)

    assert [u.update_id for u in await telegram(200, body).get_updates()] == [
        5,
        6,
        7,
    ]


async def test_an_answer_that_trickles_for_ever_is_an_outage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def trickle(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(responses, "TIMEOUT", 0.05)
    slow = CheckedRequest(
        HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(trickle)})
    )

    async with slow:
        with pytest.raises(TimedOut):
            await slow.do_request(
                "http://telegram.example/bot7:token/getMe", "POST"
            )
