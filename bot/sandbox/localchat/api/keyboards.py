"""Inline keyboards checked as strictly as Telegram checks them."""

from bot.sandbox.localchat import refusals
from bot.sandbox.localchat.messages import Json
from bot.sandbox.localchat.refusals import Refused
from bot.sandbox.localchat.text import links

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
MAX_COPY_TEXT = 256
_OTHER_ACTIONS = {
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
}


def check(markup: Json) -> None:
    """Raise `Refused` where Telegram would not show `markup`."""
    buttons = [
        button for row in markup.get("inline_keyboard", []) for button in row
    ]
    for button in buttons:
        _check_button(button)
    if len(buttons) > MAX_BUTTONS:
        raise Refused(refusals.MARKUP_TOO_LONG)


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise Refused(refusals.BUTTON_WITHOUT_TEXT)
    if "callback_data" in button:
        if not 1 <= len(button["callback_data"].encode()) <= MAX_DATA_BYTES:
            raise Refused(refusals.BUTTON_DATA_INVALID)
    elif "url" in button:
        if links.checked(button["url"]) is None:
            raise Refused(refusals.BUTTON_URL_INVALID, url=button["url"])
    elif "copy_text" in button:
        if not 1 <= len(button["copy_text"].get("text", "")) <= MAX_COPY_TEXT:
            raise Refused(refusals.BUTTON_COPY_TEXT_INVALID)
    elif not _OTHER_ACTIONS & button.keys():
        raise Refused(refusals.BUTTON_WITHOUT_ACTION)
