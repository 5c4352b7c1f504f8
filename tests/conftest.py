"""An empty, migrated database for each test: once SQLite, once PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import concurrency
from bot.storage import schema
from bot.storage.base import Base
from bot.storage.database import Database
from tests.postgres import Cluster, postgres_cluster

__all__ = ["postgres_cluster"]


def pytest_xdist_auto_num_workers() -> int:
    """Run three tests on two cores: many wait for a server, a clock or another process."""
    return max(3 * (os.cpu_count() or 1) // 2, 1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "paperpicks.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster: Cluster) -> str:
    """The address of a migrated PostgreSQL database, which tests empty: copies take longer."""
    url = postgres_cluster.create_database()
    migrate(url)
    return url


@pytest.fixture
def cluster(postgres_cluster: Cluster) -> Iterator[Cluster]:
    """A PostgreSQL server that may be stopped; depends on the other one only to be skipped."""
    with Cluster(postgres_cluster.binaries) as own:
        if own.is_external:
            pytest.skip("the PostgreSQL server is somebody else's to stop")
        yield own


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on; a test may ask for one kind only."""
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'paperpicks.db')}"
    url = str(request.getfixturevalue("postgres_url"))
    empty(url)
    return url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty, migrated database, whose tables a test must not change."""
    with closing(Database(url)) as database:
        yield database


def migrate(url: str) -> None:
    with closing(Database(url)) as database:
        schema.migrate(database)


def empty(url: str) -> None:
    tables = ", ".join(Base.metadata.tables)
    with closing(Database(url)) as database, database.write() as session:
        session.execute(
            text(f"TRUNCATE {tables}, paper_words RESTART IDENTITY")
        )


@pytest.fixture(autouse=True)
def plain_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no special days, which depend on the date; a test that wants one asks for it."""
    monkeypatch.setattr("recommender.policy.SPECIAL_DAYS", 0.0)


@pytest.fixture(autouse=True)
def open_queues() -> None:
    """Let child processes run, also after a test in which the bot ended."""
    concurrency.begin()
