"""The page of metrics follows Prometheus' rules, and never hangs on the database."""

import logging
import threading
import time

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,
)

from bot.errors import ErrorCount, Failure
from bot.monitoring import gauges
from bot.monitoring.exposition import Exposition
from bot.monitoring.gauges import DatabaseGauges, Figures
from bot.monitoring.metrics import FEED, Metrics
from bot.monitoring.readiness import Check, Readiness
from tests.monitoring.exposition import Page, problems

FIGURES = Figures(
    papers=115,
    readers=7,
    active_readers=5,
    groups=2,
    queue_length=3,
    queue_age=61.5,
    features_age=None,
    source_ages={"arxiv": 60.0, "huggingface": 3.5},
)


def used_metrics() -> Metrics:
    """Return metrics of a process that has done something of each kind."""
    metrics = Metrics()
    metrics.observe_update("button", "ok", 0.02)
    metrics.observe_update("button", "failed", 2.0)
    metrics.observe_update("text", "again", 0.5)
    metrics.observe_call("sendMessage", "ok", 0.1)
    metrics.observe_call("sendPhoto", "too_fast", 0.1)
    metrics.observe_call("sendChatAction", "ok", 0.1)
    metrics.observe_call("getUpdates", "unknown", 30.0)
    metrics.count_fetch("arxiv", "ok", 12)
    metrics.count_fetch(FEED, "failed")
    metrics.count_heartbeat("ok")
    return metrics


def figures() -> Figures:
    return FIGURES


def check(name: str, cause: str | None) -> Check:
    async def examine() -> str | None:
        return cause

    return Check(name, examine)


def exposition(metrics: Metrics, database: DatabaseGauges) -> Exposition:
    errors = ErrorCount()
    errors.emit(
        logging.LogRecord("bot.app", logging.ERROR, "app", 1, "", (), None)
    )
    readiness = Readiness([check("queue", "stuck"), check("papers", None)])
    return Exposition(metrics, errors, database, readiness)


async def scrape(metrics: Metrics, database: DatabaseGauges) -> Page:
    content, _ = await exposition(metrics, database).expose("")
    return Page(content.decode())


async def test_the_page_follows_the_rules_of_promtool() -> None:
    page = await scrape(used_metrics(), DatabaseGauges(figures))

    assert len(page.families) > 20
    assert problems(page) == []


@pytest.mark.parametrize(
    "text",
    [
        "# TYPE a_total gauge\na_total 1\n",
        "# HELP a b\n# TYPE a counter\na 1\n",
        "# HELP a_milliseconds b\n# TYPE a_milliseconds gauge\na_milliseconds 1\n",
        "# HELP seconds_a b\n# TYPE seconds_a gauge\nseconds_a 1\n",
        "# HELP a_count b\n# TYPE a_count gauge\na_count 1\n",
        '# HELP a b\n# TYPE a gauge\na{b="1"} 1\na{b="1"} 2\n',
    ],
)
def test_the_rules_find_what_is_wrong(text: str) -> None:
    assert problems(Page(text))


async def test_every_count_and_figure_stands_on_the_page() -> None:
    page = await scrape(used_metrics(), DatabaseGauges(figures))
    values = {
        "updates": page.value(
            "paperpicks_updates_total", kind="button", outcome="failed"
        ),
        "answers": page.value("paperpicks_answer_seconds_sum", kind="button"),
        "sent": page.value("paperpicks_sends_total", outcome="ok"),
        "polls": page.value(
            "paperpicks_telegram_calls_total",
            method="getUpdates",
            outcome="unknown",
        ),
        "papers fetched": page.value(
            "paperpicks_fetched_papers_total", source="arxiv"
        ),
        "feeds": page.value(
            "paperpicks_fetches_total", source="feed", outcome="failed"
        ),
        "heartbeats": page.value(
            "paperpicks_heartbeats_total", outcome="failed"
        ),
        "errors": page.value("paperpicks_errors_total", logger="bot.app"),
        "up": page.value("paperpicks_database_up"),
        "papers": page.value("paperpicks_papers"),
        "queue": page.value("paperpicks_queue_deliveries"),
        "oldest": page.value("paperpicks_queue_oldest_age_seconds"),
        "source": page.value(
            "paperpicks_source_age_seconds", source="huggingface"
        ),
        "ready": page.value("paperpicks_ready"),
        "stuck": page.value("paperpicks_check_ok", check="queue"),
    }

    assert values == {
        "updates": 1,
        "answers": 2.02,
        "sent": 1,
        "polls": 1,
        "papers fetched": 12,
        "feeds": 1,
        "heartbeats": 0,
        "errors": 1,
        "up": 1,
        "papers": 115,
        "queue": 3,
        "oldest": 61.5,
        "source": 3.5,
        "ready": 0,
        "stuck": 0,
    }
    assert "paperpicks_features_age_seconds" not in page.names


async def test_a_counter_begins_with_zero_so_that_the_first_failure_is_a_rise() -> (
    None
):
    metrics = Metrics()
    metrics.observe_update("text", "ok", 0.1)
    metrics.count_fetch("arxiv", "ok")

    page = await scrape(metrics, DatabaseGauges(figures))

    failed = page.value(
        "paperpicks_updates_total", kind="text", outcome="failed"
    )
    assert failed == 0
    assert (
        page.value("paperpicks_fetches_total", source="arxiv", outcome="failed")
        == 0
    )
    assert (
        page.value("paperpicks_errors_total", logger="bot.monitoring.readiness")
        == 0
    )


async def test_whoever_asks_for_openmetrics_gets_it() -> None:
    page = exposition(used_metrics(), DatabaseGauges(figures))

    content, content_type = await page.expose(
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
    )

    assert content_type.startswith("application/openmetrics-text")
    families = open_metrics(content.decode())  # type: ignore[no-untyped-call]
    assert len(list(families)) > 20


async def test_a_database_that_is_away_leaves_its_figures_out() -> None:
    def read() -> Figures:
        raise Failure("the database did not answer")

    page = await scrape(used_metrics(), DatabaseGauges(read))

    assert page.value("paperpicks_database_up") == 0
    assert "paperpicks_papers" not in page.names
    assert page.value("paperpicks_sends_total", outcome="ok") == 1


async def test_a_locked_database_holds_up_no_scrape_and_takes_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gauges, "PATIENCE", 0.05)
    unlocked = threading.Event()
    calls = 0

    def read() -> Figures:
        nonlocal calls
        calls += 1
        unlocked.wait(10)
        return FIGURES

    database = DatabaseGauges(read)
    started = time.monotonic()
    locked = [await scrape(Metrics(), database) for _ in range(4)]
    seconds = time.monotonic() - started
    unlocked.set()
    while (page := await scrape(Metrics(), database)).value(
        "paperpicks_database_up"
    ) == 0:
        pass

    assert {page.value("paperpicks_database_up") for page in locked} == {0}
    assert seconds < 2
    assert calls == 1
    assert page.value("paperpicks_papers") == 115


def test_a_count_costs_microseconds() -> None:
    metrics = Metrics()
    started = time.process_time()
    for _ in range(2000):
        metrics.observe_update("button", "ok", 0.02)
        metrics.observe_call("sendMessage", "ok", 0.02)
    seconds = (time.process_time() - started) / 2000

    assert seconds < 0.0005
