"""/top and /day list papers exactly by their source's upvotes, each with its strength."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers, readers, subscriptions
from bot.storage.subscriptions import Subscription
from bot.storage.tables import PaperRow
from recommender.papers import Paper, StoredPaper
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps

VOTES = re.compile(r"▲ (\d+)")
NEWEST = MONDAY.date()


def ranked(talk: Talk, *, days: int, without: str = "") -> list[StoredPaper]:
    """Return the papers of the last days as their source counts them, the first one on top."""
    listed = [
        paper
        for paper in papers.newest(talk.database, 10_000)
        if paper.listed > NEWEST - timedelta(days=days)
        and paper.upvotes is not None
        and not (without and without in paper.text.casefold())
    ]
    return sorted(
        listed,
        key=lambda paper: (
            -(paper.upvotes or 0),
            -paper.listed.toordinal(),
            paper.id,
        ),
    )


def entries(message: Message) -> list[tuple[int, str, int]]:
    """Return the number, title and upvotes of each paper on a page."""
    blocks = [block.splitlines() for block in message.text.split("\n\n")[1:-1]]
    return [
        (
            int(lines[0].split(" · ")[0]),
            lines[0].partition(" · ")[2],
            int(VOTES.findall(lines[1])[0]),
        )
        for lines in blocks
    ]


async def pages(person: Person, first: Message) -> list[tuple[int, str, int]]:
    """Return all papers of a list, page after page."""
    listed = entries(first)
    page = first
    while "→" in buttons(page):
        page = await taps(person, page, "→")
        listed += entries(page)
    return listed


@pytest.mark.parametrize(
    ("command", "days"),
    [
        ("/top", 1),
        ("/top week", 7),
        ("/top month", 30),
        ("/top this month", 30),
    ],
)
async def test_top_equals_the_upvotes_of_the_source_to_the_last_page(
    talk: Talk, command: str, days: int
) -> None:
    ada = await talk.started("Ada")

    listed = await pages(ada, await says(ada, command))

    expected = ranked(talk, days=days)
    assert listed == [
        (number, paper.title, paper.upvotes)
        for number, paper in enumerate(expected, 1)
    ]


async def test_upvotes_are_those_of_now_even_before_anything_is_learned_anew(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    last = ranked(talk, days=7)[-1]
    with talk.database.write() as session:
        session.execute(
            update(PaperRow).where(PaperRow.id == last.id).values(upvotes=777)
        )

    top = await says(ada, "/top week")

    assert entries(top)[0] == (1, last.title, 777)


async def test_periods_are_changed_in_place_and_pages_have_no_end_to_fall_off(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    top = await says(ada, "/top")
    week = await taps(ada, top, "Week")
    far = await taps(ada, week, "→")
    ada.press_data(far.id, "z1:today:9999")
    last = await ada.wait_for(lambda m: m.id == top.id and m.edits > far.edits)

    assert "Newest day ✓" in buttons(top)
    assert "Week ✓" in buttons(week)
    assert week.text.startswith("Most upvoted in 7 days · 1–10 of ")
    assert entries(last)[-1][0] == len(ranked(talk, days=1))


async def test_muted_topics_never_appear(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics mute medical imaging")

    listed = await pages(ada, await says(ada, "/top month"))

    expected = ranked(talk, days=30, without="medical imaging")
    assert [title for _, title, _ in listed] == [p.title for p in expected]
    assert len(expected) < len(ranked(talk, days=30))


async def test_strength_stands_beside_once_there_is_a_taste(talk: Talk) -> None:
    ada = await talk.started("Ada")
    before = await says(ada, "/top month")
    await says(ada, "/topics add graph networks")

    after = await says(ada, "/top month")

    assert "strong" not in before.text
    assert "stretch" not in before.text
    lines = [line for line in after.text.splitlines() if line[0:1] == "▲"]
    assert {line.split(" · ")[1] for line in lines} <= {
        "strong",
        "fair",
        "a stretch",
    }
    assert len(lines) == 10


async def test_the_strength_is_the_one_that_a_pick_has(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "/topics add graph networks")
    digest = await says(ada, "/picks")
    ada.press(digest, "⋯")
    opened = await ada.wait_for(lambda m: "Why: a " in m.text)
    title = opened.text.splitlines()[0]
    why = opened.text.partition("Why: a ")[2].splitlines()[0]

    strengths = {}
    page = await says(ada, "/top month")
    while True:
        for block in page.text.split("\n\n")[1:-1]:
            head, facts = block.splitlines()
            strengths[head.partition(" · ")[2]] = facts.split(" · ")[1]
        if "→" not in buttons(page):
            break
        page = await taps(ada, page, "→")

    assert (
        strengths[title]
        == {
            "strong fit": "strong",
            "fair fit": "fair",
            "stretch": "a stretch",
        }[why]
    )


async def test_a_number_opens_the_paper_and_marks_stand_beside_it(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    top = await says(ada, "/top week")
    title = entries(top)[0][1]
    found = await says(ada, f"/search {title}")
    await taps(ada, await taps(ada, found, "👍 1"), "🔖")
    ada.press(top, "1")
    opened = await ada.wait_for(lambda m: m.reply_to == top.id)

    again = await says(ada, "/top week")

    assert opened.text.startswith(title)
    assert again.text.split("\n\n")[1].endswith(" · 👍 🔖")


async def test_a_reader_without_votes_in_their_lists_is_told_so(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    reader_id = talk.reader(ada).id
    subscriptions.add(
        talk.database,
        reader_id,
        Subscription(key="arxiv:cs.RO"),
        talk.clock(),
        talk.runtime.limits,
    )
    subscriptions.remove(talk.database, reader_id, "huggingface")

    top = await says(ada, "/top")

    assert "None of your lists has upvotes" in top.text
    assert "Month" in buttons(top)


async def test_what_no_period_is_called_is_answered_with_those_there_are(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "/top of the year")

    assert answer.text == (
        "I know three: /top for the newest day, /top week and /top month."
    )
    assert buttons(answer) == ["Newest day", "Week", "Month", "Close"]


@pytest.mark.parametrize(
    "words",
    ["", "23 November", "2026-11-23", "Monday", "today", "the 23rd of Nov."],
)
async def test_a_day_lists_all_its_papers(talk: Talk, words: str) -> None:
    ada = await talk.started("Ada")

    first = await says(ada, f"/day {words}")

    assert first.text.startswith("Monday, 23 November · 1–10 of 12 papers")
    assert await pages(ada, first) == [
        (number, paper.title, paper.upvotes)
        for number, paper in enumerate(ranked(talk, days=1), 1)
    ]


async def test_a_day_leads_to_the_days_beside_it(talk: Talk) -> None:
    ada = await talk.started("Ada")

    newest = await says(ada, "/day")
    before = await taps(ada, newest, "‹ 22 Nov")
    again = await taps(ada, before, "23 Nov ›")

    assert before.text.startswith("Sunday, 22 November · ")
    assert again.text == newest.text
    assert not any("24 Nov" in label for label in buttons(newest))


async def test_a_day_without_papers_offers_the_nearest_that_have_some(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    future = await says(ada, "/day 2026-12-24")
    past = await says(ada, "/day 1 May 2020")
    shown = await taps(ada, future, "‹ 23 Nov")

    assert future.text == (
        "No papers were listed on Thursday, 24 December. These days have some:"
    )
    assert buttons(future) == ["‹ 23 Nov", "Close"]
    assert "Friday, 1 May 2020" in past.text
    assert buttons(past)[0].endswith(" Nov ›")
    assert shown.text.startswith("Monday, 23 November · ")


async def test_words_that_name_no_day_get_an_example(talk: Talk) -> None:
    ada = await talk.started("Ada")

    answer = await says(ada, "/day after tomorrow")

    assert answer.text.startswith("Which day is that? Write it like")


async def test_own_papers_of_somebody_else_are_on_no_list(talk: Talk) -> None:
    bo = await talk.started("Bo")
    ada = await talk.started("Ada")
    paper = Paper(
        title="Only Bo brought this",
        listed=NEWEST,
        source="file",
        upvotes=5_000,
    )
    papers.store(talk.database, [paper])
    owner = readers.find(talk.database, bo.id)
    assert owner is not None
    with talk.database.write() as session:
        session.execute(
            update(PaperRow)
            .where(PaperRow.title == paper.title)
            .values(reader_id=owner.id)
        )
    await talk.runtime.reload()

    answers = [await says(ada, text) for text in ("/top", "/day", "/top week")]

    assert all(paper.title not in answer.text for answer in answers)


async def test_what_is_popular_leads_to_top(talk: Talk) -> None:
    ada = await talk.started("Ada")

    for words in ("what is popular this week?", "top papers", "trending"):
        answer = await says(ada, words)
        assert answer.text.startswith("/top lists the most upvoted papers")


async def test_a_forged_day_is_out_of_date(talk: Talk) -> None:
    ada = await talk.started("Ada")
    day = await says(ada, "/day")

    for data in ("z2:2026-02-31", "z2:0000-00-00:3"):
        toast = await ada.answer_to(ada.press_data(day.id, data))
        assert toast.text
