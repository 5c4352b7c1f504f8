"""Whoever watches the bot is told what is wrong with it, and what it does, and about nobody."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from bot.jobs import ticks
from bot.monitoring import gauges, readiness
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.api.method_table import METHODS
from bot.sources import huggingface
from bot.sources.endpoints import Endpoints
from bot.storage import papers, schema, sources
from bot.storage.database import Database
from bot.transport.health_port import HealthAddress
from bot.transport.webhook import Address
from tests.bot_api.server import FaultyServer
from tests.corpus import library
from tests.e2e.talk import (
    BOTH_WAYS,
    MONDAY,
    NOBODY,
    TOKEN,
    Clock,
    Talk,
    eventually,
    free_address,
    keep_profile_english,
    logged_errors,
    says,
    stop_deliveries,
    talking,
    taps,
)
from tests.monitoring.exposition import Page, problems
from tests.postgres import Cluster
from tests.storage.factories import choose_feed


@dataclass
class Watcher:
    """Asks the health port of a bot."""

    talk: Talk
    client: httpx.AsyncClient

    async def status(self, path: str) -> int:
        response = await self.client.get(path)
        return response.status_code

    async def ready(self) -> tuple[int, str]:
        response = await self.client.get("/readyz")
        return response.status_code, response.text

    async def becomes(self, code: int, seconds: float = 60) -> str:
        """Wait until the bot is ready, or not any more; return what it says."""
        async with asyncio.timeout(seconds):
            while True:
                code_now, text = await self.ready()
                if code_now == code:
                    return text
                await asyncio.sleep(0.2)

    async def metrics(self) -> Page:
        response = await self.client.get("/metrics")
        assert response.status_code == 200
        return Page(response.text)


@asynccontextmanager
async def watching(
    runtime: Runtime, server: FaultyServer, address: Address | None = None
) -> AsyncIterator[Watcher]:
    """Run a bot that is watched."""
    port = free_address().port
    health = HealthAddress("127.0.0.1", port)
    async with (
        talking(runtime, server, address, health) as talk,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=20
        ) as client,
    ):
        yield Watcher(talk, client)


@pytest.fixture(autouse=True)
def fresh_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that is asked be older than a moment: tests move on quickly."""
    stop_deliveries(monkeypatch)
    keep_profile_english(monkeypatch)
    monkeypatch.setattr(readiness, "FRESH", 0.0)
    monkeypatch.setattr(gauges, "FRESH", 0.0)


@pytest.fixture
async def watcher(
    runtime: Runtime, server: FaultyServer, address: Address | None
) -> AsyncIterator[Watcher]:
    sources.record_fetch(
        runtime.database, huggingface.SOURCE, runtime.clock(), papers=3
    )
    async with watching(runtime, server, address) as watcher:
        yield watcher


@pytest.fixture
async def on_postgres(cluster: Cluster) -> AsyncIterator[Watcher]:
    with closing(Database(cluster.create_database())) as database:
        schema.migrate(database)
        papers.store(database, library(MONDAY.date()))
        fitting.fit(database, MONDAY)
        runtime = Runtime(
            database=database,
            endpoints=Endpoints(NOBODY, NOBODY, NOBODY, lists=False),
            clock=Clock(),
        )
        with FaultyServer(TOKEN, clock=runtime.clock, limits=None) as server:
            async with watching(runtime, server) as watcher:
                yield watcher


@BOTH_WAYS
async def test_a_bot_that_is_well_says_so(watcher: Watcher) -> None:
    await watcher.talk.started("Ada")

    assert await watcher.ready() == (200, "ready")
    assert await watcher.status("/healthz") == 200
    assert await watcher.status("/") == 404


async def test_the_webhooks_port_keeps_its_own_two_probes(
    runtime: Runtime, server: FaultyServer
) -> None:
    address = free_address()
    async with (
        watching(runtime, server, address),
        httpx.AsyncClient() as client,
    ):
        base = f"http://127.0.0.1:{address.port}"
        answers = [
            (await client.get(f"{base}{path}")).status_code
            for path in ("/healthz", "/readyz", "/metrics")
        ]

    assert answers == [200, 200, 404]


async def test_a_stopped_postgresql_is_named_and_the_process_still_lives(
    on_postgres: Watcher, cluster: Cluster
) -> None:
    before = await on_postgres.ready()
    with cluster.outage():
        cause = await on_postgres.becomes(503)
        alive = await on_postgres.status("/healthz")
        page = await on_postgres.metrics()
    await on_postgres.becomes(200)
    afterwards = await on_postgres.metrics()

    assert before == (200, "ready")
    assert "database: the database does not answer" in cause
    assert alive == 200
    assert page.value("paperpicks_database_up") == 0
    assert page.value("paperpicks_ready") == 0
    assert "paperpicks_papers" not in page.names
    assert afterwards.value("paperpicks_database_up") == 1


async def test_a_scrape_does_not_hang_on_a_locked_database(
    on_postgres: Watcher,
) -> None:
    database = on_postgres.talk.database
    url = database.url.set(drivername="postgresql")
    with psycopg.connect(
        url.render_as_string(hide_password=False)
    ) as connection:
        connection.execute("LOCK TABLE readers IN ACCESS EXCLUSIVE MODE")
        async with asyncio.timeout(readiness.PATIENCE + 3):
            page = await on_postgres.metrics()
        alive = await on_postgres.status("/healthz")

    assert page.value("paperpicks_database_up") == 0
    assert alive == 200


@contextmanager
def revoked(server: FaultyServer) -> Iterator[None]:
    """Refuse the token in every call."""
    methods = set(METHODS) | {"setWebhook", "deleteWebhook"}
    server.fail_at_random(1, 1.0, methods, [refusals.UNAUTHORIZED])
    try:
        yield
    finally:
        server.fail_at_random(1, 0.0, (), [])


