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
A_DAY, MOMENT = timedelta(days=1), timedelta(seconds=1)
PATIENCE = 180.0


@dataclass
class Tally:
    """What happened: kills and faults, digests due, lost and doubled, and calls under way at kills.

    A digest may come twice where its call was under way at a kill, or was broken by a fault; it
    may be given up where both its calls were broken.
    """

    kills: int = 0
    due: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    given_up: int = 0
    under_way: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def in_doubt(self) -> int:
        """Return how many calls may have arrived although nobody heard so."""
        doubtful = (n for name, n in self.faults.items() if "429" not in name)
        return self.under_way + sum(doubtful)


class Crash:
    """A bot with its readers, morning after morning, killed while it delivers."""

    def __init__(
        self,
        server: FaultyServer,
        url: str,
        *,
        many: int,
        rate: float,
        seed: int,
    ) -> None:
        self.server, self.url = server, url
        self.database = Database(url)
        self.people = [self._reader(number) for number in range(many)]
        self.rate = rate
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.now = NINE + MOMENT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    async def mornings(self, kills: int) -> Tally:
        """Deliver morning after morning until the bot was killed so often; return what came."""
        while self.tally.kills < kills:
            before = [_digests(person) for person in self.people]
            day = self.now.date()
            await self._morning(day, kills)
            got = [
                _digests(person) - had
                for person, had in zip(self.people, before, strict=True)
            ]
            self.tally.due += len(got)
            self.tally.sent += sum(got)
            self.tally.given_up += await asyncio.to_thread(self._given_up, day)
            self.tally.lost += got.count(0)
            self.tally.doubled += sum(n - 1 for n in got if n > 1)
            self.now = datetime.combine(day, time(9), UTC) + A_DAY + MOMENT
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
                    self.tally.under_way += await asyncio.to_thread(
                        self._under_way
                    )
                else:
                    await self._until(day)
                    process.terminate()
                    process.wait(10)
            self.now += LEASE + MOMENT  # what was under way may be tried again

    @contextmanager
    def _bot(self) -> Iterator[subprocess.Popen[bytes]]:
        base = self.server.base_url.removesuffix("/bot")
        told = (TOKEN, base, self.url, self.now.isoformat(), str(self.rate))
        command = [sys.executable, "-m", "tests.soak.child", *told]
        with subprocess.Popen(command, env=os.environ) as process:
            try:
                yield process
            finally:
                process.kill()  # of no effect on one that ended

    async def _until(self, day: date, calls: int | None = None) -> None:
        """Wait until a day is over; or with `calls` for the first message after so many calls."""
        async with asyncio.timeout(PATIENCE):
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
        }
        readers.find_or_create(
            self.database, person.id, {**values, "next_due_at": NINE}
        )
        return person

    def _is_over(self, day: date) -> bool:
        with self.database.read() as session:
            mine = select(func.count(DeliveryRow.id)).where(
                DeliveryRow.local_date == day
            )
            made = session.scalar(mine) or 0
            return made == len(self.people) and not session.scalar(
                mine.where(DeliveryRow.state == "pending")
            )

    def _given_up(self, day: date) -> int:
        with self.database.read() as session:
            uncertain = select(func.count(DeliveryRow.id)).where(
                DeliveryRow.local_date == day, DeliveryRow.state == "uncertain"
            )
            return session.scalar(uncertain) or 0

    def _under_way(self) -> int:
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
