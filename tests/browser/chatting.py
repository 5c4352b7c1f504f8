"""What a reader does on the chat page, each time waiting for the answer."""

import re

from playwright.sync_api import Locator, Page, expect

# Milliseconds that the first fit may take on a busy machine.
FIT_TIMEOUT = 30_000


def messages(page: Page) -> Locator:
    """Return all messages of the open chat."""
    return page.get_by_role("article")


def newest(page: Page) -> Locator:
    """Return the last message of the open chat."""
    return messages(page).last


def key(message: Locator, name: str) -> Locator:
    """Return a button under a message."""
    keyboard = message.get_by_role("group", name="Buttons")
    return keyboard.get_by_role("button", name=name, exact=True)


def message_menu(page: Page, message: Locator) -> Locator:
    """Open the menu of a message, and return it."""
    message.hover()
    message.get_by_role("button", name="React, reply, forward").click()
    return page.get_by_role("menu")


def press_start(page: Page) -> Locator:
    """Press Start, and return the greeting."""
    page.get_by_role("button", name="Start", exact=True).click()

    # With a topic chosen it asks for another one.
    question = re.compile("What (else )?are you into")
    greeting = messages(page).filter(has_text=question)
    expect(greeting).to_be_visible(timeout=FIT_TIMEOUT)
    return greeting


def write(page: Page, text: str) -> None:
    """Send a text."""
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def ask_for_picks(page: Page) -> Locator:
    """Send /picks, and return the digest."""
    write(page, "/picks")
    like = page.get_by_role("button", name="👍 1")
    digest = messages(page).filter(has=like).last
    expect(digest).to_be_visible(timeout=FIT_TIMEOUT)
    return digest


def like_first_pick(digest: Locator) -> None:
    """Like the first pick of a digest."""
    key(digest, "👍 1").click()
    expect(key(digest, "👍 1 ✓")).to_be_visible()


def open_taste(page: Page) -> Locator:
    """Like the first pick, send /taste, and return the answer."""
    like_first_pick(ask_for_picks(page))
    write(page, "/taste")
    taste = newest(page)
    expect(taste).to_contain_text("What I believe about your taste")
    return taste


def press_tomorrow(page: Page) -> Locator:
    """Press Tomorrow, and return the digest of the next day.

    At the end of a week another message follows it.
    """
    like = page.get_by_role("button", name="👍 1")
    digests = messages(page).filter(has=like)
    count = digests.count()
    button = page.get_by_role("button", name="Tomorrow")
    button.click()
    expect(button).to_be_enabled(timeout=FIT_TIMEOUT)
    expect(digests).to_have_count(count + 1)
    return digests.last
