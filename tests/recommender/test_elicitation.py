"""Fields offered as topics: with supply, near the taste, and distinct from each other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.arrays import Mask
from recommender.concepts import Concepts
from recommender.elicitation import (
    FIRST_SCREEN,
    MAX_FIELDS,
    MAX_SCARCE_FIELDS,
    MIN_WEEKLY_PAPERS,
    Fields,
    by_mean_score,
    distinct,
    interleave,
    offers,
    screens,
    with_supply,
)
from recommender.fields import FIELDS
from recommender.phrases import words

WEEKS = 30 / 7
PAPERS = 400


def fields(
    papers: dict[str, list[int]], n: int = PAPERS, weeks: float = WEEKS
) -> Fields:
    """Return fields with the rows of the papers that contain each."""
    matches = np.zeros((n, len(papers)), bool)
    for column, rows in enumerate(papers.values()):
        matches[rows, column] = True
    return Fields(tuple(papers), matches, weeks)


def mask(rows: range) -> Mask:
    return np.isin(np.arange(PAPERS), rows)


def names(offered: Fields, order: list[int]) -> list[str]:
    return [offered.names[field] for field in order]


def test_the_most_supplied_fields_are_offered_first():
    papers = {
        "speech": [*range(20)],
        "robotics": [*range(20, 60)],
        "OCR": [*range(60, 90)],
    }

    assert names(fields(papers), with_supply(fields(papers))) == [
        "robotics",
        "OCR",
        "speech",
    ]


def test_a_large_store_offers_only_what_has_supply_each_week():
    scarce = int(MIN_WEEKLY_PAPERS * WEEKS)
    papers = {
        f"field {n}": [*range(scarce + 1 if n < MAX_SCARCE_FIELDS else scarce)]
        for n in range(MAX_SCARCE_FIELDS + 20)
    }

    assert len(with_supply(fields(papers))) == MAX_SCARCE_FIELDS


def test_no_store_offers_more_than_anybody_would_page_through():
    papers = {f"field {n}": [*range(90)] for n in range(MAX_FIELDS + 20)}

    assert len(with_supply(fields(papers))) == MAX_FIELDS


def test_a_small_store_offers_what_its_papers_contain():
    papers = {f"field {n}": [0] if n % 2 else [] for n in range(60)}

    offered = with_supply(fields(papers, n=8, weeks=1))

    assert all(field % 2 for field in offered)
    assert len(offered) == 30


def test_an_empty_store_offers_the_first_names_of_the_list():
    empty = Fields(FIELDS, np.zeros((0, len(FIELDS)), bool), 1.0)

    assert names(empty, screens(empty, with_supply(empty))[0])[:3] == [
        "agents",
        "reinforcement learning",
        "reasoning",
    ]


def test_the_best_known_fields_with_supply_open_the_list():
    papers = {
        "agents": [*range(20)],
        "speech": [0],
        "robotics": [*range(30)],
        "OCR": [*range(40)],
    }
    few = replace(fields(papers), opening=3)

    assert names(few, with_supply(few)) == [
        "robotics",
        "agents",
        "OCR",
        "speech",
    ]


def test_what_a_third_of_all_papers_contain_is_not_offered():
    papers = {"models": [*range(134)], "robotics": [*range(133)]}

    assert names(fields(papers), with_supply(fields(papers))) == ["robotics"]


def test_a_field_that_is_mostly_wanted_already_is_not_offered():
    papers = {"image generation": [*range(40)], "robotics": [*range(30, 60)]}
    wanted = mask(range(40))

    assert names(fields(papers), offers(fields(papers), wanted)) == ["robotics"]


def test_the_nearest_field_is_the_one_whose_papers_fit_best():
    papers = {"speech": [0, 1, 2, 3], "robotics": [2, 3], "OCR": [4], "EEG": []}
    scores = np.array([0, 0, 1, 1, 0.2], np.float32)

    order = by_mean_score(fields(papers, n=5), [0, 1, 2, 3], scores)

    assert names(fields(papers, n=5), order) == [
        "robotics",
        "speech",
        "OCR",
        "EEG",
    ]


def test_near_and_supplied_fields_take_turns():
    assert interleave([3, 2, 1, 0], [0, 1, 2, 3]) == [3, 0, 2, 1]


@pytest.mark.parametrize(
    "alike",
    [
        {"video generation": [0, 1, 2], "text-to-video generation": [3, 4]},
        {"robotics": [0, 1, 2, 3], "grasping": [0, 1]},
    ],
    ids=["by name", "by papers"],
)
def test_fields_that_are_alike_stand_on_different_screens(
    alike: dict[str, list[int]],
):
    offered = fields(alike | {"speech": [6, 7]})

    assert distinct(offered, [0, 1, 2], 3) == [0, 2]


@given(
    st.lists(st.sets(st.integers(0, 29)), min_size=1, max_size=60),
    st.integers(0, 8),
    st.sets(st.integers(0, 29)),
)
def test_every_field_is_on_exactly_one_screen(
    papers: list[set[int]], n_chosen: int, covered: set[int]
):
    offered = fields(
        {FIELDS[n]: sorted(rows) for n, rows in enumerate(papers)}, n=30
    )
    order = offers(offered, np.isin(np.arange(30), [*covered]))

    pages = screens(offered, order, n_chosen)

    assert sorted(field for page in pages for field in page) == sorted(order)
    assert n_chosen or len(pages[0]) <= FIRST_SCREEN


def test_the_list_names_each_field_once_and_shortly():
    keys = [" ".join(words(name)) for name in FIELDS]

    assert len(set(keys)) == len(FIELDS) >= 150
    assert all(keys)
    assert max(map(len, FIELDS)) <= 40


def test_nearly_all_names_are_concepts_of_the_field():
    concepts = Concepts()

    assert np.mean([name in concepts for name in FIELDS]) >= 0.95
