"""What goes wrong on purpose: refusals and broken connections that wait for calls, all counted."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from bot.sandbox.localchat.refusals import Refusal

WEBHOOK = "webhook"  # stands for a method where the server itself calls the bot


class Break(StrEnum):
    """What a caller may get instead of an answer."""

    RESET = "connection reset"
    CLOSED = "connection closed"
    SILENCE = "no answer"
    BAD_GATEWAY = "502 with a page"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that waits for the next call of `method`, which may have had its effect by then."""

    method: str
    outcome: Refusal | Break
    took_effect: bool = False

    @property
    def name(self) -> str:
        """What it is counted as."""
        refused = isinstance(self.outcome, Refusal)
        what = (
            str(self.outcome.code)
            if isinstance(self.outcome, Refusal)
            else self.outcome.value
        )
        when = "" if refused else " after" if self.took_effect else " before"
        return f"{self.method}: {what}{when}"


@dataclass(frozen=True, slots=True)
class Weather:
    """Faults by chance: this share of the calls of `methods`, drawn by `rng`."""

    rng: Random
    share: float
    methods: frozenset[str]
    outcomes: Sequence[Refusal | Break]

    def strikes(self, method: str) -> Fault | None:
        """Return what happens to a call now; a refused call never takes effect."""
        if method not in self.methods or self.rng.random() >= self.share:
            return None
        outcome = self.rng.choice(self.outcomes)
        took_effect = isinstance(outcome, Break) and self.rng.random() < 0.5
        return Fault(method, outcome, took_effect)


@dataclass(slots=True)
class Faults:
    """Everything that will go wrong, and a count of what did; safe from any thread."""

    weather: Weather | None = None
    met: Counter[str] = field(default_factory=Counter)
    _waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault, times: int) -> None:
        """Let the next calls of the fault's method fail."""
        with self._lock:
            self._waiting += [fault] * times

    def take(self, method: str) -> Fault | None:
        """Return what happens to a call of `method` now."""
        with self._lock:
            fault = next(
                (fault for fault in self._waiting if fault.method == method),
                None,
            )
            if fault is not None:
                self._waiting.remove(fault)
            elif self.weather is not None:
                fault = self.weather.strikes(method)
            if fault is not None:
                self.met[fault.name] += 1
            return fault
