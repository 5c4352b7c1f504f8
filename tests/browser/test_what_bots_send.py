"""Whatever a bot may send is shown: photos, files, buttons of every kind, alerts, silence."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as BrowserPage

from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN, call
from tests.browser.chatting import messages, newest
from tests.browser.conftest import DESKTOP, Watch


def png(width: int, height: int) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            len(data).to_bytes(4)
            + kind
            + data
            + zlib.crc32(kind + data).to_bytes(4)
        )

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress((b"\0" + b"\x99" * width) * height)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.fixture
def server() -> FaultyServer:
    return FaultyServer(TOKEN)


@pytest.fixture
def ada(server: FaultyServer) -> Person:
    return server.person("Ada")


@pytest.fixture
def chat_page(
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
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            permissions=["clipboard-read", "clipboard-write"],
        )
        tab = context.new_page()
        watch.observe(tab)
        tab.goto(page.address)
        expect(messages(tab)).to_have_count(1)
        yield tab
        context.close()
        assert watch.faults == []
    store.close()


def test_formatted_text_looks_like_it(
    server: FaultyServer, ada: Person, chat_page: BrowserPage
) -> None:
    html = (
        "<b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>code</code> "
        '<a href="https://arxiv.org/abs/1">link</a> <tg-spoiler>secret</tg-spoiler>\n'
        "<pre>one\ntwo</pre>\n<blockquote>said 👍 <b>so</b></blockquote>after"
    )
    call(server, "sendMessage", chat_id=ada.id, text=html, parse_mode="HTML")
    text = newest(chat_page).locator(".content")

    expect(text.locator("b").first).to_have_text("bold ")
    expect(text.locator("b i, i b").first).to_have_text("both")
    expect(text.locator("pre")).to_have_text("one\ntwo")
    expect(text.locator("blockquote b")).to_have_text("so")
    expect(text.get_by_role("link")).to_have_attribute(
        "href", "https://arxiv.org/abs/1"
    )
    text.get_by_role("button", name="Hidden text").click()
    expect(text.locator(".spoiler.open")).to_have_text("secret")


def test_a_photo_is_seen_and_enlarged(
    server: FaultyServer, ada: Person, chat_page: BrowserPage
) -> None:
    photo = {"photo": ("stats.png", png(320, 160), "image/png")}
    call(server, "sendPhoto", photo, chat_id=ada.id, caption="Your month")
    picture = newest(chat_page).get_by_role("img", name="Your month")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 320)
    newest(chat_page).get_by_role("button", name="Enlarge: Your month").click()

    expect(chat_page.get_by_role("dialog", name="Photo")).to_be_visible()
    chat_page.keyboard.press("Escape")
    expect(chat_page.get_by_role("dialog", name="Photo")).to_be_hidden()


def test_buttons_of_every_kind_do_what_they_say(
    server: FaultyServer, ada: Person, chat_page: BrowserPage
) -> None:
    rows = [
        [{"text": "yes", "callback_data": "y", "style": "success"}],
        [{"text": "no", "callback_data": "n", "style": "danger"}],
        [{"text": "arXiv", "url": "https://arxiv.org/"}],
        [{"text": "BibTeX key", "copy_text": {"text": "vaswani2017"}}],
    ]
    call(
        server,
        "sendMessage",
        chat_id=ada.id,
        text="?",
        reply_markup={"inline_keyboard": rows},
    )
    keys = newest(chat_page).locator(".key")
    keys.filter(has_text="BibTeX key").click()

    expect(keys.nth(0)).to_have_class(re.compile("success"))
    expect(keys.nth(1)).to_have_class(re.compile("danger"))
    expect(keys.nth(2)).to_have_attribute("href", "https://arxiv.org/")
    expect(chat_page.locator("#toast")).to_have_text("Copied")
    assert chat_page.evaluate("navigator.clipboard.readText()") == "vaswani2017"


def test_an_alert_has_to_be_read(
    server: FaultyServer, ada: Person, chat_page: BrowserPage
) -> None:
    rows = [[{"text": "?", "callback_data": "x"}]]
    call(
        server,
        "sendMessage",
        chat_id=ada.id,
        text="x",
        reply_markup={"inline_keyboard": rows},
    )
    with chat_page.expect_response("**/do") as response:
        newest(chat_page).locator(".key").click()
    press_id = response.value.json()["press"]
    expect(newest(chat_page).locator(".key")).to_have_class(
        re.compile("waiting")
    )
    call(
        server,
        "answerCallbackQuery",
        callback_query_id=press_id,
        text="Think twice",
        show_alert=True,
    )

    expect(chat_page.get_by_role("dialog")).to_contain_text("Think twice")
    chat_page.get_by_role("button", name="OK").click()
    expect(chat_page.get_by_role("dialog")).to_be_hidden()
    expect(newest(chat_page).locator(".key")).not_to_have_class(
        re.compile("waiting")
    )


def test_typing_silence_replies_deletions_and_reactions_are_seen(
    server: FaultyServer, ada: Person, chat_page: BrowserPage
) -> None:
    call(server, "sendChatAction", chat_id=ada.id, action="typing")
    expect(chat_page.locator("#status")).to_have_text("typing…")
    reply = {"message_id": ada.messages[0].id}
    message = call(
        server,
        "sendMessage",
        chat_id=ada.id,
        text="quietly",
        disable_notification=True,
        reply_parameters=reply,
    )
    expect(chat_page.locator("#status")).to_have_text("bot")
    expect(
        newest(chat_page).get_by_role("img", name="Sent silently")
    ).to_be_visible()
    expect(newest(chat_page).locator(".reply")).to_contain_text("/start")
    call(
        server,
        "setMessageReaction",
        chat_id=ada.id,
        message_id=ada.messages[0].id,
        reaction=[{"type": "emoji", "emoji": "👌"}],
    )
    expect(messages(chat_page).first.locator(".reaction")).to_contain_text("👌")
    call(
        server,
        "deleteMessage",
        chat_id=ada.id,
        message_id=message["message_id"],
    )

    expect(messages(chat_page)).to_have_count(1)
