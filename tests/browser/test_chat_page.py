"""What a newcomer does on the chat page, from Start to Tomorrow."""

import re

from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    ask_for_picks,
    key,
    like_first_pick,
    messages,
    newest,
    press_start,
    press_tomorrow,
    write,
)
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Run, Watch


def test_a_newcomer_reads_what_this_is_and_starts(page: Page) -> None:
    expect(page).to_have_title(re.compile("PaperPicks"))
    expect(
        page.get_by_role("heading", name="What can this bot do?")
    ).to_be_visible()
    expect(page.get_by_label("About these papers")).to_contain_text(
        "bundled sample"
    )
    expect(page.get_by_label("About these papers")).to_contain_text(
        "days are made up"
    )

    greeting = press_start(page)

    expect(greeting).to_contain_text("Hi Ada")
    expect(
        page.get_by_role("heading", name="What can this bot do?")
    ).to_be_hidden()


def test_a_tapped_topic_shows_that_it_is_chosen(page: Page) -> None:
    greeting = press_start(page)
    chip = greeting.locator(".key").first
    topic = chip.inner_text()
    chip.click()

    chosen = key(greeting, f"{topic} ✓")
    expect(chosen).to_have_class(re.compile("success"))
    expect(messages(page)).to_have_count(2)


def test_a_like_is_shown_and_undone_in_place(page: Page) -> None:
    press_start(page)
    digest = ask_for_picks(page)
    key(digest, "👍 1").click()

    expect(page.get_by_role("status").filter(has_text="noted")).to_be_visible()
    expect(key(digest, "👍 1 ✓")).to_have_class(re.compile("success"))
    expect(digest).to_contain_text("Learned from 👍 1")

    key(digest, "↩ Undo 👍 1").click()

    expect(digest).to_contain_text("Undone: 👍 1")
    expect(key(digest, "👍 1")).to_be_visible()


def test_tomorrow_brings_other_papers_and_moves_the_clock(page: Page) -> None:
    press_start(page)
    first = ask_for_picks(page)
    titles = first.locator("a").all_inner_texts()
    clock = page.locator("#clock").inner_text()
    like_first_pick(first)

    second = press_tomorrow(page)

    expect(second).to_contain_text(re.compile(r"your 2 of \d+ new papers"))
    expect(page.locator("#clock")).not_to_have_text(clock)
    assert not set(titles) & set(second.locator("a").all_inner_texts())
    assert page.locator(".day").count() == 2


def test_a_fold_opens_and_stays_open_when_the_message_is_edited(
    page: Page,
) -> None:
    press_start(page)
    write(page, "/settings")
    expect(newest(page)).to_contain_text("Settings")
    key(newest(page), "📝 Gist").click()
    key(newest(page), "Abstract").click()
    expect(key(newest(page), "📝 Abstract")).to_be_visible()
    digest = ask_for_picks(page)
    fold = digest.get_by_role("button", name="Show all of the quote").first
    fold.click()
    key(digest, "👍 2").click()
    expect(digest).to_contain_text("👍 2")

    expect(key(digest, "👍 2 ✓")).to_be_visible()
    expect(
        digest.get_by_role("button", name="Show less of the quote")
    ).to_be_visible()


def test_links_lead_to_a_title_search_in_a_tab_that_knows_nothing_of_us(
    page: Page,
) -> None:
    press_start(page)
    link = ask_for_picks(page).locator("a").first

    expect(link).to_have_attribute(
        "href", re.compile(r"^https://arxiv\.org/search/\?query=")
    )
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_settings_open_and_come_back_in_one_message(page: Page) -> None:
    press_start(page)
    write(page, "/settings")
    expect(newest(page)).to_contain_text("Settings")
    settings = newest(page)
    count = messages(page).count()
    settings.locator(".key").filter(has_text="09:00").click()
    key(settings, "07:00").click()

    expect(settings).to_contain_text("07:00")
    expect(messages(page)).to_have_count(count)


def test_three_readers_have_a_chat_each(page: Page) -> None:
    press_start(page)
    page.get_by_label("Message", exact=True).fill("a draft")
    page.get_by_role("button", name="Bo").click()

    expect(
        page.get_by_role("heading", name="What can this bot do?")
    ).to_be_visible()
    greeting = press_start(page)
    expect(greeting).to_contain_text("Hi Bo")

    page.get_by_role("button", name="Ada").click()
    expect(messages(page).filter(has_text="Hi Ada")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_value("a draft")


def test_a_reader_who_is_not_looking_sees_how_much_is_new(page: Page) -> None:
    press_start(page)
    page.get_by_role("button", name="Bo").click()
    press_start(page)
    page.get_by_role("button", name="Tomorrow").click()

    expect(
        page.get_by_role("button", name="Ada").get_by_label(
            re.compile("[12] new")
        )
    ).to_be_visible(timeout=30_000)


def test_a_reload_shows_the_same_chat(page: Page) -> None:
    press_start(page)
    digest = ask_for_picks(page)
    key(digest, "👎 2").click()
    expect(key(digest, "👎 2 ✓")).to_be_visible()
    texts = messages(page).all_inner_texts()
    page.reload()

    expect(key(newest(page), "👎 2 ✓")).to_be_visible()
    assert messages(page).all_inner_texts() == texts


def test_an_open_page_goes_on_after_a_restart(
    page: Page, run: Run, watch: Watch
) -> None:
    press_start(page)
    texts = messages(page).all_inner_texts()
    address = page.url
    run.end()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    run.start()

    expect(page.get_by_role("alert")).to_be_hidden(timeout=30_000)
    expect(messages(page).first).to_be_visible()
    assert page.url != address
    assert messages(page).all_inner_texts() == texts
    ask_for_picks(page)
    # The server was away for a while.
    watch.forgive("/live", "ERR_CONNECTION_REFUSED", "404 (Not Found)")


def test_light_and_dark_follow_the_system_until_told_otherwise(
    open_page: OpenPage,
) -> None:
    page = open_page(DESKTOP, dark=True)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()

    expect(root).to_have_attribute("data-theme", "light")


def test_on_a_phone_everything_fits_its_width(open_page: OpenPage) -> None:
    page = open_page(PHONE, touch=True)
    press_start(page)
    digest = ask_for_picks(page)
    like_first_pick(digest)

    assert page.locator("html").evaluate("e => e.scrollWidth") == PHONE[0]
    assert page.locator("#scroll").evaluate(
        "e => e.scrollWidth <= e.clientWidth"
    )
    expect(page.get_by_role("button", name="Tomorrow")).to_be_in_viewport()
    expect(page.get_by_label("Message", exact=True)).to_be_in_viewport()
