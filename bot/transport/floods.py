"""Counts what people do within a time, so that nobody floods the bot, by one process or many."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.storage import deeds
from bot.storage.database import Database

# Deeds that are remembered before all of them are dropped.
REMEMBERED = 10_000


class Floods(Protocol):
    """What people did a moment ago, in memory, or in the database that processes share."""

    async def admits(
        self,
        person: int,
        deed: str,
        most: int,
        period: timedelta,
        number: int = 0,
    ) -> bool:
        """Note a deed; False, and no note, if there were `most` within the period.

        One with a number is noted once, however often it is tried.
        """

    async def repeats(
        self, person: int, deed: str, value: int, period: timedelta
    ) -> bool:
        """Note a deed; tell whether the last one, within a period, had the same value."""


class FloodsInMemory:
    """The deeds that this process saw: it is the only one that talks to people."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        # The moments of each deed, with its numbers.
        self._times: dict[tuple[int, str], deque[tuple[datetime, int]]] = (
            defaultdict(deque)
        )
        self._values: dict[tuple[int, str], tuple[int, datetime]] = {}

    async def admits(
        self,
        person: int,
        deed: str,
        most: int,
        period: timedelta,
        number: int = 0,
    ) -> bool:
        """Note a deed; False, and no note, if there were `most` within the period.

        One with a number is noted once, however often it is tried.
        """
        if len(self._times) > REMEMBERED:
            self._times.clear()
        now = self._clock()
        times = self._times[person, deed]
        while times and now - times[0][0] >= period:
            times.popleft()
        if number and any(number == other for _, other in times):
            return True
        if len(times) >= most:
            return False
        times.append((now, number))
        return True

    async def repeats(
        self, person: int, deed: str, value: int, period: timedelta
    ) -> bool:
        """Note a deed; tell whether the last one, within a period, had the same value."""
        if len(self._values) > REMEMBERED:
            self._values.clear()
        now = self._clock()
        last = self._values.get((person, deed))
        self._values[person, deed] = (value, now)
        if last is None:
            return False
        last_value, moment = last
        return last_value == value and now - moment < period


class SharedFloods:
    """The deeds that any process saw; raises a passing Failure while the database is away."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clock = clock

    async def admits(
        self,
        person: int,
        deed: str,
        most: int,
        period: timedelta,
        number: int = 0,
    ) -> bool:
        """Note a deed; False, and no note, if there were `most` within the period.

        One with a number is noted once, however often it is tried.
        """
        return await asyncio.to_thread(
            deeds.admit,
            self._database,
            person,
            deed,
            most=most,
            period=period,
            now=self._clock(),
            number=number,
        )

    async def repeats(
        self, person: int, deed: str, value: int, period: timedelta
    ) -> bool:
        """Note a deed; tell whether the last one, within a period, had the same value."""
        return await asyncio.to_thread(
            deeds.repeat,
            self._database,
            person,
            deed,
            value,
            period=period,
            now=self._clock(),
        )
