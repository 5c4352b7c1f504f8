"""One person's updates take turns, whichever process has them; other people's do not wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest
from telegram import Update

from bot.storage.database import Database
from bot.storage.locks import Locks
from bot.transport.processor import RETRY, OnePersonAtATime
from tests.postgres import Cluster
from tests.transport.update_factories import by

ADA, BO = 7, 8


@asynccontextmanager
async def processors(
    database: Database, many: int
) -> AsyncIterator[list[OnePersonAtATime]]:
    """Yield what processes updates in each of some processes."""
    locks = [Locks(database) for _ in range(many)]
    yield [OnePersonAtATime(str, partial(_turn, process)) for process in locks]
    for process in locks:
        await process.close()


def _turn(locks: Locks, person: int) -> AbstractAsyncContextManager[None]:
    return locks.hold(f"turn of {person}")


async def bring(
    processor: OnePersonAtATime, person: int, number: int, events: list[str]
) -> None:
    """Let a process process an update, which takes a while."""

    async def handle() -> None:
        events.append(f"{number} begins")
        await asyncio.sleep(0.2)
        events.append(f"{number} ends")

    update = Update.de_json(by(person, number), None)
    work = handle()
    await processor.process_update(update, work)
    work.close()


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_persons_updates_in_three_processes_run_one_by_one_in_order(
    database: Database,
):
    events: list[str] = []

    async with processors(database, 3) as [first, second, third]:
        tasks = []
        for number, processor in enumerate((first, second, first, third), 1):
            work = bring(processor, ADA, number, events)
            tasks.append(asyncio.create_task(work))
            await asyncio.sleep(0.03)
        await asyncio.gather(*tasks)

    assert sorted(events) == sorted(
        f"{n} {what}" for n in (1, 2, 3, 4) for what in ("begins", "ends")
    )
    # None begins before the one before it has ended.
    pairs = [event.split()[0] for event in events]
    assert pairs[::2] == pairs[1::2]
    assert events[:4] == ["1 begins", "1 ends", "2 begins", "2 ends"]


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_nobody_waits_for_somebody_else(database: Database):
    events: list[str] = []

    async with processors(database, 2) as [first, second]:
        await asyncio.gather(
            bring(first, ADA, 1, events), bring(second, BO, 2, events)
        )

    assert {event.split()[1] for event in events[:2]} == {"begins"}


async def test_without_the_database_an_update_comes_again(cluster: Cluster):
    database = Database(cluster.create_database())
    events: list[str] = []

    async with processors(database, 1) as [processor]:
        attempt = processor.attempts.begin(1, can_retry=True)
        with cluster.outage():
            await bring(processor, ADA, 1, events)
        await bring(processor, ADA, 1, events)
    database.close()

    assert attempt.retry_after == RETRY
    assert events == ["1 begins", "1 ends"]
