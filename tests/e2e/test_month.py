"""Three readers use every command in a month of daily picks."""

from collections.abc import Awaitable, Callable

import pytest
from pybtex.database import parse_string

from bot.messages import replies, translation
from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import papers
from bot.storage.takeout import document
from tests.e2e.month import Month
from tests.e2e.talk import (
    Talk,
    buttons,
    logged_errors,
    says,
    taps,
    wait_for_deletion,
)

# Four weeks without the last weekend: twenty mornings with picks.
DAYS = 26
STRANGER = "We haven't met. Send /start, and I'll find your first papers."
VISION = "diffusion models"
LANGUAGE = "language models"
MUTED = "medical imaging"


async def begin(talk: Talk) -> Month:
    """Return three readers, two of them with topics, and a library of new papers."""
    ada, bo, cy = [await talk.started(name) for name in ("Ada", "Bo", "Cy")]
    month = Month(talk, ada, bo, cy, [ada, bo, cy])
    await month.arrive(seed=8)
    await says(ada, f"/topics add {VISION}")
    topics = await says(ada, f"/topics mute {MUTED}")
    topics_of_bo = await says(bo, f"/topics add {LANGUAGE}")
    help_text = await says(cy, "/help")

    assert f"➕ {VISION}" in topics.text
    assert f"🔇 {MUTED}" in topics.text
    assert f"➕ {LANGUAGE}" in topics_of_bo.text
    assert all(f"/{name} · " in help_text.text for name in menu())
    talk.clock.forward(hours=2)
    return month


def menu() -> set[str]:
    return {name for name, _ in replies.commands(translation.of("en"))}


async def rate_picks(month: Month) -> None:
    """Ada and Bo each like a pick of their own field, and dislike one of another."""
    for person, topic in ((month.ada, VISION), (month.bo, LANGUAGE)):
        digest = month.latest(person)
        fields = [month.fields[title] for title in month.titles(digest.text)]
        own = fields.index(topic) + 1
        others = [n for n, field in enumerate(fields, 1) if field != topic]

        liked = await taps(person, digest, f"👍 {own}")
        assert "Learned from 👍" in liked.text

        for number in others[:1]:
            disliked = await taps(person, liked, f"👎 {number}")
            assert f"👎 {number} ✓" in buttons(disliked)


async def undo_rating(month: Month) -> None:
    """Bo rates a pick by mistake, and undoes it."""
    digest = month.latest(month.bo)

    rated = await taps(month.bo, digest, "👎 1")
    restored = await taps(month.bo, rated, "↩ Undo 👎 1")

    assert "👎 1 ✓" in buttons(rated)
    assert buttons(restored) == buttons(digest)


async def save_papers(month: Month) -> None:
    """Bo saves two papers, finds them in the list, and drops one."""
    digest = month.latest(month.bo)
    first, second = month.titles(digest.text)[:2]
    await taps(month.bo, await taps(month.bo, digest, "🔖"), "🔖")

    saved_list = await says(month.bo, "/saved")
    results = await says(month.bo, f"/saved {first.split()[-1]}")
    shorter_list = await taps(month.bo, saved_list, "1 ✕")

    assert set(month.titles(saved_list.text)) == {first, second}
    assert month.titles(results.text) == [first]
    assert shorter_list.text.startswith("Saved · 1 paper\n")


async def open_paper(month: Month) -> None:
    """Ada opens a paper whole, takes its BibTeX, and closes it."""
    digest = month.latest(month.ada)
    month.ada.press(digest, "⋯")
    paper = await month.ada.wait_for(
        lambda m: m.id > digest.id and m.reply_to == digest.id
    )
    month.ada.press(paper, "BibTeX")
    entry = await month.ada.wait_for(lambda m: m.id > paper.id)
    month.ada.press(paper, "Close")
    await wait_for_deletion(month.ada, paper)

    assert paper.text.startswith(month.titles(digest.text)[0])
    assert "Why: " in paper.text
    assert len(parse_string(entry.text, "bibtex").entries) == 1


async def follow_author(month: Month) -> None:
    """Bo follows an author of a field far from theirs."""
    question = await says(month.bo, "/follow Gina Graph")
    follow_list = await taps(month.bo, question, "Follow Gina Graph")

    assert question.text.count("\n· ") == 3
    assert follow_list.text.startswith("You follow Gina Graph now.")


