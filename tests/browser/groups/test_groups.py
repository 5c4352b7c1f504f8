"""On the page three people share a group and a channel with the bot."""

import re

from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from bot.sandbox.localchat.groups import Group
from bot.sandbox.localchat.people import Person
from tests.bot_api.server import FaultyServer
from tests.browser.bot_calls import TOKEN, call
from tests.browser.chatting import key, messages, newest, write
from tests.browser.groups.chatting import (
    LINK,
    add_bot,
    become,
    keyboard,
    open_chat,
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
