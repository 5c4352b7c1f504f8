"""Locks hold among processes, in order, and are free once their process is gone."""

import asyncio

import pytest

from bot.errors import Failure
from bot.storage.database import Database
from bot.storage.locks import Locks
from tests.postgres import Cluster

ON_POSTGRESQL = pytest.mark.parametrize("kind", ["postgresql"])


@ON_POSTGRESQL
async def test_a_lock_is_held_by_one_process_at_a_time(database: Database):
    ours, theirs = Locks(database), Locks(database)

    async with ours.attempt("learn") as we_hold:
        async with theirs.attempt("learn") as they_hold:
            pass
        async with theirs.attempt("look up") as they_hold_another:
            pass
    async with theirs.attempt("learn") as they_hold_later:
        pass
    await ours.close()
    await theirs.close()

    assert (we_hold, they_hold) == (True, False)
    assert they_hold_another
    assert they_hold_later


@ON_POSTGRESQL
async def test_one_process_does_not_get_its_own_lock_twice(database: Database):
    locks = Locks(database)

    async with locks.attempt("learn"), locks.attempt("learn") as again:
        pass
    await locks.close()

    assert not again


@ON_POSTGRESQL
async def test_processes_get_a_lock_in_the_order_in_which_they_asked(
    database: Database,
):
    processes = [Locks(database) for _ in range(4)]
    order: list[int] = []

    async def take(number: int) -> None:
        async with processes[number].hold("turn of 7"):
            order.append(number)
            await asyncio.sleep(0.05)

    tasks = []
    for number in (2, 0, 3, 1):
        tasks.append(asyncio.create_task(take(number)))
        # So that each asks while the first still has it.
        await asyncio.sleep(0.2 if number == 2 else 0.1)
    await asyncio.gather(*tasks)
    for process in processes:
        await process.close()

    assert order == [2, 0, 3, 1]


@ON_POSTGRESQL
async def test_whoever_waits_leads_as_soon_as_the_leader_is_gone(
    database: Database,
):
    first, second = Locks(database), Locks(database)
    events: list[str] = []

    async def stand_by() -> None:
        async with second.lead("clock"):
            events.append("second leads")

    async with first.lead("clock"):
        standing_by = asyncio.create_task(stand_by())
        await asyncio.sleep(0.3)
        events.append("first leads")
    await asyncio.wait_for(standing_by, 5)

    assert events == ["first leads", "second leads"]


async def test_a_leader_notices_that_the_server_is_gone(cluster: Cluster):
    database = Database(cluster.create_database())
    locks = Locks(database)

    async with locks.lead("clock") as lost:
        with cluster.outage():
            await asyncio.wait_for(lost.wait(), 10)
            with pytest.raises(Failure) as failure:
                async with locks.attempt("learn"):
                    pass
    database.close()

    assert failure.value.passing


async def test_after_an_outage_locks_are_held_again(cluster: Cluster):
    database = Database(cluster.create_database())
    locks = Locks(database)
    async with locks.attempt("learn"):
        pass

    with cluster.outage():
        pass
    with pytest.raises(Failure):
        # This is how the process notices.
        async with locks.attempt("learn"):
            pass
    async with locks.attempt("learn") as is_held:
        pass
    await locks.close()
    database.close()

    assert is_held


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_on_sqlite_every_lock_is_free(database: Database):
    locks = Locks(database)

    async with locks.hold("turn of 7"), locks.attempt("learn") as is_held:
        pass
    async with locks.lead("clock") as lost:
        pass

    assert is_held
    assert not lost.is_set()
