"""Simulates a year in minutes: readers all over the world, outages, blocks and faults."""

import asyncio
import random
import time as real_time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
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
    DAILY,
    WEEKLY,
    DeliveryRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.feature_tables import FeatureVersionRow
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import Bot
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.corpus import library

TOKEN = "616161:AAE-a-token-for-a-year"
NOBODY = "http://127.0.0.1:9"
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SATURDAY = 5

# Days without papers, by month and day.
HOLIDAYS = {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)}

# After this long a list that did not answer is asked again.
RETRY_INTERVAL = timedelta(minutes=10)

# Seconds of the rate limiter in a real one: a year's messages have to go out in minutes.
SPEED = 100_000

# What goes wrong with calls, and with which share of them.
FAULTS: list[Refusal | Break] = [
    Break.CLOSED,
    Break.RESET,
    Break.BAD_GATEWAY,
    too_many_requests(3),
]
FAULT_RATE = 0.01

# The chance that a source goes down on a day, and that a reader blocks the bot.
OUTAGE_CHANCE = 0.02
BLOCK_CHANCE = 0.004


@dataclass
class Year:
    """A simulated year, and how often each event happened in it.

    Readers are known by their id in the database. `blocked_until` has those who blocked the
    bot, `absent_days` the days on which each need not get a digest, and `message_ids` the
    messages of each that deliveries account for. Each check raises AssertionError.
    """

    runtime: Runtime
    bot: Bot
    server: FaultyServer
    now: datetime = START
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    people: dict[int, Person] = field(default_factory=dict)
    blocked_until: dict[int, date] = field(default_factory=dict)
    absent_days: dict[int, set[date]] = field(
        default_factory=lambda: defaultdict(set)
    )
    message_ids: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )
    week_ids: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )
    last_weeks: dict[int, date] = field(default_factory=dict)
    outage_end: date = date.min
    fit_time: datetime = START
    events: Counter[str] = field(default_factory=Counter)

    def add_readers(self, count: int) -> None:
        """Add readers, each in a time zone and at an hour of their own."""
        bot = next(iter(self.server.bots.values()))
        for zone in self.rng.sample(sorted(available_timezones()), count):
            person = self.server.person(zone)
            with bot.lock:
                bot.chats[person.id].is_open = True

            at = time(self.rng.randrange(24))
            due = schedule.next_due(START, zone=zone, at=at, weekdays=EVERY_DAY)
            values = {
                "name": zone,
                "zone": zone,
                "at": at,
                "weekdays": EVERY_DAY,
                "picks": 2,
                "created_at": START,
                "next_due_at": due[0] if due else None,
            }
            reader = readers.find_or_create(
                self.runtime.database, person.id, values
            )
            assert reader is not None
            self.people[reader.id] = person

    async def live(self, days: int) -> Counter[str]:
        """Live through so many days, and check each; return the counts of events."""
        for number in range(days):
            await self._live_a_day(START + number * DAY, number)

        await asyncio.to_thread(self._check_messages)
        await asyncio.to_thread(self._check_tables)
        self.events["days"] = days
        return self.events

    async def _live_a_day(self, midnight: datetime, number: int) -> None:
        self.now = max(self.now, midnight)
        await self._fetch(midnight.date(), number)
        self._unblock(midnight.date())
        self._block(midnight.date())
        await asyncio.to_thread(
            cleanup.clean_up, self.runtime.database, self.now
        )

        while True:
            due_at = await asyncio.to_thread(self._next_due)
            if due_at >= midnight + DAY:
                break
            self.now = max(self.now, due_at)
            self.events["digests"] += await delivery.deliver(
                self.runtime, self.bot
            )

        # In every time zone that day is over.
        await asyncio.to_thread(self._check_day, midnight.date() - 2 * DAY)

    async def _fetch(self, today: date, number: int) -> None:
        """Store the day's papers, if there are any, and compute their features."""
        database = self.runtime.database
        if today < self.outage_end:
            await asyncio.to_thread(
                sources.record_fetch,
                database,
                "huggingface",
                self.now,
                papers=0,
                failure="away",
            )
            self.events["days without a source"] += 1
            return

        await asyncio.to_thread(
            sources.record_fetch, database, "huggingface", self.now, papers=6
        )
        if self.rng.random() < OUTAGE_CHANCE:
            self.outage_end = today + 3 * DAY

        is_holiday = (today.month, today.day) in HOLIDAYS
        if today.weekday() >= SATURDAY or is_holiday:
            self.events["days without papers"] += 1
            return

        new_papers = library(today, per_field=1, days=1, seed=7 + number)
        await asyncio.to_thread(papers.store, database, new_papers)
        if today.weekday() == 0:
            self.fit_time = self.now
            self.events["refits"] += 1
        await asyncio.to_thread(fitting.refresh, database, self.fit_time)
        await self.runtime.reload()

    def _unblock(self, today: date) -> None:
        """Let those readers return who wanted to be away until today."""
        for reader_id, end in list(self.blocked_until.items()):
            if end <= today:
                del self.blocked_until[reader_id]
                self.people[reader_id].unblock()
                readers.change(self.runtime.database, reader_id, active=True)
                self.events["returns"] += 1

    def _block(self, today: date) -> None:
        """Let some readers block the bot for some days."""
        for reader_id, person in self.people.items():
            if reader_id in self.blocked_until:
                continue
            if self.rng.random() >= BLOCK_CHANCE:
                continue

            days = self.rng.randrange(1, 9)
            self.blocked_until[reader_id] = today + days * DAY
            # The reader's dates begin and end up to a day before or after these.
            self.absent_days[reader_id] |= {
                today + number * DAY for number in range(-1, days + 1)
            }
            person.block()
            self.events["blocks"] += 1

    def _next_due(self) -> datetime:
        """Return when a reader or a waiting message is due next."""
        with self.runtime.database.read() as session:
            pending = select(
                func.min(DeliveryRow.lease_until), func.count()
            ).where(DeliveryRow.state == "pending")
            lease_end, n_pending = session.execute(pending).one()

        moments = [
            reader.next_due_at
            for reader in readers.active_readers(self.runtime.database)
            if reader.next_due_at
        ]
        if n_pending:
            # A delivery may wait for a list that does not answer.
            moments.append(self.now + RETRY_INTERVAL)
        if lease_end and lease_end > self.now:
            moments.append(lease_end)
        return min(moments)

    def _check_day(self, day: date) -> None:
        """Check that each reader got exactly one digest, or one line, on a day.

        The sum of a week comes beside it, at least seven days after the last one.
        """
        statement = (
            select(
                DeliveryRow.kind,
                DeliveryRow.reader_id,
                DeliveryRow.state,
                OutgoingRow.message_id,
            )
            .outerjoin(OutgoingRow, OutgoingRow.delivery_id == DeliveryRow.id)
            .where(DeliveryRow.local_date == day)
        )
        with self.runtime.database.read() as session:
            all_rows = session.execute(statement).all()

        rows = [
            (row.reader_id, row.state, row.message_id)
            for row in all_rows
            if row.kind == DAILY
        ]
        weeks = [
            (row.reader_id, row.state, row.message_id)
            for row in all_rows
            if row.kind == WEEKLY
        ]
        self._check_weeks(day, weeks)
        states = {reader_id: state for reader_id, state, _ in rows}
        assert len(states) == len(rows), f"twice on {day}"
        for reader_id, _, message_id in rows:
            if message_id:
                self.message_ids[reader_id].add(message_id)

        for reader_id in self.people if day > START.date() else ():
            if day not in self.absent_days[reader_id]:
                state = states.get(reader_id)
                assert state in {"sent", "uncertain"}, (day, reader_id, states)

        uncertain = list(states.values()).count("uncertain")
        self.events["given up after two broken calls"] += uncertain

    def _check_weeks(
        self, day: date, rows: Sequence[tuple[int, str, int | None]]
    ) -> None:
        """Check that no reader got two sums of weeks within seven days."""
        for reader_id, _, message_id in rows:
            last = self.last_weeks.get(reader_id, date.min)
            assert day - last >= 7 * DAY, f"two weeks on {last} and {day}"
            self.last_weeks[reader_id] = day
            self.events["weeks"] += 1
            if message_id:
                self.week_ids[reader_id].add(message_id)

    def _check_messages(self) -> None:
        """Check that no paper came twice, and that each message is accounted for."""
        surplus = 0
        for reader_id, person in self.people.items():
            message_ids = self.message_ids[reader_id]
            messages = [
                message for message in person.messages if message.by_bot
            ]
            links = [
                {entity.url for entity in message.entities if entity.url}
                for message in messages
                if message.id in message_ids
            ]
            n_links = sum(map(len, links))
            n_different_links = len(set().union(*links))
            # A second look is a labelled one, and counts for itself.
            n_looks = sum(
                message.text.count("↻ Second look") for message in messages
            )
            assert n_links == n_different_links + n_looks, (
                f"repeats for {reader_id}"
            )

            # The last days are not checked yet.
            checked_until = person.messages[-1].date - 3 * DAY
            recent = sum(message.date >= checked_until for message in messages)
            known = len(message_ids) + len(self.week_ids[reader_id])
            surplus += max(len(messages) - known - recent, 0)

        # A call that broke after it arrived was made once more.
        repeated_calls = sum(
            count
            for name, count in self.server.faults.items()
            if name.endswith(" after")
        )
        assert surplus <= repeated_calls, (surplus, repeated_calls)

    def _check_tables(self) -> None:
        """Check that tables stay small, and that no paper is reserved for ever."""
        max_rows = {
            DeliveryRow: (63 + 10) * len(self.people),
            FeatureVersionRow: 2,
        }
        unsent = select(func.count()).where(RecommendationRow.sent_at.is_(None))
        with self.runtime.database.read() as session:
            for model, limit in max_rows.items():
                count = select(func.count()).select_from(model)
                assert (session.scalar(count) or 0) <= limit
            assert session.scalar(unsent) == 0, "papers chosen and never freed"


@asynccontextmanager
async def year(url: str, many: int) -> AsyncIterator[Year]:
    """Yield a year that begins, with `many` readers of a bot on a server of its own."""
    database = Database(url)
    schema.migrate(database)
    with FaultyServer(TOKEN, limits=None) as server:
        runtime = Runtime(
            database=database,
            endpoints=Endpoints(NOBODY, NOBODY, NOBODY),
            send_rate=1000.0,
        )
        limiter = RateLimiter(
            1000.0, clock=lambda: real_time.monotonic() * SPEED
        )
        application = app.build(
            runtime, TOKEN, server.base_url.removesuffix("/bot"), limiter
        )
        simulation = Year(runtime, application.bot, server)
        runtime.clock = lambda: simulation.now
        simulation.add_readers(many)
        server.fail_at_random(7, FAULT_RATE, ["sendMessage"], FAULTS)
        async with application.bot:
            yield simulation
    database.close()
