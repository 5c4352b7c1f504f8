"""Kills the bot at random points of its deliveries, and counts what its readers got."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from sqlalchemy import func, select

from bot.picks import fitting
from bot.sandbox.localchat.people import Person
from bot.schedule.due import EVERY_DAY
from bot.storage import papers, readers, schema
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow, OutgoingRow
from bot.storage.outbox import LEASE
from tests.bot_api.server import FaultyServer
from tests.corpus import library

TOKEN = "515151:AAE-a-token-to-be-killed"
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

# Seconds in which all digests of a morning have to be sent.
TIMEOUT = 180.0


@dataclass
class Tally:
    """Counts of kills, faults and digests; `in_progress` counts calls that a kill cut off.

    A digest may come twice if its call was cut off by a kill or broken by a fault. It may be
    given up if both its calls were broken.
    """

    kills: int = 0
    due: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    given_up: int = 0
    in_progress: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def in_doubt(self) -> int:
        """Return how many calls may have arrived although they had no answer."""
        broken = [
            count for name, count in self.faults.items() if "429" not in name
        ]
        return self.in_progress + sum(broken)


class Crash:
    """A bot that delivers to its readers each morning, and is killed meanwhile."""

    def __init__(
        self,
        server: FaultyServer,
        url: str,
        *,
        many: int,
        rate: float,
        seed: int,
    ) -> None:
        self.server = server
        self.url = url
        self.database = Database(url)
        self.people = [self._reader(number) for number in range(many)]
        self.rate = rate
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.now = NINE + SECOND

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    async def mornings(self, kills: int) -> Tally:
        """Deliver on as many mornings as it takes for so many kills; return the tally."""
        while self.tally.kills < kills:
            before = [_digests(person) for person in self.people]
            day = self.now.date()
            await self._morning(day, kills)
            counts = [
                _digests(person) - count
                for person, count in zip(self.people, before, strict=True)
            ]
            self.tally.due += len(counts)
            self.tally.sent += sum(counts)
            self.tally.given_up += await asyncio.to_thread(self._given_up, day)
            self.tally.lost += counts.count(0)
            self.tally.doubled += sum(
                count - 1 for count in counts if count > 1
            )
            self.now = datetime.combine(day, time(9), UTC) + DAY + SECOND
        self.tally.faults = Counter(self.server.faults)
        return self.tally

    async def _morning(self, day: date, kills: int) -> None:
        """Start the bot again and again until every delivery of a day has ended."""
        while not await asyncio.to_thread(self._is_over, day):
            calls = len(self.server.calls)
            with self._bot() as process:
                if self.tally.kills < kills:
                    await self._until(day, calls)
                    await asyncio.sleep(
                        self.rng.uniform(0, len(self.people) / self.rate)
                    )
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    self.tally.kills += 1
                    self.tally.in_progress += await asyncio.to_thread(
                        self._in_progress
                    )
                else:
                    await self._until(day)
                    process.terminate()
                    process.wait(10)
            # Messages whose calls were cut off may be tried again now.
            self.now += LEASE + SECOND

    @contextmanager
    def _bot(self) -> Iterator[subprocess.Popen[bytes]]:
        base = self.server.base_url.removesuffix("/bot")
        command = [
            sys.executable,
            "-m",
            "tests.soak.child",
            TOKEN,
            base,
            self.url,
            self.now.isoformat(),
            str(self.rate),
        ]
        with subprocess.Popen(command, env=os.environ) as process:
            try:
                yield process
            finally:
                # This does nothing to a process that has ended.
                process.kill()

    async def _until(self, day: date, calls: int | None = None) -> None:
        """Wait until a day is over, or with `calls` for the first message after so many."""
        async with asyncio.timeout(TIMEOUT):
            while not await asyncio.to_thread(self._is_over, day):
                new = () if calls is None else self.server.calls[calls:]
                if any(call.method == "sendMessage" for call in new):
                    return
                await asyncio.sleep(0.02)

    def _reader(self, number: int) -> Person:
        person = self.server.person(f"Reader {number}")
        bot = self.server.bots[TOKEN]
        with bot.lock:
            bot.chats[person.id].is_open = True
        values = {
            "name": "one of many",
            "at": time(9),
            "created_at": NINE,
            "weekdays": EVERY_DAY,
            "next_due_at": NINE,
        }
        readers.find_or_create(self.database, person.id, values)
        return person

    def _is_over(self, day: date) -> bool:
        with self.database.read() as session:
            count = select(func.count(DeliveryRow.id)).where(
                DeliveryRow.local_date == day
            )
            pending = count.where(DeliveryRow.state == "pending")
            is_complete = session.scalar(count) == len(self.people)
            return is_complete and not session.scalar(pending)

    def _given_up(self, day: date) -> int:
        with self.database.read() as session:
            uncertain = select(func.count(DeliveryRow.id)).where(
                DeliveryRow.local_date == day, DeliveryRow.state == "uncertain"
            )
            return session.scalar(uncertain) or 0

    def _in_progress(self) -> int:
        with self.database.read() as session:
            sending = select(func.count(OutgoingRow.id)).where(
                OutgoingRow.state == "sending"
            )
            return session.scalar(sending) or 0


def fill(url: str) -> None:
    """Prepare a database with a library of papers, and features fitted on it."""
    with closing(Database(url)) as database:
        schema.migrate(database)
        papers.store(database, library(NINE.date(), per_field=100, days=14))
        fitting.fit(database, NINE)


def _digests(person: Person) -> int:
    return sum(
        bool(message.keyboard) for message in person.messages if message.by_bot
    )
