"""Counts what this process does, as Prometheus reads it: updates, sends, fetches.

No label names a reader, a chat, a feed or a search: each has a handful of values.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

# Seconds until an update is answered, or a message sent.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# All feeds of readers are one source here: the address of one may tell whose it is.
FEED = "feed"

# How fetches and heartbeats end, and how updates do.
OUTCOMES = ("ok", "failed")
UPDATE_OUTCOMES = ("ok", "failed", "again")

# When each series began: nobody asks for it, and it doubles the counters.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # The kinds of updates that were counted.
        self._kinds: set[str] = set()
        ProcessCollector(registry=self.registry)
        self._updates = self._counter(
            "paperpicks_updates",
            "Updates from Telegram that were processed.",
            "kind",
            "outcome",
        )
        self._answer_seconds = self._histogram(
            "paperpicks_answer_seconds",
            "Time from the arrival of an update to the end of its processing.",
            "kind",
        )
        self._calls = self._counter(
            "paperpicks_telegram_calls",
            "Calls of methods of the Bot API.",
            "method",
            "outcome",
        )
        self._sends = self._counter(
            "paperpicks_sends",
            "Messages that were sent, or could not be.",
            "outcome",
        )
        self._send_seconds = self._histogram(
            "paperpicks_send_seconds",
            "Time that Telegram took to accept or refuse a message.",
        )
        self._fetches = self._counter(
            "paperpicks_fetches",
            "Fetches from sources of papers.",
            "source",
            "outcome",
        )
        self._fetched_papers = self._counter(
            "paperpicks_fetched_papers",
            "New papers that sources brought.",
            "source",
        )
        self._heartbeats = self._counter(
            "paperpicks_heartbeats",
            "Calls of HEARTBEAT_URL after rounds of delivery.",
            "outcome",
        )
        for outcome in OUTCOMES:
            self._heartbeats.labels(outcome)

    def observe_update(self, kind: str, outcome: str, seconds: float) -> None:
        """Count an update, and the time that it took.

        A kind begins with all outcomes at 0: the first failure is a rise from there.
        """
        if kind not in self._kinds:
            self._kinds.add(kind)
            for possible in UPDATE_OUTCOMES:
                self._updates.labels(kind, possible)

        self._updates.labels(kind, outcome).inc()
        self._answer_seconds.labels(kind).observe(seconds)

    def observe_call(self, method: str, outcome: str, seconds: float) -> None:
        """Count a call to Telegram; one that sends a message also as such."""
        self._calls.labels(method, outcome).inc()
        if _is_message(method):
            self._sends.labels(outcome).inc()
            self._send_seconds.observe(seconds)

    def count_fetch(self, source: str, outcome: str, papers: int = 0) -> None:
        """Count a fetch from a source, and the new papers that it brought."""
        for possible in OUTCOMES:
            self._fetches.labels(source, possible)
        self._fetches.labels(source, outcome).inc()
        self._fetched_papers.labels(source).inc(papers)

    def count_heartbeat(self, outcome: str) -> None:
        """Count a call of the heartbeat's address."""
        self._heartbeats.labels(outcome).inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(
            name, text, labels, buckets=BUCKETS, registry=self.registry
        )


def _is_message(method: str) -> bool:
    return method.startswith(("send", "copy", "forward")) and (
        method != "sendChatAction"
    )
