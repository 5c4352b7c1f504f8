"""What the papers on offer answer, and that a replaced catalogue leaves memory."""

import gc
import weakref
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.picks.catalogue import REMEMBERED, Catalogue, empty, popularity
from recommender.papers import Paper
from recommender.phrase_index import PhraseIndex
from recommender.phrases import IRREGULAR, contains, forms
from tests.corpus import FIELDS, library, stored

TODAY = date(2026, 10, 1)
ODD = [
    *[
        "Pre-training of GPUs: matrices--and -analyses",
        "pretraining-losses in 2024 boxes",
    ],
    *[
        r"$a-b$ policies \alpha-model",
        "$" + "x-" * 110 + "y$ graph 3 networks",
        "GRAPH_networks",
    ],
    *[
        "Künstliche non\N{NON-BREAKING HYPHEN}linear Maße",
        "x² İstanbul ties",
        "models-based lens",
    ],
]
PAPERS = [
    *library(TODAY, per_field=3),
    *(
        Paper(title=title, listed=TODAY, source="file", categories=("cs.LG",))
        for title in ODD
    ),
]
PIECES = [
    *[
        "model",
        "Models",
        "graph",
        "networks",
        "pre",
        "training",
        "pretraining",
        "losses",
        "boxes",
    ],
    *[
        "analysis",
        "matrix",
        "policy",
        "tie",
        "ties",
        "lens",
        "3d",
        "2024",
        "maße",
        "MASSE",
        "gpu",
    ],
    *[
        "non",
        "linear",
        "a",
        "y",
        "s",
        "es",
        "ies",
        "x²",
        "i̇stanbul",
        "$b$",
        r"\alpha",
        "machine",
    ],
]
TOPICS = st.lists(
    st.tuples(
        st.sampled_from(PIECES),
        st.sampled_from([" ", "-", "‑", "--", "_", " - ", "", "s "]),
    ),
    max_size=4,
).map(lambda parts: "".join(piece + gap for piece, gap in parts))


def offered(papers: list[Paper]) -> Catalogue:
    rows = [stored(paper, number) for number, paper in enumerate(papers)]
    return Catalogue(rows, empty(len(rows)))


def paper(upvotes: int | None, day: int = 1) -> Paper:
    return Paper(
        title="A", listed=date(2026, 10, day), source="file", upvotes=upvotes
    )


def fields(paper: Paper) -> str:
    return ". ".join(
        (paper.text, *("Machine learning" for _ in paper.categories))
    )


@given(
    TOPICS | st.sampled_from([*FIELDS, *ODD, *IRREGULAR, *IRREGULAR.values()])
)
def test_a_topic_is_found_exactly_where_its_words_stand_together(
    topic: str,
) -> None:
    catalogue = offered(PAPERS)

    found = catalogue.about([topic])

    assert found.tolist() == [
        contains(forms(fields(p)), forms(topic)) for p in PAPERS
    ]


@given(
    st.lists(st.text("aeiosxy-‑$\\ 2_ßİ²", max_size=30)),
    st.text("aeosy-‑$ 2_ß²", max_size=6),
)
def test_any_letters_are_found_as_reading_word_by_word_finds_them(
    texts: list[str], topic: str
) -> None:
    found = PhraseIndex(texts).matches(topic)

    assert found.tolist() == [
        contains(forms(text), forms(topic)) for text in texts
    ]


@pytest.mark.parametrize("topic", ["", " ", "2024", "$x$", "--", "…"])
def test_a_topic_without_any_word_hides_nothing(topic: str) -> None:
    catalogue = offered(PAPERS)

    found = catalogue.about([topic])

    assert not found.any()
    assert len(found) == len(PAPERS)


def test_several_topics_find_what_each_finds() -> None:
    catalogue = offered(PAPERS)

    both = catalogue.about(["robot learning", "graph networks"])

    assert (
        both
        == catalogue.about(["robot learning"])
        | catalogue.about(["graph network"])
    ).all()
    assert 0 < both.sum() < len(PAPERS)


def test_a_replaced_catalogue_leaves_memory_at_once() -> None:
    catalogue = offered(PAPERS)
    catalogue.first(3)
    catalogue.about(["model"])
    catalogue.topic("model")
    catalogue.by(["Dora Diffuse"])
    left = weakref.ref(catalogue)
    gc.disable()

    del catalogue
    gone = left() is None
    gc.enable()

    assert gone


def test_more_topics_than_are_remembered_are_answered_all_the_same() -> None:
    catalogue = offered(PAPERS[:2])
    before = catalogue.about(["diffusion models"])

    for number in range(REMEMBERED + 1):
        catalogue.about([f"topic{number}"])

    assert (catalogue.about(["diffusion models"]) == before).all()
    assert len(catalogue._about) <= REMEMBERED


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 5), st.integers(1, 2)), max_size=30
    )
)
def test_popularity_is_the_share_of_the_day_below_and_half_of_the_equal(
    told: list[tuple[int | None, int]],
) -> None:
    papers = [paper(upvotes, day) for upvotes, day in told]

    found = popularity(papers)

    expected = []
    for upvotes, day in told:
        rivals = [u for u, d in told if d == day and u is not None]
        if upvotes is None:
            expected.append(0.5)
        else:
            below = sum(rival < upvotes for rival in rivals)
            expected.append((below + 0.5 * rivals.count(upvotes)) / len(rivals))
    assert np.allclose(found, expected)
