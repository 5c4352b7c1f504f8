"""What taps teach, and which picks they lead to, stays as it was recorded."""

import json
from typing import Any

import pytest

from bot.picks.catalogue import Catalogue
from bot.storage.database import Database
from tests.picks import tapping

RECORD = json.loads(tapping.RECORD.read_text("utf-8"))


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    return tapping.create_catalogue(database)


def test_every_tap_teaches_what_it_taught_when_it_was_recorded(
    database: Database, catalogue: Catalogue
) -> None:
    for name in tapping.HABITS:
        taps = tapping.simulate(database, catalogue, name)

        assert without_scores(taps) == without_scores(RECORD[name]), name
        for tap, recorded in zip(taps, RECORD[name], strict=True):
            # Two processors differ in the last digit.
            assert tap["scores"] == pytest.approx(recorded["scores"], abs=2e-5)


def without_scores(taps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what two machines agree on, as JSON has it."""
    rows = [
        {key: value for key, value in tap.items() if key != "scores"}
        for tap in taps
    ]
    plain: list[dict[str, Any]] = json.loads(json.dumps(rows))
    return plain
