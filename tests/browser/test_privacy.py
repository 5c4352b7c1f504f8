"""The page belongs to whoever has its address, and it tells nobody else."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import ask_for_picks, press_start
from tests.browser.conftest import Run


def test_another_user_of_the_machine_gets_nothing(run: Run) -> None:
    origin = run.address.partition("/chat/")[0]
    paths = [
        "/",
        "/chat/",
        "/chat/guessed/",
        "/chat/guessed/live",
        "/again/x",
        "/docs",
    ]

    responses = [httpx.get(f"{origin}{path}") for path in paths]
    action = {"person": 1001, "action": "write", "text": "hello"}
    responses += [httpx.post(f"{origin}/chat/guessed/do", json=action)]
    bot = httpx.get(f"{origin}/bot1000000000:guess/getUpdates")

    assert {response.status_code for response in responses} == {404}
    assert bot.status_code == 401


def test_the_server_listens_on_this_machine_alone(run: Run) -> None:
    assert run.address.startswith("http://127.0.0.1:")


def test_another_sites_page_can_neither_read_nor_write(
    browser: Browser, run: Run
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "**/elsewhere.example/",
        lambda route: route.fulfill(body="<p>elsewhere</p>"),
    )
    page.goto("http://elsewhere.example/")
    for method, path in (("GET", "live"), ("POST", "do")):
        with pytest.raises(Exception, match="Failed to fetch"):
            page.evaluate(
                f"fetch('{run.address}{path}', {{method: '{method}'}})"
            )
    context.close()


def test_the_page_keeps_no_address_in_what_it_tells_other_sites(
    page: Page,
) -> None:
    press_start(page)
    digest = ask_for_picks(page)

    expect(digest.locator("a").first).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    assert page.evaluate("document.cookie") == ""
