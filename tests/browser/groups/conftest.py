"""A page with Ada, Bo and Cy, a group and a channel of theirs, and a bot without a program."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN
from tests.browser.conftest import DESKTOP, Watch

OpenTab = Callable[..., BrowserPage]


@pytest.fixture
def server() -> FaultyServer:
    return FaultyServer(TOKEN)


@pytest.fixture
def people(server: FaultyServer) -> list[Person]:
    return [server.person(name) for name in ("Ada", "Bo", "Cy")]


@pytest.fixture
def ada(people: list[Person]) -> Person:
    return people[0]


def create_group(
    server: FaultyServer, people: list[Person], title: str, kind: str
) -> Group:
    group = server.group(title, kind=kind)
    for person, status in zip(
        people, ("creator", "member", "member"), strict=True
    ):
        group.add(person, status)
    return group


@pytest.fixture
def lab(server: FaultyServer, people: list[Person]) -> Group:
    return create_group(server, people, "Lab", "supergroup")


@pytest.fixture
def channel(server: FaultyServer, people: list[Person], lab: Group) -> Group:
    return create_group(server, people, "Lab papers", "channel")


@pytest.fixture
def open_tab(
    server: FaultyServer,
    channel: Group,
    browser: Browser,
    tmp_path: Path,
) -> Iterator[OpenTab]:
    """Open the page in a browser of a size, light or dark."""

    async def tomorrow(chat_id: int) -> str:
        return f"a day for {chat_id}"

    store = ChatStore(tmp_path / "local.db")
    page = Page(server, store, "secret", tomorrow)
    with server:
        watch = Watch(server.origin)
        contexts = []

        def open_context(
            size: tuple[int, int] = DESKTOP, *, dark: bool = False
        ) -> BrowserPage:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
            )
            contexts.append(context)
            tab = context.new_page()
            watch.observe(tab)
            tab.goto(page.address)
            tab.locator("#groups .person").first.wait_for()
            return tab

        yield open_context
        for context in contexts:
            context.close()
        assert watch.faults == []
    store.close()


@pytest.fixture
def chat_page(open_tab: OpenTab) -> BrowserPage:
    return open_tab()