@BOTH_WAYS
async def test_a_revoked_token_is_named_without_it(
    watcher: Watcher, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transport.token_watch.FRESH", 0.0)
    with revoked(server):
        cause = await watcher.becomes(503)
        page = await watcher.metrics()
    await watcher.becomes(200)

    assert "telegram: Telegram does not accept TELEGRAM_BOT_TOKEN" in cause
    assert TOKEN.partition(":")[2] not in cause
    assert page.value("paperpicks_check_ok", check="telegram") == 0


@pytest.mark.parametrize("address", ["webhook"], indirect=True)
async def test_an_answer_that_is_refused_shows_a_revoked_token_at_once(
    watcher: Watcher, server: FaultyServer
) -> None:
    ada = await watcher.talk.started("Ada")
    with revoked(server):
        ada.write("/help")
        cause = await watcher.becomes(503, 5)
        questions = [call for call in server.calls if call.method == "getMe"]

    assert "TELEGRAM_BOT_TOKEN" in cause
    # The one of the start: nobody had to ask again.
    assert len(questions) == 1


@BOTH_WAYS
async def test_a_telegram_that_is_away_is_named(
    watcher: Watcher, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transport.token_watch.FRESH", 0.0)
    with server.away():
        cause = await watcher.becomes(503)
    await watcher.becomes(200)

    assert cause == "telegram: Telegram does not answer"


async def test_a_queue_that_stands_still_is_named_until_it_moves(
    watcher: Watcher,
) -> None:
    talk = watcher.talk
    await talk.started("Ada")
    talk.clock.forward(hours=1, minutes=50)
    sources.record_fetch(
        talk.database, huggingface.SOURCE, talk.clock(), papers=3
    )

    cause = await watcher.becomes(503)
    stuck = await watcher.metrics()
    await talk.deliver()
    await watcher.becomes(200)
    moving = await watcher.metrics()

    assert cause == (
        "queue: 1 digest waits, the oldest for 20 minutes, and none was sent meanwhile"
    )
    assert stuck.value("paperpicks_queue_deliveries") == 1
    assert stuck.value("paperpicks_queue_oldest_age_seconds") == 1200
    assert moving.value("paperpicks_queue_deliveries") == 0


async def test_a_source_that_is_silent_for_long_is_named(
    watcher: Watcher,
) -> None:
    talk = watcher.talk
    talk.clock.forward(minutes=91)
    sources.record_fetch(
        talk.database,
        huggingface.SOURCE,
        talk.clock(),
        papers=0,
        failure=f"can't be reached at {NOBODY}",
    )

    cause = await watcher.becomes(503)

    assert cause == (
        "sources: huggingface is silent since 2026-11-23 07:30 UTC"
    )


async def test_what_people_do_is_counted_and_no_label_tells_who_or_what(
    watcher: Watcher,
) -> None:
    talk = watcher.talk
    ada = await talk.started("Ada")
    digest = await says(ada, "/picks")
    await taps(ada, digest, "👍 1")
    await says(ada, "/search reinforcement learning")
    await says(ada, "/topics add zanzibar")
    await says(ada, "what is this")
    choose_feed(
        talk.database, talk.reader(ada), f"{NOBODY}/a-hidden-feed?key=1"
    )
    await ticks.fetch_feeds(talk.runtime, talk.bot)
    talk.clock.forward(days=1, hours=2)
    await talk.deliver()

    page = await watcher.metrics()

    assert problems(page) == []
    assert page.value("paperpicks_readers") == 1
    assert page.value("paperpicks_papers") == len(library(MONDAY.date()))
    assert page.value(
        "paperpicks_updates_total", kind="command", outcome="ok"
    ) == len(["/start", "/picks", "/search", "/topics"])
    assert page.value("paperpicks_updates_total", kind="button", outcome="ok")
    sends = page.value("paperpicks_sends_total", outcome="ok")
    assert sends is not None
    assert sends >= 5
    words = {
        str(ada.id),
        "Ada",
        "zanzibar",
        "reinforcement",
        "hidden",
        "127.0.0.1",
        TOKEN,
    }
    values = page.label_values() - page.labels("le")
    assert not {value for value in values for word in words if word in value}
    assert str(talk.reader(ada).id) not in values
    names = {
        name
        for family in page.families
        for sample in family.samples
        for name in sample.labels
    }
    assert names == {
        "check",
        "kind",
        "le",
        "logger",
        "method",
        "outcome",
        "source",
        "version",
    }
    assert page.labels("source") == {"huggingface", "feed"}
    assert len(page.text) < 40_000


async def test_an_update_that_fails_is_counted_and_its_logger_too(
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await watcher.talk.started("Ada")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.storage.saves.of_reader", fail)
    await says(ada, "/saved")
    await eventually(lambda: len(logged_errors(caplog)) > 0)
    page = await watcher.metrics()

    assert (
        page.value("paperpicks_updates_total", kind="command", outcome="failed")
        == 1
    )
    assert (
        page.value("paperpicks_errors_total", logger="bot.handlers.failures")
        == 1
    )


async def test_scrapes_at_once_ask_the_database_once(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = await asyncio.gather(*(watcher.metrics() for _ in range(20)))

    assert {page.value("paperpicks_database_up") for page in pages} == {1}


async def test_an_ending_bot_is_not_ready(watcher: Watcher) -> None:
    watcher.talk.runtime.ending.set()

    code, cause = await watcher.ready()

    assert (code, cause) == (503, "process: it is ending")
