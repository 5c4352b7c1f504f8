"""Search on the chat page: found, turned, rated, saved, opened, and more like it, by taps alone."""

from playwright.sync_api import expect

from tests.browser.chatting import SLOW, key, messages, newest, starts, writes
from tests.browser.conftest import PHONE, Opened
from tests.browser.test_accessibility import serious


def test_a_search_is_used_by_taps(opened: Opened) -> None:
    page = opened(PHONE, dark=True, touch=True)
    starts(page)

    writes(page, "/search model")
    found = messages(page).filter(has_text="“model” · ").last
    expect(found).to_be_visible(timeout=SLOW)
    key(found, "→").click()
    expect(found).to_contain_text("“model” · 6–")
    key(found, "👍 6").click()
    expect(found).to_contain_text("from what is here now")
    expect(key(found, "👍 6 ✓")).to_be_visible()
    key(found, "🔖").first.click()
    expect(key(found, "🔖 ✓")).to_be_visible()
    faults = serious(page)
    key(found, "⋯").first.click()
    paper = messages(page).filter(
        has=page.get_by_role("button", name="More like this")
    )
    key(paper, "More like this").click()
    expect(newest(page)).to_contain_text("More like ")

    assert faults == []
