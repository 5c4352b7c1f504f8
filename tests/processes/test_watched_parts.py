"""Every kind of process is watched at a port of its own, and says what it lacks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bot_api.server import FaultyServer
from tests.monitoring.exposition import Page, problems
from tests.postgres import Cluster
from tests.processes.fleet import Fleet, fill, free_port, until

pytestmark = pytest.mark.timeout(180)

CHECKS = {
    "web": {"process", "database", "papers", "telegram"},
    "worker": {"process", "database", "telegram", "queue"},
    "clock": {"process", "database", "telegram", "queue", "sources"},
}


@pytest.fixture
def fleet(
    cluster: Cluster, server: FaultyServer, tmp_path: Path
) -> Iterator[Fleet]:
    """Processes on a server of their own, which may be stopped."""
    url = cluster.create_database()
    fill(url, per_field=10)
    with Fleet(server, url, tmp_path) as fleet:
        yield fleet


async def watched(fleet: Fleet, part: str) -> str:
    """Start a process that is watched; return where."""
    port = free_port()
    fleet.settings["HEALTH_PORT"] = str(port)
    await fleet.started(part)
    return f"http://127.0.0.1:{port}"


def get(address: str, path: str) -> httpx.Response:
    return httpx.get(f"{address}{path}", timeout=20)


def are(addresses: list[str], code: int) -> bool:
    """Tell whether all processes are ready, or none."""
    return {get(place, "/readyz").status_code for place in addresses} == {code}


async def test_every_part_says_whether_it_can_do_its_work(
    fleet: Fleet, cluster: Cluster
) -> None:
    places = {part: await watched(fleet, part) for part in CHECKS}
    addresses = list(places.values())
    await until(lambda: are(addresses, 200))
    pages = {
        part: Page((await asyncio.to_thread(get, place, "/metrics")).text)
        for part, place in places.items()
    }

    with cluster.outage():
        await until(lambda: are(addresses, 503))
        causes = [get(place, "/readyz").text for place in addresses]
        alive = [get(place, "/healthz").status_code for place in addresses]
    await until(lambda: are(addresses, 200))

    assert {
        part: page.labels("check") for part, page in pages.items()
    } == CHECKS
    assert [problems(page) for page in pages.values()] == [[], [], []]
    assert all("database: the database does not" in cause for cause in causes)
    assert alive == [200, 200, 200]
    assert [process.end() for process in fleet.processes] == [0, 0, 0]
