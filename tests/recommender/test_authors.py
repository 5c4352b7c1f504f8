"""Names as people write them: accents and order aside, initials, and who comes close."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.authors import (
    CIRCLES,
    CROWDED,
    circles,
    is_crowded,
    meant,
    near,
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
KNOWN = [author_key(name) for name in PEOPLE]


@pytest.mark.parametrize(
    ("written", "person"),
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
def test_a_name_means_one_person_however_it_is_written(
    written: str, person: str
):
    assert meant(written, KNOWN) == [author_key(person)]


def test_initials_that_fit_several_people_mean_all_of_them():
    assert meant("A. Gu", KNOWN) == ["albert gu", "aline gu"]


@pytest.mark.parametrize(
    "written", ["", "?!", "T. D.", "Dao", "T. Gu", "T. T. Dao", "Tri Dao Gu"]
)
def test_what_is_no_whole_name_means_nobody(written: str):
    assert meant(written, [*KNOWN, ""]) == []


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Dao", "Tri Dao"),
        ("Tri Doa", "Tri Dao"),
        ("Yan Lecun", "Yann LeCun"),
        ("Zhang", "Wei Zhang"),
    ],
)
def test_who_comes_close_is_named_first(written: str, first: str):
    assert near(written, KNOWN, 3)[0] == author_key(first)


def test_of_a_strange_name_nobody_comes_close():
    assert near("Ursula K. Le Guin", KNOWN, 3) == []
    assert near("…", KNOWN, 3) == []


@given(st.text(), st.lists(st.text(), max_size=9))
def test_everybody_known_is_found_by_their_own_name(
    name: str, others: list[str]
):
    key = author_key(name)

    found = meant(name, [author_key(other) for other in [*others, name]])

    assert found == ([key] if key else [])


def test_co_authors_joined_by_any_paper_are_one_circle():
    papers = [
        ("Yang Liu", "A B"),
        ("C D", "Liu Yang"),
        ("B A", "E F"),
        ("E F", "C D"),
    ]

    assert circles("liu yang", papers[:2]) == 2
    assert circles("liu yang", papers) == 1
    assert circles("liu yang", [*papers, ("Yang Liu",)]) == 2


def test_a_name_is_crowded_by_many_papers_of_many_circles():
    strangers = [("Yang Liu", f"Person{n % CIRCLES} X") for n in range(CROWDED)]
    friends = [
        ("Yang Liu", "Person1 X", f"Person{n} X") for n in range(CROWDED)
    ]

    assert is_crowded("liu yang", strangers)
    assert not is_crowded("liu yang", strangers[1:])
    assert not is_crowded("liu yang", friends)
    assert not is_crowded("liu yang", [])
