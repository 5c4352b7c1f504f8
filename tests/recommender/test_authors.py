"""Names as people write them: accents and order aside, initials, and who comes close."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.authors import (
    CROWDED_CIRCLES,
    CROWDED_PAPERS,
    count_circles,
    is_crowded,
    matching_keys,
    similar_keys,
)
from recommender.papers import author_key

PEOPLE = [
    "Tri Dao",
    "José García Márquez",
    "Albert Gu",
    "Aline Gu",
    "Wei Zhang",
    "Yann LeCun",
]
KEYS = [author_key(name) for name in PEOPLE]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Tri Dao", "Tri Dao"),
        ("tri dao", "Tri Dao"),
        ("Dao, Tri", "Tri Dao"),
        ("T. Dao", "Tri Dao"),
        ("Dao T", "Tri Dao"),
        ("Jose Garcia Marquez", "José García Márquez"),
        ("J. García Márquez", "José García Márquez"),
        ("J. G. Marquez", "José García Márquez"),
        ("J. Marquez", "José García Márquez"),
        ("Y. LECUN", "Yann LeCun"),
    ],
)
def test_a_name_means_one_person_however_it_is_spelled(
    spelling: str, name: str
):
    assert matching_keys(spelling, KEYS) == [author_key(name)]


def test_initials_that_fit_several_people_mean_all_of_them():
    assert matching_keys("A. Gu", KEYS) == ["albert gu", "aline gu"]


@pytest.mark.parametrize(
    "name", ["", "?!", "T. D.", "Dao", "T. Gu", "T. T. Dao", "Tri Dao Gu"]
)
def test_what_is_no_whole_name_means_nobody(name: str):
    assert matching_keys(name, [*KEYS, ""]) == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Dao", "Tri Dao"),
        ("Tri Doa", "Tri Dao"),
        ("Yan Lecun", "Yann LeCun"),
        ("Zhang", "Wei Zhang"),
    ],
)
def test_who_comes_close_is_named_first(name: str, nearest: str):
    assert similar_keys(name, KEYS, 3)[0] == author_key(nearest)


def test_of_a_strange_name_nobody_comes_close():
    assert similar_keys("Ursula K. Le Guin", KEYS, 3) == []
    assert similar_keys("…", KEYS, 3) == []


@given(st.text(), st.lists(st.text(), max_size=9))
def test_everybody_is_found_by_their_own_name(name: str, others: list[str]):
    key = author_key(name)

    keys = [author_key(other) for other in [*others, name]]

    assert matching_keys(name, keys) == ([key] if key else [])


def test_co_authors_joined_by_any_paper_are_one_circle():
    papers = [
        ("Yang Liu", "A B"),
        ("C D", "Liu Yang"),
        ("B A", "E F"),
        ("E F", "C D"),
    ]

    assert count_circles("liu yang", papers[:2]) == 2
    assert count_circles("liu yang", papers) == 1
    assert count_circles("liu yang", [*papers, ("Yang Liu",)]) == 2


def test_a_name_is_crowded_by_many_papers_of_many_circles():
    strangers = [
        ("Yang Liu", f"Person{n % CROWDED_CIRCLES} X")
        for n in range(CROWDED_PAPERS)
    ]
    friends = [
        ("Yang Liu", "Person1 X", f"Person{n} X") for n in range(CROWDED_PAPERS)
    ]

    assert is_crowded("liu yang", strangers)
    assert not is_crowded("liu yang", strangers[1:])
    assert not is_crowded("liu yang", friends)
    assert not is_crowded("liu yang", [])
