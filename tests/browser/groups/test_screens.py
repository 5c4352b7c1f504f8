"""axe finds nothing serious on a screen of a group, and no label is cut."""

import pytest
from playwright.sync_api import expect

from bot.sandbox.localchat.groups import Group
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import answer_inline, call
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.groups.chatting import (
    add_bot,
    article,
    become,
    keyboard,
    open_chat,
    results,
)
from tests.browser.groups.conftest import OpenTab
from tests.browser.test_accessibility import serious_violations
from tests.browser.test_phone import FIND_CUT_LABELS


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_screen_of_a_group_can_be_read_by_everybody(
    open_tab: OpenTab,
    server: FaultyServer,
    lab: Group,
    size: tuple[int, int],
    dark: bool,
) -> None:
    page = open_tab(size, dark=dark)
    open_chat(page, "Lab")
    violations = {"without the bot": serious_violations(page)}
    become(page, "Bo")
    violations["as one who can't add it"] = serious_violations(page)
    become(page, "Ada")
    add_bot(page)
    call(
        server,
        "sendMessage",
        chat_id=lab.id,
        text="A paper",
        reply_markup=keyboard(12, 3),
    )
    expect(page.locator(".author")).to_be_visible()
    violations["a card"] = serious_violations(page)
    cut_labels = page.evaluate(FIND_CUT_LABELS)
    page.get_by_label("Message", exact=True).fill("@PaperPicks x")
    button = {"text": "By my taste", "start_parameter": "inline"}
    answer_inline(server, page, article(1), article(2), button=button)
    expect(results(page)).to_have_count(2)
    violations["the results"] = serious_violations(page)
    open_chat(page, "Lab papers")
    become(page, "Cy")
    violations["a channel"] = serious_violations(page)

    assert not any(violations.values()), violations
    assert cut_labels == []
