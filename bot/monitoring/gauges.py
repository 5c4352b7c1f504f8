"""What the database says when the metrics are read: sizes, ages, and the queue."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric

from bot.concurrency import apart
from bot.errors import Failure
from bot.monitoring.shared import Shared

# Seconds for which figures of the database are good.
FRESH = 10.0

# Seconds after which nobody waits for a database that is locked or away.
PATIENCE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures that are read from the database; ages are in seconds.

    `features_age` is None before the first fit. A source that never answered has no age.
    """

    papers: int
    readers: int
    active_readers: int
    groups: int
    queue_length: int
    queue_age: float
    features_age: float | None
    source_ages: Mapping[str, float]


class DatabaseGauges:
    """Figures of the database, read in a thread of its own, and once for all who ask.

    `read` reads them, and raises Failure if the database does not answer.
    """

    def __init__(self, read: Callable[[], Figures]) -> None:
        self._read = read
        self._figures = Shared(self._try, fresh=FRESH, patience=PATIENCE)

    async def collect(self) -> list[Metric]:
        """Return the gauges; without an answer of the database, only that it is not up."""
        try:
            answer = await self._figures.get()
        except TimeoutError:
            answer = None

        is_up = GaugeMetricFamily(
            "paperpicks_database_up",
            "Whether the database answers: 1 or 0.",
            float(answer is not None),
        )
        if answer is None:
            return [is_up]

        figures, seconds = answer
        return [is_up, _reading_time(seconds), *_gauges(figures)]

    async def _try(self) -> tuple[Figures, float] | None:
        """Read the figures; return them with the seconds that it took, or None."""
        started = time.monotonic()
        try:
            figures = await apart(self._read)
        except Failure:
            return None

        return figures, time.monotonic() - started


def _reading_time(seconds: float) -> Metric:
    return GaugeMetricFamily(
        "paperpicks_database_read_seconds",
        "Time that the database took for the figures of this page.",
        seconds,
    )


def _gauges(figures: Figures) -> Iterator[Metric]:
    """Yield a gauge for each figure."""
    yield from (
        GaugeMetricFamily(name, text, value)
        for name, text, value in _plain(figures)
        if value is not None
    )
    ages = GaugeMetricFamily(
        "paperpicks_source_age_seconds",
        "Time since a source of papers last answered.",
        labels=["source"],
    )
    for source, age in figures.source_ages.items():
        ages.add_metric([source], age)
    yield ages


def _plain(figures: Figures) -> list[tuple[str, str, float | None]]:
    """Return the name, the help and the value of each gauge without labels."""
    return [
        (
            "paperpicks_papers",
            "Papers that are stored and everybody's.",
            figures.papers,
        ),
        (
            "paperpicks_readers",
            "People who have started the bot.",
            figures.readers,
        ),
        (
            "paperpicks_active_readers",
            "People whom picks are sent to.",
            figures.active_readers,
        ),
        (
            "paperpicks_groups",
            "Groups and channels that picks are posted in.",
            figures.groups,
        ),
        (
            "paperpicks_queue_deliveries",
            "Deliveries that are due and not finished.",
            figures.queue_length,
        ),
        (
            "paperpicks_queue_oldest_age_seconds",
            "Time since the oldest delivery in the queue was due; 0 without one.",
            figures.queue_age,
        ),
        (
            "paperpicks_features_age_seconds",
            "Time since the features of the papers were fitted.",
            figures.features_age,
        ),
    ]
