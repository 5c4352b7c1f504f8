"""Budgets of calls: each gives the next place in time, in the order in which callers come."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Budget(Protocol):
    """When bulk may send: for one process `Steady`, for several `SharedBudget`."""

    async def reserve(self) -> float:
        """Take the next place, and return the seconds until it comes."""

    def note(self) -> None:
        """Note a message that went without a place, as somebody waited for it."""

    async def rest(self, seconds: float) -> None:
        """Give no place for a while, as Telegram asked for it."""


@dataclass(slots=True)
class Bucket:
    """Gives `burst` places at once, then one every `seconds`."""

    burst: int
    seconds: float
    full_at: float = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next place."""
        return max(self.full_at - now - (self.burst - 1) * self.seconds, 0)

    def take(self, now: float) -> float:
        """Take the next place, and return the seconds until it comes."""
        wait = self.wait(now)
        self.full_at = max(self.full_at, now) + self.seconds
        return wait


@dataclass(slots=True)
class Window:
    """Gives at most `most` places within any `seconds`."""

    most: int
    seconds: float
    places: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return the seconds until the next place."""
        if len(self.places) < self.most:
            return 0.0
        return max(self.places[-self.most] + self.seconds - now, 0.0)

    def take(self, now: float) -> float:
        """Take the next place, and return the seconds until it comes."""
        wait = self.wait(now)
        self.places.append(now + wait)
        while len(self.places) > self.most:
            self.places.popleft()
        return wait


class Steady:
    """The budget of a single process: one place every `1 / rate` seconds."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._bucket = Bucket(1, 1 / rate)
        self._clock = clock

    async def reserve(self) -> float:
        """Take the next place, and return the seconds until it comes."""
        return self._bucket.take(self._clock())

    def note(self) -> None:
        """Do nothing: the rate limiter counts the messages of its own process."""

    async def rest(self, seconds: float) -> None:
        """Do nothing: the rate limiter rests by itself."""
