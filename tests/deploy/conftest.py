"""A wheel of the project, built once for all tests of this folder."""

from pathlib import Path

import pytest

from tests.deploy import packages
from tests.deploy.packages import Installation


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that a fresh clone gives, by way of its source archive."""
    project = packages.copy_project(tmp_path_factory.mktemp("project"))
    return packages.build(project)


@pytest.fixture
def installation(tmp_path: Path, wheel: Path) -> Installation:
    """The wheel in an environment of its own."""
    return Installation.create(tmp_path, wheel)
