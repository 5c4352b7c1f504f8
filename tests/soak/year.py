"""A year of mornings in minutes: readers all over the world, and all that happens to them."""

import asyncio
import random
import time as real
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from sqlalchemy import func, select

from bot import app
from bot.jobs import delivery
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.refusals import Refusal, too_many_requests
from bot.schedule import due as schedule
from bot.schedule.due import EVERY_DAY
from bot.sources.endpoints import Endpoints
from bot.storage import cleanup, papers, readers, schema, sources
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DeliveryRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.tables import FeatureVersionRow
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import Bot
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.corpus import library

TOKEN = "616161:AAE-a-token-for-a-year"
NOBODY = "http://127.0.0.1:9"
START = datetime(2026, 1, 1, tzinfo=UTC)
HOLIDAYS = {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
A_DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HASTE = 100_000  # seconds of the limiter in one of ours: a year's messages have to go in minutes
FAULTS: list[Refusal | Break] = [
    Break.CLOSED,
    Break.RESET,
    Break.BAD_GATEWAY,
    too_many_requests(3),
]
FAULTY = 0.01  # of all calls


@dataclass
class Year:
    """The world of a year, and what was seen in it; each check raises AssertionError."""

    runtime: Runtime
    bot: Bot
    server: FaultyServer
    now: datetime = START
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    people: dict[int, Person] = field(
        default_factory=dict
    )  # by the reader's number
    away: dict[int, date] = field(
        default_factory=dict
    )  # who blocked the bot, and until when
    left: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    told: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # message ids
    silent_until: date = date.min
    fitted: datetime = START
    seen: Counter[str] = field(default_factory=Counter)

    def settle(self, many: int) -> None:
        """Let readers in: each in a zone of their own, at an hour of their own."""
        bot = next(iter(self.server.bots.values()))
        for zone in self.rng.sample(sorted(available_timezones()), many):
            person = self.server.person(zone)
            with bot.lock:
                bot.chats[person.id].is_open = True
            at = time(self.rng.randrange(24))
            plan = {"zone": zone, "at": at, "weekdays": EVERY_DAY}
            due = schedule.next_due(START, zone=zone, at=at, weekdays=EVERY_DAY)
            made = {**plan, "name": zone, "picks": 2, "created_at": START}
            made["next_due_at"] = due[0] if due else None
            reader = readers.find_or_create(
                self.runtime.database, person.id, made
            )
            assert reader is not None
            self.people[reader.id] = person

    async def live(self, days: int) -> Counter[str]:
        """Live through so many days, and check each; return what happened how often."""
        for number in range(days):
            dawn = START + number * A_DAY
            self.now = max(self.now, dawn)
            await self._news(dawn.date(), number)
            self._come_and_go(dawn.date())
            await asyncio.to_thread(
                cleanup.clean_up, self.runtime.database, self.now
            )
            while (due := await asyncio.to_thread(self._next)) < dawn + A_DAY:
                self.now = max(self.now, due)
                self.seen["digests"] += await delivery.deliver(
                    self.runtime, self.bot
                )
            await asyncio.to_thread(self._check, dawn.date() - 2 * A_DAY)
        await asyncio.to_thread(self._check_all, days)
        return self.seen

    async def _news(self, today: date, number: int) -> None:
        """Bring the day's papers, where there are any, and give them their vectors."""
        note = (self.runtime.database, "huggingface", self.now)
        if today < self.silent_until:
            await asyncio.to_thread(
                sources.record_fetch, *note, papers=0, failure="away"
            )
            self.seen["days without a source"] += 1
            return
        await asyncio.to_thread(sources.record_fetch, *note, papers=6)
        if self.rng.random() < 0.02:
            self.silent_until = today + 3 * A_DAY
        if today.weekday() >= 5 or (today.month, today.day) in HOLIDAYS:
            self.seen["days without papers"] += 1
            return
        new = library(today, per_field=1, days=1, seed=7 + number)
        await asyncio.to_thread(papers.store, self.runtime.database, new)
        if today.weekday() == 0:
            self.fitted = self.now
            self.seen["refits"] += 1
        await asyncio.to_thread(
            fitting.refresh, self.runtime.database, self.fitted
        )
        await self.runtime.reload()

    def _come_and_go(self, today: date) -> None:
        for reader_id in [
            r for r, until in self.away.items() if until <= today
        ]:
            del self.away[reader_id]
            self.people[reader_id].unblock()
            readers.change(self.runtime.database, reader_id, active=True)
            self.seen["returns"] += 1
        for reader_id, person in self.people.items():
            if reader_id not in self.away and self.rng.random() < 0.004:
                days = self.rng.randrange(1, 9)
                self.away[reader_id] = today + days * A_DAY
                # Its dates begin and end up to a day before or after ours.
                self.left[reader_id] |= {
                    today + n * A_DAY for n in range(-1, days + 1)
                }
                person.block()
                self.seen["blocks"] += 1

    def _next(self) -> datetime:
        """Return when something is due next: a reader, or a message that waits."""
        with self.runtime.database.read() as session:
            pending = select(
                func.min(DeliveryRow.lease_until), func.count()
            ).where(DeliveryRow.state == "pending")
            again, waiting = session.execute(pending).one()
        due = [
            r.next_due_at
            for r in readers.active_readers(self.runtime.database)
            if r.next_due_at
        ]
        late = (
            [self.now + 10 * MINUTE] if waiting else []
        )  # for a list that does not answer
        return min(
            [*due[:1], *late, *([again] if again and again > self.now else [])]
        )

    def _check(self, day: date) -> None:
        """Find exactly one digest or line for everybody who was there on a day."""
        with self.runtime.database.read() as session:
            found = session.execute(
                select(
                    DeliveryRow.reader_id,
                    DeliveryRow.state,
                    OutgoingRow.message_id,
                )
                .outerjoin(
                    OutgoingRow, OutgoingRow.delivery_id == DeliveryRow.id
                )
                .where(DeliveryRow.local_date == day)
            ).all()
        ends = {reader_id: state for reader_id, state, _ in found}
        assert len(ends) == len(found), f"twice on {day}"
        for reader_id, _, message_id in found:
            self.told[reader_id] |= {message_id} if message_id else set()
        for reader_id in self.people if day > START.date() else ():
            if day not in self.left[reader_id]:
                assert ends.get(reader_id) in {"sent", "uncertain"}, (
                    day,
                    reader_id,
                    ends,
                )
        self.seen["given up after two broken calls"] += list(
            ends.values()
        ).count("uncertain")

    def _check_all(self, days: int) -> None:
        """Find no paper shown twice, no message that nobody knows of, and tables that are small."""
        again = sum(
            n
            for name, n in self.server.faults.items()
            if name.endswith(" after")
        )
        extra = 0
        for reader_id, person in self.people.items():
            shown = [m for m in person.messages if m.by_bot]
            links = [
                {e.url for e in m.entities if e.url}
                for m in shown
                if m.id in self.told[reader_id]
            ]
            assert sum(map(len, links)) == len(set().union(*links)), (
                f"repeats for {reader_id}"
            )
            recent = sum(
                m.date >= person.messages[-1].date - 3 * A_DAY for m in shown
            )
            extra += max(len(shown) - len(self.told[reader_id]) - recent, 0)
        assert extra <= again, (extra, again)
        with self.runtime.database.read() as session:
            most = {DeliveryRow: 63 * len(self.people), FeatureVersionRow: 2}
            for model, rows in most.items():
                assert (
                    session.scalar(select(func.count()).select_from(model)) or 0
                ) <= rows
            unsent = select(func.count()).where(
                RecommendationRow.sent_at.is_(None)
            )
            assert session.scalar(unsent) == 0, "papers chosen and never freed"
        self.seen["days"] = days


@asynccontextmanager
async def year(url: str, many: int) -> AsyncIterator[Year]:
    """Give a bot on a server of its own, with so many readers, on the first day of a year."""
    database = Database(url)
    schema.migrate(database)
    with FaultyServer(TOKEN, limits=None) as server:
        runtime = Runtime(
            database=database,
            endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
            send_rate=1000.0,
        )
        limiter = RateLimiter(1000.0, clock=lambda: real.monotonic() * HASTE)
        built = app.build(
            runtime, TOKEN, server.base_url.removesuffix("/bot"), limiter
        )
        lived = Year(runtime, built.bot, server)
        runtime.clock = lambda: lived.now
        lived.settle(many)
        server.fail_at_random(7, FAULTY, ["sendMessage"], FAULTS)
        async with built.bot:
            yield lived
    database.close()
