"""Readers who save papers of the kinds that the small synthetic library has."""

from pathlib import Path

from recommender.evaluation.new_papers import Library
from recommender.phrases import terms
from tests.recommender.factories import EACH, KINDS, library

DATA = Path(__file__).parents[3] / "shared" / "data"


def papers() -> list[list[str]]:
    """Return the terms of sixty papers of six kinds, ten of each."""
    return [terms(paper.text) for paper in library().papers]


def libraries() -> list[Library]:
    """Return twelve readers, each of whom saved eight papers of one kind."""
    readers: list[Library] = []
    for number in range(12):
        first = EACH * (number % len(KINDS))
        readers.append(Library(number, tuple(range(first, first + 8))))
    return readers
