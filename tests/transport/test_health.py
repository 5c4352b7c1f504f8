"""Whoever watches the process is told that it lives, and whether it can serve."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.picks.catalogue import Catalogue, empty_vectors
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage.database import Database
from bot.transport import health
from bot.transport.health import Probes
from tests.corpus import library, stored

NOWHERE = Endpoints(
    "http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"
)


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def runtime(database: Database) -> Runtime:
    paper = stored(library(date(2026, 11, 23))[0], 1)
    return Runtime(
        database=database,
        endpoints=NOWHERE,
        catalogue=Catalogue([paper], empty_vectors(1)),
    )


@pytest.fixture
async def client(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    def check_database() -> None:
        runtime.database.check()

    probes = Probes(lambda: len(runtime.catalogue), check_database)
    transport = httpx.ASGITransport(Starlette(routes=probes.routes()))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bot.example"
    ) as client:
        yield client


async def test_the_probes_tell_that_it_lives_and_that_it_can_serve(
    client: httpx.AsyncClient, runtime: Runtime
) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    runtime.catalogue = Catalogue([], empty_vectors(0))
    still_alive, without_papers = (
        await client.get("/healthz"),
        await client.get("/readyz"),
    )

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert (still_alive.status_code, without_papers.status_code) == (200, 503)


async def test_without_its_database_it_lives_but_is_not_ready(
    client: httpx.AsyncClient, runtime: Runtime, tmp_path: Path
) -> None:
    runtime.database.close()
    runtime.database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")

    alive = await client.get("/healthz")
    ready = await client.get("/readyz")
    runtime.database.close()

    assert (alive.status_code, ready.status_code) == (200, 503)
    assert "nowhere" not in ready.text


async def test_a_database_that_hangs_costs_one_question_however_often_one_asks(
    client: httpx.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = 0
    answers = asyncio.Event()

    async def hangs(_call: object) -> None:
        nonlocal questions
        questions += 1
        await answers.wait()

    monkeypatch.setattr(health, "apart", hangs)
    monkeypatch.setattr(health, "PATIENCE", 0.05)

    responses = await asyncio.gather(*(client.get("/readyz") for _ in range(9)))
    answers.set()
    later = await client.get("/readyz")

    assert {response.status_code for response in responses} == {503}
    assert questions == 1
    assert later.status_code == 200