async def unfollow_author(month: Month) -> None:
    """Bo gets the papers of the followed author, with the reason, and then unfollows her."""
    digest = month.latest(month.bo)
    follow_list = await says(month.bo, "/follow")
    empty_list = await taps(month.bo, follow_list, "Gina Graph ✕")

    assert digest.text.count("By Gina Graph, whom you follow") == 3
    assert "Gina Graph, whom" not in month.latest(month.ada).text
    assert empty_list.text.startswith("You follow nobody yet.")


async def choose_sources(month: Month) -> None:
    """Cy adds a category of arXiv and drops it again; their picks never stop."""
    added = await says(month.cy, "/sources cs.RO")
    left = await taps(month.cy, added, "arXiv cs.RO · Robotics ✕")

    assert "Daily Papers ✕" in buttons(added)
    assert "Daily Papers" in left.text
    assert "cs.RO ✕" not in " ".join(buttons(left))


async def add_bot_to_group(month: Month) -> None:
    """Ada adds the bot to a group, finds it among her groups, and sends it away again."""
    lab = month.talk.server.group("Lab")
    lab.add(month.ada, "creator")
    no_groups = await says(month.ada, "/groups")
    lab.add_bot(by=month.ada)
    await month.ada.wait_until(
        lambda: [m for m in lab.messages if m.by_bot] or None, 20
    )
    own_groups = await says(month.ada, "/groups")
    lab.remove_bot(by=month.ada)

    assert "You are an admin of no group" in no_groups.text
    assert buttons(own_groups) == ["Lab"]


async def search_papers(month: Month) -> None:
    """Cy searches and turns a page; Ada finds no paper on her muted topic."""
    first_page = await says(month.cy, "/search graph networks")
    second_page = await taps(month.cy, first_page, "→")
    muted_results = await says(month.ada, f"/search {MUTED}")

    titles = month.titles(first_page.text + second_page.text)
    assert len(titles) == 10
    assert {month.fields[title] for title in titles} == {"graph networks"}
    assert muted_results.text.endswith(
        "is about a topic you mute. /topics lists them."
    )


async def look_at_votes(month: Month) -> None:
    """Cy sees the most upvoted papers, as often as the source counts, and those of a day."""
    stored = papers.newest(month.talk.database, 2_000)
    newest = max(paper.listed for paper in stored)
    first, second = sorted(
        (paper.upvotes or 0 for paper in stored if paper.listed == newest),
        reverse=True,
    )[:2]

    top = await says(month.cy, "/top")
    day = await says(month.cy, f"/day {newest:%-d %B}")

    votes = [line for line in top.text.splitlines() if line.startswith("▲")]
    assert votes[:2] == [f"▲ {first}", f"▲ {second}"]
    assert day.text.startswith(f"{newest:%A, %-d %B} · 1–10 of ")


async def correct_taste(month: Month) -> None:
    """Ada asks for more of a word of her taste; Cy, who rated nothing, has no taste yet."""
    taste = await says(month.ada, "/taste")
    corrected = await taps(month.ada, taste, "➕")
    empty_taste = await says(month.cy, "/taste")

    assert "diffusion" in taste.text
    assert "➕ ✓" in buttons(corrected)
    assert "I don't know your taste yet" in empty_taste.text


async def change_settings(month: Month) -> None:
    """Cy chooses two papers a day, without a sound."""
    choices = await taps(
        month.cy, await says(month.cy, "/settings"), "🔢 5 papers"
    )
    settings = await taps(month.cy, choices, "2")
    silent = await taps(month.cy, settings, "🔔 Sound: on")

    assert "🔢 2 papers" in buttons(settings)
    assert "🔕 Sound: off" in buttons(silent)


async def stop_picks(month: Month) -> None:
    """Cy got two silent papers, and stops the daily picks."""
    digest = month.latest(month.cy)
    answer = await says(month.cy, "/stop")
    month.subscribers.remove(month.cy)

    assert (len(month.titles(digest.text)), digest.silent) == (2, True)
    assert "Your daily picks are off" in answer.text


async def start_again(month: Month) -> None:
    """Cy starts again with the settings from before."""
    greeting = await says(month.cy, "/start")
    settings = await says(month.cy, "/settings")
    month.subscribers.append(month.cy)

    assert greeting.text.startswith("Hi Cy.")
    assert "🔢 2 papers" in buttons(settings)


async def ask_for_more(month: Month) -> None:
    """Ada asks for more picks, and gets other ones than in the morning."""
    digest = await says(month.ada, "/picks")

    assert len(month.titles(digest.text)) == 5
    assert not set(month.titles(digest.text)) & set(month.seen(month.ada))
    month.picks[month.ada.id].append(digest)


