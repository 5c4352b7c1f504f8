"""Names as people write them: which of the known authors is meant, and who comes close."""

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from recommender.papers import author_key

ALIKE = 0.7  # of the letters of two names, in their order


def meant(written: str, known: Iterable[str]) -> list[str]:
    """Return which of the `known` keys a name stands for: itself, or all that its initials fit."""
    key, keys = author_key(written), set(known)
    if key in keys - {""}:
        return [key]
    parts = key.split()
    initials = _initials(parts)
    if not initials or initials.issuperset(parts):
        return []
    return sorted(each for each in keys if _fits(parts, each.split()))


def near(written: str, known: Iterable[str], most: int) -> list[str]:
    """Return the `known` keys most like a name, nearest first; none where none is like it."""
    key = author_key(written)
    parts = set(key.split())
    beginnings = tuple(part[:2] for part in parts if len(part) > 1)
    worth = []
    for each in known:
        shared = len(parts & set(each.split()) - _initials(parts))
        if shared or any(part.startswith(beginnings) for part in each.split()):
            alike = SequenceMatcher(None, key, each).ratio()
            worth += [(-shared, -alike, each)] if shared or alike >= ALIKE else []
    return [each for *_, each in sorted(worth)[:most]]


def _fits(written: list[str], full: list[str]) -> bool:
    """Tell whether a name's whole words are in `full`, and its initials begin what is left."""
    initials = _initials(written)
    whole, there = Counter(part for part in written if part not in initials), Counter(full)
    if not whole <= there:
        return False
    left = Counter(part[0] for part in (there - whole).elements())
    return Counter(part for part in written if part in initials) <= left


def _initials(parts: Iterable[str]) -> set[str]:
    return {part for part in parts if len(part) == 1}
