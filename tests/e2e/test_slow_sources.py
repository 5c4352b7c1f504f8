"""A source that hangs holds up no other reader, no tap, and no stop of the bot."""

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.handlers import links
from bot.jobs import ticks
from bot.runtime import Runtime
from bot.storage import papers
from tests.bot_api.server import FaultyServer
from tests.corpus import library
from tests.e2e.talk import Talk, says, talking


@pytest.fixture
def hanging_source(runtime: Runtime) -> Iterator[str]:
    """A source that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        runtime.endpoints = replace(
            runtime.endpoints, hf_endpoint=address, arxiv_api_url=address
        )
        yield address


async def test_links_to_a_hanging_source_hold_up_no_other_reader(
    hanging_source: str, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PATIENCE", 0.5)
    bo = await talk.started("Bo")
    people = [await talk.started(f"Reader {number}") for number in range(8)]

    for person in people:
        person.write("https://arxiv.org/abs/2611.00099")
    start = time.monotonic()
    await says(bo, "/picks")
    seconds = time.monotonic() - start
    for person in people:
        await person.wait_for(
            lambda message: "I'll look it up and tell you" in message.text
        )

    assert seconds < 5


async def test_the_bot_stops_at_once_while_a_source_hangs(
    hanging_source: str, runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        await says(ada, "/help")
        start = time.monotonic()

    assert time.monotonic() - start < 5


async def test_papers_stored_by_another_process_are_noticed(
    talk: Talk,
) -> None:
    before = len(talk.runtime.catalogue)
    new_papers = [
        replace(
            paper, arxiv_id=f"2609.{number:05d}", title=f"New {paper.title}"
        )
        for number, paper in enumerate(
            library(talk.clock().date(), per_field=1)
        )
    ]
    papers.store(talk.database, new_papers)

    await ticks.notice(talk.runtime, talk.bot)

    assert len(talk.runtime.catalogue) == before + len(new_papers)
    assert not await talk.runtime.is_behind()
    await asyncio.sleep(0)
