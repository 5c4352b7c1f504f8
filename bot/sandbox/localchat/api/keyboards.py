"""Checks inline keyboards as strictly as Telegram does."""

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
    """Raise `Refused` if Telegram would not show the keyboard."""
    rows = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_button(button)

    if len(buttons) > MAX_BUTTONS:
        raise Refused(refusals.MARKUP_TOO_LONG)


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise Refused(refusals.BUTTON_WITHOUT_TEXT)

    if "callback_data" in button:
        size = len(button["callback_data"].encode())
        if not 1 <= size <= MAX_DATA_BYTES:
            raise Refused(refusals.BUTTON_DATA_INVALID)
    elif "url" in button:
        url = button["url"]
        if links.normalize_url(url) is None:
            raise Refused(refusals.BUTTON_URL_INVALID, url=url)
    elif "copy_text" in button:
        length = len(button["copy_text"].get("text", ""))
        if not 1 <= length <= MAX_COPY_TEXT:
            raise Refused(refusals.BUTTON_COPY_TEXT_INVALID)
    elif not _OTHER_ACTIONS & button.keys():
        raise Refused(refusals.BUTTON_WITHOUT_ACTION)
