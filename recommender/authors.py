"""Names as people write them: which of the known authors is meant, and who comes close."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from recommender.papers import author_key

ALIKE = 0.7  # of the letters of two names, in their order
# A name that so many papers carry, by so many circles of co-authors that share nobody, is most
# likely several people's. Of 8,206 daily papers "Yang Liu" wrote 76 in 16 circles, "Hao Li" 55 in
# 16; Yejin Choi 51 in 3, Ziwei Liu 97 in one. Who changes groups often is asked about in vain.
CROWDED, CIRCLES = 10, 5


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
            worth += (
                [(-shared, -alike, each)] if shared or alike >= ALIKE else []
            )
    return [each for *_, each in sorted(worth)[:most]]


def is_crowded(key: str, papers: Sequence[Iterable[str]]) -> bool:
    """Tell whether several people seem to share a name, by the authors of the papers it is on."""
    return len(papers) >= CROWDED and circles(key, papers) >= CIRCLES


def circles(key: str, papers: Iterable[Iterable[str]]) -> int:
    """Return into how many circles the co-authors of a name fall, joined by common papers."""
    apart: list[set[str]] = []
    for authors in papers:
        people = {author_key(author) for author in authors} - {key}
        touching = [circle for circle in apart if circle & people]
        apart = [circle for circle in apart if not circle & people]
        apart.append(people.union(*touching))
    return len(apart)


def _fits(written: list[str], full: list[str]) -> bool:
    """Tell whether a name's whole words are in `full`, and its initials begin what is left."""
    initials = _initials(written)
    whole, there = (
        Counter(part for part in written if part not in initials),
        Counter(full),
    )
    if not whole <= there:
        return False
    left = Counter(part[0] for part in (there - whole).elements())
    return Counter(part for part in written if part in initials) <= left


def _initials(parts: Iterable[str]) -> set[str]:
    return {part for part in parts if len(part) == 1}
