"""Measure the chosen sentence of an abstract by the summary that its source wrote of it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recommender import gist, sentences

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

WORD = re.compile(r"[^\W_]+")

# The rule was set on papers with even numbers, and is measured on the others.
EVERY = 2


@dataclass(frozen=True, slots=True)
class Summarized:
    """A paper with a summary of its source's own."""

    title: str
    abstract: str
    summary: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near the sentences of one choice come to the summaries, in the mean over papers."""

    choice: str
    papers: int
    cosine: float
    rouge: float


def evaluate(papers: Sequence[Summarized]) -> list[Nearness]:
    """Compare our choice with the first and the last sentence, on papers with odd numbers.

    Raises ValueError if there are fewer than two papers.
    """
    # A second and a second thread, needed by nothing else that imports this.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - see above

    measured = papers[1::EVERY]
    if not measured:
        raise ValueError("fewer than two papers have a summary")

    terms = TfidfVectorizer(
        token_pattern=WORD.pattern, stop_words="english", sublinear_tf=True
    )
    terms.fit([paper.abstract for paper in papers])
    summaries = terms.transform([paper.summary for paper in measured])

    return [
        _nearness(name, choose, measured, terms, summaries)
        for name, choose in CHOICES.items()
    ]


def rouge(text: str, reference: str) -> float:
    """Return the F measure of the words that two texts share (ROUGE-1)."""
    words = Counter(WORD.findall(text.casefold()))
    reference_words = Counter(WORD.findall(reference.casefold()))
    shared = (words & reference_words).total()

    return 2 * shared / max(words.total() + reference_words.total(), 1)


def _nearness(
    name: str,
    choose: Callable[[Summarized], str],
    papers: Sequence[Summarized],
    terms: "TfidfVectorizer",
    summaries: object,
) -> Nearness:
    chosen = [choose(paper) for paper in papers]
    products = terms.transform(chosen).multiply(summaries)
    overlaps = [
        rouge(sentence, paper.summary)
        for sentence, paper in zip(chosen, papers, strict=True)
    ]

    return Nearness(
        choice=name,
        papers=len(papers),
        cosine=float(np.mean(products.sum(axis=1))),
        rouge=float(np.mean(overlaps)),
    )


def _first(paper: Summarized) -> str:
    return next(iter(sentences.split(paper.abstract)), "")


def _last(paper: Summarized) -> str:
    return next(reversed(sentences.split(paper.abstract)), "")


def _ours(paper: Summarized) -> str:
    return gist.sentence(paper.title, paper.abstract)


CHOICES: dict[str, Callable[[Summarized], str]] = {
    "ours": _ours,
    "first sentence": _first,
    "last sentence": _last,
}
