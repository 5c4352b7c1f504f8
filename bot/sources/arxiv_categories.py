"""arXiv's categories by name, and searched in words."""

from collections.abc import Mapping

from recommender import categories
from recommender.phrases import words

NAMES: Mapping[str, str] = categories.NAMES


def name(code: str) -> str:
    """Return what a category is called, or its code if nobody knows."""
    return NAMES.get(code, code)


def search(words_typed: str) -> list[str]:
    """Return the categories that some words mean, the best first."""
    stems = {word[:5].casefold() for word in words(words_typed)}
    matches = {
        code: len(
            stems & {word[:5].casefold() for word in words(f"{code} {label}")}
        )
        for code, label in NAMES.items()
    }
    return sorted(
        (code for code, n in matches.items() if n), key=lambda c: -matches[c]
    )
