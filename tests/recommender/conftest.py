"""A small synthetic library for all tests, and real papers where their data is at hand."""

import pytest
from hypothesis import settings

from tests.recommender import daily as real
from tests.recommender import factories
from tests.recommender.daily import Daily
from tests.recommender.factories import Library

# A deadline measures the machine; the test's time limit is enough.
settings.register_profile("laws", deadline=None)
settings.load_profile("laws")


@pytest.fixture(scope="session")
def library() -> Library:
    return factories.library()


@pytest.fixture(scope="session")
def daily() -> Daily:
    if not real.DATA.is_dir():
        pytest.skip("needs the real papers in ../shared/data")
    return real.read()
