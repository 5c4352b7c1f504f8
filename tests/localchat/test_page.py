"""The chat page gives itself to whoever has its address, and to nobody else."""

import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.localchat.page.access import HEADERS
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from bot.sandbox.localchat.server import ChatServer
from tests.localchat.conftest import TOKEN, Caller, Clock


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
def page(
    server: ChatServer, ada: Person, bo: Person, clock: Clock, tmp_path: Path
) -> Iterator[Page]:
    async def tomorrow(person_id: int) -> str:
        clock.advance(days=1)
        return f"a day for {person_id}"

    store = ChatStore(tmp_path / "local.db")
    page = Page(server, store, "secret", tomorrow)
    with server:
        yield page
    store.close()


class Browser:
    """Sends the requests of a browser on the page."""

    def __init__(self, page: Page, client: httpx.AsyncClient) -> None:
        self.page = page
        self.client = client

    async def live(self, epoch: str = "", number: int = 0) -> Any:
        query = f"live?epoch={epoch}&number={number}"
        return (await self.client.get(self.page.address + query)).json()

    async def perform(
        self, person: Person, action: str, **details: object
    ) -> httpx.Response:
        body = {"person": person.id, "action": action, **details}
        return await self.client.post(f"{self.page.address}do", json=body)


@pytest.fixture
async def browser(page: Page) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient() as client:
        yield Browser(page, client)


async def test_the_page_and_all_its_files_are_served_under_strict_rules(
    browser: Browser,
) -> None:
    index = await browser.client.get(browser.page.address)
    script = await browser.client.get(f"{browser.page.address}static/main.js")

    assert "PaperPicks" in index.text
    assert script.headers["content-type"].startswith("text/javascript")
    for response in (index, script):
        for name, value in HEADERS.items():
            assert response.headers[name] == value
    assert "unsafe" not in index.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["", "chat/", "chat/guess/", "chat/guess/live", "static/main.js"]
)
async def test_without_the_token_there_is_nothing(
    browser: Browser, path: str
) -> None:
    origin = browser.page.address.partition("/chat/")[0]

    answer = await browser.client.get(f"{origin}/{path}")

    assert answer.status_code == 404
    assert "PaperPicks" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_gets_nothing_even_with_the_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    answer = await browser.client.get(browser.page.address, headers=headers)

    assert answer.status_code == 404


async def test_a_page_of_an_earlier_run_is_led_to_this_one_if_it_proves_itself(
    browser: Browser,
) -> None:
    url = browser.page.address.partition("/chat/")[0] + "/again/"
    key = (await browser.live())["key"]

    async def answer_challenge(key: str) -> httpx.Response:
        challenge = (await browser.client.get(url)).json()["challenge"]
        proof = hmac.new(key.encode(), challenge.encode(), "sha256").hexdigest()
        answer = {"challenge": challenge, "proof": proof}
        return await browser.client.post(url, json=answer)

    right = await answer_challenge(key)
    guess = await answer_challenge("guess")
    replay = await browser.client.post(url, content=right.request.content)
    nonsense = await browser.client.post(url, content=b"[]")

    assert right.json() == {"path": "/chat/secret/"}
    for refusal in (guess, replay, nonsense):
        assert refusal.status_code == 404
        assert "secret" not in refusal.text


async def test_news_come_once_and_all_of_them_to_a_page_that_is_new(
    browser: Browser, ada: Person, call: Caller
) -> None:
    first = await browser.live()
    ada.start()
    await call("sendMessage", chat_id=ada.id, text="Hi Ada")
    second = await browser.live(first["epoch"], first["number"])
    other_run = await browser.live("of another run", 99)

    chat = second["chats"][str(ada.id)]
    assert [message["text"] for message in chat["messages"]] == [
        "/start",
        "Hi Ada",
    ]
    assert chat["open"]
    assert first["chats"][str(ada.id)]["messages"] == []
    assert other_run["chats"][str(ada.id)]["messages"] == chat["messages"]


