"""Search on the chat page, by taps alone: turn pages, rate, save, open, ask for more."""

from playwright.sync_api import expect

from tests.browser.chatting import (
    FIT_TIMEOUT,
    key,
    messages,
    newest,
    press_start,
    write,
)
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessibility import serious_violations


def test_a_search_is_used_by_taps(open_page: OpenPage) -> None:
    page = open_page(PHONE, dark=True, touch=True)
    press_start(page)

    write(page, "/search model")
    results = messages(page).filter(has_text="“model” · ").last
    expect(results).to_be_visible(timeout=FIT_TIMEOUT)
    key(results, "→").click()
    expect(results).to_contain_text("“model” · 6–")
    key(results, "👍 6").click()
    expect(results).to_contain_text("among the papers I have now")
    expect(key(results, "👍 6 ✓")).to_be_visible()
    key(results, "🔖").first.click()
    expect(key(results, "🔖 ✓")).to_be_visible()
    faults = serious_violations(page)
    key(results, "⋯").first.click()
    paper = messages(page).filter(
        has=page.get_by_role("button", name="More like this")
    )
    key(paper, "More like this").click()
    expect(newest(page)).to_contain_text("More like ")

    assert faults == []
