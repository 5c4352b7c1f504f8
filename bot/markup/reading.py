"""Removes LaTeX, HTML and entities from titles, abstracts and names."""

import unicodedata

from bot.markup import latex, tags
from recommender.papers import one_line

# The longest text whose markup is removed, in characters. A longer one is no abstract,
# and could take seconds.
LONGEST = 20_000

# One kind of markup may hide another: "{\textless}i{\textgreater}", "&amp;lt;".
ROUNDS = 3

# Joiners within words and emoji.
JOINERS = "\u200c\u200d\ufe0f"

# The categories of invisible characters: direction overrides and such, private use, and
# halves of characters.
INVISIBLE = {"Cf", "Co", "Cs"}


def plain(text: str) -> str:
    """Return a text on one line, without its markup and invisible characters.

    In prose with a little LaTeX, anything that only looks like LaTeX stays.
    """
    text = one_line(text)
    if len(text) >= LONGEST:
        return _visible(text)

    for _ in range(ROUNDS):
        before = text
        text = latex.plain(tags.plain(text))
        if text == before or not tags.HINT.search(text):
            break

    return _visible(text)


def bibliographic(text: str) -> str:
    """Return a field of a bibliography, all of which is LaTeX, as plain text."""
    text = one_line(text)
    if len(text) >= LONGEST:
        return _visible(text)

    return plain(latex.whole(tags.plain(text)))


def _visible(text: str) -> str:
    """Return a text on one line without invisible characters."""
    if not text.isprintable():
        text = "".join(map(_visible_character, text))

    return one_line(text)


def _visible_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    if category in INVISIBLE and character not in JOINERS:
        return ""

    return character
