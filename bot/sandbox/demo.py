"""Simulates weeks of use: the whole bot against the local server, and readers who rate."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
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
from bot.sandbox.readers import Taste
from bot.sandbox.report import (
    PAPERPICKS,
    POPULARITY,
    RANDOM,
    Baseline,
    WeeklyCounts,
)
from bot.sandbox.timeline import MovingClock, Timeline
from bot.sources import file, sample
from bot.sources.endpoints import Endpoints
from bot.storage import papers as stored_papers
from bot.storage import schema
from bot.storage.database import Database, file_url
from bot.transport.rate_limiter import RateLimiter
from bot.transport.sender import Bot
from recommender.papers import Paper

# The token of a server that lives as long as the simulation.
TOKEN = "1000000001:simulated"  # noqa: S105 - see above

# How far back the papers go that are there on the first day.
HISTORY = timedelta(days=30)

# When the simulation begins: an hour before the first picks.
START_TIME = time_of_day(8, tzinfo=UTC)

# Messages a second, which disturb nobody here.
SEND_RATE = 1000.0

# Readers who rate at the same time; more of them would only wait for each other.
MAX_ACTIVE_READERS = 4

# All papers come from the plan, and no source is asked.
NO_ENDPOINTS = Endpoints(
    hf_endpoint="",
    arxiv_rss_url="",
    arxiv_api_url="",
    lists=False,
)

# Called with the number of days that are done.
SetDays = Callable[[int], None]

# Opens a progress bar for a number of days.
OpenBar = Callable[[int], AbstractContextManager[SetDays]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate: `days` with `picks` each, and `seed` for the random baseline."""

    papers_by_day: dict[date, list[Paper]]
    readers: list[Taste]
    days: int
    picks: int
    seed: int

    @property
    def first_day(self) -> date:
        """The first day with picks, chosen so that the last one has the newest papers."""
        days = sorted(self.papers_by_day)
        return days[-self.length]

    @property
    def length(self) -> int:
        """The number of days with picks, which there must be papers for."""
        return min(self.days, len(self.papers_by_day))

    @property
    def has_upvotes(self) -> bool:
        """Whether any paper has upvotes, so that popularity can be a baseline."""
        return any(
            paper.upvotes is not None
            for papers in self.papers_by_day.values()
            for paper in papers
        )


def read_plan(
    papers: Path | None,
    readers: Path | None,
    *,
    days: int,
    picks: int,
    seed: int,
) -> Plan:
    """Read papers and readers from files, or those of the bundled sample without files."""
    if (papers is None) != (readers is None):
        raise Failure(
            "--papers and --readers belong together: the readers name the papers they like.",
            passing=False,
        )

    today = datetime.now(UTC).date()
    if papers is None or readers is None:
        tastes = simulated.sample_tastes()
        first_monday = report.monday(today) - timedelta(days=14)
        papers_by_day = dict(sample.fetch(first_monday))
    else:
        tastes = simulated.read_tastes(readers)
        papers_by_day = defaultdict(list)
        for paper in file.read(papers, today):
            papers_by_day[paper.listed].append(paper)

    return Plan(
        papers_by_day=papers_by_day,
        readers=tastes,
        days=days,
        picks=picks,
        seed=seed,
    )


def simulate(plan: Plan, out: Console, open_bar: OpenBar, chart: Path) -> None:
    """Simulate a plan, print a line a week and the totals, and draw the chart."""
    start = time.monotonic()
    counts = _run(plan, out, open_bar)

    total = sum(counts.picks.values())
    for name in counts.likes:
        out.print(
            f"{name}: {counts.liked_share(name):.1%} of {total} picks liked"
        )
    if not plan.has_upvotes:
        out.print("popularity is left out: these papers have no upvotes.")
    out.print(f"{time.monotonic() - start:.0f} seconds")

    report.draw_chart(counts, len(plan.readers), chart)
    out.print(f"picture: {chart}")


