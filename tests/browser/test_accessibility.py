"""axe finds nothing serious on any screen, light or dark, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    ask_for_picks,
    like_first_pick,
    messages,
    press_start,
    write,
)
from tests.browser.conftest import DESKTOP, PHONE, OpenPage

SERIOUS = {"serious", "critical"}


def serious_violations(page: Page) -> list[str]:
    """Return axe's serious violations, each with the first elements it concerns."""
    descriptions: list[str] = []
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] in SERIOUS:
            targets = [node["target"] for node in violation["nodes"]]
            descriptions.append(f"{violation['id']}: {targets[:3]}")
    return descriptions


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(
    open_page: OpenPage, size: tuple[int, int], dark: bool
) -> None:
    page = open_page(size, dark=dark)
    violations = {"before the start": serious_violations(page)}
    press_start(page)
    digest = ask_for_picks(page)
    like_first_pick(digest)
    violations["a digest with its receipt"] = serious_violations(page)
    page.get_by_label("Message", exact=True).fill("/")
    violations["the commands"] = serious_violations(page)
    page.get_by_label("Message", exact=True).fill("")
    digest.get_by_role("button", name="React, reply, forward").click(force=True)
    violations["the menu of a message"] = serious_violations(page)
    page.keyboard.press("Escape")
    write(page, "/settings")
    expect(messages(page).last).to_contain_text("Settings")
    violations["the settings"] = serious_violations(page)

    assert not any(violations.values()), violations
