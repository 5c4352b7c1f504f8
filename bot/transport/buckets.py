"""Whose turn it is when: places in time that are taken one after the other."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol


class Withdrawn(Exception):  # noqa: N818 - nothing went wrong
    """A call is not to be made after all."""


async def _nothing() -> None:
    """Begin nothing."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Says by `rate_limit_args` that nobody waits for a call; one that says nothing is a person's.

    `begins` is awaited when its place has come, right before the call; it may raise Withdrawn.
    """

    begins: Callable[[], Awaitable[None]] = _nothing


class Budget(Protocol):
    """When bulk may send: for one process `Steady`; several can reserve from one row."""

    async def reserve(self) -> float:
        """Take the next place, and return the seconds until it comes."""


@dataclass(slots=True)
class Bucket:
    """Lets a few through at once and then one every `seconds`; who comes gets the next place."""

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
    """Lets at most so many through within any `seconds`; who comes gets the next place."""

    most: int
    seconds: float
    places: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """Take the next place, and return the seconds until it comes."""
        full = len(self.places) >= self.most
        at = max(now, self.places[-self.most] + self.seconds) if full else now
        self.places.append(at)
        while len(self.places) > self.most:
            self.places.popleft()
        return at - now


class Steady:
    """The budget of a single process: one place every `1 / rate` seconds."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._bucket = Bucket(1, 1 / rate)
        self._clock = clock

    async def reserve(self) -> float:
        """Take the next place, and return the seconds until it comes."""
        return self._bucket.take(self._clock())
