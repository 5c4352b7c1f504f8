"""A week is summed up once, after its last picks, in figures that a driver counts too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.refusals import Refusal
from bot.storage import impressions, papers, readers
from bot.transport import sender
from bot.transport.text import utf16_len
from recommender.papers import StoredPaper
from tests.bot_api.faults import Break
from tests.e2e.month import Month, split_week
from tests.e2e.talk import Talk, buttons, logged_errors, says, taps

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


async def test_in_fourteen_days_both_weeks_equal_the_drivers_own_count(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    driver = await begin(talk)
    for day in range(14):
        if day == 7:
            await driver.month.arrive(seed=9)
        await driver.morning()
        if driver.summaries and driver.summaries[-1][0] == talk.clock().date():
            _, message, week = driver.summaries[-1]
            assert_adds_up(driver, message, week)
            driver.week = Count()
        elif talk.clock().weekday() < 5:
            await driver.react(day)
        talk.clock.forward(days=1)

    assert [day.weekday() for day, _, _ in driver.summaries] == [4, 4]
    for _, message, _ in driver.summaries:
        assert message.silent
        assert message.file is not None
        assert message.file.content.startswith(b"\x89PNG")
        assert utf16_len(message.text) <= 1024
        movement, hint = message.text.split("\n\n")[-2:]
        assert "graph network" in movement or (
            movement.endswith("hardly moved.")
        )
        assert hint == "A number opens the paper."
    assert logged_errors(caplog) == []


async def test_the_strongest_unread_is_the_one_of_which_most_was_expected(
    talk: Talk,
) -> None:
    driver, message = await a_week(talk)
    reader = talk.reader(driver.month.ada)
    today = talk.clock().date()
    picks = impressions.of_days(
        talk.database, reader.id, today - timedelta(days=6), today
    )

    best = max(
        (pick for pick in picks if pick.is_unread),
        key=lambda pick: pick.expected or 0,
    )

    paper = papers.by_ids(talk.database, [best.paper_id])[best.paper_id]
    assert unread(message) == paper.title


async def a_week(talk: Talk) -> tuple[Driver, Message]:
    """Return a driver on Friday, and the sum of the week that came."""
    driver = await begin(talk)
    for day in range(5):
        await driver.morning()
        if day < 4:
            await driver.react(day)
            talk.clock.forward(days=1)
    [(_, message, _)] = driver.summaries
    return driver, message


async def on_friday(talk: Talk) -> Driver:
    """Return a driver on Friday morning, whose picks and week are due."""
    driver = await begin(talk)
    for day in range(4):
        await driver.morning()
        await driver.react(day)
        talk.clock.forward(days=1)
    return driver


async def test_a_number_opens_the_paper(talk: Talk) -> None:
    driver, message = await a_week(talk)
    ada = driver.month.ada

    ada.press(message, "1")
    opened = await ada.wait_for(lambda m: m.reply_to == message.id)

    assert opened.text.startswith(unread(message))
    assert buttons(message) == ["1", "2", "3", "4", "Stop the weekly message"]


async def test_the_weeks_end_and_come_back_by_the_button_below(
    talk: Talk,
) -> None:
    driver, message = await a_week(talk)
    ada = driver.month.ada

    off = await taps(ada, message, "Stop the weekly message")
    is_off = talk.reader(ada).weekly_due_at is None
    settings = await says(ada, "/settings")
    on = await taps(ada, off, "↩ Weekly message again")

    assert is_off
    assert "🗞 Week: never" in buttons(settings)
    assert buttons(on) == buttons(message)
    assert off.text == on.text == message.text
    due = talk.reader(ada).weekly_due_at
    assert due is not None
    assert due.date() == talk.clock().date() + timedelta(days=7)


async def test_the_day_is_chosen_in_settings(talk: Talk) -> None:
    ada = await talk.started("Ada")
    settings = await says(ada, "/settings")

    choices = await taps(ada, settings, "🗞 Week: Friday")
    sunday = await taps(ada, choices, "Sun")
    never = await taps(ada, await taps(ada, sunday, "🗞 Week: Sunday"), "Never")
    last = await taps(
        ada,
        await taps(ada, never, "🗞 Week: never"),
        "With the week's last picks",
    )

    assert "With the week's last picks ✓" in buttons(choices)
    assert "🗞 Week: Sunday" in buttons(sunday)
    assert "🗞 Week: Friday" in buttons(last)
    assert "🗞 Week: Friday" in buttons(settings)


async def test_a_week_on_a_day_without_picks_comes_at_the_readers_hour(
    talk: Talk,
) -> None:
    driver = await begin(talk)
    ada = driver.month.ada
    settings = await says(ada, "/settings")
    await taps(ada, await taps(ada, settings, "🗞 Week: Friday"), "Sun")

    for _ in range(6):
        await driver.morning()
        talk.clock.forward(days=1)
    await driver.morning()

    [(day, message, week)] = driver.summaries
    assert day.weekday() == 6
    assert_adds_up(driver, message, week)


async def test_without_any_rating_there_is_text_and_no_empty_picture(
    talk: Talk,
) -> None:
    driver = await begin(talk)
    for _ in range(5):
        await driver.morning()
        talk.clock.forward(days=1)

    [(_, message, _)] = driver.summaries
    assert message.file is None
    assert message.silent
    assert message.text.startswith("Your week, ")


async def test_a_picture_that_can_not_be_drawn_leaves_the_text(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await on_friday(talk)
    monkeypatch.setattr("sys.executable", "/bin/false")

    await driver.morning()

    [(_, message, week)] = driver.summaries
    assert message.file is None
    assert_adds_up(driver, message, week)


async def test_a_week_without_picks_says_nothing(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute we study")
    before = len(ada.messages)
    readers.change(
        talk.database,
        talk.reader(ada).id,
        next_due_at=None,
        weekly_due_at=talk.clock(),
    )

    sent = await talk.deliver()

    assert sent == 0
    assert len(ada.messages) == before
    assert talk.states() == {"cancelled": 1}


@pytest.mark.parametrize("took_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "outcome", [Break.RESET, Break.SILENCE, Refusal(500, "Internal")], ids=str
)
async def test_a_week_that_may_have_arrived_is_sent_once_more_and_never_again(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Break | Refusal,
    took_effect: bool,
) -> None:
    driver = await on_friday(talk)
    monkeypatch.setattr(sender, "READ_TIMEOUT", 0.5)
    talk.server.fail_next("sendPhoto", outcome, took_effect=took_effect)

    for _ in range(5):
        await talk.deliver()
        talk.clock.forward(seconds=60)

    _, weeks = split_week(driver.month.ada.messages)
    assert len(weeks) == (2 if took_effect else 1)
    assert len({week.text for week in weeks}) == 1
    assert talk.states() == {"sent": 6}


async def test_after_too_many_requests_a_week_waits_and_comes_once(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next("sendPhoto", refusals.too_many_requests(30))

    await talk.deliver()
    _, too_soon = split_week(driver.month.ada.messages)
    talk.clock.forward(seconds=31)
    await talk.deliver()
    await talk.deliver()

    _, weeks = split_week(driver.month.ada.messages)
    assert (len(too_soon), len(weeks)) == (0, 1)


async def test_a_digest_in_doubt_holds_the_week_back_until_it_came(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next("sendMessage", Break.RESET)
    before = len(driver.month.ada.messages)

    await talk.deliver()
    at_first = driver.month.ada.messages[before:]
    talk.clock.forward(seconds=61)
    await driver.morning()

    assert split_week(at_first)[1] == []
    assert len(driver.summaries) == 1


async def test_a_week_that_telegram_can_not_read_comes_as_plain_text(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    talk.server.fail_next(
        "sendPhoto", Refusal(400, "Bad Request: can't parse entities: no")
    )

    await driver.morning()

    [(_, message, week)] = driver.summaries
    assert message.file is None
    assert_adds_up(driver, message, week)


async def test_a_reader_who_pauses_or_blocks_gets_no_week(talk: Talk) -> None:
    driver = await on_friday(talk)
    ada = driver.month.ada
    await says(ada, "/stop")
    before = len(ada.messages)

    for _ in range(8):
        await talk.deliver()
        talk.clock.forward(days=1)

    assert len(ada.messages) == before
    assert talk.reader(ada).weekly_due_at is None


async def test_two_rounds_at_once_and_changes_on_the_day_bring_one_week(
    talk: Talk,
) -> None:
    driver = await on_friday(talk)
    ada = driver.month.ada
    await talk.deliver()

    for button, value in (("week", "4"), ("week", "5"), ("week", "last")):
        ada.press_data(ada.messages[-1].id, f"s1:{button}:{value}")
    ada.press_data(ada.messages[-1].id, "s1:zone:Pacific/Kiritimati")
    await says(ada, "/settings")
    for _ in range(24 * 5):
        talk.clock.forward(hours=1)
        await talk.deliver()

    _, weeks = split_week(ada.messages)
    assert len(weeks) == 1
