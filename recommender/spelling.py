"""What misspelt words were probably meant to be, from the names and words of the field."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from recommender.phrases import WORD, singular, words

# How alike a name, or one word, must be to what was typed; shorter words are too like others.
LIKE_A_NAME, LIKE_A_WORD = 0.87, 0.78
SHORTEST = 5
# Letters by which what was meant may be longer or shorter.
LONGER = 2


class Spelling:
    """Names that people may mean, and the words that papers use."""

    def __init__(self, names: Iterable[str], vocabulary: Iterable[str]) -> None:
        self._names = {" ".join(words(name)): name for name in names}
        self._words = {
            word for name in self._names for word in name.split()
        } | {*vocabulary}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._by_length[len(word)].append(word)

    def phrase(self, written: str) -> str | None:
        """Return the phrase that was probably meant; None for what may be right as it is."""
        folded = " ".join(words(written))
        if folded in self._names or len(folded) < SHORTEST:
            return None
        if not folded.isascii() or all(
            word in self._words for word in folded.split()
        ):
            return None
        near = get_close_matches(folded, self._names, n=1, cutoff=LIKE_A_NAME)
        return (
            _in_number(self._names[near[0]], written)
            if near
            else self._word_by_word(written)
        )

    def word(self, written: str) -> str | None:
        """Return the word that was probably meant; None for one that is used, or like none."""
        folded = singular(written.casefold())
        if folded in self._words or len(folded) < SHORTEST:
            return None
        lengths = range(len(folded) - LONGER, len(folded) + LONGER + 1)
        near = [
            word
            for length in lengths
            for word in self._by_length.get(length, ())
            if word[0] == folded[0] or word[-3:] == folded[-3:]
        ]
        return next(
            iter(get_close_matches(folded, near, n=1, cutoff=LIKE_A_WORD)), None
        )

    def _word_by_word(self, written: str) -> str | None:
        """Return a phrase with each unused word replaced; None where one is like no other."""
        meant = {word: self.word(word) for word in WORD.findall(written)}
        unused = [
            word
            for word in meant
            if singular(word.casefold()) not in self._words
        ]
        if not unused or any(meant[word] is None for word in unused):
            return None
        spelled = WORD.sub(
            lambda word: _in_number(meant[word[0]], word[0]), written
        )
        return _in_number(
            self._names.get(" ".join(words(spelled)), spelled), written
        )


def _in_number(meant: str | None, written: str) -> str:
    """Return what was meant, as a plural where it was written as one."""
    if meant is None:
        return written
    return (
        f"{meant}s"
        if written[-1:] == "s" and not meant.endswith("s")
        else meant
    )
