"""Correct misspelt words and phrases by the names and words of the field."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from recommender.phrases import WORD, singular, words

# How alike a name, or one word, must be to what was typed.
MIN_NAME_RATIO = 0.87
MIN_WORD_RATIO = 0.78

# Shorter words are too like others.
MIN_LENGTH = 5

# Letters by which the right word may be longer or shorter.
MAX_LENGTH_DIFFERENCE = 2


class Spelling:
    """Names that people may mean, and the words that papers use."""

    def __init__(self, names: Iterable[str], vocabulary: Iterable[str]) -> None:
        self._names = {" ".join(words(name)): name for name in names}
        self._words = {*vocabulary}
        for name in self._names:
            self._words.update(name.split())

        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._by_length[len(word)].append(word)

    def phrase(self, text: str) -> str | None:
        """Return the phrase that was probably meant, or None if the text may be right."""
        folded = " ".join(words(text))
        if folded in self._names or len(folded) < MIN_LENGTH:
            return None
        if not folded.isascii():
            return None
        if all(word in self._words for word in folded.split()):
            return None

        matches = get_close_matches(
            folded, self._names, n=1, cutoff=MIN_NAME_RATIO
        )
        if matches:
            return _in_number_of(text, self._names[matches[0]])
        return self._correct_words(text)

    def word(self, text: str) -> str | None:
        """Return the word that was probably meant; None if papers use it, or none is like it."""
        folded = singular(text.casefold())
        if folded in self._words or len(folded) < MIN_LENGTH:
            return None

        shortest = len(folded) - MAX_LENGTH_DIFFERENCE
        longest = len(folded) + MAX_LENGTH_DIFFERENCE
        candidates = [
            word
            for length in range(shortest, longest + 1)
            for word in self._by_length.get(length, ())
            if word[0] == folded[0] or word[-3:] == folded[-3:]
        ]
        matches = get_close_matches(
            folded, candidates, n=1, cutoff=MIN_WORD_RATIO
        )
        return matches[0] if matches else None

    def _correct_words(self, text: str) -> str | None:
        """Return a phrase with each unused word corrected, or None if one is like no other."""
        unused = [
            word
            for word in WORD.findall(text)
            if singular(word.casefold()) not in self._words
        ]
        corrections: dict[str, str] = {}
        for word in unused:
            correction = self.word(word)
            if correction is None:
                return None
            corrections[word] = _in_number_of(word, correction)
        if not corrections:
            return None

        corrected = WORD.sub(
            lambda match: corrections.get(match[0], match[0]), text
        )
        name = self._names.get(" ".join(words(corrected)), corrected)
        return _in_number_of(text, name)


def _in_number_of(text: str, correction: str) -> str:
    """Return a correction as a plural if the text is one."""
    if text[-1:] == "s" and not correction.endswith("s"):
        return f"{correction}s"
    return correction
