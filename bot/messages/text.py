"""Prepares titles, abstracts and names for messages: readable, shortened and escaped."""

import html
from collections.abc import Sequence
from functools import lru_cache

from bot.markup import reading
from bot.markup.people import PARTICLES, SUFFIXES, is_group
from bot.transport.text import clip, utf16_len
from recommender import sentences
from recommender.papers import one_line

# Authors of a paper who are named; of the others only the number is shown.
NAMED_AUTHORS = 3


# Cached because a digest is rendered again after every tap.
@lru_cache(maxsize=1024)
def readable(text: str) -> str:
    """Return a text without markup, on one line.

    Sources remove it too, but papers that were stored earlier may still have some.
    """
    return reading.plain(text)


@lru_cache(maxsize=1024)
def whole_sentences(text: str, units: int) -> str:
    """Return the first sentences that fit into a number of UTF-16 units.

    If not even one fits, return the clipped text.
    """
    text = one_line(text)
    if utf16_len(text) <= units:
        return text

    end = 0
    for stop in sentences.ends(text, max(units, 0) + 2):
        if utf16_len(text[:stop]) > units:
            break
        end = stop

    return text[:end] if end else clip(text, units)


def escape(text: str) -> str:
    """Return a text as HTML, for content or an attribute."""
    return html.escape(text, quote=True)


def names(authors: Sequence[str]) -> str:
    """Return the first authors with their initials, and how many others there are."""
    first_names = map(with_initial, authors[:NAMED_AUTHORS])
    text = ", ".join(first_names)
    n_others = len(authors) - NAMED_AUTHORS
    return f"{text} +{n_others}" if n_others > 0 else text


def with_initial(name: str) -> str:
    """Return a name with the first letter of its given name: "V. van Gogh"."""
    family = surname(name)
    given = readable(name).replace(family, "", 1).strip(" ,")
    return f"{given[0].upper()}. {family}" if given[:1].isalpha() else family


def surname(name: str) -> str:
    """Return the family name of "Vincent van Gogh" or "van Gogh, Vincent"."""
    name = readable(name)
    if is_group(name):
        return name

    family, comma, given = name.partition(",")
    if comma and given.strip().casefold() not in SUFFIXES:
        return family.strip()

    words = [
        word
        for word in name.replace(",", " ").split()
        if word.casefold() not in SUFFIXES
    ]
    if not words:
        return name

    start = len(words) - 1
    # "Le Zhang" and "Di Wang": the first word is a particle only in lower case.
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    if start == 1 and words[0] in PARTICLES:
        start = 0
    return " ".join(words[start:])
