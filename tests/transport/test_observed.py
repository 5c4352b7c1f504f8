"""Updates and calls are observed by kind and outcome, and by nothing that names anybody."""

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.transport import update_kinds
from bot.transport.client import Client
from bot.transport.processor import OnePersonAtATime
from bot.transport.responses import CheckedRequest
from tests.transport.update_factories import ADA, CHAT, MESSAGE, pressed

ME = {"id": 7, "is_bot": True, "first_name": "Picks", "username": "picks_bot"}
COMMAND = {"type": "bot_command", "offset": 0, "length": 5}
MEMBER = {"user": ADA, "status": "member"}


def message(**values: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {**MESSAGE, **values}}


def refused(code: int, description: str) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (message(text="robots"), "text"),
        (message(text="/top week", entities=[COMMAND]), "command"),
        (message(text="see /top", entities=[{**COMMAND, "offset": 4}]), "text"),
        (
            message(document={"file_id": "1", "file_unique_id": "1"}),
            "file",
        ),
        (message(), "message"),
        (pressed(1), "button"),
        (
            {
                "update_id": 1,
                "inline_query": {
                    "id": "1",
                    "from": ADA,
                    "query": "robots",
                    "offset": "",
                },
            },
            "inline_query",
        ),
        (
            {
                "update_id": 1,
                "chosen_inline_result": {
                    "result_id": "1",
                    "from": ADA,
                    "query": "robots",
                },
            },
            "inline_choice",
        ),
        (
            {
                "update_id": 1,
                "my_chat_member": {
                    "chat": CHAT,
                    "from": ADA,
                    "date": 1,
                    "old_chat_member": MEMBER,
                    "new_chat_member": MEMBER,
                },
            },
            "membership",
        ),
        ({"update_id": 1, "edited_message": {**MESSAGE, "text": "x"}}, "edit"),
        ({"update_id": 1}, "other"),
    ],
)
def test_an_update_is_of_one_kind(data: dict[str, Any], kind: str) -> None:
    update = Update.de_json(data, None)

    assert update_kinds.of(update) == kind


@pytest.mark.parametrize("outcome", ["ok", "again", "failed", "raised"])
async def test_an_update_is_observed_with_its_outcome_and_time(
    outcome: str,
) -> None:
    observed: list[tuple[str, str, float]] = []
    processor = OnePersonAtATime(
        str, observe=lambda *values: observed.append(values)
    )
    update = Update.de_json(pressed(1), None)

    async def process() -> None:
        attempt = processor.attempts.of(1)
        await asyncio.sleep(0.02)
        if outcome == "again":
            attempt.retry_after = 5
        attempt.failed = outcome == "failed"
        if outcome == "raised":
            raise ZeroDivisionError

    try:
        await processor.process_update(update, process())
    except ZeroDivisionError:
        assert outcome == "raised"

    [(kind, result, seconds)] = observed
    expected = "failed" if outcome == "raised" else outcome
    assert (kind, result) == ("button", expected)
    assert 0.02 <= seconds < 5


@pytest.mark.parametrize(
    ("code", "body", "outcome"),
    [
        (200, {"ok": True, "result": ME}, "ok"),
        (200, {"ok": True}, "unknown"),
        (502, {}, "unknown"),
        (401, refused(401, "Unauthorized"), "token_refused"),
        (404, refused(404, "Not Found"), "no_such_method"),
        (403, refused(403, "Forbidden: bot was blocked"), "unreachable"),
        (429, refused(429, "Too Many Requests"), "too_fast"),
        (400, refused(400, "Bad Request: chat not found"), "unreachable"),
        (400, refused(400, "Bad Request: message is too long"), "unfit"),
        (
            400,
            {
                **refused(400, "Bad Request: group chat was upgraded"),
                "parameters": {"migrate_to_chat_id": -1001},
            },
            "moved",
        ),
    ],
)
async def test_a_call_is_observed_with_its_outcome(
    code: int, body: dict[str, Any], outcome: str
) -> None:
    answer = httpx.Response(code, content=json.dumps(body).encode())
    client = HTTPXRequest(
        httpx_kwargs={"transport": httpx.MockTransport(lambda _: answer)}
    )

    assert await observed_call(client) == [("getMe", outcome)]


async def test_a_call_to_nobody_is_observed_too() -> None:
    assert await observed_call(Client(), "http://127.0.0.1:9") == [
        ("getMe", "never_left")
    ]


async def test_a_call_that_gets_no_answer_is_observed_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        client = Client(read_timeout=0.1)

        observed = await observed_call(client, f"http://127.0.0.1:{port}")

    assert observed == [("getMe", "unknown")]


async def observed_call(
    client: BaseRequest, server: str = "http://telegram.example"
) -> list[tuple[str, str]]:
    """Ask a server who the bot is; return what was observed."""
    observed: list[tuple[str, str]] = []
    request = CheckedRequest(
        client,
        observers=[lambda method, result, _: observed.append((method, result))],
    )
    bot = Bot(
        "7:token",
        base_url=f"{server}/bot",
        request=request,
        get_updates_request=request,
    )
    async with request:
        with suppress(TelegramError):
            await bot.get_me()
    return observed
