"""Phrases as papers write them, "LoRA" in its own capitals."""

from collections import Counter
from collections.abc import Sequence

from recommender.phrases import STOPWORDS, WORD


def plainest(spans: Sequence[str]) -> str:
    """Return the way of writing with the fewest capitals, then the one that is used most."""
    often = Counter(spans)
    best = min(often, key=lambda span: (sum(map(str.isupper, span)), -often[span]))
    telling = [word for word in WORD.findall(best) if word not in STOPWORDS]
    if all(word[0].isupper() or word[0].isdigit() for word in telling):
        return WORD.sub(lambda word: _untitled(word[0]), best)
    return best


def _untitled(word: str) -> str:
    """Return a word of a title as it stands in a sentence: "Splatting", but "3D" and "LoRA"."""
    return word.casefold() if word[0].isupper() and word[1:].islower() else word
