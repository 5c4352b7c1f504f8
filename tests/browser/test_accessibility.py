"""axe finds nothing serious on any screen, light or dark, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chatting import key, messages, starts, takes_picks, writes
from tests.browser.conftest import DESKTOP, PHONE, Opened

SERIOUS = {"serious", "critical"}


def serious(page: Page) -> list[str]:
    """Return what axe finds, each with the elements it finds it on."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(
    opened: Opened, size: tuple[int, int], dark: bool
) -> None:
    page = opened(size, dark=dark)
    found = {"before the start": serious(page)}
    starts(page)
    digest = takes_picks(page)
    key(digest, "👍 1").click()
    expect(key(digest, "👍 1 ✓")).to_be_visible()
    found["a digest with its receipt"] = serious(page)
    page.get_by_label("Message", exact=True).fill("/")
    found["the commands"] = serious(page)
    page.get_by_label("Message", exact=True).fill("")
    digest.get_by_role("button", name="React, reply, forward").click(force=True)
    found["the menu of a message"] = serious(page)
    page.keyboard.press("Escape")
    writes(page, "/settings")
    expect(messages(page).last).to_contain_text("Settings")
    found["the settings"] = serious(page)

    assert {screen: faults for screen, faults in found.items() if faults} == {}