async def look_at_stats(month: Month) -> None:
    """Ada gets a picture of her ratings; Cy, who has none, gets words."""
    picture = await says(month.ada, "/stats")
    words = await says(month.cy, "/stats")

    assert picture.file is not None
    assert picture.file.content.startswith(b"\x89PNG")
    assert f" {likes_each()} liked" in picture.text
    assert ", 0 liked" in words.text


async def export_data(month: Month) -> None:
    """Bo exports the saved paper in both formats, and all stored data."""
    question = await says(month.bo, "/export")
    bib = await receive_file(month.bo, question, "BibTeX")
    table = await receive_file(month.bo, question, "CSV")
    data = await receive_file(month.bo, question, "Everything about me (JSON)")

    takeout = document.read(data)
    assert len(parse_string(bib.decode(), "bibtex").entries) == 1
    assert table.decode("utf-8-sig").count("\r\n") == 2
    assert [topic.text for topic in takeout.topics] == [LANGUAGE]
    assert len(takeout.saved) == 1
    assert sum(rating.value == 1 for rating in takeout.ratings) == likes_each()


async def receive_file(person: Person, message: Message, button: str) -> bytes:
    """Press a button, and return the content of the file that is sent."""
    last = person.messages[-1].id
    person.press(message, button)
    answer = await person.wait_for(lambda m: m.id > last and m.file is not None)
    assert answer.file is not None
    return answer.file.content


async def ask_about_privacy(month: Month) -> None:
    """Bo and Cy are each shown their own data."""
    privacy_of_bo = await says(month.bo, "/privacy")
    privacy_of_cy = await says(month.cy, "/privacy")

    assert "1 topic, 0 followed authors" in privacy_of_bo.text
    assert "1 saved paper, " in privacy_of_bo.text
    assert "0 ratings, 0 topics" in privacy_of_cy.text


async def forget_reader(month: Month) -> None:
    """Bo leaves, and the old buttons answer as to a stranger."""
    picks = month.latest(month.bo)
    answer = await taps(
        month.bo, await says(month.bo, "/forget"), "Delete everything"
    )
    month.subscribers.remove(month.bo)

    presses = [
        month.bo.press(picks, button) for button in ("👍 1", "👎 2", "🔖", "⋯")
    ]
    toasts = {(await month.bo.answer_to(press)).text for press in presses}

    assert (
        answer.text
        == "Everything I stored about you is deleted. /start begins afresh."
    )
    assert toasts == {STRANGER}


Part = Callable[[Month], Awaitable[None]]
# What happens after the picks of each weekday; nothing does on the days after these.
PARTS: list[list[Part]] = [
    [rate_picks],
    [undo_rating, rate_picks],
    [rate_picks, save_papers],
    [rate_picks, open_paper],
    [rate_picks, follow_author],
    [unfollow_author],
    [search_papers, choose_sources],
    [rate_picks, correct_taste],
    [change_settings, look_at_votes],
    [stop_picks],
    [start_again],
    [ask_for_more],
    [look_at_stats, add_bot_to_group],
    [export_data],
    [ask_about_privacy],
    [forget_reader],
]


def likes_each() -> int:
    """Return how many papers Ada and Bo like each in the month."""
    return sum(part is rate_picks for parts in PARTS for part in parts)


async def live(month: Month) -> None:
    """Let the month pass day by day; new papers come on Mondays."""
    parts = iter(PARTS)
    for day in range(DAYS):
        if day and day % 7 == 0:
            await month.arrive(seed=8 + day // 7)
        await month.morning()
        if month.talk.clock().weekday() < 5:
            for part in next(parts, []):
                await part(month)
        month.talk.clock.forward(days=1)


async def test_a_month_of_three_readers_through_every_command(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    month = await begin(talk)

    await live(month)

    texts = [m.text for p in month.people for m in p.messages if not m.by_bot]
    commands = {
        text.split()[0].removeprefix("/")
        for text in texts
        if text.startswith("/")
    }
    assert commands == menu() | {"start"}

    # Ada asked once for more, Cy was away for a day, and Bo left.
    counts = [len(month.picks[person.id]) for person in month.people]
    assert counts == [20 + 1, 16, 19]
    for person in month.people:
        titles = month.seen(person)
        assert len(titles) == len(set(titles))

    assert month.share(month.ada, VISION) > 2 * month.share(month.cy, VISION)
    assert month.share(month.bo, LANGUAGE) > 2 * month.share(month.cy, LANGUAGE)
    assert month.share(month.ada, MUTED) == 0
    assert month.share(month.cy, MUTED) > 0
    assert logged_errors(caplog) == []
