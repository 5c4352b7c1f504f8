"""Readers who save papers of the kinds that the small made library has."""

from pathlib import Path

from recommender.evaluation.new_papers import Library
from recommender.phrases import terms
from tests.recommender.factories import EACH, KINDS
from tests.recommender.factories import library as made_library

DATA = Path(__file__).parents[3] / "shared" / "data"


def papers() -> list[list[str]]:
    """Return the terms of sixty papers of six kinds, ten of each."""
    return [terms(paper.text) for paper in made_library().papers]


def libraries() -> list[Library]:
    """Return twelve readers, each of whom saved eight papers of one kind."""
    kinds = range(len(KINDS))
    return [
        Library(
            number,
            tuple(EACH * (number % len(kinds)) + row for row in range(8)),
        )
        for number in range(12)
    ]
