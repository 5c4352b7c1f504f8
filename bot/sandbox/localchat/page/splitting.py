"""Long texts, cut into messages as Telegram's clients cut them."""

from collections.abc import Iterator

from bot.sandbox.localchat.api.sending import MAX_TEXT
from bot.sandbox.localchat.text.entities import utf16_length


def split_text(text: str) -> Iterator[str]:
    """Cut a long text into messages, after a line or a word where possible."""
    remainder = text.strip()
    while utf16_length(remainder) > MAX_TEXT:
        head = _message_head(remainder)
        cut = max(head.rfind("\n"), head.rfind(" "))
        if cut <= MAX_TEXT // 2:
            cut = len(head)
        yield remainder[:cut].rstrip()
        remainder = remainder[cut:].lstrip()

    if remainder:
        yield remainder


def _message_head(text: str) -> str:
    """Return the longest beginning of a text that fits into one message."""
    head = text[:MAX_TEXT]
    while utf16_length(head) > MAX_TEXT:
        excess = utf16_length(head) - MAX_TEXT
        head = head[: -max(excess // 2, 1)]
    return head
