"""A search that stands: new papers are told of once, below the daily picks."""

import re
from dataclasses import replace

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.storage import feedback, papers, readers
from recommender.papers import Paper
from tests.bot_api.faults import Break
from tests.bot_api.server import FaultyServer
from tests.corpus import FIELDS
from tests.e2e.talk import MONDAY, Talk, buttons, says, taps
from tests.picks.planted import PLANTED

TELL, STOP = "🔔 Tell me of new ones", "🔕 Stop telling me"
KITES = Paper(
    title="Kites",
    abstract="They fly.",
    listed=MONDAY.date(),
    source="huggingface",
)


async def stand(person: Person, words: str) -> Message:
    """Search for words, and be told of new ones."""
    return await taps(person, await says(person, f"/search {words}"), TELL)


async def morning(talk: Talk, person: Person, *, days: int = 0) -> Message:
    """Send the picks of the next morning; return the last message."""
    talk.clock.forward(days=days, hours=2)
    await talk.deliver()
    talk.clock.forward(hours=-2)
    return person.messages[-1]


def news(message: Message) -> list[str]:
    """Return the titles below the headings of searches."""
    return [
        line.removeprefix("· ")
        for line in message.text.splitlines()
        if line.startswith("· ")
    ]


async def pages(person: Person, message: Message) -> list[str]:
    """Return the titles on all pages behind the button for more."""
    [more] = [text for text in buttons(message) if text.startswith("🔔")]
    person.press(message, more)
    page = await person.wait_for(lambda m: m.id > message.id, 30)
    titles: list[str] = []
    while True:
        titles += re.findall(r"^\d+ · (.*)$", page.text, re.MULTILINE)
        if "→" not in buttons(page):
            return titles
        page = await taps(person, page, "→")


async def test_a_search_stands_and_is_stopped_where_it_was_made(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")

    found = await says(ada, "/search graph networks")
    standing = await taps(ada, found, TELL)
    next_page = await taps(ada, standing, "→")
    stopped = await taps(ada, next_page, STOP)

    assert STOP in buttons(standing)
    assert STOP in buttons(next_page)
    assert TELL in buttons(stopped)
    assert stopped.text == next_page.text


async def test_new_papers_are_named_once_below_the_picks(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "graph networks")
    nothing = await stand(ada, "kites")
    papers.store(
        talk.database, [KITES, replace(KITES, title="Kits", abstract="")]
    )

    first = await morning(talk, ada)
    after_a_tap = await taps(ada, first, "👍 1")
    second = await morning(talk, ada, days=1)

    assert "No paper I have contains" in nothing.text
    assert "New for “kites”:\n· Kites" in first.text
    assert news(first) == news(after_a_tap) == ["Kites"]
    assert first.text.startswith("Monday, 23 November · your 5 of")
    assert len([b for b in buttons(first) if b.startswith("👍")]) == 5
    assert news(second) == []


async def test_of_200_planted_papers_each_match_is_told_and_nothing_else(
    talk: Talk,
) -> None:
    """Ten lines below the picks, and all others behind the button."""
    ada = await talk.started("Ada")
    await says(ada, "graph networks")
    for words in PLANTED:
        await stand(ada, words)
    planted = [
        paper
        for papers_of_search in PLANTED.values()
        for paper in (*papers_of_search.matching, *papers_of_search.near)
    ]
    papers.store(talk.database, planted)

    digest = await morning(talk, ada, days=1)
    told = [*news(digest), *await pages(ada, digest)]

    expected = {
        " ".join(paper.title.split())
        for papers_of_search in PLANTED.values()
        for paper in papers_of_search.matching
    }
    assert len(news(digest)) == 10
    assert "🔔 90 more" in buttons(digest)
    assert len(told) == len(set(told)) == 100
    assert set(told) == expected


async def test_on_a_day_without_picks_the_news_comes_alone(
    talk: Talk,
) -> None:
    ada = await talk.started("Ada")
    reader_id = talk.reader(ada).id
    feedback.set_topics(talk.database, reader_id, FIELDS, "muted", MONDAY)
    await stand(ada, "kites")
    papers.store(talk.database, [KITES])

    message = await morning(talk, ada)
    again = await morning(talk, ada, days=1)

    assert message.text.startswith(
        "Monday, 23 November · no picks, but news for your searches\n\n"
        "New for “kites”:\n· Kites"
    )
    assert "Kites" not in again.text


async def test_ten_searches_stand_and_topics_lists_them(talk: Talk) -> None:
    ada = await talk.started("Ada")
    for number in range(10):
        await stand(ada, f"graph networks {number}00")
    eleventh = await says(ada, "/search graph networks")

    toast = await ada.answer_to(ada.press(eleventh, TELL))
    listed = await says(ada, "/topics")
    fewer = await taps(ada, listed, "🔔 graph networks 000 ✕")

    assert "I watch 10 searches for you, and that is all I can." in (
        toast.text or ""
    )
    assert "I tell you of new papers for: graph networks 000 ·" in listed.text
    assert len([b for b in buttons(listed) if b.startswith("🔔")]) == 10
    assert len([b for b in buttons(fewer) if b.startswith("🔔")]) == 9


async def test_a_message_that_had_to_come_again_tells_the_same(
    talk: Talk, server: FaultyServer
) -> None:
    ada = await talk.started("Ada")
    await stand(ada, "kites")
    papers.store(talk.database, [KITES])
    server.fail_next("sendMessage", Break.CLOSED, took_effect=False)

    talk.clock.forward(hours=2)
    await talk.deliver()
    papers.store(talk.database, [replace(KITES, title="Later kites")])
    talk.clock.forward(minutes=5)
    await talk.deliver()
    first = ada.messages[-1]
    second = await morning(talk, ada, days=1)

    assert news(first) == ["Kites"]
    assert news(second) == ["Later kites"]


async def test_cards_carry_the_news_on_the_last_one(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "graph networks")
    reader = talk.reader(ada)
    readers.change(talk.database, reader.id, style="cards")
    await stand(ada, "kites")
    papers.store(talk.database, [KITES])

    last = await morning(talk, ada)

    assert news(last) == ["Kites"]
    assert [m for m in ada.messages if news(m)] == [last]


async def test_a_quoted_phrase_is_searched_as_it_is(talk: Talk) -> None:
    ada = await talk.started("Ada")

    found = await says(ada, '/search "message passing"')
    missed = await says(ada, '/search "passing message"')

    assert found.text.startswith("“message passing” ·")
    assert missed.text == "No paper I have contains all of “passing message”."
    assert "🔎 passing message" in buttons(missed)


async def test_a_muted_topic_hides_news(talk: Talk) -> None:
    ada = await talk.started("Ada")
    await says(ada, "graph networks")
    await stand(ada, "kites")
    feedback.set_topics(
        talk.database, talk.reader(ada).id, ["red kites"], "muted", MONDAY
    )
    papers.store(talk.database, [KITES, replace(KITES, title="Red kites")])

    assert news(await morning(talk, ada)) == ["Kites"]
