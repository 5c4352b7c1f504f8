"""A model's words as a paper writes them: whole phrases, "LoRA" in its own capitals."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from recommender.phrases import BREAK, MATHEMATICS, STOPWORDS, WORD, singular

LONGEST = 4  # words of a phrase
TWICE = 2  # said so often, and always with the same neighbour, they belong together

Word = tuple[str, int, int]  # as the model knows it, and where it begins and ends


def shown(terms: Iterable[str], text: str) -> dict[str, str]:
    """Return terms by the way `text` writes them; each phrase once, by its first term."""
    kept: dict[str, str] = {}
    for term in terms:
        as_written = written(term, text)
        if f" {as_written.casefold()} " not in f" {' '.join(kept)} ".casefold():
            kept[as_written] = term
    return kept


def written(term: str, text: str) -> str:
    """Return `term` as `text` writes it, with what always stands beside it there.

    The model knows "gated linear" and "linear attention"; a text that says "gated linear
    attention" each time means one thing. A term that is not in the text comes back as it is.
    """
    wanted = term.split()
    spans: list[str] = []
    while found := list(_found(wanted, text)):
        spans = [span for span, _, _ in found]
        more = _neighbour(found) if len(wanted) < LONGEST else None
        if more is None:
            break
        before, after = more
        wanted = [*before, *wanted, *after]
    return plainest(spans) if spans else term


def _found(wanted: Sequence[str], text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each place of the words: how it is written, the word before it and the one after."""
    n = len(wanted)
    for stretch, words in _read(text):
        for i in range(len(words) - n + 1):
            if [word for word, _, _ in words[i : i + n]] == list(wanted):
                before = words[i - 1][0] if i else ""
                after = words[i + n][0] if i + n < len(words) else ""
                yield stretch[words[i][1] : words[i + n - 1][2]], before, after


@lru_cache(maxsize=32)
def _read(text: str) -> tuple[tuple[str, list[Word]], ...]:
    """Return the stretches of a text, which is asked about term by term, and tap by tap."""
    plain = " ".join(MATHEMATICS.sub(" . ", text).split())
    return tuple((stretch, words) for stretch, words in stretches(plain) if words)


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


def _neighbour(found: Sequence[tuple[str, str, str]]) -> tuple[list[str], list[str]] | None:
    """Return the word that stands after all places, else before all; None where there is none."""
    befores, afters = {before for _, before, _ in found}, {after for *_, after in found}
    if len(found) < TWICE:
        return None
    if len(afters) == 1 and "" not in afters:
        return [], [*afters]
    return ([*befores], []) if len(befores) == 1 and "" not in befores else None


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
