"""On the page three people share a group with the bot, and use it inline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as BrowserPage

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.page.page import Page
from bot.sandbox.localchat.page.store import ChatStore
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN, answer_inline, call
from tests.browser.chatting import key, messages, newest, write
from tests.browser.conftest import DESKTOP, Watch

LINK = "https://t.me/local_42_bot?start=g1_p7"


def keyboard(up: int, down: int) -> Json:
    """Return the buttons of a card with these votes."""
    votes = [
        {"text": f"👍 {up}", "callback_data": "up"},
        {"text": f"👎 {down}", "callback_data": "down"},
        {"text": "⋯", "url": LINK},
    ]
    return {"inline_keyboard": [votes]}


def article(number: int) -> Json:
    return {
        "type": "article",
        "id": str(number),
        "title": f"Paper {number}",
        "description": "Ada, Bo · ▲ 12",
        "thumbnail_url": "https://huggingface.co/picture.png",
        "input_message_content": {"message_text": f"Paper {number}"},
        "reply_markup": keyboard(0, 0),
    }


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
def chat_page(
    server: FaultyServer,
    channel: Group,
    browser: Browser,
    tmp_path: Path,
) -> Iterator[BrowserPage]:
    async def tomorrow(chat_id: int) -> str:
        return f"a day for {chat_id}"

    store = ChatStore(tmp_path / "local.db")
    page = Page(server, store, "secret", tomorrow)
    with server:
        watch = Watch(server.origin)
        context = browser.new_context(
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]}
        )
        tab = context.new_page()
        watch.observe(tab)
        tab.goto(page.address)
        tab.locator("#groups .person").first.wait_for()
        yield tab
        context.close()
        assert watch.faults == []
    store.close()


def open_chat(page: BrowserPage, name: str) -> None:
    chats = page.get_by_role("navigation", name="Readers and chats")
    chats.locator(".person").filter(
        has=page.locator(".name", has_text=re.compile(f"^{name}$"))
    ).click()


def become(page: BrowserPage, name: str) -> None:
    """Let another person act in the open group."""
    actors = page.get_by_role("group", name="Who you are in this chat")
    actors.get_by_role("button", name=name).click()
    expect(actors.get_by_role("button", name=name)).to_have_attribute(
        "aria-pressed", "true"
    )


def add_bot(page: BrowserPage) -> None:
    page.get_by_role("button", name="Add PaperPicks to this").click()


def results(page: BrowserPage) -> Locator:
    return page.get_by_role("listbox", name="Results of the bot").get_by_role(
        "option"
    )


def test_an_admin_adds_the_bot_and_removes_it_again(
    chat_page: BrowserPage, lab: Group
) -> None:
    open_chat(chat_page, "Lab")
    become(chat_page, "Bo")
    button = chat_page.get_by_role("button", name="Add PaperPicks to this")
    expect(button).to_be_hidden()
    expect(chat_page.locator("#foot-note")).to_contain_text("switch to Ada")
    become(chat_page, "Ada")
    add_bot(chat_page)
    expect(chat_page.locator(".event")).to_have_text("Ada added PaperPicks")
    expect(chat_page.locator("#status")).to_have_text("group · 4 members")
    expect(button).to_be_hidden()

    chat_page.get_by_role("button", name="More").click()
    chat_page.get_by_role("menuitem", name="Remove the bot").click()

    expect(chat_page.locator(".event").last).to_have_text(
        "Ada removed PaperPicks"
    )
    expect(button).to_be_visible()
    assert lab.members[42] == "kicked"


def test_three_people_vote_on_one_card_whose_counts_are_edited(
    chat_page: BrowserPage,
    server: FaultyServer,
    lab: Group,
    people: list[Person],
) -> None:
    open_chat(chat_page, "Lab")
    add_bot(chat_page)
    sent = call(
        server,
        "sendMessage",
        chat_id=lab.id,
        text="A paper",
        reply_markup=keyboard(0, 0),
    )
    for votes, person in enumerate(people):
        become(chat_page, person.user.first_name)
        with chat_page.expect_response("**/do") as response:
            key(newest(chat_page), f"👍 {votes}").click()
        call(
            server,
            "answerCallbackQuery",
            callback_query_id=response.value.json()["press"],
            text=f"{person.user.first_name}: 👍 {votes + 1}",
        )
        call(
            server,
            "editMessageReplyMarkup",
            chat_id=lab.id,
            message_id=sent["message_id"],
            reply_markup=keyboard(votes + 1, 0),
        )
        expect(key(newest(chat_page), f"👍 {votes + 1}")).to_be_visible()
        expect(chat_page.locator("#toast")).to_have_text(
            f"{person.user.first_name}: 👍 {votes + 1}"
        )

    pressers = [
        update.body["from"]["first_name"]
        for update in server.bots[TOKEN].updates.pending()
        if update.kind == "callback_query"
    ]
    assert pressers == ["Ada", "Bo", "Cy"]


def test_a_bubble_names_its_author_unless_it_is_whoever_looks(
    chat_page: BrowserPage, server: FaultyServer, lab: Group
) -> None:
    open_chat(chat_page, "Lab")
    add_bot(chat_page)
    write(chat_page, "hello from Ada")
    expect(newest(chat_page).locator(".author")).to_have_count(0)
    become(chat_page, "Bo")
    expect(newest(chat_page).locator(".author")).to_have_text("Ada")
    call(server, "sendMessage", chat_id=lab.id, text="hello")

    expect(newest(chat_page).locator(".author")).to_have_text("PaperPicks")
    expect(
        chat_page.get_by_role("textbox", name="Message", exact=True)
    ).to_have_attribute("placeholder", "Message as Bo")


def test_a_link_to_the_bot_starts_the_private_chat_of_whoever_acts(
    chat_page: BrowserPage,
    server: FaultyServer,
    lab: Group,
    people: list[Person],
) -> None:
    open_chat(chat_page, "Lab")
    add_bot(chat_page)
    call(
        server,
        "sendMessage",
        chat_id=lab.id,
        text="A paper",
        reply_markup=keyboard(0, 0),
    )
    become(chat_page, "Bo")
    newest(chat_page).get_by_role("link", name="⋯").click()

    expect(newest(chat_page)).to_contain_text("/start g1_p7")
    expect(chat_page.locator("#title")).to_have_text("PaperPicks")
    assert people[1].messages[-1].text == "/start g1_p7"
    assert chat_page.context.pages == [chat_page]


def test_an_answer_with_a_link_alone_starts_the_private_chat(
    chat_page: BrowserPage,
    server: FaultyServer,
    lab: Group,
    people: list[Person],
) -> None:
    open_chat(chat_page, "Lab")
    add_bot(chat_page)
    call(
        server,
        "sendMessage",
        chat_id=lab.id,
        text="A paper",
        reply_markup=keyboard(0, 0),
    )
    become(chat_page, "Cy")
    with chat_page.expect_response("**/do") as response:
        key(newest(chat_page), "👍 0").click()
    call(
        server,
        "answerCallbackQuery",
        callback_query_id=response.value.json()["press"],
        url=LINK,
    )

    expect(newest(chat_page)).to_contain_text("/start g1_p7")
    assert people[2].messages[-1].text == "/start g1_p7"


def test_only_an_admin_posts_in_a_channel(
    chat_page: BrowserPage, server: FaultyServer, channel: Group
) -> None:
    open_chat(chat_page, "Lab papers")
    add_bot(chat_page)
    expect(chat_page.locator("#add-bot")).to_be_hidden()
    call(server, "sendMessage", chat_id=channel.id, text="A paper")
    expect(newest(chat_page).locator(".author")).to_have_text("Lab papers")
    write(chat_page, "news")
    expect(newest(chat_page)).to_contain_text("news")
    become(chat_page, "Cy")

    expect(chat_page.locator("#composer")).to_be_hidden()
    expect(chat_page.locator("#foot-note")).to_have_text(
        "Cy reads here; admins post."
    )
    assert channel.members[42] == "administrator"


def test_inline_results_are_chosen_by_keys_and_scrolled_for_more(
    chat_page: BrowserPage, server: FaultyServer, lab: Group, ada: Person
) -> None:
    open_chat(chat_page, "Lab")
    text_box = chat_page.get_by_label("Message", exact=True)
    text_box.fill("@PaperPicks diffusion")
    query = answer_inline(
        server,
        chat_page,
        *map(article, range(10)),
        next_offset="10",
        button={"text": "Order them by my taste", "start_parameter": "inline"},
    )
    expect(results(chat_page)).to_have_count(10)
    expect(
        chat_page.get_by_role("button", name="Order them by my taste")
    ).to_be_visible()
    text_box.press("ArrowUp")
    more = answer_inline(server, chat_page, *map(article, range(10, 20)))
    expect(results(chat_page)).to_have_count(20)
    text_box.press("ArrowDown")
    text_box.press("Enter")

    expect(newest(chat_page)).to_contain_text("via @local_42_bot")
    expect(newest(chat_page)).to_contain_text("Paper 10")
    expect(text_box).to_have_value("")
    expect(results(chat_page)).to_have_count(0)
    assert query["query"] == more["query"] == "diffusion"
    assert query["chat_type"] == "supergroup"
    assert more["offset"] == "10"
    assert lab.messages[-1].sender == ada.user


def test_a_card_sent_inline_is_voted_on_and_edited(
    chat_page: BrowserPage, server: FaultyServer, lab: Group
) -> None:
    open_chat(chat_page, "Lab")
    chat_page.get_by_label("Message", exact=True).fill("@local_42_bot x")
    answer_inline(server, chat_page, article(1))
    results(chat_page).first.click()
    become(chat_page, "Bo")
    with chat_page.expect_response("**/do") as response:
        key(newest(chat_page), "👍 0").click()
    call(
        server,
        "answerCallbackQuery",
        callback_query_id=response.value.json()["press"],
        text="counted",
    )
    call(
        server,
        "editMessageReplyMarkup",
        inline_message_id=lab.messages[-1].inline_id,
        reply_markup=keyboard(1, 0),
    )

    expect(key(newest(chat_page), "👍 1")).to_be_visible()
    expect(chat_page.locator("#toast")).to_have_text("counted")


def test_the_button_above_inline_results_starts_the_private_chat(
    chat_page: BrowserPage, server: FaultyServer, ada: Person
) -> None:
    open_chat(chat_page, "Lab")
    chat_page.get_by_label("Message", exact=True).fill("@PaperPicks x")
    button = {"text": "What is this?", "start_parameter": "inline"}
    answer_inline(server, chat_page, button=button)
    chat_page.get_by_role("button", name="What is this?").click()

    expect(newest(chat_page)).to_contain_text("/start inline")
    assert ada.messages[-1].text == "/start inline"


def test_inline_works_in_the_private_chat_and_escape_ends_it(
    chat_page: BrowserPage, server: FaultyServer, ada: Person
) -> None:
    ada.start()
    text_box = chat_page.get_by_label("Message", exact=True)
    text_box.fill("@PaperPicks x")
    query = answer_inline(server, chat_page, article(1))
    expect(results(chat_page)).to_have_count(1)
    text_box.press("Escape")
    expect(chat_page.locator("#inline")).to_be_hidden()
    text_box.fill("@PaperPicks xy")
    answer_inline(server, chat_page, article(2))
    expect(results(chat_page)).to_have_text(re.compile("Paper 2"))
    text_box.press("Enter")

    expect(newest(chat_page)).to_contain_text("Paper 2")
    assert query["chat_type"] == "sender"
    assert ada.messages[-1].via_bot is not None


def test_tomorrow_asks_for_the_next_digest_of_the_open_group(
    chat_page: BrowserPage, lab: Group
) -> None:
    open_chat(chat_page, "Lab")
    chat_page.get_by_role("button", name="Tomorrow").click()

    expect(chat_page.locator("#toast")).to_have_text(f"a day for {lab.id}")


def test_a_reload_opens_the_same_group_as_the_same_person(
    chat_page: BrowserPage,
) -> None:
    open_chat(chat_page, "Lab")
    become(chat_page, "Bo")
    write(chat_page, "still here")
    chat_page.reload()

    expect(chat_page.locator("#title")).to_have_text("Lab")
    expect(messages(chat_page)).to_have_count(1)
    expect(newest(chat_page)).to_have_class(re.compile("outgoing"))
