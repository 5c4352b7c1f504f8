"""What a field's papers are about, as whole phrases that people would choose from."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from recommender.wording import LONGEST, Word, stretches

SHARE, FEWEST = 0.6, 3  # of the places where a phrase stands, how many must go on alike
ABBREVIATION = re.compile(r"[A-Z].*[A-Z]|\d[A-Z]")

# What a phrase can't end with, and phrases that say nothing of a subject in this field.
HANGING = frozenset(
    """
    augmented aware based benchmark box capability co controlled dimensional driven fidelity fine
    forward free grained guided horizon informed level modal off parameter quality rank relative
    scale shot source specific step temporal thousand time trained try user wise world
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)
HOLLOW = frozenset(
    {
        "ai model",
        "ai system",
        "artificial intelligence",
        "co design",
        "comprehensive survey",
        "deep learning",
        "machine learning",
        "neural network",
        "technical report",
    }
)

Stretch = tuple[str, list[Word]]


def names_subject(phrase: str) -> bool:
    """Tell whether a folded two-word phrase may name what a reader is into."""
    last = phrase.rpartition(" ")[2]
    hangs = last in HANGING or any(map(str.isdigit, last))  # "v2", "4o"
    return " " in phrase and phrase not in HOLLOW and not hangs


def spelled(phrases: Sequence[str], texts: Iterable[str]) -> list[str]:
    """Return folded phrases as most of `texts` write them.

    A phrase that most of them go on from alike is part of a longer one: "augmented generation"
    is "retrieval-augmented generation".
    """
    found = [(text, words) for each in texts for text, words in stretches(each) if len(words) > 1]
    folded = [f" {' '.join(word for word, _, _ in words)} " for _, words in found]
    return [
        _spelled(phrase, [s for s, line in zip(found, folded, strict=True) if phrase in line])
        for phrase in phrases
    ]


def _spelled(phrase: str, here: Sequence[Stretch]) -> str:
    wanted = phrase.split()
    while len(wanted) < LONGEST:
        places = [(words, i) for _, words in here for i in _places(wanted, words)]
        longer: Counter[tuple[str, ...]] = Counter()
        for words, i in places:
            n = len(wanted)
            longer.update(
                tuple(word for word, _, _ in part)
                for part in (words[max(i - 1, 0) : i + n], words[i : i + n + 1])
                if len(part) > n
            )
        best, times = max(longer.items(), key=lambda each: each[::-1], default=((), 0))
        if times < max(SHARE * len(places), FEWEST):
            break
        wanted = list(best)
    forms = Counter(
        _plain(text[words[i][1] : words[i + len(wanted) - 1][2]])
        for text, words in here
        for i in _places(wanted, words)
    )
    return max(forms.items(), key=lambda each: each[::-1], default=(phrase, 0))[0]


def _places(wanted: list[str], words: list[Word]) -> list[int]:
    folded = [word for word, _, _ in words]
    n = len(wanted)
    return [i for i in range(len(folded) - n + 1) if folded[i : i + n] == wanted]


def _plain(text: str) -> str:
    """Return a phrase without the capitals of a title; abbreviations keep theirs."""
    parts = re.split(r"(\W)", text)
    kept = (each if ABBREVIATION.search(each) else each.casefold() for each in parts)
    return " ".join("".join(kept).split())
