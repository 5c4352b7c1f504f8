"""Feeds and journals are asked for over HTTP, in processes of their own, as readers name them."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.sandbox.localchat.messages import Message
from bot.sandbox.localchat.people import Person
from bot.sources.web import Throttle
from bot.storage import feeds, papers
from tests.e2e.talk import Talk, buttons, logged_errors, says, taps
from tests.sources.conftest import Answer, Source, source

__all__ = ["source"]

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel>
<title>Robots weekly</title>
<item><title>Arms that learn to reach</title><description>A robot arm
learns a manipulation policy.</description></item>
</channel></rss>"""
PAGE = b"""<html><head><link rel="alternate" type="application/rss+xml"
href="/feed.xml"></head><body>Our news</body></html>"""
JOURNALS = {
    "status": "ok",
    "message-type": "journal-list",
    "message": {
        "items": [
            {
                "title": "Nature Neuroscience",
                "publisher": "Springer",
                "ISSN": ["1097-6256"],
            }
        ]
    },
}
PAGES = {
    "/feed.xml": RSS,
    "/page": PAGE,
    "/plain": b"<html><body>Nothing here</body></html>",
    "/journals": json.dumps(JOURNALS).encode(),
}


@pytest.fixture(autouse=True)
def pages(source: Source) -> Source:
    def answer(path: str, _query: dict[str, str]) -> Answer:
        body = PAGES.get(path)
        return Answer(status=404) if body is None else Answer(body)

    source.answer = answer
    return source


@pytest.fixture
def asks(talk: Talk, source: Source) -> Callable[..., None]:
    """Let the bot ask the local server, and private feeds too unless it must not."""

    def set_up(*, allow_private: bool = True) -> None:
        talk.runtime.endpoints = replace(
            talk.runtime.endpoints,
            crossref_api_url=source.url,
            allow_private_feeds=allow_private,
            throttle=Throttle(0),
        )

    set_up()
    return set_up


async def sends_feed(person: Person, text: str) -> Message:
    """Send a text that names a feed; return what the note about it became."""
    note = await says(person, text)
    assert note.text == "Reading the feed…"
    return await person.wait_for(lambda m: m.id == note.id and m.edits > 0, 40)


@pytest.mark.parametrize("path", ["/feed.xml", "/page"])
@pytest.mark.usefixtures("asks")
async def test_a_feed_or_a_page_that_names_one_brings_its_papers(
    talk: Talk, source: Source, path: str
) -> None:
    ada = await talk.started("Ada")

    screen = await sends_feed(ada, f"/sources {source.url}{path}?key=secret")

    reader_id = talk.reader(ada).id
    ids = feeds.entry_ids(talk.database, reader_id, 1)
    [paper] = papers.by_ids(talk.database, ids, reader_id).values()
    assert "Added: Robots weekly, with 1 paper now." in screen.text
    assert "Robots weekly ✕" in buttons(screen)
    assert paper.title == "Arms that learn to reach"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/plain", "I couldn't read a feed at that address."),
        ("/nowhere", "I couldn't read "),
    ],
)
@pytest.mark.usefixtures("asks")
async def test_an_address_that_is_no_feed_is_told_so(
    talk: Talk,
    source: Source,
    path: str,
    fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = await talk.started("Ada")

    screen = await sends_feed(ada, f"/sources {source.url}{path}?key=secret")

    assert fault in screen.text
    assert "secret" not in caplog.text
    assert logged_errors(caplog) == []


async def test_an_address_in_the_operators_network_is_never_asked(
    talk: Talk, source: Source, asks: Callable[..., None]
) -> None:
    asks(allow_private=False)
    ada = await talk.started("Ada")

    own_machine = await sends_feed(ada, f"/sources {source.url}/feed.xml")
    link_local = await sends_feed(
        ada, "/sources http://169.254.169.254/latest/meta-data"
    )

    assert "I couldn't read " in own_machine.text
    assert "That address is not on the public internet." in link_local.text
    assert [path for path, _ in source.asked if "feed" in path] == []


@pytest.mark.usefixtures("asks")
async def test_a_journal_is_found_by_its_name(
    talk: Talk, source: Source
) -> None:
    ada = await talk.started("Ada")

    screen = await says(ada, "/sources nature neuroscience")

    assert "➕ Nature Neuroscience · Springer" in buttons(screen)
    assert ("/journals", "nature neuroscience") in [
        (path, query.get("query")) for path, query in source.asked
    ]


@pytest.mark.usefixtures("asks")
async def test_a_feed_of_a_page_is_one_feed_for_all_who_name_it(
    talk: Talk, source: Source
) -> None:
    ada, bo = await talk.started("Ada"), await talk.started("Bo")
    await sends_feed(ada, f"/sources {source.url}/page")
    screen = await sends_feed(bo, f"/sources {source.url}/feed.xml")
    again = await sends_feed(bo, f"/sources {source.url}/page")

    await taps(bo, screen, "Robots weekly ✕")

    assert "You have Robots weekly already." in again.text
    assert feeds.entry_ids(talk.database, talk.reader(ada).id, 1)
    assert not feeds.entry_ids(talk.database, talk.reader(bo).id, 1)
