"""Finds things with short names, such as categories and subjects, by words for them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")

# Words that say nothing about a subject.
EMPTY = {"and", "of", "the", "in", "for", "a", "on", "to", "with"}

# The shortest part of a word that finds it: "robot" finds "robotics".
SHORTEST = 4

# How well a word of the query fits a word of a name.
SAME = 3
BEGINNING = 2

# What it counts that a thing's own name has the words too, not only others for it.
OWN_NAME = 0.25


@lru_cache(maxsize=4_096)
def stems(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and the endings of plurals."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in WORD.findall(letters) if word not in EMPTY]

    return tuple(map(_singular, words))


def ranked(words: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys whose names have all the words, or else half of them, best first.

    Each key has several names, of which the first is its own. A name that is nothing but the
    words comes first, then those that have the words themselves, then those that have words
    that begin with them.
    """
    query = stems(words)
    fits = {key: _best_fit(query, texts) for key, texts in names.items()}

    for least in (1.0, 0.5):
        keys = [key for key, (share, _) in fits.items() if share >= least]
        if keys:
            return sorted(keys, key=lambda key: fits[key], reverse=True)

    return []


def _best_fit(
    query: Sequence[str], texts: Sequence[str]
) -> tuple[float, float]:
    """Return the share of the words that the best name has, and how well it fits."""
    fits = [_name_fit(query, stems(text)) for text in texts]
    if not fits:
        return 0.0, 0.0

    share, score = max(fits)
    own_share, _ = fits[0]
    return share, score + OWN_NAME * own_share


def _name_fit(query: Sequence[str], name: Sequence[str]) -> tuple[float, float]:
    if not query or not name:
        return 0.0, 0.0

    fits = [max(_fit(word, part) for part in name) for word in query]
    share = sum(map(bool, fits)) / len(query)
    # The fewer other words, the better.
    return share, sum(fits) / len(fits) + len(query) / len(name)


def _fit(word: str, part: str) -> int:
    if word == part:
        return SAME
    if len(word) >= SHORTEST and part.startswith(word):
        return BEGINNING

    return 0


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    # "Robotics", "physics" and "mathematics" are no plurals.
    if (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "ics", "is", "us"))
    ):
        return word[:-1]

    return word
