"""The README's pictures, taken from the page; PICTURES=docs puts them where it shows them."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import key, starts, takes_picks, writes
from tests.browser.conftest import Opened

SMALL = 250_000  # bytes


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return Path(os.environ.get("PICTURES") or tmp_path)


def take(page: Page, what: Locator, path: Path) -> None:
    """Take a picture of a message with its buttons, and nothing that floats over it."""
    what.screenshot(path=path)
    assert path.stat().st_size < SMALL


def test_a_digest_with_its_buttons_and_a_receipt(opened: Opened, album: Path) -> None:
    page = opened((1180, 1000))
    starts(page)
    writes(page, "linear attention")
    digest = takes_picks(page)
    take(page, digest, album / "digest.png")
    key(digest, "👍 1").click()
    expect(digest).to_contain_text("Learned from 👍 1")
    page.locator("#toast").wait_for(state="hidden")
    take(page, digest, album / "receipt.png")
