"""Whatever is typed, sent or tapped on the page shows as Telegram would show it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    key,
    messages,
    newest,
    starts,
    takes_picks,
    writes,
)
from tests.browser.conftest import Opened


def field(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


@pytest.mark.parametrize("blank", ["", "   ", "\n\n"])
def test_nothing_is_sent_where_nothing_is_written(
    page: Page, blank: str
) -> None:
    starts(page)
    count = messages(page).count()
    field(page).fill(blank)
    field(page).press("Enter")

    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(messages(page)).to_have_count(count)


def test_ten_thousand_characters_become_messages_of_telegrams_length(
    page: Page,
) -> None:
    starts(page)
    writes(page, ("word " * 2000).strip())
    mine = page.locator(".outgoing")

    expect(mine).to_have_count(4)
    lengths = [
        len(text) for text in mine.locator(".content").all_text_contents()
    ]
    assert lengths[0] == len("/start")
    assert sum(lengths[1:]) + 2 == 9999
    assert max(lengths) <= 4096
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
    starts(page)
    field(page).fill(text)
    field(page).press("Enter")
    mine = page.locator(".outgoing .content")

    expect(mine).to_have_count(2)
    assert mine.last.evaluate("e => e.textContent") == text
    assert mine.locator("b, img, script").count() == 0


def test_marks_that_turn_text_around_vanish_as_on_telegram(page: Page) -> None:
    starts(page)
    writes(page, "gpj.\u202eevil\u202c")

    expect(page.locator(".outgoing .content").last).to_have_text("gpj.evil")


def test_right_to_left_lines_begin_at_the_right(page: Page) -> None:
    starts(page)
    writes(page, "שלום עולם, זה מאמר על דיפוזיה")

    assert page.locator(".outgoing .text").last.evaluate(
        "e => getComputedStyle(e).unicodeBidi"
    ) == ("plaintext")


def test_a_slash_offers_the_bots_commands_and_the_keyboard_takes_one(
    page: Page,
) -> None:
    starts(page)
    field(page).type("/")
    options = page.get_by_role("option")
    for command in ("/picks", "/topics", "/saved", "/settings"):
        expect(options.filter(has_text=command)).to_have_count(1)
    field(page).type("set")
    expect(options).to_have_count(1)
    field(page).press("Enter")

    expect(page.locator(".outgoing .content").last).to_have_text("/settings")
    expect(options).to_have_count(0)
    expect(newest(page)).to_contain_text("Settings")


def test_the_menu_lists_the_commands(page: Page) -> None:
    starts(page)
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("option").filter(has_text="/help").click()

    expect(newest(page)).to_contain_text("what I can do")


def test_a_command_in_a_message_can_be_pressed(page: Page) -> None:
    starts(page).get_by_role("button", name="/settings").click()

    expect(newest(page)).to_contain_text("Settings")


def test_a_file_is_sent_and_can_be_saved(page: Page, tmp_path: Path) -> None:
    starts(page)
    file = tmp_path / "likes.bib"
    file.write_text("@article{a, title={A paper}}")
    page.get_by_label("File to send").set_input_files(file)
    link = page.locator(".outgoing .file")
    expect(link).to_contain_text("likes.bib")
    with page.expect_download() as download:
        link.click()

    assert Path(download.value.path()).read_text() == file.read_text()


def test_a_reader_reacts_replies_edits_and_forwards(page: Page) -> None:
    starts(page)
    writes(page, "helo")
    mine = (
        messages(page).filter(has_text="helo").first
    )  # the bot's answer says it too
    expect(mine).to_be_visible()

    menu_of(page, mine).get_by_role("menuitem", name="Edit").click()
    expect(field(page)).to_have_value("helo")
    field(page).fill("hello there")
    field(page).press("Enter")
    edited = messages(page).filter(has_text="hello there").first
    expect(edited).to_contain_text("edited")

    menu_of(page, edited).get_by_role(
        "menuitemradio", name="React with 🔥"
    ).click()
    expect(edited.get_by_role("button", name="Take back 🔥")).to_be_visible()

    menu_of(page, edited).get_by_role("menuitem", name="Reply").click()
    writes(page, "a reply")
    expect(page.locator(".outgoing .reply").last).to_contain_text("hello there")

    menu_of(page, edited).get_by_role("menuitem", name="Bo").click()
    expect(page.locator(".forwarded")).to_contain_text("Ada")
    expect(page.get_by_role("button", name="Bo")).to_have_attribute(
        "aria-current", "true"
    )


def test_a_thumb_put_on_a_digest_asks_which_paper_it_means(page: Page) -> None:
    starts(page)
    digest = takes_picks(page)
    menu_of(page, digest).get_by_role(
        "menuitemradio", name="React with 👍"
    ).click()

    question = messages(page).filter(has_text="Which one do you mean?")
    expect(question.locator(".reply")).to_be_visible()
    key(question, "👍 2").click()
    expect(question).to_have_count(0)
    expect(key(digest, "👍 2 ✓")).to_be_visible()


def test_a_blocked_bot_hears_nothing_until_it_is_unblocked(page: Page) -> None:
    starts(page)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Block the bot").click()

    expect(field(page)).to_be_hidden()
    page.get_by_role("button", name="Unblock").click()
    expect(field(page)).to_be_visible()
    writes(page, "/help")
    expect(newest(page)).to_contain_text("what I can do")


def test_the_keyboard_alone_is_enough(opened: Opened) -> None:
    page = opened()
    page.get_by_role("button", name="Start", exact=True).focus()
    page.keyboard.press("Enter")
    expect(messages(page).filter(has_text="What are you into")).to_be_visible(
        timeout=30_000
    )
    field(page).focus()
    page.keyboard.type("/picks")
    page.keyboard.press("Enter")
    like = key(newest(page), "👍 1")
    expect(like).to_be_visible(timeout=30_000)
    like.focus()
    page.keyboard.press("Enter")

    pressed = key(newest(page), "👍 1 ✓")
    expect(pressed).to_be_visible()
    assert page.evaluate("document.activeElement.textContent").startswith(
        ("👍 1", "👎 1")
    )


def menu_of(page: Page, message: Locator) -> Locator:
    message.hover()
    message.get_by_role("button", name="React, reply, forward").click()
    return page.get_by_role("menu")
