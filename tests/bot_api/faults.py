"""Faults on purpose: refusals and broken connections for the calls of a bot, all counted."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from bot.sandbox.localchat.refusals import Refusal

# Stands for a method where the server itself calls the bot.
WEBHOOK = "webhook"


class Break(StrEnum):
    """What a caller may get instead of an answer."""

    RESET = "connection reset"
    CLOSED = "connection closed"
    SILENCE = "no answer"
    BAD_GATEWAY = "502 with a page"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a call of `method`, before the call takes effect or after it."""

    method: str
    outcome: Refusal | Break
    took_effect: bool = False

    @property
    def name(self) -> str:
        """The name under which it is counted."""
        if isinstance(self.outcome, Refusal):
            return f"{self.method}: {self.outcome.code}"

        time = "after" if self.took_effect else "before"
        return f"{self.method}: {self.outcome.value} {time}"


@dataclass(frozen=True, slots=True)
class RandomFaults:
    """Faults by chance, for this share of the calls of `methods`."""

    rng: Random
    share: float
    methods: frozenset[str]
    outcomes: Sequence[Refusal | Break]

    def draw(self, method: str) -> Fault | None:
        """Return the fault of a call, or None; a refused call never takes effect."""
        if method not in self.methods or self.rng.random() >= self.share:
            return None

        outcome = self.rng.choice(self.outcomes)
        took_effect = isinstance(outcome, Break) and self.rng.random() < 0.5
        return Fault(method, outcome, took_effect)


@dataclass(slots=True)
class Faults:
    """The faults to come and a count of the past ones; safe from any thread."""

    random: RandomFaults | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _planned: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, times: int) -> None:
        """Let the next calls of the fault's method fail."""
        with self._lock:
            self._planned += [fault] * times

    def take(self, method: str) -> Fault | None:
        """Return the fault of the current call of `method`, or None."""
        with self._lock:
            fault = self._take_planned(method)
            if fault is None and self.random is not None:
                fault = self.random.draw(method)
            if fault is not None:
                self.counts[fault.name] += 1
            return fault

    def _take_planned(self, method: str) -> Fault | None:
        for fault in self._planned:
            if fault.method == method:
                self._planned.remove(fault)
                return fault
        return None
