"""Writes all metrics of this process as one page that Prometheus reads."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.errors import ErrorCount
from bot.monitoring.gauges import DatabaseGauges
from bot.monitoring.metrics import Metrics
from bot.monitoring.readiness import Readiness


class Exposition:
    """The page `/metrics`: what was counted here, and what is found out when it is read."""

    def __init__(
        self,
        metrics: Metrics,
        errors: ErrorCount,
        gauges: DatabaseGauges,
        readiness: Readiness,
    ) -> None:
        self._metrics = metrics
        self._errors = errors
        self._gauges = gauges
        self._readiness = readiness

    async def expose(self, accept: str) -> tuple[bytes, str]:
        """Return the page in a format that a header `Accept` names, and its content type."""
        gauges, causes = await asyncio.gather(
            self._gauges.collect(), self._readiness.examine()
        )
        page = _Page(
            [
                *self._metrics.registry.collect(),
                *gauges,
                _errors(self._errors.by_logger),
                *_checks(causes),
                _program(),
            ]
        )
        encode, content_type = choose_encoder(accept)
        return encode(page), content_type


class _Page(Collector):
    """Metrics that are collected already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._metrics


def _errors(count_by_logger: Mapping[str, int]) -> Metric:
    errors = CounterMetricFamily(
        "paperpicks_errors",
        "Errors that were logged.",
        labels=["logger"],
    )
    # Every module of ours that may log one begins with 0: the first is a rise from there.
    names = {name for name in logging.root.manager.loggerDict if _is_ours(name)}
    for name in sorted(names | set(count_by_logger)):
        errors.add_metric([name], count_by_logger.get(name, 0))
    return errors


def _is_ours(logger: str) -> bool:
    return logger.startswith("bot.")


def _checks(causes: Mapping[str, str | None]) -> Iterator[Metric]:
    """Yield whether this process is ready, and the checks behind that."""
    yield GaugeMetricFamily(
        "paperpicks_ready",
        "Whether this process can do its work: 1 or 0.",
        float(not any(causes.values())),
    )
    checks = GaugeMetricFamily(
        "paperpicks_check_ok",
        "Whether a check finds nothing wrong: 1 or 0.",
        labels=["check"],
    )
    for name, cause in causes.items():
        checks.add_metric([name], float(cause is None))
    yield checks


def _program() -> Metric:
    program = GaugeMetricFamily(
        "paperpicks_build_info",
        "The version of the program; the value is 1.",
        labels=["version"],
    )
    program.add_metric([version("paperpicks")], 1)
    return program
