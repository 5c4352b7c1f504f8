"""A bot with a small library, ready to talk."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import fitting
from bot.ingest import Places
from bot.localchat.limits import Limits
from bot.localchat.server import ChatServer
from bot.storage import papers, schema
from bot.storage.database import Database
from bot.world import World
from tests.corpus import library
from tests.e2e.talk import MONDAY, NOBODY, TOKEN, Clock, Talk, talking


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
def world(learned: Path, tmp_path: Path) -> Iterator[World]:
    database = Database(f"sqlite:///{shutil.copy(learned, tmp_path / 'paperpicks.db')}")
    yield World(database=database, places=Places(NOBODY, NOBODY, NOBODY), clock=Clock())
    database.close()


@pytest.fixture
def server(world: World) -> Iterator[ChatServer]:
    assert isinstance(world.clock, Clock)
    limits = Limits(clock=world.clock.seconds)
    with ChatServer(TOKEN, clock=world.clock, limits=limits) as server:
        yield server


@pytest.fixture
async def talk(world: World, server: ChatServer) -> AsyncIterator[Talk]:
    async with talking(world, server) as talk:
        yield talk
