"""Updates come as long as anything can come; why none do is said in one line, and once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import Conflict, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.errors import Failure
from bot.handlers.routes import UPDATES, App
from bot.sandbox.localchat import refusals
from bot.transport import polling
from bot.transport.polling import NEWS_AFTER, Complaints
from bot.transport.processor import OnePersonAtATime
from bot.transport.responses import CheckedRequest
from tests.bot_api import webhooks
from tests.transport.update_factories import ODD, by, pressed

TWO = Conflict(refusals.POLLED_ELSEWHERE.description)
SET = Conflict(webhooks.POLL_WITH_WEBHOOK.description)
ENDED = Conflict(webhooks.POLL_ENDED.description)
AWAY = NetworkError("ClientConnectorError: Connection refused")
ME = {"id": 7, "is_bot": True, "first_name": "Picks", "username": "picks_bot"}


async def eventually(comes_true: Callable[[], bool]) -> None:
    """Wait for something that nobody tells of."""
    async with asyncio.timeout(5):
        while not comes_true():  # noqa: ASYNC110 - the loop under test tells nobody
            await asyncio.sleep(0.002)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TWO, "Another process polls with the same token"),
        (SET, "Somebody set a webhook for this bot"),
        (ENDED, "Somebody set a webhook for this bot"),
        (AWAY, "Telegram does not answer (ClientConnectorError"),
    ],
    ids=["two", "set", "ended", "away"],
)
def test_it_is_one_line_for_as_long_as_it_lasts(
    caplog: pytest.LogCaptureFixture, error: TelegramError, line: str
) -> None:
    complaints = Complaints(iter(range(0, 600, 30)).__next__)

    for _ in range(20):
        complaints(error)

    assert [
        record.getMessage().startswith(line) for record in caplog.records
    ] == [True]
    assert caplog.records[0].levelno == logging.WARNING
    assert caplog.records[0].exc_info is None


def test_it_is_said_again_once_it_was_well_or_something_else_is_wrong(
    caplog: pytest.LogCaptureFixture,
) -> None:
    complaints = Complaints(iter([0.0, 1.0, 2.0, 3.0 + NEWS_AFTER]).__next__)

    for error in (TWO, AWAY, AWAY, AWAY):
        complaints(error)

    assert len(caplog.records) == 3


class Telegram:
    """A Bot API server of which each call takes the next answer; then it has no more updates."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, object]] = []
        self.me: list[tuple[int, object]] = []
        self.requests: list[dict[str, str]] = []
        self.waiting = list[dict[str, Any]]()
        self.quiet = asyncio.Event()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        if method == "getMe":
            code, body = (
                self.me.pop(0) if self.me else (200, {"ok": True, "result": ME})
            )
            return httpx.Response(code, json=body)
        if method == "deleteWebhook":
            return httpx.Response(200, json={"ok": True, "result": True})
        await asyncio.sleep(0.001)
        self.requests.append(dict(parse_qsl(request.content.decode())))
        if self.answers:
            code, body = self.answers.pop(0)
            return httpx.Response(code, json=body)
        offset = int(self.requests[-1].get("offset", 0))
        self.waiting = [
            update for update in self.waiting if update["update_id"] >= offset
        ]
        if not self.waiting:
            self.quiet.set()
        return httpx.Response(
            200, json={"ok": True, "result": self.waiting[:100]}
        )

    @property
    def confirmed(self) -> int:
        """The number before which every update is confirmed."""
        return int(self.requests[-1].get("offset", 0))


class Handlers:
    """Stands for the application: it takes updates, and may take its time."""

    def __init__(self, telegram: Telegram) -> None:
        answers = [
            CheckedRequest(
                HTTPXRequest(
                    httpx_kwargs={"transport": httpx.MockTransport(telegram)}
                )
            )
            for _ in range(2)
        ]
        self.bot = Bot(
            "7:token", request=answers[0], get_updates_request=answers[1]
        )
        self.update_processor = OnePersonAtATime(str)
        self.begun: list[int] = []
        self.slow: dict[int, asyncio.Event] = {}

    async def process_update(self, update: Update) -> None:
        self.begun.append(update.update_id)
        if update.update_id in self.slow:
            await self.slow[update.update_id].wait()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def handlers(telegram: Telegram) -> Handlers:
    return Handlers(telegram)


