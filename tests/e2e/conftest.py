"""A bot with a small library, ready to talk."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.jobs import ticks
from bot.jobs.fetch import Places
from bot.localchat.limits import Limits
from bot.localchat.server import ChatServer
from bot.picks import fitting
from bot.runtime import World
from bot.storage import papers, schema
from bot.storage.database import Database
from bot.transport.sender import Bot
from bot.transport.webhook import Address
from tests.corpus import library
from tests.e2e.talk import MONDAY, NOBODY, TOKEN, Clock, Talk, here, talking
from tests.postgres import Cluster


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
def cluster(postgres_cluster: Cluster) -> Iterator[Cluster]:
    """A PostgreSQL server that may be stopped; depends on the other one only to be skipped."""
    with Cluster(postgres_cluster.binaries) as own:
        if own.is_given:
            pytest.skip("the PostgreSQL server is somebody else's to stop")
        yield own


@pytest.fixture
def world(learned: Path, tmp_path: Path) -> Iterator[World]:
    database = Database(
        f"sqlite:///{shutil.copy(learned, tmp_path / 'paperpicks.db')}"
    )
    yield World(
        database=database, places=Places(NOBODY, NOBODY, NOBODY), clock=Clock()
    )
    database.close()


@pytest.fixture
def server(world: World) -> Iterator[ChatServer]:
    assert isinstance(world.clock, Clock)
    limits = Limits(clock=world.clock.seconds)
    with ChatServer(TOKEN, clock=world.clock, limits=limits) as server:
        yield server


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Address | None:
    """Where updates are brought: nowhere, they are polled, unless a test or its module says so."""
    return here() if getattr(request, "param", "polling") == "webhook" else None


@pytest.fixture
async def talk(
    world: World,
    server: ChatServer,
    address: Address | None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Talk]:
    async def nothing(_world: World, _bot: Bot) -> None: ...

    # Tests say themselves when a delivery runs: a tick in between would take it from them.
    monkeypatch.setattr(ticks, "deliver", nothing)
    async with talking(world, server, address) as talk:
        yield talk