async def test_toasts_deletions_and_typing_are_news_but_not_for_a_new_page(
    browser: Browser, ada: Person, call: Caller
) -> None:
    ada.start()
    sent = (await call("sendMessage", chat_id=ada.id, text="x"))["result"]
    before = await browser.live()
    response = await browser.perform(
        ada, "press", message=sent["message_id"], data="d"
    )
    press_id = response.json()["press"]
    await call("answerCallbackQuery", callback_query_id=press_id, text="noted")
    await call("sendChatAction", chat_id=ada.id, action="typing")
    await call("deleteMessage", chat_id=ada.id, message_id=sent["message_id"])

    open_page = await browser.live(before["epoch"], before["number"])
    new_page = await browser.live()

    news = open_page["chats"][str(ada.id)]
    assert news["toasts"] == [
        {"press": press_id, "text": "noted", "alert": False}
    ]
    assert news["deleted"] == [sent["message_id"]]
    assert news["typing"]
    assert "toasts" not in new_page["chats"][str(ada.id)]


async def test_a_long_text_is_sent_in_pieces_as_clients_send_it(
    browser: Browser, ada: Person
) -> None:
    text = ("word 👍 " * 1250).strip()

    await browser.perform(ada, "write", text=text)

    pieces = [message.text for message in ada.messages]
    assert len(pieces) == 3
    assert all(len(piece) <= 4096 for piece in pieces)
    assert " ".join(pieces) == text


async def test_nothing_blank_is_sent(browser: Browser, ada: Person) -> None:
    answer = await browser.perform(ada, "write", text=" \n\u200b ")

    assert answer.json() == {"error": "There is nothing to send."}
    assert ada.messages == ()


async def test_html_stays_the_text_it_is(browser: Browser, ada: Person) -> None:
    await browser.perform(
        ada, "write", text="<b>bold</b> <script>alert(1)</script>"
    )

    assert ada.messages[0].text == "<b>bold</b> <script>alert(1)</script>"


async def test_a_reader_reacts_edits_replies_and_forwards(
    browser: Browser, ada: Person, bo: Person, call: Caller
) -> None:
    await browser.perform(ada, "write", text="helo")
    answer = await call("sendMessage", chat_id=ada.id, text="a paper")
    sent = answer["result"]["message_id"]
    await browser.perform(ada, "edit", message=ada.messages[0].id, text="hello")
    await browser.perform(ada, "react", message=sent, emoji="👍")
    await browser.perform(ada, "write", text="this one", reply_to=sent)
    await browser.perform(bo, "forward", **{"from": ada.id}, message=sent)

    hello, paper, reply = ada.messages
    assert hello.text == "hello"
    assert paper.reaction == "👍"
    assert reply.reply_to == sent
    assert bo.messages[0].text == "a paper"
    assert bo.messages[0].forward_origin == {
        "type": "user",
        "sender_user": paper.sender.as_json(),
        "date": int(paper.date.timestamp()),
    }


async def test_what_telegram_would_not_let_a_person_do_is_told(
    browser: Browser, ada: Person
) -> None:
    ada.start()
    ada.block()
    responses = [
        await browser.perform(ada, "write", text="hello"),
        await browser.perform(ada, "react", message=99, emoji="👍"),
        await browser.perform(ada, "react", message=1, emoji="🦀"),
        await browser.perform(ada, "dance"),
    ]

    errors = [response.json()["error"] for response in responses]
    assert errors[:3] == [
        "You blocked this bot. Unblock it to write to it.",
        "That message is no longer there.",
        "Telegram has no such reaction.",
    ]
    assert "Reload the page" in errors[3]


