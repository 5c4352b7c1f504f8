"""The page gets the groups, lets people act in them, and asks the bot inline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.page import page as page_module
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.localchat.conftest import TOKEN, Caller, Clock
from tests.localchat.valid_requests import ARTICLE

COMMAND = {"command": "picks", "description": "Picks"}


@pytest.fixture
def server(clock: Clock) -> ChatServer:
    """A server that is not serving yet."""
    return ChatServer(TOKEN, clock=clock)


@pytest.fixture
def ada(server: ChatServer) -> Person:
    return server.person("Ada")


@pytest.fixture
def bo(server: ChatServer) -> Person:
    return server.person("Bo")


@pytest.fixture
def lab(server: ChatServer, ada: Person, bo: Person) -> Group:
    group = server.group("Lab")
    group.add(ada, "creator")
    group.add(bo)
    return group


class Browser:
    """Sends the requests of a browser on the page."""

    def __init__(self, page: Page, client: httpx.AsyncClient) -> None:
        self.page = page
        self.client = client

    async def live(self) -> Any:
        response = await self.client.get(f"{self.page.address}live?number=0")
        return response.json()

    async def post(self, path: str, **fields: object) -> Any:
        address = f"{self.page.address}{path}"
        return (await self.client.post(address, json=fields)).json()


@pytest.fixture
async def browser(
    server: ChatServer, lab: Group, tmp_path: Path
) -> AsyncIterator[Browser]:
    async def tomorrow(chat_id: int) -> str:
        return f"a day for {chat_id}"

    with closing(ChatStore(tmp_path / "local.db")) as store:
        page = Page(server, store, "secret", tomorrow)
        with server:
            async with httpx.AsyncClient() as client:
                yield Browser(page, client)


async def test_a_page_sees_who_is_in_a_group_and_what_stands_there(
    browser: Browser, lab: Group, ada: Person, call: Caller
) -> None:
    before = (await browser.live())["chats"][str(lab.id)]
    await browser.post("do", person=ada.id, action="add_bot", chat=lab.id)
    await browser.post(
        "do", person=ada.id, action="write_in", chat=lab.id, text="hello"
    )
    after = (await browser.live())["chats"][str(lab.id)]

    assert before["group"]["title"] == "Lab"
    assert not before["has_bot"]
    assert after["has_bot"]
    assert after["members"] == {
        "1001": "creator",
        "1002": "member",
        "42": "member",
    }
    arrival, hello = after["messages"]
    assert arrival["new_chat_members"][0]["id"] == 42
    assert hello["author"] == ada.id


async def test_only_admins_bring_the_bot_and_post_in_a_channel(
    browser: Browser, server: ChatServer, lab: Group, ada: Person, bo: Person
) -> None:
    channel = server.group("Lab papers", kind="channel")
    channel.add(ada, "creator")
    channel.add(bo)

    answers = [
        await browser.post("do", person=bo.id, action="add_bot", chat=lab.id),
        await browser.post(
            "do", person=bo.id, action="remove_bot", chat=lab.id
        ),
        await browser.post(
            "do", person=bo.id, action="write_in", chat=channel.id, text="x"
        ),
    ]
    await browser.post("do", person=ada.id, action="add_bot", chat=channel.id)

    errors = {answer["error"] for answer in answers}
    assert errors == {"Only admins can do that here."}
    assert 42 not in lab.members
    assert channel.members[42] == "administrator"


async def test_each_kind_of_chat_has_its_menu(
    browser: Browser, call: Caller
) -> None:
    for scope in ("all_private_chats", "all_group_chats"):
        command = {**COMMAND, "description": scope}
        await call("setMyCommands", commands=[command], scope={"type": scope})

    menus = (await browser.live())["menus"]

    assert {
        kind: commands[0]["description"] for kind, commands in menus.items()
    } == {
        "private": "all_private_chats",
        "group": "all_group_chats",
        "admins": "all_group_chats",
    }


async def test_an_inline_question_waits_for_the_answer_and_a_result_is_sent(
    browser: Browser, server: ChatServer, lab: Group, ada: Person, call: Caller
) -> None:
    question = asyncio.create_task(
        browser.post(
            "inline", person=ada.id, text="papers", offset="", chat=lab.id
        )
    )
    bot = server.bots[TOKEN]
    query_id = await ada.wait_until(
        lambda: next(iter(bot.inline_queries), None)
    )
    await call(
        "answerInlineQuery",
        inline_query_id=query_id,
        results=[ARTICLE],
        next_offset="10",
    )
    answer = await question
    await browser.post(
        "do",
        person=ada.id,
        action="choose",
        answer=answer["id"],
        result="1",
        chat=lab.id,
    )

    assert answer == {
        "id": query_id,
        "results": [
            {
                "id": "1",
                "title": "A paper",
                "description": "by Ada",
                "thumbnail_url": "https://arxiv.org/1.png",
            }
        ],
        "next_offset": "10",
        "button": None,
    }
    assert bot.inline_queries[query_id].chat_type == "supergroup"
    assert lab.messages[-1].via_bot == bot.user


async def test_a_bot_that_does_not_answer_inline_is_not_waited_for_long(
    browser: Browser, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "INLINE_TIMEOUT", 0.01)

    answer = await browser.post(
        "inline", person=ada.id, text="x", offset="", chat=ada.id
    )

    assert answer == {"error": "The bot has no answer to that yet."}


async def test_tomorrow_can_be_the_next_digest_of_a_group(
    browser: Browser, lab: Group, ada: Person
) -> None:
    group = await browser.post("tomorrow", person=ada.id, chat=lab.id)
    person = await browser.post("tomorrow", person=ada.id, chat=ada.id)
    nowhere = await browser.post("tomorrow", person=ada.id, chat=-7)

    assert group == {"report": f"a day for {lab.id}"}
    assert person == {"report": f"a day for {ada.id}"}
    assert nowhere == {"error": "There is no such chat here."}


async def test_a_day_that_the_ending_bot_does_not_bring_is_told_and_no_trace_is(
    browser: Browser, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    days: asyncio.Future[str] = asyncio.Future()
    days.cancel()

    async def tomorrow(_: int) -> str:
        return await days

    browser.page._tomorrow = tomorrow
    answer = await browser.post("tomorrow", person=ada.id, chat=ada.id)

    assert answer == {
        "error": "PaperPicks is ending, so the next day does not come."
    }
    assert "Traceback" not in caplog.text


async def test_what_stands_in_a_group_is_forwarded_to_the_bot(
    browser: Browser, lab: Group, ada: Person, bo: Person
) -> None:
    message = bo.write_in(lab, "https://arxiv.org/abs/2401.00001")

    await browser.post(
        "do",
        person=ada.id,
        action="forward",
        message=message.id,
        **{"from": lab.id},
    )

    assert ada.messages[-1].text == message.text


async def test_a_link_starts_the_bot_with_what_it_carries(
    browser: Browser, ada: Person
) -> None:
    await browser.post("do", person=ada.id, action="start", payload="g1")
    odd = await browser.post("do", person=ada.id, action="start", payload="a b")

    assert ada.messages[-1].text == "/start g1"
    assert odd == {"error": "Telegram opens no such link."}
