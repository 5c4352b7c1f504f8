"""A fleet of processes on a PostgreSQL database with papers in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot_api.server import FaultyServer
from tests.postgres import Cluster
from tests.processes.fleet import TOKEN, Fleet, fill


@pytest.fixture(scope="session")
def filled(postgres_cluster: Cluster) -> str:
    """The name of a database with papers and features, to make copies of."""
    return postgres_cluster.create_template(fill)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer(TOKEN, limits=None) as server:
        yield server


@pytest.fixture
def fleet(
    postgres_cluster: Cluster,
    filled: str,
    server: FaultyServer,
    tmp_path: Path,
) -> Iterator[Fleet]:
    url = postgres_cluster.create_database(filled)
    with Fleet(server, url, tmp_path) as fleet:
        yield fleet
    postgres_cluster.drop_database(url)
