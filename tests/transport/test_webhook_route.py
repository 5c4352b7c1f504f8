"""What our address answers to whoever calls it: only Telegram is heard, and in its turn."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import aiohttp
import httpx
import pytest
from telegram import Update
from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.errors import Failure
from bot.handlers.failures import RETRY, seconds_to_wait
from bot.handlers.routes import App
from bot.transport.health import Probes
from bot.transport.processor import OnePersonAtATime
from bot.transport.webhook import LONGEST_BODY, Address, application

SECRET = "our_secret-1"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
ADDRESS = Address("http://bot.example/a%20path/hook", SECRET, "127.0.0.1", 8443)


class Bot:
    """Stands for the application: notes what it was given, and takes as long as a test likes."""

    bot = None

    def __init__(self) -> None:
        self.update_processor = OnePersonAtATime(str)
        self.begun: list[int] = []
        self.done: list[int] = []
        self.numbers: list[int] = []
        self.takes = 0.0
        self.again: float | None = None

    async def process_update(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await asyncio.sleep(self.takes)
        attempt = self.update_processor.attempts.of(update.update_id)
        self.numbers.append(attempt.number)
        attempt.retry_after = self.again
        self.done.append(update.update_id)


def update(number: int = 1, person: int = 7) -> dict[str, Any]:
    sender = {"id": person, "is_bot": False, "first_name": "Ada"}
    chat = {"id": person, "type": "private"}
    message = {
        "message_id": 1,
        "date": 0,
        "chat": chat,
        "from": sender,
        "text": "hello",
    }
    return {"update_id": number, "message": message}


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def client(bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    probes = Probes(lambda: 0, lambda: None)
    served = application(cast("App", bot), ADDRESS, probes)
    transport = httpx.ASGITransport(served)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bot.example"
    ) as client:
        yield client


async def test_an_update_with_the_secret_is_processed_and_then_acknowledged(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    answer = await client.post("/a path/hook", json=update(5), headers=HEADER)

    assert answer.status_code == 200
    assert answer.content == b""
    assert bot.done == [5]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 401),
        ({"X-Telegram-Bot-Api-Secret-Token": ""}, 401),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}, 401),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}, 401),
        ({"X-Telegram-Bot-Api-Secret-Token": "ünsecret".encode()}, 401),
        ({"x-telegram-bot-api-secret-token": SECRET}, 200),
    ],
)
async def test_without_the_secret_nothing_is_done(
    client: httpx.AsyncClient, bot: Bot, headers: dict[str, Any], code: int
) -> None:
    answer = await client.post("/a path/hook", json=update(), headers=headers)

    assert answer.status_code == code
    assert answer.content == b""
    assert len(bot.begun) == (code == 200)


@pytest.mark.parametrize(
    "method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
)
async def test_another_method_is_refused(
    client: httpx.AsyncClient, bot: Bot, method: str
) -> None:
    answer = await client.request(method, "/a path/hook", headers=HEADER)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert bot.begun == []


@pytest.mark.parametrize(
    "path", ["/", "/a path", "/a path/hook/", "/a path/hook/x", "/docs", "//"]
)
async def test_everywhere_else_is_nothing(
    client: httpx.AsyncClient, bot: Bot, path: str
) -> None:
    answer = await client.post(path, json=update(), headers=HEADER)

    assert answer.status_code == 404
    assert bot.begun == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"7",
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_update_is_refused(
    client: httpx.AsyncClient, bot: Bot, body: bytes
) -> None:
    answer = await client.post("/a path/hook", content=body, headers=HEADER)

    assert answer.status_code == 400
    assert answer.content == b""
    assert bot.begun == []


async def test_an_update_of_another_shape_is_let_go_so_that_it_holds_up_nothing(
    client: httpx.AsyncClient, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    odd = {"update_id": 1, "message": "as nobody spells it"}
    answer = await client.post("/a path/hook", json=odd, headers=HEADER)

    assert answer.status_code == 200
    assert bot.begun == []
    assert "An update can't be understood" in caplog.text


async def test_a_body_that_never_ends_is_not_read_to_its_end(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 65536
            yield b" " * 65536

    answer = await client.post(
        "/a path/hook", content=endless(), headers=HEADER
    )

    assert answer.status_code == 413
    assert read <= LONGEST_BODY + 2 * 65536
    assert bot.begun == []


async def test_the_longest_body_still_fits(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    spelled = json.dumps(update()).encode()
    for spaces, code in (
        (LONGEST_BODY - len(spelled), 200),
        (LONGEST_BODY, 413),
    ):
        body = spelled + b" " * spaces
        answer = await client.post("/a path/hook", content=body, headers=HEADER)

        assert answer.status_code == code

    assert len(bot.done) == 1


async def test_what_is_away_for_now_is_asked_for_again_and_its_visits_are_counted(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    bot.again = 2.2
    answers = [
        await client.post("/a path/hook", json=update(3), headers=HEADER)
        for _ in "ab"
    ]
    bot.again = None
    answers += [
        await client.post("/a path/hook", json=update(3), headers=HEADER)
        for _ in "cd"
    ]

    assert [answer.status_code for answer in answers] == [503, 503, 200, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert bot.numbers == [1, 2, 3, 1]


async def test_one_persons_updates_take_turns_and_other_people_go_beside_them(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    bot.takes = 0.1

    def post(number: int, person: int) -> asyncio.Task[httpx.Response]:
        call = client.post(
            "/a path/hook", json=update(number, person), headers=HEADER
        )
        return asyncio.ensure_future(call)

    calls = [post(1, 7), post(2, 7), post(3, 8)]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)

    assert set(bot.begun[:2]) == {1, 3}
    await asyncio.gather(*calls)
    assert sorted(bot.done) == [1, 2, 3]
    assert bot.done.index(1) < bot.done.index(2)


async def test_an_update_cut_off_by_the_end_of_the_process_is_asked_for_again(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    bot.takes = 60
    first = asyncio.ensure_future(
        client.post("/a path/hook", json=update(1), headers=HEADER)
    )
    waiting = asyncio.ensure_future(
        client.post("/a path/hook", json=update(2), headers=HEADER)
    )
    await asyncio.sleep(0.1)
    waiting.cancel()
    first.cancel()

    answers = await asyncio.gather(first, waiting)

    assert [answer.status_code for answer in answers] == [503, 503]
    assert bot.done == []


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (Failure("the database did not answer"), [RETRY] * 3),
        (Failure("there is no such thing", passing=False), [None] * 3),
        (RetryAfter(timedelta(seconds=7)), [7] * 3),
        (TimedOut(), [RETRY, 2 * RETRY, None]),
        (Forbidden("Forbidden: bot was blocked by the user"), [None] * 3),
        (BadRequest("Bad Request: message is too long"), [None] * 3),
        (KeyError("a mistake of ours"), [None] * 3),
    ],
    ids=repr,
)
def test_what_may_pass_is_waited_for_and_what_may_have_arrived_not_for_ever(
    error: Exception, waits: list[float | None]
) -> None:
    assert [seconds_to_wait(error, visit) for visit in (1, 2, 5)] == waits


def test_what_never_left_us_is_waited_for_as_long_as_it_takes() -> None:
    error = NetworkError("refused")
    error.__cause__ = aiohttp.ConnectionTimeoutError()

    assert seconds_to_wait(error, 99) == RETRY


def test_the_path_of_an_address_without_one_is_the_root() -> None:
    assert replace(ADDRESS, url="https://bot.example").path == "/"
    assert ADDRESS.path == "/a path/hook"
