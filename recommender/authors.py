"""Match names of authors as people write them, and tell names that several people share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from recommender.papers import author_key

# Of the letters of two names, in their order.
MIN_RATIO = 0.7

# A name that so many papers carry, by so many circles of co-authors that share nobody, is most
# likely several people's. Of 8,206 daily papers "Yang Liu" wrote 76 in 16 circles, "Hao Li" 55 in
# 16; Yejin Choi 51 in 3, Ziwei Liu 97 in one. Who changes groups often is asked about in vain.
CROWDED_PAPERS = 10
CROWDED_CIRCLES = 5


def matching_keys(name: str, keys: Iterable[str]) -> list[str]:
    """Return the author keys that a name stands for: its own, or all that its initials fit."""
    own_key = author_key(name)
    candidates = set(keys)
    if own_key and own_key in candidates:
        return [own_key]

    parts = own_key.split()
    initials = _initials(parts)
    if not initials or initials.issuperset(parts):
        return []
    return sorted(key for key in candidates if _fits(parts, key.split()))


def similar_keys(name: str, keys: Iterable[str], most: int) -> list[str]:
    """Return the author keys most like a name, nearest first; none if none is like it."""
    own_key = author_key(name)
    own_parts = set(own_key.split())
    beginnings = tuple(part[:2] for part in own_parts if len(part) > 1)

    matches: list[tuple[int, float, str]] = []
    for key in keys:
        parts = key.split()
        n_shared = len(own_parts & set(parts) - _initials(own_parts))
        begins_alike = any(part.startswith(beginnings) for part in parts)
        if not n_shared and not begins_alike:
            continue

        ratio = SequenceMatcher(None, own_key, key).ratio()
        if n_shared or ratio >= MIN_RATIO:
            matches.append((-n_shared, -ratio, key))

    return [key for _, _, key in sorted(matches)[:most]]


def is_crowded(key: str, papers: Sequence[Iterable[str]]) -> bool:
    """Tell whether several people seem to share a name, by the authors of the papers it is on."""
    if len(papers) < CROWDED_PAPERS:
        return False
    return count_circles(key, papers) >= CROWDED_CIRCLES


def count_circles(key: str, papers: Iterable[Iterable[str]]) -> int:
    """Return into how many circles the co-authors of a name fall, joined by common papers."""
    circles: list[set[str]] = []
    for authors in papers:
        coauthors = {author_key(author) for author in authors} - {key}
        touching = [circle for circle in circles if circle & coauthors]
        circles = [circle for circle in circles if not circle & coauthors]
        circles.append(coauthors.union(*touching))
    return len(circles)


def _fits(parts: list[str], full_parts: list[str]) -> bool:
    """Tell whether a name's words are in a full name, and its initials begin the other words."""
    initials = _initials(parts)
    words = Counter(part for part in parts if part not in initials)
    full_words = Counter(full_parts)
    if not words <= full_words:
        return False

    other_words = full_words - words
    other_initials = Counter(word[0] for word in other_words.elements())
    return Counter(part for part in parts if part in initials) <= other_initials


def _initials(parts: Iterable[str]) -> set[str]:
    return {part for part in parts if len(part) == 1}
