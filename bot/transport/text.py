"""Text as Telegram counts it: lengths in UTF-16 units, and cuts that part no character."""

import html
import re
import unicodedata

from bot.markup.reading import JOINERS

# UTF-16 units of a message, after its entities are parsed.
LIMIT = 4096
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def utf16_len(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def seen_len(markup: str) -> int:
    """Return the length of HTML as Telegram counts it once its entities are parsed."""
    return utf16_len(plain(markup))


def plain(markup: str) -> str:
    """Return what is seen of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def clip(text: str, units: int) -> str:
    """Return at most `units` UTF-16 units of `text`, cut after a word where one ends near."""
    if utf16_len(text) <= units:
        return text
    if units < 1:
        return ""
    end = min(units - 1, len(text))
    while (over := utf16_len(text[:end]) - (units - 1)) > 0:
        end -= (over + 1) // 2
    while end and _is_inside(text, end):
        end -= 1
    cut = text[:end]
    if text[
        end : end + 1
    ].strip():  # a word was cut: leave it out if that costs little
        head, space, _ = cut.rpartition(" ")
        cut = head if space and len(head) > len(cut) // 2 else cut
    return cut.rstrip(" ,;:–—-(") + "…"


def _is_inside(text: str, at: int) -> bool:
    """Tell whether a cut before `text[at]` would part what is seen as one character."""
    before, after = text[at - 1], text[at]
    if (
        "\u200d" in {before, after}
        or after in JOINERS
        or ord(after) in SKIN_TONES
    ):
        return True
    if unicodedata.category(after).startswith("M"):
        return True
    flags = re.search(r"[\U0001f1e6-\U0001f1ff]*$", text[:at])
    return (
        ord(after) in FLAG_LETTERS
        and flags is not None
        and len(flags.group()) % 2 == 1
    )
