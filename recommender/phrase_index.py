"""Index the words of many texts, to find all texts that contain a phrase at once."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import count

import numpy as np

from recommender.arrays import Mask
from recommender.categories import NAMES
from recommender.papers import Paper
from recommender.phrases import forms


class PhraseIndex:
    """The words of n texts as one array of numbers.

    Each text stands in the array in both its `forms`, and a 0 stands after each form.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers = defaultdict[str, int](count(1).__next__)
        numbers = array("I")
        ends = array("I")
        for text in texts:
            for form in dict.fromkeys(forms(text)):
                numbers.extend(self._numbers[word] for word in form.split())
                numbers.append(0)
            ends.append(len(numbers))

        # As few bytes a word as the number of different words allows.
        smallest_type = np.min_scalar_type(len(self._numbers))
        self._words = np.array(numbers, smallest_type)
        self._ends = np.array(ends, np.int64)

    def matches(self, phrase: str) -> Mask:
        """Return which texts contain a phrase, (n_texts,), as `phrases.contains` tells it."""
        is_match = np.zeros(len(self._ends), bool)
        for form in dict.fromkeys(forms(phrase)):
            numbers = [self._numbers.get(word, -1) for word in form.split()]
            if not numbers or -1 in numbers:
                continue

            places = np.flatnonzero(self._words == numbers[0])
            for offset, number in enumerate(numbers[1:], start=1):
                places = places[self._words[places + offset] == number]
            is_match[self._ends.searchsorted(places, "right")] = True
        return is_match

    def vocabulary(self, min_count: int) -> set[str]:
        """Return the words that stand in the texts at least so often."""
        counts = np.bincount(self._words, minlength=len(self._numbers) + 1)
        return {
            word
            for word, number in self._numbers.items()
            if counts[number] >= min_count
        }


def topic_text(paper: Paper) -> str:
    """Return the text in which a topic is searched: with keywords and names of categories."""
    categories = [NAMES.get(code, code) for code in paper.categories]
    return ". ".join([paper.text, *categories])
