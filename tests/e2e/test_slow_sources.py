"""A source that hangs holds up nobody: no other reader, no tap, and not the end."""

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
def hanging(runtime: Runtime) -> Iterator[str]:
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
    hanging: str, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PATIENCE", 0.5)
    bo = await talk.started("Bo")
    people = [await talk.started(f"Reader {number}") for number in range(8)]

    for person in people:
        person.write("https://arxiv.org/abs/2611.00099")
    began = time.monotonic()
    await says(bo, "/picks")
    took = time.monotonic() - began
    for person in people:
        await person.wait_for(
            lambda message: "I'll look it up and tell you" in message.text
        )

    assert took < 5


async def test_it_ends_at_once_while_a_source_hangs(
    hanging: str, runtime: Runtime, server: FaultyServer
) -> None:
    async with talking(runtime, server) as talk:
        ada = await talk.started("Ada")
        await says(ada, "/help")
        began = time.monotonic()

    assert time.monotonic() - began < 5


async def test_papers_that_a_command_stored_beside_the_bot_are_noticed(
    talk: Talk,
) -> None:
    before = len(talk.runtime.catalogue)
    new = [
        replace(p, arxiv_id=f"2609.{i:05d}", title=f"New {p.title}")
        for i, p in enumerate(library(talk.clock().date(), per_field=1))
    ]
    papers.store(talk.runtime.database, new)

    await ticks.notice(talk.runtime, talk.bot)

    assert len(talk.runtime.catalogue) == before + len(new)
    assert not await talk.runtime.is_behind()
    await asyncio.sleep(0)
