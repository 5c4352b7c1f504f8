"""On the page people use the bot inline, by keys, by scrolling and by a press."""

import re

from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN, answer_inline, call
from tests.browser.chatting import key, newest
from tests.browser.groups.chatting import (
    article,
    become,
    keyboard,
    open_chat,
    results,
)


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

    presses = [
        update.body
        for update in server.bots[TOKEN].updates.pending()
        if update.kind == "callback_query"
    ]
    assert presses[0]["inline_message_id"] == lab.messages[-1].inline_id
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
