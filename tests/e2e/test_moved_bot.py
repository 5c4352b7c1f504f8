"""After a move to PostgreSQL the bot is the same for every reader."""

import io
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest
from rich.console import Console
from sqlalchemy import QueuePool

from bot.cli import preview
from bot.errors import Failure
from bot.picks import search, selection
from bot.runtime import Runtime
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import move, readers
from bot.storage.database import Database
from bot.storage.readers import Reader
from bot.storage.takeout.export import export_reader
from tests.bot_api.server import FaultyServer
from tests.e2e.lab import Lab, lab_of
from tests.e2e.talk import (
    Talk,
    buttons,
    keep_profile_english,
    says,
    stop_deliveries,
    talking,
    taps,
)
from tests.postgres import Cluster

QUERIES = ("diffusion", "graph networks", "robot", "a model of", "nothing")


@pytest.fixture
def target(postgres_cluster: Cluster) -> Iterator[Database]:
    with closing(Database(postgres_cluster.create_database())) as database:
        yield database
        wait_for_threads(database)


def wait_for_threads(database: Database) -> None:
    """Wait for what a bot that has ended still reads: nobody would close its connections."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if cast("QueuePool", database.engine.pool).checkedout() == 0:
            return
        time.sleep(0.05)


async def use(talk: Talk) -> tuple[Person, Message]:
    """Let Ada, Bo and their lab use the bot for days; return Ada and a digest of hers."""
    lab = await lab_of(talk)
    await says(lab.ada, "/topics add diffusion models, mute medical imaging")
    await says(lab.ada, "/search graph networks")
    await says(lab.ada, "/follow Ada Lovelace")
    bo = await talk.started("Bo")
    await says(bo, "/topics add language models")

    digest = await says(lab.ada, "/picks")
    digest = await taps(lab.ada, digest, "👍 1")
    digest = await taps(lab.ada, digest, "👎 2")
    await taps(bo, await says(bo, "/picks"), "👍 1")
    await vote_for_days(lab)
    return lab.ada, digest


async def vote_for_days(lab: Lab) -> None:
    for _ in range(2):
        card, *_ = await lab.deliver()
        await lab.votes(lab.bo, card, "👍")
        await lab.votes(lab.cy, card, "👎")


def observed(runtime: Runtime) -> dict[int, dict[str, Any]]:
    """Return what every reader would get, find and take along now."""
    database = runtime.database
    return {
        reader.chat_id: {
            "picks": picks(runtime, reader),
            "hits": [hits(runtime, reader, words) for words in QUERIES],
            "document": export_reader(database, reader.id, runtime.clock()),
        }
        for reader in readers.active_readers(database)
    }


def picks(runtime: Runtime, reader: Reader) -> str:
    """Return what a reader would be sent, with scores and reasons."""
    console = Console(file=io.StringIO(), width=300)
    preview.print_picks(console, runtime, reader)
    return cast("io.StringIO", console.file).getvalue()


def hits(runtime: Runtime, reader: Reader, words: str) -> list[int]:
    """Return what a search finds, the best for the reader first."""
    feedback = selection.read_feedback(
        runtime.database, reader, runtime.clock()
    )
    return search.by_words(runtime.database, runtime.catalogue, feedback, words)


async def test_every_reader_gets_finds_and_takes_along_the_same_as_before(
    server: FaultyServer,
    runtime: Runtime,
    target: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop_deliveries(monkeypatch)
    keep_profile_english(monkeypatch)
    async with talking(runtime, server) as talk:
        ada, digest = await use(talk)
        with pytest.raises(Failure, match="Stop the bot first"):
            move.move(runtime.database, target, ignore)
    before = observed(runtime)
    runtime.database.close()

    move.move(runtime.database, target, ignore)

    there = Runtime(
        database=target, endpoints=runtime.endpoints, clock=runtime.clock
    )
    async with talking(there, server) as talk:
        assert observed(there) == before
        # A button of a message from before, and a new search.
        undone = await taps(ada, digest, "👍 3")
        answer = await says(ada, "/search graph networks")
        topics = await says(ada, "/topics")
        rated = talk.feedback(ada).ratings

    assert len(before) == 3
    assert all(one["hits"][0] for one in before.values())
    assert "👍 3" in "".join(buttons(undone))
    assert "👎 1" in buttons(answer)
    assert "diffusion models" in topics.text
    assert len(rated) == 3


def ignore(_done: int, _total: int) -> None:
    """Show nobody how far the move is."""
