"""The made library on offer, from an SQLite file: storage has tests of its own on both."""

from datetime import UTC, datetime

import pytest

from bot.picks import catalogue, fitting
from bot.picks.catalogue import Catalogue
from bot.storage import papers
from bot.storage.database import Database
from tests.corpus import library

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def offered(database: Database) -> Catalogue:
    papers.store(database, library(NOW.date()))
    fitting.fit(database, NOW)
    return catalogue.load(database)