async def test_a_file_goes_to_the_bot_and_can_be_saved_but_never_run(
    browser: Browser, ada: Person
) -> None:
    address = f"{browser.page.address}file?person={ada.id}&name=l%C3%ADkes.html"
    await browser.client.post(address, content=b"<script>alert(1)</script>")
    file = ada.messages[0].file
    assert file is not None

    download = await browser.client.get(f"{browser.page.address}file/{file.id}")

    assert file.name == "líkes.html"
    assert download.content == b"<script>alert(1)</script>"
    assert download.headers["content-type"] == "application/octet-stream"
    assert download.headers["content-disposition"].startswith("attachment;")


async def test_too_large_and_empty_files_are_refused_kindly(
    browser: Browser, ada: Person
) -> None:
    address = f"{browser.page.address}file?person={ada.id}&name=x"
    empty = await browser.client.post(address, content=b"")
    large = await browser.client.post(
        address, content=b"x" * (20 * 1024 * 1024 + 1)
    )

    assert empty.json() == {"error": "That file is empty."}
    assert large.json() == {"error": "That file is too large: up to 20 MB."}


async def test_tomorrow_moves_the_clock_that_the_page_shows(
    browser: Browser, ada: Person
) -> None:
    before = await browser.live()
    answer = await browser.client.post(
        f"{browser.page.address}tomorrow", json={"person": ada.id}
    )
    after = await browser.live(before["epoch"], before["number"])

    assert answer.json() == {"report": f"a day for {ada.id}"}
    assert before["now"].startswith("2026-03-02")
    assert after["now"].startswith("2026-03-03")


async def test_the_note_about_the_papers_reaches_an_open_page(
    browser: Browser,
) -> None:
    before = await browser.live()
    browser.page.show_note("made-up days")
    after = await browser.live(before["epoch"], before["number"])

    assert before["note"] == ""
    assert after["note"] == "made-up days"


async def test_an_open_page_is_told_to_which_day_the_clock_is_moving(
    browser: Browser, clock: Clock
) -> None:
    before = await browser.live()
    browser.page.show_moving(clock() + timedelta(days=1))
    during = await browser.live(before["epoch"], before["number"])
    browser.page.show_moving(None)
    after = await browser.live(during["epoch"], during["number"])

    assert before["moving_to"] == ""
    assert during["moving_to"].startswith("2026-03-03")
    assert after["moving_to"] == ""


async def test_a_day_that_does_not_come_is_told(
    server: ChatServer, ada: Person, tmp_path: Path
) -> None:
    async def tomorrow(_person_id: int) -> str:
        failing_page.show_moving(datetime(2026, 3, 3, tzinfo=UTC))
        raise OSError("the disk is full")

    with closing(ChatStore(tmp_path / "local.db")) as store:
        failing_page = Page(server, store, "secret", tomorrow)
        with server:
            async with httpx.AsyncClient() as client:
                answer = await client.post(
                    f"{failing_page.address}tomorrow", json={"person": ada.id}
                )
                live = await client.get(f"{failing_page.address}live")

    assert answer.status_code == 400
    assert "The next day did not come" in answer.json()["error"]
    assert live.json()["moving_to"] == ""


async def test_a_file_goes_with_its_caption_and_once_more_with_another(
    browser: Browser, ada: Person
) -> None:
    address = f"{browser.page.address}file?person={ada.id}&name=me.json"
    await browser.client.post(f"{address}&caption=mine", content=b"{}")
    sent = ada.messages[0]
    await browser.perform(ada, "send_again", message=sent.id, text="replace")
    long = await browser.client.post(
        f"{address}&caption={'x' * 1025}", content=b"{}"
    )
    await browser.perform(ada, "write", text="no file")
    without_file = await browser.perform(
        ada, "send_again", message=ada.messages[-1].id, text="replace"
    )

    first, again, _ = ada.messages
    assert first.file is not None
    assert again.file is not None
    assert first.text == "mine"
    assert again.text == "replace"
    assert again.file.name == "me.json"
    assert again.file.content == b"{}"
    assert long.json() == {"error": "A caption has up to 1024 characters."}
    assert without_file.json() == {"error": "That message has no file."}