@pytest.fixture
async def updates(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[polling.Polling]:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(polling, "GRACE", 0.01)
    monkeypatch.setattr(polling, "LAST_UPDATES", 0.1)
    polling_updates = polling.Polling(cast("App", handlers), UPDATES)
    yield polling_updates
    await polling_updates.end()
    await handlers.bot.shutdown()


OUTAGES = [
    (401, {}),
    (404, {}),
    (403, {}),
    (400, {}),
    (409, {}),
    (500, {}),
    (204, {}),
    (429, {"parameters": {"retry_after": 86_400}}),
    (429, {"parameters": {"retry_after": "soon"}}),
    (429, {"parameters": {"retry_after": None}}),
    (429, {"parameters": 3}),
    (200, []),
    (200, {"ok": True}),
    (200, {"ok": True, "result": {}}),
    (200, {"ok": True, "result": [3, None, {}]}),
]


@pytest.mark.parametrize("outage", OUTAGES, ids=str)
async def test_updates_come_again_after_whatever_telegram_answered(
    telegram: Telegram,
    handlers: Handlers,
    updates: polling.Polling,
    outage: tuple[int, object],
) -> None:
    telegram.answers, telegram.waiting = [outage] * 3, [pressed(5)]

    await updates.begin()
    await asyncio.wait_for(telegram.quiet.wait(), 5)

    assert handlers.begun == [5]
    assert telegram.confirmed == 6


@pytest.mark.parametrize("odd", ODD)
async def test_an_update_that_cannot_be_read_is_asked_for_once(
    telegram: Telegram,
    updates: polling.Polling,
    odd: dict[str, Any],
) -> None:
    telegram.waiting = [{"update_id": 6, **odd}]

    await updates.begin()
    await asyncio.wait_for(telegram.quiet.wait(), 5)

    offsets = [str(request.get("offset")) for request in telegram.requests]
    assert offsets[0] == "None"
    assert set(offsets[1:]) == {"7"}
    assert telegram.confirmed == 7


async def test_a_token_that_is_refused_is_believed_only_where_get_me_says_so_too(
    telegram: Telegram, updates: polling.Polling
) -> None:
    telegram.answers = [(401, {})] * 20
    telegram.me = [(401, {})] * (polling.REFUSALS - 1)

    await updates.begin()
    await asyncio.wait_for(telegram.quiet.wait(), 5)

    assert not telegram.answers


async def test_a_token_that_was_revoked_ends_the_polling_with_its_cause(
    telegram: Telegram, updates: polling.Polling
) -> None:
    telegram.answers, telegram.me = [(401, {})] * 50, [(401, {})] * 50

    await updates.begin()

    with pytest.raises(Failure, match="does not accept TELEGRAM_BOT_TOKEN"):
        await asyncio.wait_for(updates.last(), 5)
    assert len(telegram.requests) == polling.REFUSALS


async def test_updates_that_are_refused_for_long_end_the_polling_too(
    telegram: Telegram, updates: polling.Polling
) -> None:
    telegram.answers = [(404, {})] * 200

    await updates.begin()

    with pytest.raises(Failure, match="refuses to give its updates"):
        await asyncio.wait_for(updates.last(), 5)


async def test_an_update_is_confirmed_once_it_was_processed(
    telegram: Telegram, handlers: Handlers, updates: polling.Polling
) -> None:
    handlers.slow[6] = asyncio.Event()
    telegram.waiting = [pressed(5), by(2, 6), by(3, 7)]

    await updates.begin()
    await eventually(
        lambda: handlers.begun == [5, 6, 7] and telegram.confirmed == 6
    )
    telegram.waiting.append(by(4, 8))
    await eventually(lambda: handlers.begun == [5, 6, 7, 8])
    before = telegram.confirmed
    handlers.slow[6].set()
    await asyncio.wait_for(telegram.quiet.wait(), 5)

    assert before == 6
    assert telegram.confirmed == 9
    assert handlers.begun == [5, 6, 7, 8]


async def test_what_is_cut_off_at_the_end_is_not_confirmed(
    telegram: Telegram, handlers: Handlers, updates: polling.Polling
) -> None:
    handlers.slow[6] = asyncio.Event()
    telegram.waiting = [pressed(5), by(2, 6)]

    await updates.begin()
    await eventually(lambda: handlers.begun == [5, 6])
    await updates.end()

    assert telegram.confirmed == 6
    assert [update["update_id"] for update in telegram.waiting] == [6]


async def test_a_hundred_that_wait_hide_nobody(
    telegram: Telegram, handlers: Handlers, updates: polling.Polling
) -> None:
    handlers.slow[1] = asyncio.Event()
    telegram.waiting = [by(number, number) for number in range(1, 131)]

    await updates.begin()
    await eventually(lambda: handlers.begun[-1:] == [130])

    handlers.slow[1].set()


async def test_what_is_brought_again_is_not_processed_again(
    telegram: Telegram, handlers: Handlers, updates: polling.Polling
) -> None:
    telegram.answers = [(200, {"ok": True, "result": [pressed(5)]})] * 4

    await updates.begin()
    await asyncio.wait_for(telegram.quiet.wait(), 5)

    assert handlers.begun == [5]
