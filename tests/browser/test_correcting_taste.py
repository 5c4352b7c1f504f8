"""On the page a reader looks at their taste and corrects it, all in one message."""

from playwright.sync_api import Page, expect

from tests.browser.chatting import key, messages, open_taste, press_start


def test_a_word_is_moved_and_everything_reset_and_restored_in_one_message(
    page: Page,
) -> None:
    press_start(page)
    taste = open_taste(page)
    count = messages(page).count()

    taste.get_by_role("button", name="➕", exact=True).first.click()
    expect(key(taste, "➕ ✓")).to_be_visible()
    key(taste, "Reset…").click()
    key(taste, "Undo it all").click()
    expect(taste).to_contain_text("Undone: 1 rating, 1 word moved by hand.")
    key(taste, "↩ Undo").click()

    expect(taste).to_contain_text("Restored: 1 rating, 1 word moved by hand.")
    expect(key(taste, "➕ ✓")).to_be_visible()
    assert messages(page).count() == count
