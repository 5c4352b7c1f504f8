"""A simulated stretch of weeks: the whole bot against the local server, and readers who tap."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

import numpy as np
from rich.console import Console

from bot import app as application
from bot.errors import Failure
from bot.picks import fitting
from bot.runtime import Runtime
from bot.sandbox import readers as simulated
from bot.sandbox import report
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from bot.sandbox.readers import SECONDS, Taste
from bot.sandbox.report import OURS, POPULARITY, RANDOM, Rival, Weeks
from bot.sandbox.timeline import Days, MovingClock
from bot.sources import file, sample
from bot.sources.endpoints import Endpoints
from bot.storage import papers as stored
from bot.storage import schema
from bot.storage.database import Database, file_url
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import Bot
from recommender.papers import Paper

TOKEN = "1000000001:simulated"  # noqa: S105 - of a server that lives as long as the demo
# Papers that are there already on the first day.
BEFORE = timedelta(days=30)
# An hour before the first picks.
BEGIN = hour(8, tzinfo=UTC)
# Messages a second: nobody's phone rings.
FAST = 1000.0
# Readers at their messages: as many as all of them would only wait for each other.
AT_ONCE = 4
NOWHERE = Endpoints("", "", "", lists=False)

# Called with the number of days that are done; opened with how many there are.
Step = Callable[[int], None]
Steps = Callable[[int], AbstractContextManager[Step]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be simulated: the papers by day, the readers, how long, how many, which chance."""

    papers: dict[date, list[Paper]]
    readers: list[Taste]
    days: int
    picks: int
    seed: int

    @property
    def first(self) -> date:
        """The first day with picks: as many days before the last one as are asked for."""
        every = sorted(self.papers)
        return every[-min(self.days, len(every))]

    @property
    def length(self) -> int:
        """How many days there are, at most."""
        return min(self.days, len(self.papers))


def plan(
    papers: Path | None, readers: Path | None, days: int, picks: int, seed: int
) -> Plan:
    """Read the papers and the readers; without files it is the bundled sample."""
    if (papers is None) != (readers is None):
        raise Failure(
            "--papers and --readers belong together: the readers name the papers they like.",
            passing=False,
        )
    today = datetime.now(UTC).date()
    if papers is None or readers is None:
        tastes, by_day = (
            simulated.of_sample(),
            dict(sample.fetch(_monday_before(today))),
        )
    else:
        tastes, by_day = simulated.read(readers), defaultdict(list)
        for paper in file.read(papers, today):
            by_day[paper.listed].append(paper)
    return Plan(
        papers=by_day, readers=tastes, days=days, picks=picks, seed=seed
    )


