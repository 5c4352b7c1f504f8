"""Text that Telegram and people can read: LaTeX resolved, cut where sense ends, escaped."""

import html
import logging
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text

# A span of mathematics; "$5 million and $3 million" is none: its ends touch space or digits.
MATHEMATICS = re.compile(r"(?<!\\)\$(?=\S)([^$]{1,300}?)(?<=[^\s\\])\$(?!\d)")
COMMAND = re.compile(r"\\[a-zA-Z\"'`^~=.,;! %&_#${}()\[\]]")
LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
ADDRESS = re.compile(r"https?://\S+")
POWER = re.compile(r"\^([0-9n+-])(?![0-9A-Za-z.])")
RAISED = str.maketrans("0123456789n+-", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ⁺⁻")
UNSEEN = {"Cc", "Cf", "Co", "Cs"}  # control, direction overrides, private, surrogates
KEPT = "\u200d\ufe0f"  # they hold emoji together
SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}
PARTICLES = {"van", "von", "de", "der", "den", "di", "da", "le", "la", "el", "al", "bin", "ter"}
# A sentence ends here, but not after the short forms of scholarly English or an initial.
ENDS = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bet al\.)(?<!\bFig\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\b[A-Z]\.)"
    r"(?<=[.!?])\s+(?=[^\sa-z])"
)
LATEX = LatexNodes2Text(math_mode="text", keep_comments=True)

# It warns of every abstract that is no whole document.
logging.getLogger("pylatexenc").setLevel(logging.ERROR)


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """Return `text` on one line, its LaTeX as plain characters, without unseen characters."""
    if "$" in text:
        text = MATHEMATICS.sub(_formula, text)
    if COMMAND.search(text):
        text = _resolved(LINK.sub(r"\1", text))
    text = re.sub(r"(?<=\S)~(?=\S)", " ", text) if "://" not in text else text
    seen = (c if c in KEPT or unicodedata.category(c) not in UNSEEN else " " for c in text)
    return " ".join("".join(seen).split())


def utf16_len(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, units: int) -> str:
    """Return at most `units` UTF-16 units of `text`, cut at a word where one ends near."""
    if utf16_len(text) <= units:
        return text
    kept, room = [], units - 1
    for character in text:
        room -= utf16_len(character)
        if room < 0:
            break
        kept.append(character)
    cut = "".join(kept)
    if text[len(cut) : len(cut) + 1].strip():  # a word was cut: leave it out if it is short
        head, space, _ = cut.rpartition(" ")
        cut = head if space and len(head) > len(cut) // 2 else cut
    return (cut.rstrip().rstrip(KEPT + ",;:") + "…") if units > 0 else ""


@lru_cache(maxsize=4096)
def whole_sentences(text: str, units: int) -> str:
    """Return as many whole sentences from the beginning as fit, else its beginning."""
    text = " ".join(text.split())
    if utf16_len(text) <= units:
        return text
    end = 0
    for found in ENDS.finditer(text):
        if utf16_len(text[: found.start()]) > units:
            break
        end = found.start()
    return text[:end] if end else clip(text, units)


def escape(text: str) -> str:
    """Return `text` for Telegram's HTML, as content or inside an attribute."""
    return html.escape(text, quote=True)


def names(authors: Sequence[str], shown: int = 3) -> str:
    """Return the surnames of the first authors, and how many more there are."""
    listed = ", ".join(surname(author) for author in authors[:shown])
    more = len(authors) - shown
    return f"{listed} +{more}" if more > 0 else listed


def surname(name: str) -> str:
    """Return the family name, in either order of writing: "Vincent van Gogh", "Gogh, Vincent"."""
    family, comma, rest = name.partition(",")
    if comma and rest.strip().casefold() not in SUFFIXES:
        return family.strip()
    words = [word for word in name.replace(",", " ").split() if word.casefold() not in SUFFIXES]
    start = len(words) - 1
    while start > 0 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return " ".join(words[max(start, 0) :]) or name


def _formula(found: re.Match[str]) -> str:
    inner = _resolved(found[1]) if re.search(r"[\\{}]", found[1]) else found[1]
    return POWER.sub(lambda power: power[1].translate(RAISED), inner)


def _resolved(text: str) -> str:
    """Resolve LaTeX; the text as it was where that fails or would lose an address."""
    if ADDRESS.search(text):
        parts = re.split(f"({ADDRESS.pattern})", text)
        return "".join(p if ADDRESS.match(p) else _resolved(p) if p else "" for p in parts)
    guarded = re.sub(r"(?<!\\)([%&#])", r"\\\1", text)
    try:
        return str(LATEX.latex_to_text(guarded))
    except Exception:  # noqa: BLE001 - a parser's bug must not cost a reader their digest
        return text
