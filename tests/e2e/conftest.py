"""A bot with a small library, ready to talk."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox.localchat.limits import Limits
from bot.sources.endpoints import Endpoints
from bot.storage import papers, schema
from bot.storage.database import Database
from bot.transport.webhook import Address
from tests.bot_api.server import FaultyServer
from tests.corpus import library
from tests.e2e.talk import (
    MONDAY,
    NOBODY,
    TOKEN,
    Clock,
    Talk,
    free_address,
    keep_profile_english,
    stop_deliveries,
    talking,
)


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the library in it, and features fitted on it."""
    path = tmp_path_factory.mktemp("learned") / "paperpicks.db"
    database = Database(f"sqlite:///{path}")
    schema.prepare(database)
    papers.store(database, library(MONDAY.date()))
    assert fitting.fit(database, MONDAY)
    database.close()
    return path


@pytest.fixture
def runtime(learned: Path, tmp_path: Path) -> Iterator[Runtime]:
    database = Database(
        f"sqlite:///{shutil.copy(learned, tmp_path / 'paperpicks.db')}"
    )
    yield Runtime(
        database=database,
        endpoints=Endpoints(
            NOBODY,
            NOBODY,
            NOBODY,
            biorxiv_api_url=NOBODY,
            crossref_api_url=NOBODY,
            openreview_api_url=NOBODY,
            acl_url=NOBODY,
            semantic_scholar_api_url=NOBODY,
        ),
        clock=Clock(),
    )
    database.close()


@pytest.fixture
def server(runtime: Runtime) -> Iterator[FaultyServer]:
    assert isinstance(runtime.clock, Clock)
    limits = Limits(clock=runtime.clock.seconds)
    with FaultyServer(TOKEN, clock=runtime.clock, limits=limits) as server:
        yield server


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Address | None:
    """The webhook's address; None, as updates are polled, unless a test or its module says so."""
    return (
        free_address()
        if getattr(request, "param", "polling") == "webhook"
        else None
    )


@pytest.fixture
async def talk(
    server: FaultyServer,
    runtime: Runtime,
    address: Address | None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Talk]:
    stop_deliveries(monkeypatch)
    keep_profile_english(monkeypatch)
    async with talking(runtime, server, address) as talk:
        yield talk
