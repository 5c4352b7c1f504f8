"""A process does its jobs when it leads, and those that a signal asks for, none twice at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from bot.errors import Failure
from bot.jobs import clock as clock_module
from bot.jobs.clock import Clock
from bot.jobs.parts import CLOCK, RUN, WEB, WORKER, Part
from bot.jobs.ticks import Job
from bot.runtime import Runtime
from bot.sources.endpoints import Endpoints
from bot.storage import signals
from bot.storage.database import Database
from bot.transport.sender import Bot

NOWHERE = Endpoints("http://127.0.0.1:9", "http://127.0.0.1:9", "")


async def nothing(_runtime: Runtime, _bot: Bot) -> None: ...


def part(wakes: Mapping[str, Job]) -> Part:
    return Part(name="web", first=nothing, jobs={}, wakes=wakes)


@pytest.fixture
def runtime() -> Runtime:
    # Nothing is asked of it: the signals are those of the test.
    return Runtime(
        database=Database("postgresql://nobody@127.0.0.1:9/nothing"),
        endpoints=NOWHERE,
    )


async def test_a_signal_during_a_job_runs_it_once_more_and_not_beside(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    events: list[str] = []
    may_end = asyncio.Event()

    async def receive(_database: Database) -> AsyncIterator[str]:
        for _ in range(5):
            yield signals.FEATURES
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    async def load(_runtime: Runtime, _bot: Bot) -> None:
        events.append("begins")
        await may_end.wait()
        events.append("ends")

    monkeypatch.setattr(signals, "receive", receive)
    clock = Clock(runtime, None, part({signals.FEATURES: load}))  # type: ignore[arg-type]  # no job calls it
    clock.start()
    await asyncio.sleep(0.05)
    before = list(events)
    may_end.set()
    await asyncio.sleep(0.05)
    await clock.end()

    assert before == ["begins"]
    assert events == ["begins", "ends", "begins", "ends"]


async def test_after_an_outage_a_process_listens_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    heard: list[str] = []
    attempts = 0

    async def receive(_database: Database) -> AsyncIterator[str]:
        nonlocal attempts
        attempts += 1
        if attempts == 2:
            raise Failure("the database did not answer")
        yield signals.BEGINNING
        if attempts == 1:
            raise Failure("the database did not answer")
        await asyncio.Event().wait()

    async def catch_up(_runtime: Runtime, _bot: Bot) -> None:
        heard.append("caught up")

    monkeypatch.setattr(clock_module, "PAUSE", 0.01)
    monkeypatch.setattr(signals, "receive", receive)
    clock = Clock(runtime, None, part({signals.BEGINNING: catch_up}))  # type: ignore[arg-type]  # no job calls it
    clock.start()
    await asyncio.sleep(0.2)
    await clock.end()

    assert attempts == 3
    assert heard == ["caught up", "caught up"]


async def test_whom_another_process_forgot_is_forgotten_here(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    async def receive(_database: Database) -> AsyncIterator[str]:
        yield signals.forgotten(7, 1007)
        await asyncio.Event().wait()

    runtime.languages.update({1007: "de", 1008: "fr"})
    runtime.pictures.update({7: (None, b""), 8: (None, b"")})
    memory = runtime.catalogue.memory
    kept = memory.of(8)
    forgotten = memory.of(7)
    monkeypatch.setattr(signals, "receive", receive)
    clock = Clock(runtime, None, part({signals.FEATURES: nothing}))  # type: ignore[arg-type]  # no job calls it
    clock.start()
    await asyncio.sleep(0.05)
    await clock.end()

    assert runtime.languages == {1008: "fr"}
    assert list(runtime.pictures) == [8]
    assert memory.of(8) is kept
    assert memory.of(7) is not forgotten


def test_the_parts_together_do_what_one_process_does():
    jobs = {job for one in (WEB, WORKER, CLOCK) for job in one.jobs}

    assert RUN.jobs.keys() <= jobs
    assert [one.name for one in (WEB, WORKER, CLOCK) if one.takes_updates] == [
        "web"
    ]
    assert [one.name for one in (WEB, WORKER, CLOCK) if one.learns] == [
        "worker"
    ]
