"""Phrases as papers write them: where one begins and ends, "LoRA" in its own capitals."""

from collections import Counter
from collections.abc import Iterator, Sequence

from recommender.phrases import BREAK, STOPWORDS, WORD, singular

LONGEST = 4  # words of a phrase

Word = tuple[str, int, int]  # as the model knows it, and where it begins and ends


def stretches(text: str) -> Iterator[tuple[str, list[Word]]]:
    """Yield the stretches of a text that no punctuation or stop word interrupts."""
    for stretch in BREAK.split(text):
        words: list[Word] = []
        for found in WORD.finditer(stretch):
            raw = found[0].casefold()
            word = singular(raw)
            if raw in STOPWORDS or word in STOPWORDS:
                yield stretch, words
                words = []
            else:
                words.append((word, *found.span()))
        yield stretch, words


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
