"""Updates that are brought: none is lost while something is away, and none counts twice."""

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from bot.errors import Failure
from bot.handlers import failures
from bot.picks import fitting, learning
from bot.runtime import Runtime
from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.messages import Message
from bot.sources.endpoints import Endpoints
from bot.storage import counts, papers, schema
from bot.storage.database import Database
from bot.transport import http_limits
from bot.transport.webhook import Address
from tests.bot_api.faults import WEBHOOK, Break
from tests.bot_api.server import FaultyServer
from tests.corpus import library
from tests.e2e.talk import (
    MONDAY,
    NOBODY,
    TOKEN,
    Clock,
    Talk,
    buttons,
    eventually,
    says,
    talking,
)
from tests.postgres import Cluster

pytestmark = pytest.mark.parametrize("address", ["webhook"], indirect=True)
NOT_YET = "I can't save that right now. I'll try again in a moment."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for what failed again after a second, so that tests are short."""
    monkeypatch.setattr(failures, "RETRY", 1.0)


@pytest.fixture
async def on_postgres(
    cluster: Cluster, address: Address
) -> AsyncIterator[Talk]:
    with closing(Database(cluster.create_database())) as database:
        schema.migrate(database)
        papers.store(database, library(MONDAY.date()))
        fitting.fit(database, MONDAY)
        runtime = Runtime(
            database=database,
            endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
            clock=Clock(),
        )
        with FaultyServer(TOKEN, clock=runtime.clock, limits=None) as server:
            async with talking(runtime, server, address) as talk:
                yield talk


def polls(server: FaultyServer) -> int:
    return sum(call.method == "getUpdates" for call in server.calls)


def nothing_waits(talk: Talk) -> bool:
    """Tell whether Telegram has no update left to bring."""
    return len(talk.server.bots[TOKEN].updates) == 0


def failing(
    times: int, error: Exception
) -> tuple[Callable[..., Any], list[float]]:
    """Return what rates a pick as ever, but for the first times; and when it was tried."""
    tries: list[float] = []

    def rate(*args: Any, **named: Any) -> Any:
        tries.append(time.monotonic())
        if len(tries) <= times:
            raise error
        return RATE(*args, **named)

    return rate, tries


RATE = learning.rate_pick


def liked(message: Message) -> bool:
    return "👍 1 ✓" in buttons(message)


async def test_what_is_said_while_the_database_is_away_is_heard_when_it_is_back(
    on_postgres: Talk, cluster: Cluster, address: Address
) -> None:
    talk, door = on_postgres, f"http://127.0.0.1:{address.port}"
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    with cluster.outage():
        tap = ada.press(digest, "👍 1")
        told = await ada.answer_to(tap, 20)
        ada.write("/topics add robots")
        await asyncio.sleep(2.5)  # both come again meanwhile, in vain
        async with httpx.AsyncClient() as client:
            alive, ready = (
                await client.get(f"{door}/healthz"),
                await client.get(f"{door}/readyz"),
            )
    rated = await ada.wait_for(liked, 20)
    await ada.wait_for(lambda message: "➕ robots" in message.text, 20)
    await eventually(lambda: nothing_waits(talk))

    said = [toast.text for toast in ada.toasts if toast.press_id == tap.id]
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert told.text == NOT_YET
    assert said.count(NOT_YET) == 1
    assert len(said) == 2
    assert said[1].startswith("👍 noted")
    assert "Learned from 👍 1" in rated.text
    assert [
        message.text for message in ada.messages if "went wrong" in message.text
    ] == []
    assert counts.count(talk.runtime.database).likes == 1


async def test_a_change_of_mind_meanwhile_is_the_last_word(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    monkeypatch.setattr(
        learning, "rate_pick", failing(2, Failure("the database is away"))[0]
    )

    await ada.answer_to(ada.press(digest, "👍 1"))
    ada.press(digest, "👎 1")
    await eventually(lambda: nothing_waits(talk))
    shown = await ada.wait_for(lambda message: message.id == digest.id)

    assert "👎 1 ✓" in buttons(shown)
    assert counts.count(talk.runtime.database).dislikes == 1
    assert counts.count(talk.runtime.database).likes == 0


async def test_what_comes_again_is_no_flood_of_its_sender(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        failures, "RETRY", 0.1
    )  # told as a second: whole ones are all there are
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    monkeypatch.setattr("bot.runtime.PER_MINUTE", 3)
    monkeypatch.setattr(
        learning, "rate_pick", failing(3, Failure("the database is away"))[0]
    )

    ada.press(digest, "👍 1")
    await ada.wait_for(liked, 20)

    assert "Give me a minute" not in "".join(toast.text for toast in ada.toasts)


async def test_a_mistake_of_ours_is_told_once_and_holds_up_nothing(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    rate, tries = failing(1, KeyError("a mistake"))
    monkeypatch.setattr(learning, "rate_pick", rate)

    toast = await ada.answer_to(ada.press(digest, "👍 1"))
    await eventually(lambda: nothing_waits(talk))

    assert toast.text == "Something went wrong here. Please try again."
    assert len(tries) == 1
    assert "while answering an update" in caplog.text
    assert TOKEN not in caplog.text


async def test_an_answer_that_never_left_is_given_when_the_update_comes_again(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.server.fail_next("sendMessage", Break.RESET, times=2)

    answer = await says(ada, "/help")
    await eventually(lambda: nothing_waits(talk))

    assert "I read the new machine-learning papers" in answer.text
    assert (
        len(
            [message for message in ada.messages if message.text == answer.text]
        )
        == 1
    )


async def test_a_press_that_is_brought_twice_is_one_rating(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    talk.server.fail_next(WEBHOOK, Break.CLOSED, took_effect=True, times=2)

    tap = ada.press(digest, "👍 1")
    await eventually(lambda: nothing_waits(talk))

    said = [
        toast.text.partition(" · ")[0]
        for toast in ada.toasts
        if toast.press_id == tap.id
    ]
    assert said == ["👍 noted", "Noted already", "Noted already"]
    assert counts.count(talk.runtime.database).likes == 1


async def test_first_picks_whose_press_comes_again_are_sent(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    talk.server.fail_next("sendMessage", refusals.too_many_requests(30))

    ada.press(greeting, "Show my picks →")
    await ada.wait_for(lambda message: "👍 1" in buttons(message), 40)


async def test_the_port_opens_only_once_telegram_knows_the_address(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fail_next("setWebhook", Break.BAD_GATEWAY)
    async with httpx.AsyncClient() as client:

        async def asks() -> int:
            try:
                return (
                    await client.get(f"http://127.0.0.1:{address.port}/healthz")
                ).status_code
            except httpx.ConnectError:
                return 0

        begun = asyncio.create_task(
            server.wait_for_call(lambda c: c.method == "setWebhook", 20)
        )
        begun.add_done_callback(
            lambda _: early.append(asyncio.create_task(asks()))
        )
        early: list[asyncio.Task[int]] = []
        async with talking(runtime, server, address):
            open_ = await asks()
        shut = await asks()

    assert [await task for task in early] == [0]
    assert (open_, shut) == (200, 0)
    assert "Telegram does not answer" in caplog.text


async def test_what_is_under_way_at_the_end_is_finished(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = threading.Event()

    def slowly(*args: Any, **named: Any) -> Any:
        begun.set()
        time.sleep(1)
        return RATE(*args, **named)

    monkeypatch.setattr(learning, "rate_pick", slowly)
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        tap = ada.press(await says(ada, "/picks"), "👍 1")
        await asyncio.to_thread(begun.wait, 10)

    assert (await ada.answer_to(tap, 0.1)).text.startswith("👍 noted")
    assert nothing_waits(talk)


async def test_what_can_not_be_finished_waits_at_telegram_for_the_next_start(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        server.fail_next("sendMessage", Break.SILENCE)
        ada.write("/help")
        await eventually(
            lambda: server.faults["sendMessage: no answer before"] == 1
        )
        began = time.monotonic()
    took, lost = time.monotonic() - began, nothing_waits(talk)
    async with talking(runtime, server, address):
        await ada.wait_for(lambda message: "I read the new" in message.text, 30)

    assert took < 10
    assert not lost
    assert "Exception in ASGI application" not in caplog.text


async def test_polling_takes_the_updates_back_from_a_webhook_that_was_left(
    runtime: Runtime, server: FaultyServer, address: Address
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
    ada.write("/help")

    async with talking(runtime, server):
        await ada.wait_for(lambda message: "I read the new" in message.text, 20)

    assert server.courier(TOKEN).webhook is None


async def test_a_webhook_that_somebody_sets_meanwhile_is_explained_once(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with talking(runtime, server) as talk, httpx.AsyncClient() as client:
        ada = await talk.started("Ada")
        before = polls(server)
        api = f"{server.base_url}{TOKEN}"
        await client.post(f"{api}/setWebhook", json={"url": address.url})
        await eventually(lambda: polls(server) > before + 2)
        await client.post(f"{api}/deleteWebhook")
        ada.write("/help")
        await ada.wait_for(lambda message: "I read the new" in message.text, 20)

    warnings = [
        record for record in caplog.records if record.levelno >= logging.WARNING
    ]
    told = [
        record
        for record in warnings
        if record.name.startswith(("bot.transport.polling", "telegram"))
    ]
    assert [record.getMessage().partition(" for")[0] for record in told] == [
        "Somebody set a webhook"
    ]
    assert told[0].exc_info is None


async def test_silent_connections_and_bodies_without_end_keep_nobody_from_their_answer(
    runtime: Runtime, server: FaultyServer, address: Address
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        with contextlib.ExitStack() as open_:
            for _ in range(http_limits.MOST + 20):
                place = (address.host, address.port)
                open_.enter_context(socket.create_connection(place, 5))
                await asyncio.sleep(0)
            ada.write("/help")
            await ada.wait_for(
                lambda message: "I read the new" in message.text, 20
            )
        sent = await asyncio.to_thread(
            endlessly, address, "a-wrong-secret", 100_000_000
        )
        sent_rightly = await asyncio.to_thread(
            endlessly, address, address.secret, 100_000_000
        )

    assert sent < 20_000_000
    assert sent_rightly < 20_000_000


def endlessly(address: Address, secret: str, most: int) -> int:
    """Send a body without end; return how much was taken."""
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: here\r\nX-Telegram-Bot-Api-Secret-Token: {secret}"
        "\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n"
    )
    sent = 0
    with socket.create_connection(
        (address.host, address.port), 5
    ) as connection:
        connection.sendall(head.encode())
        with contextlib.suppress(ConnectionError, TimeoutError):
            while sent < most:
                sent += connection.send(b"x" * 65536)
    return sent
