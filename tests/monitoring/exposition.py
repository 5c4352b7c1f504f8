"""Reads the page of metrics as Prometheus does, and lints it as `promtool check metrics` does."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

# Units that have a base unit, and words that a name leaves to its type.
WRONG_WORDS = {
    "milliseconds",
    "microseconds",
    "minutes",
    "hours",
    "days",
    "kilobytes",
    "megabytes",
    "percent",
    "ms",
    "min",
    "counter",
    "gauge",
    "histogram",
    "summary",
}
BASE_UNITS = {"seconds", "bytes", "ratio", "fds"}
HISTOGRAM_ENDINGS = ("_bucket", "_count", "_sum")
NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Page:
    """A page of metrics in Prometheus' text format."""

    text: str

    @property
    def families(self) -> list[Metric]:
        """The metrics, each with its samples."""
        return list(text_string_to_metric_families(self.text))

    @property
    def names(self) -> set[str]:
        """The names of all series, as queries use them."""
        return {
            line.partition("{")[0].partition(" ")[0]
            for line in self.text.splitlines()
            if not line.startswith("#")
        }

    @property
    def metrics(self) -> set[str]:
        """The names of all metrics, also of those without a series."""
        lines = self.text.splitlines()
        return {line.split()[2] for line in lines if line[:6] == "# TYPE"}

    def value(self, name: str, **labels: str) -> float | None:
        """Return the value of the series with exactly these labels, or None."""
        values = [
            sample.value
            for family in self.families
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ]
        return values[0] if values else None

    def labels(self, name: str) -> set[str]:
        """Return all values of a label."""
        return {
            sample.labels[name]
            for family in self.families
            for sample in family.samples
            if name in sample.labels
        }

    def label_values(self) -> set[str]:
        """Return all values of all labels."""
        return {
            value
            for family in self.families
            for sample in family.samples
            for value in sample.labels.values()
        }


def problems(page: Page) -> list[str]:
    """Return what promtool's rules find wrong with a page."""
    return [
        *(line for family in page.families for line in _lint(family)),
        *_bad_counters(page.text),
        *_repeated(page.text),
    ]


def _lint(family: Metric) -> Iterator[str]:
    """Yield what is wrong with one metric."""
    name = family.name
    words = name.split("_")
    is_counter = family.type == "counter"
    if not family.documentation:
        yield f"{name}: no help"
    if not NAME.fullmatch(name):
        yield f"{name}: not in snake_case"
    if wrong := WRONG_WORDS & set(words):
        yield f"{name}: no name of a base unit: {wrong}"
    if not is_counter and name.endswith("_total"):
        yield f"{name}: only counters end in _total"
    if family.type != "histogram" and name.endswith(HISTOGRAM_ENDINGS):
        yield f"{name}: ends as a part of a histogram does"
    units = BASE_UNITS & set(words)
    if units and words[-1] not in BASE_UNITS:
        yield f"{name}: the unit is no suffix"
    for sample in family.samples:
        if family.type != "histogram" and {"le", "quantile"} & set(
            sample.labels
        ):
            yield f"{sample.name}: a label that is a histogram's"


def _bad_counters(text: str) -> Iterator[str]:
    """Yield each counter without `_total`, which the parser would add by itself."""
    for line in text.splitlines():
        match line.split():
            case ["#", "TYPE", name, "counter"] if name[-6:] != "_total":
                yield f"{name}: a counter ends in _total"


def _repeated(text: str) -> Iterator[str]:
    """Yield each line of a series, a help or a type that stands twice."""
    keys = [
        line.rpartition(" ")[0]
        if not line.startswith("#")
        else " ".join(line.split()[:3])
        for line in text.splitlines()
    ]
    yield from (f"{key}: twice" for key in duplicates(keys))


def duplicates(keys: Iterable[str]) -> list[str]:
    """Return what stands there more than once."""
    first: set[str] = set()
    return [key for key in keys if key in first or first.add(key)]  # type: ignore[func-returns-value]
