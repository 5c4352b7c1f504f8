"""Every reader gets one digest on each of their days."""

from datetime import date, datetime, timedelta

import pytest
from telegram.error import RetryAfter

from bot.jobs import delivery_content, ticks
from bot.storage import deliveries, digests, outbox, papers, readers
from bot.storage.readers import Reader
from bot.storage.tables import FollowRow
from recommender.papers import author_key
from tests.corpus import pick_fields
from tests.e2e.talk import Talk, daily, says


async def test_the_digest_comes_at_the_readers_hour_and_once(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    early = await talk.deliver()
    talk.clock.forward(hours=2)
    on_time = await talk.deliver()
    again = await talk.deliver()
    talk.clock.forward(days=1)
    tomorrow = await talk.deliver()

    assert (early, on_time, again, tomorrow) == (0, 1, 0, 1)
    assert daily(ada) == [
        "Monday, 23 November · your 5 of 12 new papers",
        "Tuesday, 24 November · 5 papers for you",
    ]


async def test_every_due_reader_gets_a_digest(talk: Talk) -> None:
    people = [await talk.started(f"Reader {number}") for number in range(4)]
    talk.runtime.send_rate = 1000
    talk.clock.forward(hours=2)

    sent = await talk.deliver()

    assert sent == 4
    assert all(len(daily(person)) == 1 for person in people)


async def test_a_digest_chosen_before_a_crash_is_the_one_that_is_sent(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    talk.clock.forward(hours=2)
    deliveries.create_due(talk.database, talk.clock())
    (claim,) = outbox.claim(talk.database, talk.clock(), 1)
    content, _ = delivery_content.prepare(talk.runtime, claim)

    talk.clock.forward(minutes=3)
    await talk.deliver()

    digest = digests.by_message(talk.database, ada.id, ada.messages[-1].id)
    assert digest is not None
    assert digest.id == content.digest_id


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (
            date(2026, 11, 23),
            "No picks today: nothing new that you haven't seen or muted.",
        ),
        (
            date(2026, 11, 28),
            "No picks today: Daily Papers and arXiv rest at weekends.",
        ),
    ],
)
async def test_an_empty_day_is_one_silent_line(
    talk: Talk, day: date, line: str
) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute we study")
    readers.change(
        talk.database,
        talk.reader(ada).id,
        weekdays=127,
        next_due_at=datetime.combine(
            day, datetime.min.time(), talk.clock.now.tzinfo
        ),
    )
    talk.clock.now = datetime.combine(
        day, datetime.min.time(), talk.clock.now.tzinfo
    )

    await talk.deliver()
    message = await ada.wait_for(
        lambda message: "No picks today" in message.text
    )

    assert message.text == line
    assert message.silent


async def test_a_tick_that_fails_is_logged_and_tried_again(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    async def unlucky(_runtime: object, _bot: object) -> None:
        raise RetryAfter(timedelta(seconds=1))

    async def broken(_runtime: object, _bot: object) -> None:
        raise ZeroDivisionError

    await ticks.run_quietly(unlucky, talk.runtime, talk.bot)
    await ticks.run_quietly(broken, talk.runtime, talk.bot)

    assert "unlucky will be tried again" in caplog.text
    assert "broken failed; it will be tried again" in caplog.text


async def test_older_papers_fill_a_digest_and_show_their_date(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    newest = papers.newest(talk.database, 1)[0]
    talk.clock.now = datetime.combine(
        newest.listed + timedelta(days=20),
        datetime.min.time(),
        talk.clock.now.tzinfo,
    )

    digest = await says(ada, "/picks")

    assert "5 papers for you" in digest.text
    assert " November 2026" in digest.text
    assert "days ago" not in digest.text


async def test_a_followed_author_is_shown_first_and_it_says_so(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    follow(talk, talk.reader(ada), "Graph, Gina")

    digest = await says(ada, "/picks")

    assert digest.text.count("By Graph, Gina, whom you follow") == 3
    assert pick_fields(digest.text)[0] == "graph networks"


def follow(talk: Talk, reader: Reader, author: str) -> None:
    with talk.database.write() as session:
        session.add(
            FollowRow(
                reader_id=reader.id,
                author=author,
                key=author_key(author),
                created_at=talk.clock(),
            )
        )
