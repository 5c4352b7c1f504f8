"""Drives one reader from outside through their weeks, and counts what they see and do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.sandbox.localchat.messages import Message
from bot.storage import papers
from recommender.papers import StoredPaper
from tests.e2e.month import Month, split_week
from tests.e2e.talk import Talk, says, taps

FIGURES = re.compile(r"(\d+) picks?: (\d+) liked, (\d+) saved\.")
VOTED = re.compile(r"\d+ · (.+) · ▲ (\d+)")


@dataclass
class Count:
    """What a reader saw and did in a week, by title, as the driver counts it."""

    shown: list[str] = field(default_factory=list)
    liked: set[str] = field(default_factory=set)
    saved: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)


@dataclass
class Driver:
    """Drives one reader from outside, and counts what happens."""

    month: Month
    week: Count = field(default_factory=Count)
    ever_shown: set[str] = field(default_factory=set)
    summaries: list[tuple[date, Message, Count]] = field(default_factory=list)

    @property
    def talk(self) -> Talk:
        return self.month.talk

    async def morning(self) -> None:
        """Deliver what is due; count the picks of a digest, and note the sum of a week."""
        ada = self.month.ada
        before = len(ada.messages)
        await self.talk.deliver()
        new = ada.messages[before:]
        picks, weeks = split_week(new)
        for message in picks:
            titles = self.month.titles(message.text)
            self.week.shown += titles
            self.ever_shown |= set(titles)
            self.month.picks[ada.id].append(message)
        for message in weeks:
            # After the picks of its day.
            assert message.id > max((m.id for m in picks), default=0)
            day = self.talk.clock().date()
            self.summaries.append((day, message, self.week))

    async def react(self, day: int) -> None:
        """Like one or two picks, dislike one, save one, and open one."""
        ada = self.month.ada
        digest = self.month.latest(ada)
        titles = self.month.titles(digest.text)
        digest = await taps(ada, digest, "👍 1")
        self.week.liked.add(titles[0])
        self.week.touched.add(titles[0])
        if day % 2:
            digest = await taps(ada, digest, "👎 2")
            self.week.touched.add(titles[1])
        if day % 3 == 0:
            digest = await taps(ada, digest, "🔖")
            self.week.saved.add(titles[0])
        if day % 4 == 0:
            ada.press_data(digest.id, opening(digest, 2))
            await ada.wait_for(lambda m: m.reply_to == digest.id)
            self.week.touched.add(titles[2])

    def upvoted(self) -> list[StoredPaper]:
        """Return the papers of the last seven days that were never shown, by upvotes."""
        today = self.talk.clock().date()
        stored = papers.newest(self.talk.database, 10_000)
        return sorted(
            (
                paper
                for paper in stored
                if paper.listed > today - timedelta(days=7)
                and paper.title not in self.ever_shown
            ),
            key=lambda paper: (
                -(paper.upvotes or 0),
                -paper.listed.toordinal(),
                paper.id,
            ),
        )


def opening(digest: Message, place: int) -> str:
    """Return the data of the ⋯ button of a pick, by its place from 0."""
    data = [
        button.data or ""
        for row in digest.keyboard or ()
        for button in row
        if button.text == "⋯"
    ]
    return data[place]


def paragraphs(message: Message) -> Iterator[str]:
    yield from message.text.split("\n\n")


def unread(message: Message) -> str:
    """Return the title of the strongest unread pick that a week names."""
    block = next(
        p for p in paragraphs(message) if p.startswith("The strongest")
    )
    return block.splitlines()[1].partition(" · ")[2]


def assert_adds_up(driver: Driver, message: Message, week: Count) -> None:
    """Compare the figures of a week with the driver's own count."""
    figures = FIGURES.search(message.text)
    assert figures is not None
    assert [int(n) for n in figures.groups()] == [
        len(week.shown),
        len(week.liked),
        len(week.saved),
    ]
    assert unread(message) in set(week.shown) - week.touched
    assert [
        (title, int(votes)) for title, votes in VOTED.findall(message.text)
    ] == [(paper.title, paper.upvotes) for paper in driver.upvoted()[:3]]


async def begin(talk: Talk) -> Driver:
    ada = await talk.started("Ada")
    month = Month(talk, ada, ada, ada, [ada])
    await month.arrive(seed=8)
    await says(ada, "/topics add graph networks")
    talk.clock.forward(hours=2)
    return Driver(month)


async def on_friday(talk: Talk) -> Driver:
    """Return a driver on Friday morning, whose picks and week are due."""
    driver = await begin(talk)
    for day in range(4):
        await driver.morning()
        await driver.react(day)
        talk.clock.forward(days=1)
    return driver
