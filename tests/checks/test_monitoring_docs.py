"""The dashboard and the table of alarms ask for metrics that there are, and for all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ErrorCount
from bot.jobs.health import MAX_DELIVERY_DELAY, NEEDS
from bot.monitoring.exposition import Exposition
from bot.monitoring.gauges import DatabaseGauges, Figures
from bot.monitoring.metrics import Metrics
from bot.monitoring.readiness import Check, Readiness
from tests.monitoring.exposition import Page

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "docs" / "grafana-dashboard.json"
MANUAL = (ROOT / "docs" / "operating.md").read_text("utf-8")
METRIC = re.compile(r"\b(?:paperpicks|process)_[a-z_]+")
FIGURES = Figures(
    papers=1,
    readers=1,
    active_readers=1,
    groups=1,
    queue_length=1,
    queue_age=1,
    features_age=1,
    source_ages={"arxiv": 1},
)


@pytest.fixture
async def page() -> Page:
    """A page with every metric that there is."""
    metrics = Metrics()
    metrics.observe_update("text", "ok", 0.1)
    metrics.observe_call("sendMessage", "ok", 0.1)
    metrics.count_fetch("arxiv", "ok", 1)

    async def examine() -> str | None:
        return None

    exposition = Exposition(
        metrics,
        ErrorCount(),
        DatabaseGauges(lambda: FIGURES),
        Readiness([Check("queue", examine)]),
    )
    content, _ = await exposition.expose("")
    return Page(content.decode())


def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text("utf-8"))["panels"])


def queries() -> list[str]:
    return [
        target["expr"]
        for panel in panels()
        for target in panel.get("targets", ())
    ]


def rows(header: str) -> Iterator[list[str]]:
    """Yield the cells of each row of a table in the manual."""
    _, _, rest = MANUAL.partition(f"\n{header}\n")
    assert rest
    for line in rest.partition("\n\n")[0].splitlines()[1:]:
        yield [cell.strip() for cell in line.split("|")[1:-1]]


def metrics_in(texts: list[str]) -> set[str]:
    return {name for text in texts for name in METRIC.findall(text)}


async def test_the_dashboard_asks_for_metrics_that_there_are(
    page: Page,
) -> None:
    assert metrics_in(queries()) - page.names == set()


async def test_the_dashboard_shows_every_metric_of_ours(page: Page) -> None:
    series = metrics_in(queries())

    hidden = {
        metric
        for metric in page.metrics
        if metric.startswith("paperpicks_")
        and not any(name.startswith(metric) for name in series)
    }

    assert hidden == set()


def test_the_panels_lie_side_by_side_and_each_has_a_number_of_its_own() -> None:
    cells = [
        (x, y)
        for panel in panels()
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    ids = [panel["id"] for panel in panels()]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len(ids) == len(set(ids))


async def test_each_alarm_is_raised_by_metrics_that_there_are(
    page: Page,
) -> None:
    alarms = list(rows("| alarm | when | what to do |"))
    names = metrics_in([cells[1] for cells in alarms])

    assert len(alarms) > 10
    assert all(len(cells) == 3 for cells in alarms)
    assert names - page.names == set()


def test_the_alarm_of_the_queue_has_the_limit_of_the_check() -> None:
    limit = int(MAX_DELIVERY_DELAY.total_seconds())

    assert f"paperpicks_queue_oldest_age_seconds) > {limit}`" in MANUAL


def test_the_table_of_checks_says_what_each_part_needs() -> None:
    header = (
        "| check of `/readyz` | fails | `run` | `web` | `worker` | `clock` |"
    )
    needs: dict[str, set[str]] = {part: set() for part in NEEDS}
    for name, _, *marks in rows(header):
        for part, mark in zip(NEEDS, marks, strict=True):
            if mark == "✓":
                needs[part].add(name.strip("`"))

    assert needs == {part: {"process", *names} for part, names in NEEDS.items()}
