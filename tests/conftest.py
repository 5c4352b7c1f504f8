"""A fresh, migrated database for each test: once SQLite, once PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import schema
from bot.storage.database import Database
from tests.postgres import Cluster, postgres_cluster

__all__ = ["postgres_cluster"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "paperpicks.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: Cluster) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    return postgres_cluster.create_template(migrate)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases a test runs on; it may ask for one of them alone."""
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'paperpicks.db')}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.create_database(request.getfixturevalue("postgres_template"))
    yield url
    cluster.drop_database(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A fresh, migrated database."""
    with closing(Database(url)) as database:
        yield database


def migrate(url: str) -> None:
    with closing(Database(url)) as database:
        schema.migrate(database)
