"""What a reader does on the chat page, and what they wait for."""

import re

from playwright.sync_api import Locator, Page, expect

SLOW = 30_000  # milliseconds that the first fit may take on a busy machine


def messages(page: Page) -> Locator:
    return page.get_by_role("article")


def newest(page: Page) -> Locator:
    return messages(page).last


def starts(page: Page) -> Locator:
    """Press Start, and return the greeting."""
    page.get_by_role("button", name="Start", exact=True).click()
    # With a topic chosen it asks what else.
    greeting = messages(page).filter(
        has_text=re.compile("What (else )?are you into")
    )
    expect(greeting).to_be_visible(timeout=SLOW)
    return greeting


def writes(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def opens_taste(page: Page) -> Locator:
    """Like the first pick, and ask what the bot believes; return the message that tells."""
    digest = takes_picks(page)
    key(digest, "👍 1").click()
    expect(key(digest, "👍 1 ✓")).to_be_visible()
    writes(page, "/taste")
    taste = newest(page)
    expect(taste).to_contain_text("What I believe about your taste")
    return taste


def takes_picks(page: Page) -> Locator:
    """Ask for picks, and return the digest."""
    writes(page, "/picks")
    digest = (
        messages(page).filter(has=page.get_by_role("button", name="👍 1")).last
    )
    expect(digest).to_be_visible(timeout=SLOW)
    return digest


def moves_on(page: Page) -> Locator:
    """Press Tomorrow, and return the digest that it brings."""
    before = messages(page).count()
    button = page.get_by_role("button", name="Tomorrow")
    button.click()
    expect(button).to_be_enabled(timeout=SLOW)
    expect(messages(page)).to_have_count(before + 1)
    return newest(page)


def key(message: Locator, name: str) -> Locator:
    """Return a button under a message."""
    return message.get_by_role("group", name="Buttons").get_by_role(
        "button", name=name, exact=True
    )
