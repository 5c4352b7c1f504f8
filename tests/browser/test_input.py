"""Whatever is typed, sent or tapped on the page shows as Telegram would show it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    ask_for_picks,
    key,
    message_menu,
    messages,
    newest,
    press_start,
    write,
)
from tests.browser.conftest import OpenPage


def text_box(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


@pytest.mark.parametrize("blank", ["", "   ", "\n\n"])
def test_nothing_is_sent_where_nothing_is_written(
    page: Page, blank: str
) -> None:
    press_start(page)
    count = messages(page).count()
    text_box(page).fill(blank)
    text_box(page).press("Enter")

    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(messages(page)).to_have_count(count)


def test_ten_thousand_characters_become_messages_of_telegrams_length(
    page: Page,
) -> None:
    press_start(page)
    write(page, ("word " * 2000).strip())

    outgoing = page.locator(".outgoing .content")
    expect(outgoing).to_have_count(4)
    start, *pieces = outgoing.all_text_contents()
    assert start == "/start"
    # The spaces between the three pieces are not sent.
    assert sum(len(piece) for piece in pieces) + 2 == 9999
    assert all(len(piece) <= 4096 for piece in pieces)
    expect(newest(page)).to_contain_text(
        "That is a lot of text", timeout=20_000
    )


@pytest.mark.parametrize(
    "text",
    [
        "👩‍🔬👍🏽 emoji 🧪",
        "שלום arXiv עולם",
        "<b>bold</b><img src=x onerror=alert(1)><script>alert(1)</script>",
        "&lt;not an entity&gt; &amp; so on",
        "one\n\n  two  spaces",
    ],
)
def test_what_is_written_is_what_is_seen(page: Page, text: str) -> None:
    press_start(page)
    text_box(page).fill(text)
    text_box(page).press("Enter")

    outgoing = page.locator(".outgoing .content")
    expect(outgoing).to_have_count(2)
    assert outgoing.last.evaluate("e => e.textContent") == text
    assert outgoing.locator("b, img, script").count() == 0


def test_marks_that_turn_text_around_vanish_as_on_telegram(page: Page) -> None:
    press_start(page)
    write(page, "gpj.\u202eevil\u202c")

    expect(page.locator(".outgoing .content").last).to_have_text("gpj.evil")


def test_right_to_left_lines_begin_at_the_right(page: Page) -> None:
    press_start(page)
    write(page, "שלום עולם, זה מאמר על דיפוזיה")

    text = page.locator(".outgoing .text").last
    direction = text.evaluate("e => getComputedStyle(e).unicodeBidi")
    assert direction == "plaintext"


def test_a_slash_offers_the_bots_commands_and_the_keyboard_takes_one(
    page: Page,
) -> None:
    press_start(page)
    text_box(page).type("/")
    options = page.get_by_role("option")
    for command in ("/picks", "/topics", "/saved", "/settings"):
        expect(options.filter(has_text=command)).to_have_count(1)
    text_box(page).type("set")
    expect(options).to_have_count(1)
    text_box(page).press("Enter")

    expect(page.locator(".outgoing .content").last).to_have_text("/settings")
    expect(options).to_have_count(0)
    expect(newest(page)).to_contain_text("Settings")


def test_the_menu_lists_the_commands(page: Page) -> None:
    press_start(page)
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("option").filter(has_text="/help").click()

    expect(newest(page)).to_contain_text("what I can do")


def test_a_command_in_a_message_can_be_pressed(page: Page) -> None:
    press_start(page).get_by_role("button", name="/settings").click()

    expect(newest(page)).to_contain_text("Settings")


def test_a_file_is_sent_and_can_be_saved(page: Page, tmp_path: Path) -> None:
    press_start(page)
    file = tmp_path / "likes.bib"
    file.write_text("@article{a, title={A paper}}")
    page.get_by_label("File to send").set_input_files(file)
    link = page.locator(".outgoing .file")
    expect(link).to_contain_text("likes.bib")
    with page.expect_download() as download:
        link.click()

    assert Path(download.value.path()).read_text() == file.read_text()


def test_a_reader_reacts_replies_edits_and_forwards(page: Page) -> None:
    press_start(page)
    write(page, "helo")
    # The bot's answer holds the word too.
    message = messages(page).filter(has_text="helo").first
    expect(message).to_be_visible()

    message_menu(page, message).get_by_role("menuitem", name="Edit").click()
    expect(text_box(page)).to_have_value("helo")
    text_box(page).fill("hello there")
    text_box(page).press("Enter")
    edited = messages(page).filter(has_text="hello there").first
    expect(edited).to_contain_text("edited")

    message_menu(page, edited).get_by_role(
        "menuitemradio", name="React with 🔥"
    ).click()
    expect(edited.get_by_role("button", name="Take back 🔥")).to_be_visible()

    message_menu(page, edited).get_by_role("menuitem", name="Reply").click()
    write(page, "a reply")
    expect(page.locator(".outgoing .reply").last).to_contain_text("hello there")

    message_menu(page, edited).get_by_role("menuitem", name="Bo").click()
    expect(page.locator(".forwarded")).to_contain_text("Ada")
    expect(page.get_by_role("button", name="Bo")).to_have_attribute(
        "aria-current", "true"
    )


def test_a_thumb_put_on_a_digest_asks_which_paper_it_means(page: Page) -> None:
    press_start(page)
    digest = ask_for_picks(page)
    message_menu(page, digest).get_by_role(
        "menuitemradio", name="React with 👍"
    ).click()

    question = messages(page).filter(has_text="Which one do you mean?")
    expect(question.locator(".reply")).to_be_visible()
    key(question, "👍 2").click()
    expect(question).to_have_count(0)
    expect(key(digest, "👍 2 ✓")).to_be_visible()


def test_a_blocked_bot_hears_nothing_until_it_is_unblocked(page: Page) -> None:
    press_start(page)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Block the bot").click()

    expect(text_box(page)).to_be_hidden()
    page.get_by_role("button", name="Unblock").click()
    expect(text_box(page)).to_be_visible()
    write(page, "/help")
    expect(newest(page)).to_contain_text("what I can do")


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Start", exact=True).focus()
    page.keyboard.press("Enter")
    expect(messages(page).filter(has_text="What are you into")).to_be_visible(
        timeout=30_000
    )
    text_box(page).focus()
    page.keyboard.type("/picks")
    page.keyboard.press("Enter")
    like = key(newest(page), "👍 1")
    expect(like).to_be_visible(timeout=30_000)
    like.focus()
    page.keyboard.press("Enter")

    expect(key(newest(page), "👍 1 ✓")).to_be_visible()
    focused_label = page.evaluate("document.activeElement.textContent")
    assert focused_label.startswith(("👍 1", "👎 1"))
