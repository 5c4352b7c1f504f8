"""Phrases as papers write them: sought in many texts at once, and in their own capitals."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from recommender.categories import NAMES
from recommender.papers import Paper
from recommender.phrases import STOPWORDS, WORD, forms

Mask = NDArray[np.bool_]


def plainest(spans: Sequence[str]) -> str:
    """Return the way of writing with the fewest capitals, then the one that is used most."""
    often = Counter(spans)
    best = min(
        often, key=lambda span: (sum(map(str.isupper, span)), -often[span])
    )
    telling = [word for word in WORD.findall(best) if word not in STOPWORDS]
    if all(word[0].isupper() or word[0].isdigit() for word in telling):
        return WORD.sub(lambda word: _untitled(word[0]), best)
    return best


def _untitled(word: str) -> str:
    """Return a word of a title as it stands in a sentence: "Splatting", but "3D" and "LoRA"."""
    return word.casefold() if word[0].isupper() and word[1:].islower() else word


class Wording:
    """The words of many texts as numbers, so that a topic is sought in all of them at once.

    Each text is there in both its `forms`, and 0 stands after each form.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers = defaultdict[str, int](count(1).__next__)
        said, ends = array("I"), array("I")
        for text in texts:
            for form in dict.fromkeys(forms(text)):
                said.extend(map(self._numbers.__getitem__, form.split()))
                said.append(0)
            ends.append(len(said))
        self._said = np.array(said, np.min_scalar_type(len(self._numbers)))
        self._ends = np.array(ends, np.int64)

    def saying(self, topic: str) -> Mask:
        """Tell which texts say `topic`, as `recommender.phrases.says` means it."""
        found = np.zeros(len(self._ends), bool)
        for form in dict.fromkeys(forms(topic)):
            sought = [self._numbers.get(word, -1) for word in form.split()]
            if not sought or -1 in sought:
                continue
            at = np.flatnonzero(self._said == sought[0])
            for further, number in enumerate(sought[1:], 1):
                at = at[self._said[at + further] == number]
            found[self._ends.searchsorted(at, "right")] = True
        return found

    def vocabulary(self, fewest: int) -> set[str]:
        """Return the words that stand in the texts at least so often."""
        often = np.bincount(self._said, minlength=len(self._numbers) + 1)
        return {
            word
            for word, number in self._numbers.items()
            if often[number] >= fewest
        }


def fields(paper: Paper) -> str:
    """Return what a topic is sought in."""
    return ". ".join(
        (paper.text, *(NAMES.get(code, code) for code in paper.categories))
    )