def _run(plan: Plan, out: Console, open_bar: OpenBar) -> WeeklyCounts:
    """Run a simulation on a database that is deleted at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(file_url(Path(folder) / "demo.db"))) as database,
        open_bar(plan.length) as set_days,
    ):
        schema.prepare(database)
        simulation = Simulation(plan, database, out, set_days)
        with simulation.server:
            try:
                asyncio.run(simulation.run())
            except TimeoutError as error:
                raise Failure(
                    f"The bot did not answer in time: {error}"[:200]
                ) from None

    return simulation.counts


@dataclass(frozen=True, slots=True)
class _Participant:
    """One reader: the account, the taste, and the baselines that choose for them too."""

    person: Person
    taste: Taste
    baselines: tuple[Baseline, ...]


class Simulation:
    """A running simulation: the bot, its server, the readers and their baselines."""

    def __init__(
        self,
        plan: Plan,
        database: Database,
        out: Console,
        set_days: SetDays,
    ) -> None:
        self.counts = WeeklyCounts()
        self._plan = plan
        self._database = database
        self._out = out
        self._set_days = set_days

        self._clock = MovingClock()
        self._clock.begin(datetime.combine(plan.first_day, START_TIME))
        self.server = ChatServer(TOKEN, clock=self._clock, limits=None)
        self._runtime = Runtime(
            database=database,
            endpoints=NO_ENDPOINTS,
            max_readers=max(len(plan.readers), 1),
            picks_per_day=plan.picks,
            clock=self._clock,
        )

        self._participants = [
            self._participant(number, taste)
            for number, taste in enumerate(plan.readers)
        ]
        self._active_readers = asyncio.Semaphore(MAX_ACTIVE_READERS)
        self._printed_weeks = 0

    async def run(self) -> None:
        """Serve the bot until all days have passed."""
        await asyncio.to_thread(self._prepare)
        limiter = RateLimiter(
            SEND_RATE, clock=lambda: self._clock().timestamp()
        )
        app = application.build(
            self._runtime, TOKEN, self.server.origin, limiter
        )
        serving = asyncio.create_task(
            application.serve(self._runtime, app, self._runtime.ending)
        )

        timeline = Timeline(
            runtime=self._runtime,
            bot=app.bot,
            clock=self._clock,
            store_papers=self._store_papers,
            last_day=self._plan.first_day,
            learn=self._learn,
        )
        try:
            await self._pass_days(timeline)
        finally:
            self._runtime.ending.set()
            await serving

    def _participant(self, number: int, taste: Taste) -> _Participant:
        names = [POPULARITY, RANDOM] if self._plan.has_upvotes else [RANDOM]
        baselines = [
            Baseline(name, np.random.default_rng([self._plan.seed, number]))
            for name in names
        ]
        return _Participant(
            person=self.server.person(taste.name),
            taste=taste,
            baselines=tuple(baselines),
        )

    def _prepare(self) -> None:
        """Store the papers of the first day and before, and fit the features on them."""
        first_day = self._plan.first_day
        self._store_papers(first_day - HISTORY, first_day)
        fitting.refresh(self._database, self._clock())

    async def _pass_days(self, timeline: Timeline) -> None:
        participants = self._participants
        await asyncio.gather(*map(self._start_chat, participants))

        for day in range(1, self._plan.length + 1):
            await timeline.move_to_next_digest(participants[0].person.id)
            today = self._clock().date()
            self._print_weeks_before(today)

            await asyncio.gather(
                *(
                    self._rate_digest(participant, today)
                    for participant in participants
                )
            )
            self._set_days(day)

        end = self._clock().date() + timedelta(days=7)
        self._print_weeks_before(end)

    async def _start_chat(self, participant: _Participant) -> None:
        async with self._active_readers:
            await simulated.start_chat(participant.person, participant.taste)

    async def _rate_digest(
        self, participant: _Participant, today: date
    ) -> None:
        """Let a reader rate today's digest; count the likes beside those of the baselines."""
        person = participant.person
        taste = participant.taste

        async with self._active_readers:
            message = await person.wait_for(
                lambda message: message.date.date() >= today,
                simulated.TIMEOUT,
            )
            if not simulated.is_digest(message):
                return
            digest = await simulated.rate_digest(person, taste, message)

        likes = {PAPERPICKS: digest.likes}
        for baseline in participant.baselines:
            likes[baseline.name] = baseline.count_likes(
                self._runtime.catalogue, taste, today, digest.picks
            )
        self.counts.add(today, digest.picks, likes)

    def _print_weeks_before(self, today: date) -> None:
        """Print the weeks that have ended and are not printed yet."""
        weeks = [
            week
            for week in sorted(self.counts.picks)
            if week < report.monday(today)
        ]
        for week in weeks[self._printed_weeks :]:
            self._printed_weeks += 1
            self._out.print(self.counts.week_line(week, self._printed_weeks))

    def _store_papers(self, after: date, last: date) -> str:
        for day, papers in sorted(self._plan.papers_by_day.items()):
            if after < day <= last:
                stored_papers.store(self._database, papers)
        return ""

    async def _learn(self, runtime: Runtime, _bot: Bot) -> None:
        """Fit the features in this process.

        A child process, as the bot has it, would import for seconds on each of the days.
        """
        if await runtime.is_behind():
            await asyncio.to_thread(
                fitting.refresh, self._database, self._clock()
            )
            await runtime.reload()