def run(wanted: Plan, out: Console, steps: Steps, picture: Path) -> None:
    """Simulate, print a line a week, and draw a picture of it; `steps` shows the progress."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        address = file_url(Path(folder) / "demo.db")
        with (
            closing(Database(address)) as database,
            steps(wanted.length) as step,
        ):
            schema.prepare(database)
            demo = Demo(wanted, database, out, step)
            with demo.server:
                try:
                    asyncio.run(demo.run())
                except TimeoutError as error:
                    raise Failure(
                        f"The bot did not answer in time: {error}"[:200]
                    ) from None
    counted = demo.weeks
    for name in counted.likes:
        out.print(
            f"{name}: {counted.rate(name):.1%} of {sum(counted.picks.values())} picks liked"
        )
    if POPULARITY not in counted.likes:
        out.print("popularity is left out: these papers have no upvotes.")
    out.print(f"{time.monotonic() - began:.0f} seconds")
    report.draw(counted, len(wanted.readers), picture)
    out.print(f"picture: {picture}")


class Demo:
    """One running simulation: the bot's runtime, its server, the readers, and their rivals."""

    def __init__(
        self,
        wanted: Plan,
        database: Database,
        out: Console,
        step: Step,
    ) -> None:
        self.plan, self.weeks = wanted, Weeks()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._database, self._out, self._step = database, out, step
        self._clock = MovingClock()
        self._clock.begin(datetime.combine(wanted.first, BEGIN))
        self.server = ChatServer(TOKEN, clock=self._clock, limits=None)
        self._runtime = Runtime(
            database=database,
            endpoints=NOWHERE,
            max_readers=max(len(wanted.readers), 1),
            picks_per_day=wanted.picks,
            clock=self._clock,
        )
        self._people = [
            (self.server.person(taste.name), taste) for taste in wanted.readers
        ]
        upvotes = any(
            p.upvotes is not None for day in wanted.papers.values() for p in day
        )
        self._rivals = [
            [
                Rival(name, np.random.default_rng([wanted.seed, number]))
                for name in names
            ]
            for number in range(len(wanted.readers))
            for names in [(POPULARITY, RANDOM) if upvotes else (RANDOM,)]
        ]

    async def run(self) -> None:
        """Let the bot run and the days pass, until they are over."""
        before = self.plan.first - BEFORE
        await asyncio.to_thread(self._arrive, before, self.plan.first)
        await asyncio.to_thread(fitting.refresh, self._database, self._clock())
        limiter = RateLimiter(FAST, clock=lambda: self._clock().timestamp())
        app = application.build(
            self._runtime, TOKEN, self.server.origin, limiter
        )
        serving = asyncio.create_task(
            application.serve(self._runtime, app, self._runtime.ending)
        )
        days = Days(
            runtime=self._runtime,
            bot=app.bot,
            clock=self._clock,
            arrive=self._arrive,
            had=self.plan.first,
            learn=self._learn,
        )
        try:
            await self._live(days)
        finally:
            self._runtime.ending.set()
            await serving

    async def _live(self, days: Days) -> None:
        await asyncio.gather(*(self._introduce(*one) for one in self._people))
        told = 0
        for number in range(self.plan.length):
            await days.tomorrow(self._people[0][0].id)
            today = self._clock().date()
            told = self._tell(today, told)
            await asyncio.gather(
                *(self._read(i, today) for i in range(len(self._people)))
            )
            self._step(number + 1)
        self._tell(date.max - timedelta(days=7), told)

    async def _introduce(self, person: Person, taste: Taste) -> None:
        async with self._places:
            await simulated.introduce(person, taste)

    async def _read(self, number: int, today: date) -> None:
        """Let one reader read and tap; count it beside what their other selves would have liked."""
        person, taste = self._people[number]
        async with self._places:
            digest = await person.wait_for(
                lambda m: m.date.date() >= today, SECONDS
            )
            if not simulated.is_digest(digest):
                return
            seen = await simulated.tap(person, taste, digest)
        likes = {OURS: sum(pick.liked for pick in seen)}
        for rival in self._rivals[number]:
            likes[rival.name] = rival.likes(
                self._runtime.catalogue, taste, today, len(seen)
            )
        self.weeks.count(today, len(seen), likes)

    def _tell(self, today: date, told: int) -> int:
        """Print the weeks that are over; return how many have been printed."""
        over = [
            week
            for week in sorted(self.weeks.picks)
            if week < report.monday(today)
        ]
        for number in range(told, len(over)):
            self._out.print(self.weeks.told(over[number], number + 1))
        return len(over)

    def _arrive(self, after: date, upto: date) -> str:
        for day in sorted(self.plan.papers):
            if after < day <= upto:
                stored.store(self._database, self.plan.papers[day])
        return ""

    async def _learn(self, runtime: Runtime, _bot: Bot) -> None:
        """Learn in this process: one that ends would begin by importing for seconds, every day."""
        if await runtime.is_behind():
            await asyncio.to_thread(
                fitting.refresh, self._database, self._clock()
            )
            await runtime.reload()


def _monday_before(day: date) -> date:
    return report.monday(day) - timedelta(days=14)
