"""A catalogue of the generated library, from SQLite; storage tests both databases itself."""

from datetime import UTC, datetime

import pytest

from bot.picks import fitting
from bot.picks.catalogue import Catalogue, load
from bot.storage import papers
from bot.storage.database import Database
from tests.corpus import library

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    papers.store(database, library(NOW.date()))
    fitting.fit(database, NOW)
    return load(database)
