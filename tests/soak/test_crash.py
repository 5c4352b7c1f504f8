"""However often the bot is killed, every reader gets the day's picks."""

from pathlib import Path

import pytest

from bot.sandbox.localchat.refusals import too_many_requests
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.soak.crash import TOKEN, Crash, fill

KILLS = 3
READERS = 40
RATE = 40.0

# Calls at a time: of no more the outcome can be unknown after a kill.
AT_ONCE = 32


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with papers in it."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'soak.db'}"
    else:
        url = str(request.getfixturevalue("postgres_cluster").create_database())
    fill(url)
    return url


@pytest.mark.timeout(300)
async def test_a_bot_that_is_killed_loses_no_digest_and_doubles_only_what_was_under_way(
    url: str,
) -> None:
    with (
        FaultyServer(TOKEN, limits=None) as server,
        Crash(server, url, many=READERS, rate=RATE, seed=1) as bot,
    ):
        tally = await bot.mornings(KILLS)

    assert tally.kills == KILLS
    assert tally.due >= READERS
    assert tally.lost == 0
    assert tally.doubled <= tally.in_progress <= KILLS * AT_ONCE


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_nothing_is_lost_either_where_the_network_fails_as_well(
    url: str,
) -> None:
    outcomes = [*Break, too_many_requests(1)]
    faults = [outcome for outcome in outcomes if outcome != Break.SILENCE]
    with (
        FaultyServer(TOKEN, limits=None) as server,
        Crash(server, url, many=READERS, rate=RATE, seed=2) as bot,
    ):
        server.fail_at_random(3, 0.05, ["sendMessage"], faults)
        tally = await bot.mornings(1)

    # A digest of which both calls are broken is given up, and neither may have arrived.
    assert tally.lost <= tally.given_up
    assert tally.doubled <= tally.in_doubt()
