"""Index the words of many texts, to find all texts that contain a phrase at once."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Mask, Rows
from recommender.categories import NAMES
from recommender.papers import Paper
from recommender.phrases import forms


class PhraseIndex:
    """The words of n texts as one array of numbers.

    Each text stands in the array in both its `forms`, and a 0 stands after each form. With a
    `former` index, a part of it is given by the number of the text there, and keeps its words.
    """

    def __init__(
        self,
        texts: Iterable[str | int],
        former: "PhraseIndex | None" = None,
    ) -> None:
        self._numbers: defaultdict[str, int] = (
            defaultdict(count(1).__next__)
            if former is None
            else former._numbers  # noqa: SLF001 - of the same class
        )
        numbers = array("I")
        ends = array("Q")
        for text in texts:
            if isinstance(text, str):
                numbers.extend(self._words_of(text))
            elif former is not None:
                words = former.part(text).astype(np.uint32)
                numbers.frombytes(words.tobytes())
            ends.append(len(numbers))

        # As few bytes a word as the number of different words allows.
        smallest_type = np.min_scalar_type(len(self._numbers))
        self._words = np.frombuffer(numbers, np.uint32).astype(
            smallest_type, copy=False
        )
        self._ends = np.array(ends, np.int64)

    def part(self, text: int) -> NDArray[np.unsignedinteger]:
        """Return the words of one text."""
        start = self._ends[text - 1] if text else 0
        return self._words[start : self._ends[text]]

    def matches(self, phrase: str) -> Mask:
        """Return which texts contain a phrase, (n_texts,), as `phrases.contains` tells it."""
        return self.matches_of([phrase])[:, 0]

    def matches_of(self, phrases: Sequence[str]) -> Mask:
        """Return which texts contain each of some phrases, (n_texts, n_phrases)."""
        numbers = [list(self._numbers_of(phrase)) for phrase in phrases]
        first_words = {form[0] for forms in numbers for form in forms}

        # One pass over all words finds the places where any of the phrases may begin.
        is_first = np.zeros(len(self._numbers) + 1, bool)
        is_first[list(first_words)] = True
        places = np.flatnonzero(is_first[self._words])
        words = self._words[places]

        matches = np.zeros((len(self._ends), len(phrases)), bool)
        for column, forms_of_phrase in enumerate(numbers):
            for form in forms_of_phrase:
                starts = self._starts(form, places[words == form[0]])
                rows = self._ends.searchsorted(starts, "right")
                matches[rows, column] = True
        return matches

    def _words_of(self, text: str) -> Iterator[int]:
        """Yield the words of a new text as numbers."""
        for form in dict.fromkeys(forms(text)):
            for word in form.split():
                yield self._numbers[word]
            yield 0

    def _numbers_of(self, phrase: str) -> Iterator[list[int]]:
        """Yield the forms of a phrase of which every word is in the index."""
        for form in dict.fromkeys(forms(phrase)):
            numbers = [self._numbers.get(word, -1) for word in form.split()]
            if numbers and -1 not in numbers:
                yield numbers

    def _starts(self, form: Sequence[int], places: Rows) -> Rows:
        """Return those places of its first word at which a form stands whole."""
        for offset, number in enumerate(form[1:], start=1):
            places = places[self._words[places + offset] == number]
        return places

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
