"""One reader for whatever titles, abstracts and names are written in: LaTeX, HTML, entities."""

import unicodedata

from bot.markup import latex, tags
from recommender.papers import one_line

LONGEST = (
    20_000  # characters; what is longer is no abstract, and could take seconds
)
ROUNDS = (
    3  # one kind may hide another: "{\textless}i{\textgreater}", "&amp;lt;"
)
HOLDS_TOGETHER = "\u200c\u200d\ufe0f"  # joiners within words and emoji
UNSEEN = {
    "Cf",
    "Co",
    "Cs",
}  # direction overrides and such, private use, halves of characters


def plain(text: str) -> str:
    """Return a text on one line as people read it, without its markup and unseen characters.

    It may be prose with a little LaTeX in it: what only looks like LaTeX stays.
    """
    text = one_line(text)
    for _ in range(ROUNDS if len(text) < LONGEST else 0):
        before, text = text, latex.plain(tags.plain(text))
        if text == before or not tags.HINT.search(text):
            break
    return _seen(text)


def bibliographic(text: str) -> str:
    """Return a field of a bibliography, which is LaTeX as a whole, as people read it."""
    text = one_line(text)
    return (
        plain(latex.whole(tags.plain(text)))
        if len(text) < LONGEST
        else _seen(text)
    )


def _seen(text: str) -> str:
    if not text.isprintable():
        text = "".join(_character(character) for character in text)
    return one_line(text)


def _character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    return (
        "" if kind in UNSEEN and character not in HOLDS_TOGETHER else character
    )
