"""A signal of one process reaches the others at once."""

import asyncio

import pytest

from bot.errors import Failure
from bot.storage import erasure, signals
from bot.storage.database import Database
from tests.e2e.talk import eventually
from tests.postgres import Cluster
from tests.storage.factories import settle


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_signal_reaches_every_process_that_listens(database: Database):
    heard: list[list[str]] = [[], []]

    async def listen(signals_heard: list[str]) -> None:
        async for signal in signals.receive(database):
            signals_heard.append(signal)
            if signal == signals.FEATURES:
                return

    listeners = [asyncio.create_task(listen(each)) for each in heard]
    await eventually(lambda: all(heard))
    for signal in (signals.DUE, signals.FEATURES):
        await asyncio.to_thread(signals.send, database, signal)
    await asyncio.wait_for(asyncio.gather(*listeners), 10)

    everything = [signals.BEGINNING, signals.DUE, signals.FEATURES]
    assert heard == [everything, everything]


async def test_whoever_listens_is_told_that_the_server_went_away(
    cluster: Cluster,
):
    database = Database(cluster.create_database())
    listening = signals.receive(database)
    assert await anext(listening) == signals.BEGINNING

    with cluster.outage(), pytest.raises(Failure) as failure:
        await asyncio.wait_for(anext(listening), 10)
    database.close()

    assert failure.value.passing


@pytest.mark.parametrize("kind", ["sqlite"])
def test_on_sqlite_there_is_nobody_to_signal_to(database: Database):
    signals.send(database, signals.FEATURES)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_every_process_is_told_whom_to_forget(database: Database):
    ada, _, _ = settle(database, "Ada")
    listening = signals.receive(database)
    assert await anext(listening) == signals.BEGINNING

    await asyncio.to_thread(erasure.delete_reader, database, ada.id)
    signal = await asyncio.wait_for(anext(listening), 10)
    await listening.aclose()

    assert signals.read_forgotten(signal) == (ada.id, ada.chat_id)
    assert signals.read_forgotten(signals.FEATURES) is None
    assert signals.read_forgotten(signals.BEGINNING) is None
