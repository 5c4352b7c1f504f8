"""The first three weeks of the simulated year, in which everything can happen already."""

from pathlib import Path

import pytest

from tests.soak.year import year


@pytest.mark.timeout(300)
async def test_everybody_gets_one_digest_or_line_on_each_of_their_dates(
    tmp_path: Path,
) -> None:
    async with year(f"sqlite:///{tmp_path / 'year.db'}", many=8) as simulation:
        events = await simulation.live(days=21)

    assert events["days"] == 21
    assert events["digests"] > 8 * 18
    assert events["weeks"] >= 8
