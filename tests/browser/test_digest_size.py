"""A digest on a phone: five gists take a screen and a half, and it opens at its top."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as BrowserPage

from bot.messages.digest import digest
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from bot.sources import file
from bot.storage.receipts import Reason
from recommender.papers import StoredPaper
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN, call
from tests.browser.chatting import messages
from tests.browser.conftest import Watch
from tests.corpus import stored
from tests.messages.digest_factories import ADA, ENGLISH, TODAY, digest_of

REAL = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
PHONE = (390, 844)
SCREEN_AND_A_HALF = 1.5 * PHONE[1]

# Pixels that a finger hits.
TALL, WIDE = 36, 80
PICTURE = "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/1.png"
REASONS = (
    Reason(
        kind="fits",
        words=(("video generation", 0.2), ("diffusion transformers", 0.1)),
    ),
    Reason(kind="topic", topic="world models"),
    Reason(
        kind="close",
        title="A Language Model without Matrices, but with Long Memory and Gates",
    ),
    Reason(kind="popular"),
    Reason(kind="explore", words=(("federated learning", 0.1),)),
)
TITLES = (
    "Birdsong: A Model of Long Memory that Hears Who Sings in a Wood at Night",
    "How Far Do Small Models Carry? A Study of Distilled Readers across Forty Languages",
    "Gates without Matrices",
    "WoodBench: Measuring Whether Agents Find Their Way Home without a Map or a Guide",
    "Learning to Forget What Was Said Twice in Streams of Speech",
)
GIST = (
    "A model with a memory of fixed size hears which birds sing in a wood at night, reads long "
    "recordings in one pass, and needs a tenth of the labels that earlier models were trained on."
)


def made_up_papers(n: int) -> list[StoredPaper]:
    """Return papers as long as real ones."""
    return [
        StoredPaper(
            id=number,
            title=title,
            abstract=f"Nature is loud. {GIST}",
            arxiv_id=f"2611.{number:05}",
            authors=(
                "Ada King-Lovelace",
                *"abcdefghijkl",
                "Wilhelmina Diddley",
            ),
            listed=TODAY,
            upvotes=41 + number,
            source="huggingface",
            gist=GIST,
            gist_source="huggingface",
            organization="The Institute of Birds",
            stars=1_240,
            links={"code": "https://github.com/ada/birds"},
            thumbnail=PICTURE,
        )
        for number, title in enumerate(islice(cycle(TITLES), n), start=1)
    ]


@pytest.fixture
def server() -> FaultyServer:
    return FaultyServer(TOKEN)


@pytest.fixture
def ada(server: FaultyServer) -> Person:
    return server.person("Ada")


@pytest.fixture
def phone(
    server: FaultyServer, ada: Person, browser: Browser, tmp_path: Path
) -> Iterator[BrowserPage]:
    async def tomorrow(_: int) -> str:
        return ""

    store = ChatStore(tmp_path / "local.db")
    page = Page(server, store, "secret", tomorrow)
    with server:
        ada.start()
        watch = Watch(server.origin)
        context = browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True
        )
        tab = context.new_page()
        watch.observe(tab)
        tab.goto(page.address)
        expect(messages(tab)).to_have_count(1)
        yield tab
        context.close()
        assert watch.faults == []
    store.close()


def send(
    server: FaultyServer,
    ada: Person,
    tab: BrowserPage,
    papers: list[StoredPaper],
    *,
    style: str = "digest",
) -> Locator:
    """Send a digest of papers with reasons of all kinds, and return its message."""
    whole = digest_of(papers, style=style)
    picks = [
        replace(pick, reason=REASONS[place % len(REASONS)])
        for place, pick in enumerate(whole.picks)
    ]
    screen = digest(ENGLISH, replace(whole, picks=tuple(picks)), ADA, TODAY)
    assert screen.keyboard is not None
    preview = (
        {"url": screen.preview} if screen.preview else {"is_disabled": True}
    )
    sent = call(
        server,
        "sendMessage",
        chat_id=ada.id,
        text=screen.text,
        parse_mode="HTML",
        reply_markup=json.dumps(screen.keyboard.to_dict()),
        link_preview_options=json.dumps(preview),
    )
    message = tab.locator(f'[data-id="{sent["message_id"]}"]')
    expect(message).to_be_visible()
    return message


def height(message: Locator) -> float:
    box = message.bounding_box()
    assert box is not None
    return box["height"]


def test_five_gists_with_their_buttons_take_a_screen_and_a_half(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    message = send(server, ada, phone, made_up_papers(5))

    assert PHONE[1] / 2 < height(message) <= SCREEN_AND_A_HALF
    expect(message).to_contain_text("Gists: by Hugging Face's AI")
    expect(message.locator("blockquote")).to_have_count(0)


@pytest.mark.skipif(
    not REAL.exists(), reason="the real daily papers are not beside the project"
)
def test_five_real_gists_with_their_buttons_take_a_screen_and_a_half(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    papers = [
        replace(stored(paper, 1), listed=TODAY)
        for paper in file.read(REAL, TODAY)
        if paper.listed >= date(2026, 5, 26)
    ]
    starts = range(0, 8 * 5, 5)

    heights = []
    for start in starts:
        message = send(server, ada, phone, papers[start : start + 5])
        heights.append(height(message))
        # A second for each message to one chat.
        phone.wait_for_timeout(1_050)

    assert max(heights) <= SCREEN_AND_A_HALF, heights


def test_buttons_stand_in_a_row_for_each_paper_where_a_thumb_reaches_them(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    message = send(server, ada, phone, made_up_papers(5))
    phone.evaluate("document.getElementById('scroll').scrollTop = 1e6")
    boxes = [key.bounding_box() for key in message.locator(".key").all()]

    assert len(boxes) == 20
    for box in boxes:
        assert box is not None
        assert box["height"] >= TALL
        assert box["width"] >= WIDE
        # The lower half of the screen.
        assert PHONE[1] / 2 < box["y"] + TALL <= PHONE[1]


def test_ten_gists_do_not_break_off(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    message = send(server, ada, phone, made_up_papers(10))

    text = message.inner_text()
    assert [f"{n} · " in text for n in range(1, 11)] == [True] * 10
    assert text.count("A model with a memory of fixed size") == 10
    expect(message.locator(".keys > div")).to_have_count(10)
    expect(message).to_contain_text("Next picks: Tuesday 08:00")


def test_a_new_digest_opens_at_its_top(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    message = send(server, ada, phone, made_up_papers(5))
    view = phone.locator("#scroll").bounding_box()
    box = message.bounding_box()

    assert view is not None
    assert box is not None
    assert view["y"] <= box["y"] <= view["y"] + 40
    expect(phone.locator("#down")).to_be_visible()


def test_what_is_shorter_than_the_view_opens_at_the_end(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    for place in range(12):
        call(server, "sendMessage", chat_id=ada.id, text=f"line\n{place}")
        phone.wait_for_timeout(1_050 if place > 3 else 0)

    expect(messages(phone).last).to_be_in_viewport(ratio=1)
    expect(phone.locator("#down")).to_be_hidden()


def test_a_card_names_where_its_picture_is_and_the_page_asks_nobody_for_it(
    server: FaultyServer, ada: Person, phone: BrowserPage
) -> None:
    message = send(server, ada, phone, made_up_papers(1), style="cards")

    expect(message.locator(".preview")).to_have_attribute("href", PICTURE)
    expect(message).to_contain_text("The Institute of Birds")
    expect(message).to_contain_text("code ★ 1.2k")
