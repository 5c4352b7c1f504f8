"""Updates by webhook: none is lost while something is away, and none counts twice."""

import asyncio
import logging
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

RATE_PICK = learning.rate_pick

# The toast of a press that can't be stored yet.
NOT_YET = "I can't save that right now. I'll try again in a moment."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Telegram send a failed update again after a second, so that tests are short."""
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


def count_polls(server: FaultyServer) -> int:
    return sum(call.method == "getUpdates" for call in server.calls)


def has_no_updates(talk: Talk) -> bool:
    """Tell whether no update waits at Telegram."""
    return len(talk.server.bots[TOKEN].updates) == 0


def failing(
    times: int, error: Exception
) -> tuple[Callable[..., Any], list[float]]:
    """Return a `rate_pick` that fails the first times, and the list of the times of its calls."""
    tries: list[float] = []

    def rate_or_fail(*args: Any, **kwargs: Any) -> Any:
        tries.append(time.monotonic())
        if len(tries) <= times:
            raise error
        return RATE_PICK(*args, **kwargs)

    return rate_or_fail, tries


def is_liked(message: Message) -> bool:
    return "👍 1 ✓" in buttons(message)


async def test_updates_while_the_database_is_away_are_handled_when_it_is_back(
    on_postgres: Talk, cluster: Cluster, address: Address
) -> None:
    talk, origin = on_postgres, f"http://127.0.0.1:{address.port}"
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")

    with cluster.outage():
        tap = ada.press(digest, "👍 1")
        first_toast = await ada.answer_to(tap, 20)
        ada.write("/topics add robots")
        # Both come again meanwhile, in vain.
        await asyncio.sleep(2.5)
        async with httpx.AsyncClient() as client:
            alive = await client.get(f"{origin}/healthz")
            ready = await client.get(f"{origin}/readyz")
    rated = await ada.wait_for(is_liked, 20)
    await ada.wait_for(lambda message: "➕ robots" in message.text, 20)
    await eventually(lambda: has_no_updates(talk))

    toasts = [toast.text for toast in ada.toasts if toast.press_id == tap.id]
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert first_toast.text == NOT_YET
    assert toasts.count(NOT_YET) == 1
    assert len(toasts) == 2
    assert toasts[1].startswith("👍 noted")
    assert "Learned from 👍 1" in rated.text
    assert [
        message.text for message in ada.messages if "went wrong" in message.text
    ] == []
    assert counts.count(talk.database).likes == 1


async def test_a_later_rating_wins_over_an_earlier_one_that_is_sent_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    monkeypatch.setattr(
        learning, "rate_pick", failing(2, Failure("the database is away"))[0]
    )

    await ada.answer_to(ada.press(digest, "👍 1"))
    ada.press(digest, "👎 1")
    await eventually(lambda: has_no_updates(talk))
    rated = await ada.wait_for(lambda message: message.id == digest.id)

    assert "👎 1 ✓" in buttons(rated)
    assert counts.count(talk.database).dislikes == 1
    assert counts.count(talk.database).likes == 0


async def test_updates_sent_again_do_not_count_against_the_limit_per_minute(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Telegram is told a second: there are only whole ones.
    monkeypatch.setattr(failures, "RETRY", 0.1)
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    monkeypatch.setattr("bot.handlers.gate.UPDATES_PER_MINUTE", 3)
    monkeypatch.setattr(
        learning, "rate_pick", failing(3, Failure("the database is away"))[0]
    )

    ada.press(digest, "👍 1")
    await ada.wait_for(is_liked, 20)

    assert "Give me a minute" not in "".join(toast.text for toast in ada.toasts)


async def test_an_update_that_raises_a_bug_is_answered_once_and_not_sent_again(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    rate, tries = failing(1, KeyError("a mistake"))
    monkeypatch.setattr(learning, "rate_pick", rate)

    toast = await ada.answer_to(ada.press(digest, "👍 1"))
    await eventually(lambda: has_no_updates(talk))

    assert toast.text == "Something went wrong here. Please try again."
    assert len(tries) == 1
    assert "while answering an update" in caplog.text
    assert TOKEN not in caplog.text


async def test_an_answer_that_could_not_be_sent_is_sent_when_the_update_comes_again(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.server.fail_next("sendMessage", Break.RESET, times=2)

    answer = await says(ada, "/help")
    await eventually(lambda: has_no_updates(talk))

    assert "I read the new machine-learning papers" in answer.text
    assert (
        len(
            [message for message in ada.messages if message.text == answer.text]
        )
        == 1
    )


async def test_a_press_that_is_sent_twice_is_one_rating(talk: Talk) -> None:
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    talk.server.fail_next(WEBHOOK, Break.CLOSED, took_effect=True, times=2)

    tap = ada.press(digest, "👍 1")
    await eventually(lambda: has_no_updates(talk))

    toasts = [
        toast.text.partition(" · ")[0]
        for toast in ada.toasts
        if toast.press_id == tap.id
    ]
    assert toasts == ["👍 noted", "Noted already", "Noted already"]
    assert counts.count(talk.database).likes == 1


async def test_first_picks_are_sent_when_their_press_comes_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = talk.person("Ada")
    ada.start()
    greeting = await ada.wait_for(lambda message: "Hi Ada" in message.text, 20)
    talk.server.fail_next("sendMessage", refusals.too_many_requests(30))

    ada.press(greeting, "Show my picks →")
    await ada.wait_for(lambda message: "👍 1" in buttons(message), 40)


async def test_an_update_in_progress_is_finished_before_the_bot_stops(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_begun = threading.Event()

    def rate_slowly(*args: Any, **kwargs: Any) -> Any:
        has_begun.set()
        time.sleep(1)
        return RATE_PICK(*args, **kwargs)

    monkeypatch.setattr(learning, "rate_pick", rate_slowly)
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
        tap = ada.press(await says(ada, "/picks"), "👍 1")
        await asyncio.to_thread(has_begun.wait, 10)

    assert (await ada.answer_to(tap, 0.1)).text.startswith("👍 noted")
    assert has_no_updates(talk)


async def test_an_update_that_can_not_be_finished_waits_for_the_next_start(
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
        start = time.monotonic()
    seconds, is_lost = time.monotonic() - start, has_no_updates(talk)
    async with talking(runtime, server, address):
        await ada.wait_for(lambda message: "I read the new" in message.text, 30)

    assert seconds < 10
    assert not is_lost
    assert "Exception in ASGI application" not in caplog.text


async def test_polling_removes_an_old_webhook_and_gets_its_updates(
    runtime: Runtime, server: FaultyServer, address: Address
) -> None:
    async with talking(runtime, server, address) as talk:
        ada = await talk.started("Ada")
    ada.write("/help")

    async with talking(runtime, server):
        await ada.wait_for(lambda message: "I read the new" in message.text, 20)

    assert server.courier(TOKEN).webhook is None


async def test_a_webhook_set_by_somebody_else_is_explained_once(
    server: FaultyServer,
    runtime: Runtime,
    address: Address,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with talking(runtime, server) as talk, httpx.AsyncClient() as client:
        ada = await talk.started("Ada")
        before = count_polls(server)
        api = f"{server.base_url}{TOKEN}"
        await client.post(f"{api}/setWebhook", json={"url": address.url})
        await eventually(lambda: count_polls(server) > before + 2)
        await client.post(f"{api}/deleteWebhook")
        ada.write("/help")
        await ada.wait_for(lambda message: "I read the new" in message.text, 20)

    warnings = [
        record for record in caplog.records if record.levelno >= logging.WARNING
    ]
    explanations = [
        record
        for record in warnings
        if record.name.startswith(("bot.transport.polling", "telegram"))
    ]
    assert [
        record.getMessage().partition(" for")[0] for record in explanations
    ] == ["Somebody set a webhook"]
    assert explanations[0].exc_info is None
