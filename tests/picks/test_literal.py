"""A search is read word for word: what matches says all of it, and nothing near it does."""

from datetime import date

import pytest

from bot.picks import literal
from recommender.papers import Paper
from tests.picks.planted import PLANTED


def is_match(search: str, paper: Paper) -> bool:
    return literal.matches(literal.parse(search), paper)


def paper(title: str, abstract: str = "", *authors: str) -> Paper:
    return Paper(
        title=title,
        abstract=abstract,
        authors=authors,
        listed=date(2026, 11, 24),
        source="huggingface",
    )


@pytest.mark.parametrize("search", PLANTED)
def test_of_planted_papers_all_that_match_are_found_and_no_near_miss(
    search: str,
) -> None:
    """For five searches, twenty papers that match in tricky ways, and twenty near misses."""
    planted = PLANTED[search]

    assert len(planted.matching) == len(planted.near) == 20
    assert [p for p in planted.matching if not is_match(search, p)] == []
    assert [p for p in planted.near if is_match(search, p)] == []


@pytest.mark.parametrize(
    ("search", "author"),
    [
        ("G. Hinton", "Geoffrey E. Hinton"),
        ("Hinton, G. E.", "Geoffrey Hinton"),
        ("Geoffrey E. Hinton", "G. Hinton"),
        ("geoffrey hinton", "Geoffrey E. Hinton"),
        ("L. van der Maaten", "Laurens van der Maaten"),
        ("J.-B. Alayrac", "Jean-Baptiste Alayrac"),
        ('"Tri Dao"', "Tri Dao"),
        ("nandu", "José Ñandú"),
    ],
)
def test_an_author_is_found_by_any_spelling(search: str, author: str) -> None:
    assert is_match(search, paper("On kites", "", "Ada Bo", author))


@pytest.mark.parametrize(
    ("search", "authors"),
    [
        ("G. Hinton", ["Mary Hinton", "Gus Node"]),
        ("Geoffrey Hinton", ["Gerald Hinton"]),
        ("T. Dao", ["Dao Tran"]),
        ("tri dao", ["Tri Nguyen", "Wei Dao"]),
        ("attention dao", ["A. Dao"]),
    ],
)
def test_no_other_author_is_taken_for_the_one_meant(
    search: str, authors: list[str]
) -> None:
    assert not is_match(search, paper("On kites", "", *authors))


def test_two_authors_and_a_subject_are_found_together() -> None:
    capsules = paper("Capsules", "", "Geoffrey Hinton", "Yoshua Bengio")

    assert is_match("hinton bengio", capsules)
    assert is_match("Hinton capsules", capsules)
    assert not is_match("hinton lecun", capsules)


@pytest.mark.parametrize("search", ["", "the of", '""', "…"])
def test_a_search_for_nothing_matches_nothing(search: str) -> None:
    assert not is_match(search, paper("Kites"))
