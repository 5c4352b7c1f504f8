"""What people do in groups on the page, and the cards that a bot shows there."""

import re

from playwright.sync_api import Locator, Page, expect

from bot.sandbox.localchat.messages import Json

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


def open_chat(page: Page, name: str) -> None:
    chats = page.get_by_role("navigation", name="Readers and chats")
    chats.locator(".person").filter(
        has=page.locator(".name", has_text=re.compile(f"^{name}$"))
    ).click()


def become(page: Page, name: str) -> None:
    """Let another person act in the open group."""
    actors = page.get_by_role("group", name="Who you are in this chat")
    actors.get_by_role("button", name=name).click()
    pressed = actors.get_by_role("button", name=name, pressed=True)
    pressed.wait_for()


def add_bot(page: Page) -> None:
    """Add the bot, and wait until it is a member."""
    button = page.get_by_role("button", name="Add PaperPicks to this")
    button.click()
    expect(button).to_be_hidden()


def results(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Results of the bot").get_by_role(
        "option"
    )
