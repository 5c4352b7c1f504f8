"""Find where sentences end: not after "e.g.", "et al.", "Fig. 2", an initial or a decimal point."""

import re
from collections.abc import Iterator
from itertools import pairwise

# A stop before a word that does not begin with a small letter.
END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[^\sa-z])|[。！？]")

# Words whose stop does not end a sentence.
STOPPED = """
al app approx ca cf dr eq eqs fig figs mr mrs ms no nos prof ref refs resp sec secs st tab vs
"""
ABBREVIATIONS = frozenset(STOPPED.split())

# The same without its last stop: "J", "e.g", "U.S".
INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


def ends(text: str, most: int | None = None) -> Iterator[int]:
    """Yield where each sentence of a text ends, but for the last one; `most` limits the search."""
    limit = len(text) if most is None else most
    for stop in END.finditer(text, 0, limit):
        if not _is_abbreviation(text, stop):
            yield stop.end()


def split(text: str) -> list[str]:
    """Return the sentences of a text in their order."""
    stops = [0, *ends(text), len(text)]
    parts = [text[start:end].strip() for start, end in pairwise(stops)]
    return [part for part in parts if part]


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    """Tell whether a stop follows "et al", "Fig" or an initial, and so ends no sentence."""
    if stop[0] != ".":
        return False

    _, _, last_word = text[: stop.start()].rpartition(" ")
    word = last_word.lstrip("([\"'“‘").casefold()
    return word in ABBREVIATIONS or bool(INITIALS.fullmatch(word))
