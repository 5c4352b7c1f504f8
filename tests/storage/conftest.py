"""A database without any table, and a port where no server is."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.database import Database


@pytest.fixture
def empty(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("postgres_cluster").create_database()
    with closing(Database(url)) as database:
        yield database


@pytest.fixture
def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
