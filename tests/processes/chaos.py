"""Kills and starts processes of every kind at random, under taps and a broadcast."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.sandbox.localchat.account import Toast
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import feedback
from bot.storage.delivery_tables import OutgoingRow
from tests.postgres import Cluster
from tests.processes.fleet import TOKEN, Fleet, digests, until

PARTS = ("web", "worker", "clock")

# Processes of each part that there are to be, and that there may be.
MANY = 2
MOST = 3

# Seconds between two kills or starts: a process has time to begin its work, mostly.
SHORTEST, LONGEST = 1.0, 9.0

# Seconds between two taps of a person, who may send thirty updates a minute.
TAP_INTERVAL = 4.0

# Seconds until what a killed process had claimed is sent by another one, and more.
PATIENCE = 240.0


@dataclass
class Tally:
    """Counts of what was done to the processes, and of what their readers noticed.

    A digest may come twice if the process that sent it was killed in its call: `in_progress`
    counts such calls. `unanswered` are taps that nobody answered, which Telegram drops after two
    minutes and a half, and `slowed` those of people who tapped too fast after a pause of the bot.
    `disordered` are people whose last tap that counts is not what is stored.
    """

    kills: int = 0
    starts: int = 0
    outages: int = 0
    taps: int = 0
    due: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    in_progress: int = 0
    unanswered: int = 0
    slowed: int = 0
    disordered: int = 0


@dataclass
class Chaos:
    """A fleet whose processes die and come at random; `tappers` are people who tap meanwhile."""

    fleet: Fleet
    cluster: Cluster
    people: Sequence[Person]
    tappers: Sequence[Person]
    rng: random.Random
    tally: Tally = field(default_factory=Tally)
    # The value of each press.
    values: dict[str, int] = field(default_factory=dict)

    async def run(self, seconds: float, outages: int) -> Tally:
        """Let it go on for some seconds, with outages of the database; return the tally."""
        await self._fill_up()
        self.fleet.make_due(self.people)
        tapping = [asyncio.create_task(self._tap(p)) for p in self.tappers]
        self._stop = asyncio.Event()
        work = asyncio.create_task(self._kill_and_start())
        for _ in range(outages):
            await asyncio.sleep(seconds / (outages + 1))
            await asyncio.to_thread(self._interrupt)
        await asyncio.sleep(seconds / (outages + 1))
        self._stop.set()
        await work
        await self._fill_up()
        await asyncio.gather(*tapping)
        await self._settle()
        self._count()
        return self.tally

    async def _fill_up(self) -> None:
        """Start processes until there are as many of each part as there should be."""
        await asyncio.gather(
            *(
                self.fleet.started(part)
                for part in PARTS
                for _ in range(MANY - len(self.fleet.alive(part)))
            )
        )

    async def _kill_and_start(self) -> None:
        while not self._stop.is_set():
            await asyncio.sleep(self.rng.uniform(SHORTEST, LONGEST))
            part = self.rng.choice(PARTS)
            alive = self.fleet.alive(part)
            if len(alive) < MANY or (
                len(alive) < MOST and self.rng.random() < 0.5
            ):
                self.fleet.start(part)
                self.tally.starts += 1
            else:
                await asyncio.to_thread(self.rng.choice(alive).kill)
                self.tally.kills += 1
                if part == "worker":
                    self.tally.in_progress += await asyncio.to_thread(
                        self._sending
                    )

    def _interrupt(self) -> None:
        self.tally.in_progress += self._sending()
        with self.cluster.outage():
            self.tally.outages += 1

    async def _tap(self, person: Person) -> None:
        """Tap on a digest until the end, each time on the other button."""
        digest = await person.wait_for(lambda m: bool(m.keyboard), PATIENCE)
        buttons = rating_buttons(digest)
        value = 1
        while not self._stop.is_set():
            press = person.press_data(digest.id, buttons[value])
            self.values[press.id] = value
            self.tally.taps += 1
            value = -value
            await asyncio.sleep(TAP_INTERVAL)

    async def _settle(self) -> None:
        """Wait until every delivery ended, and every update was taken."""
        bot = self.fleet.server.bots[TOKEN]
        await until(lambda: not len(bot.updates), PATIENCE)
        await until(
            lambda: (
                not self.fleet.deliveries("pending")
                and all(map(digests, self.people))
            ),
            PATIENCE,
        )

    def _count(self) -> None:
        counts = [len(digests(person)) for person in self.people]
        self.tally.due = len(counts)
        self.tally.sent = sum(counts)
        self.tally.lost = counts.count(0)
        self.tally.doubled = sum(count - 1 for count in counts if count > 1)
        answered = {
            toast.press_id for person in self.tappers for toast in person.toasts
        }
        self.tally.unanswered = len(self.values.keys() - answered)
        self.tally.slowed = sum(
            not _counts(toast)
            for person in self.tappers
            for toast in person.toasts
        )
        self.tally.disordered = sum(
            self._rating(person) != self._last_value(person)
            for person in self.tappers
        )

    def _last_value(self, person: Person) -> int:
        """Return the value of a person's last press that counts; presses are numbered."""
        presses = [t.press_id for t in person.toasts if _counts(t)]
        return self.values[max(presses, key=int)] if presses else 0

    def _rating(self, person: Person) -> int:
        reader = self.fleet.reader(person)
        stored = feedback.of_reader(
            self.fleet.database,
            reader.id,
            reader.zone,
            datetime.now(UTC).date(),
        )
        return stored.ratings[-1].value if stored.ratings else 0

    def _sending(self) -> int:
        """Return how many calls a process may have been in."""
        count = select(func.count(OutgoingRow.id)).where(
            OutgoingRow.state == "sending"
        )
        with self.fleet.database.read() as session:
            return session.scalars(count).one()


def _counts(toast: Toast) -> bool:
    """Tell whether a press was taken: one of too many is refused with a word, or without."""
    return bool(toast.text) and "a lot at once" not in toast.text


def rating_buttons(digest: Message) -> dict[int, str]:
    """Return what the buttons of a digest's first paper say to the bot, by rating."""
    datas = {
        sign: [
            str(button.data)
            for row in digest.keyboard or ()
            for button in row
            if button.text.startswith(sign)
        ]
        for sign in ("👍", "👎")
    }
    return {1: datas["👍"][0], -1: datas["👎"][0]}
