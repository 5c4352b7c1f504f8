"""A round of delivery that worked is told to the monitor, and one that failed is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import Failure
from bot.monitoring.heartbeat import Heartbeat
from bot.sandbox.localchat import refusals
from bot.storage import deliveries
from tests.bot_api.server import FaultyServer
from tests.e2e.talk import Talk


class CountedBeats(Heartbeat):
    """Counts beats, and calls nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1


@pytest.fixture
def heartbeat(talk: Talk) -> CountedBeats:
    talk.runtime.heartbeat = CountedBeats()
    return talk.runtime.heartbeat


@contextmanager
def revoked(server: FaultyServer) -> Iterator[None]:
    """Refuse the token in the calls that a delivery makes."""
    methods = {"sendMessage", "getMe"}
    server.fail_at_random(1, 1.0, methods, [refusals.NOT_FOUND])
    yield
    server.fail_at_random(1, 0.0, (), [])


async def test_every_round_is_a_beat_also_one_without_anything_to_send(
    talk: Talk, heartbeat: CountedBeats
) -> None:
    await talk.started("Ada")
    empty = await talk.deliver()
    talk.clock.forward(hours=2)
    full = await talk.deliver()

    assert (empty, full) == (0, 1)
    assert heartbeat.beats == 2


async def test_a_round_that_fails_is_no_beat(
    talk: Talk, heartbeat: CountedBeats, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Failure("the database did not answer")

    monkeypatch.setattr(deliveries, "create_due", fail)
    with pytest.raises(Failure):
        await talk.deliver()

    assert heartbeat.beats == 0


async def test_a_round_that_telegram_refuses_is_no_beat(
    talk: Talk, server: FaultyServer, heartbeat: CountedBeats
) -> None:
    await talk.started("Ada")
    talk.clock.forward(hours=2)
    with revoked(server):
        await talk.deliver()

    assert heartbeat.beats == 0


async def test_a_round_that_the_end_of_the_process_cuts_short_is_a_beat(
    talk: Talk, heartbeat: CountedBeats
) -> None:
    talk.runtime.ending.set()

    await talk.deliver()

    assert heartbeat.beats == 1
