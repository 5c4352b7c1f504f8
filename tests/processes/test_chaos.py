"""Whatever dies, every reader gets the day's picks once, and every tap counts, in order."""

import random
from pathlib import Path

import pytest

from tests.bot_api.server import FaultyServer
from tests.postgres import Cluster
from tests.processes.chaos import Chaos
from tests.processes.fleet import Fleet, fill

READERS = 60
TAPPERS = 6
SECONDS = 30


@pytest.mark.timeout(420)
async def test_nobody_is_lost_while_processes_die_and_the_database_restarts(
    cluster: Cluster, server: FaultyServer, tmp_path: Path
):
    fill(url := cluster.create_database())
    with Fleet(server, url, tmp_path) as fleet:
        people = fleet.readers(READERS)
        chaos = Chaos(
            fleet, cluster, people, people[:TAPPERS], random.Random(1)
        )
        tally = await chaos.run(SECONDS, outages=1)

    assert tally.kills > 3
    assert tally.taps > TAPPERS
    assert tally.lost == 0
    assert tally.doubled <= tally.in_progress
    assert tally.disordered == 0
    assert tally.unanswered == 0
