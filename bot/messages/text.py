"""Text that Telegram and people can read: LaTeX resolved, cut where sense ends, escaped."""

import html
import re
from collections.abc import Sequence
from functools import lru_cache

from bot.markup import reading
from bot.markup.people import SUFFIXES, is_group
from bot.transport.text import clip, utf16_len
from recommender.papers import one_line

END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[^\sa-z])|[。！？]")
SHORT_FORMS = {
    "al",
    "fig",
    "figs",
    "eq",
    "eqs",
    "sec",
    "secs",
    "tab",
    "no",
    "nos",
    "vs",
    "cf",
}
SHORT_FORMS |= {
    "resp",
    "approx",
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "st",
    "ca",
    "ref",
    "refs",
    "app",
}
# Before the last stop: "J", "e.g", "U.S".
INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
PARTICLES = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "du",
}
PARTICLES |= {"la", "le", "el", "al", "ter"}


@lru_cache(maxsize=1024)  # every redraw of a digest asks again
def readable(text: str) -> str:
    """Return `text` on one line as people read it, for what was stored before sources did so."""
    return reading.plain(text)


@lru_cache(maxsize=1024)
def whole_sentences(text: str, units: int) -> str:
    """Return as many whole sentences from the beginning as fit, else its clipped beginning."""
    text = one_line(text)
    if utf16_len(text) <= units:
        return text
    end = 0
    for found in END.finditer(text, 0, max(units, 0) + 2):
        if utf16_len(text[: found.end()]) > units:
            break
        if not _is_short_form(text, found):
            end = found.end()
    return text[:end] if end else clip(text, units)


def escape(text: str) -> str:
    """Return `text` for Telegram's HTML, as content or inside an attribute."""
    return html.escape(text, quote=True)


def names(authors: Sequence[str], shown: int = 3) -> str:
    """Return the first authors with their initials, and how many more there are."""
    listed = ", ".join(initialled(author) for author in authors[:shown])
    more = len(authors) - shown
    return f"{listed} +{more}" if more > 0 else listed


def initialled(name: str) -> str:
    """Return a name with the first letter of its given name: "V. van Gogh"."""
    family = surname(name)
    given = readable(name).replace(family, "", 1).strip(" ,")
    return f"{given[0].upper()}. {family}" if given[:1].isalpha() else family


def surname(name: str) -> str:
    """Return the family name, in either order: "Vincent van Gogh", "van Gogh, Vincent"."""
    name = readable(name)
    if is_group(name):
        return name
    family, comma, rest = name.partition(",")
    if comma and rest.strip().casefold() not in SUFFIXES:
        return family.strip()
    words = [
        word
        for word in name.replace(",", " ").split()
        if word.casefold() not in SUFFIXES
    ]
    if not words:
        return name
    start = len(words) - 1
    # A first name may look like one: Le Zhang, Di Wang.
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    if start == 1 and words[0] in PARTICLES:
        start = 0
    return " ".join(words[start:])


def _is_short_form(text: str, found: re.Match[str]) -> bool:
    """Tell the stop after "et al", "Fig" or an initial from one that ends a sentence."""
    word = text[: found.start()].rpartition(" ")[2].lstrip("([\"'“‘").casefold()
    return found.group() == "." and bool(
        word in SHORT_FORMS or INITIALS.fullmatch(word)
    )
