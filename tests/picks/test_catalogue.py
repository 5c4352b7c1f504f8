"""The catalogue finds topics word for word, and leaves memory once it is replaced."""

import gc
import weakref
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.picks.catalogue import (
    MAX_CACHED_TOPICS,
    Catalogue,
    empty_vectors,
    popularity,
)
from recommender.papers import Paper
from recommender.phrase_index import PhraseIndex
from recommender.phrases import IRREGULAR, contains, forms
from tests.corpus import FIELDS, library, stored

TODAY = date(2026, 10, 1)

ODD_TITLES = [
    "Pre-training of GPUs: matrices--and -analyses",
    "pretraining-losses in 2024 boxes",
    r"$a-b$ policies \alpha-model",
    "$" + "x-" * 110 + "y$ graph 3 networks",
    "GRAPH_networks",
    "Künstliche non\N{NON-BREAKING HYPHEN}linear Maße",
    "x² İstanbul ties",
    "models-based lens",
]
ODD_PAPERS = [
    Paper(title=title, listed=TODAY, source="file", categories=("cs.LG",))
    for title in ODD_TITLES
]
PAPERS = [*library(TODAY, per_field=3), *ODD_PAPERS]

# Words, parts of words and endings that the odd titles are made of.
PIECES = r"""
    model Models graph networks pre training pretraining losses boxes analysis matrix policy tie
    ties lens 3d 2024 maße MASSE gpu non linear a y s es ies x² i̇stanbul $b$ \alpha machine
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
GAPS = [" ", "-", "‑", "--", "_", " - ", "", "s "]
TOPICS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=4
).map(lambda parts: "".join(piece + gap for piece, gap in parts))
REAL_TOPICS = st.sampled_from(
    [*FIELDS, *ODD_TITLES, *IRREGULAR, *IRREGULAR.values()]
)

# Upvotes, and the day that a paper was listed on.
VOTES = st.tuples(st.none() | st.integers(0, 5), st.integers(1, 2))


def catalogue_of(papers: list[Paper]) -> Catalogue:
    rows = [stored(paper, number) for number, paper in enumerate(papers)]
    return Catalogue(rows, empty_vectors(len(rows)))


def voted_paper(upvotes: int | None, day: int) -> Paper:
    return Paper(
        title="A", listed=date(2026, 10, day), source="file", upvotes=upvotes
    )


def topic_text(paper: Paper) -> str:
    """Return the text of a paper in which topics are looked for."""
    categories = ["Machine learning" for _ in paper.categories]
    return ". ".join([paper.text, *categories])


@given(TOPICS | REAL_TOPICS)
def test_a_topic_is_found_exactly_where_its_words_stand_together(
    topic: str,
) -> None:
    catalogue = catalogue_of(PAPERS)

    mask = catalogue.about([topic])

    assert mask.tolist() == [
        contains(forms(topic_text(paper)), forms(topic)) for paper in PAPERS
    ]


@given(
    st.lists(st.text("aeiosxy-‑$\\ 2_ßİ²", max_size=30)),
    st.text("aeosy-‑$ 2_ß²", max_size=6),
)
def test_the_index_finds_any_letters_as_reading_word_by_word_does(
    texts: list[str], topic: str
) -> None:
    mask = PhraseIndex(texts).matches(topic)

    assert mask.tolist() == [
        contains(forms(text), forms(topic)) for text in texts
    ]


@pytest.mark.parametrize("topic", ["", " ", "2024", "$x$", "--", "…"])
def test_a_topic_without_any_word_hides_nothing(topic: str) -> None:
    catalogue = catalogue_of(PAPERS)

    mask = catalogue.about([topic])

    assert not mask.any()
    assert len(mask) == len(PAPERS)


def test_several_topics_find_the_papers_of_each_topic() -> None:
    catalogue = catalogue_of(PAPERS)

    mask = catalogue.about(["robot learning", "graph networks"])

    robots = catalogue.about(["robot learning"])
    graphs = catalogue.about(["graph network"])
    assert (mask == robots | graphs).all()
    assert 0 < mask.sum() < len(PAPERS)


def test_a_replaced_catalogue_leaves_memory_at_once() -> None:
    catalogue = catalogue_of(PAPERS)
    catalogue.head(3)
    catalogue.about(["model"])
    catalogue.topic("model")
    catalogue.rows_by(["Dora Diffuse"])
    reference = weakref.ref(catalogue)
    gc.disable()

    del catalogue
    is_gone = reference() is None
    gc.enable()

    assert is_gone


def test_topics_beyond_the_cache_are_answered_all_the_same() -> None:
    catalogue = catalogue_of(PAPERS[:2])
    before = catalogue.about(["diffusion models"])

    for number in range(MAX_CACHED_TOPICS + 1):
        catalogue.about([f"topic{number}"])

    assert (catalogue.about(["diffusion models"]) == before).all()
    assert len(catalogue._topic_matches) <= MAX_CACHED_TOPICS


@given(st.lists(VOTES, max_size=30))
def test_popularity_is_the_share_of_the_day_below_and_half_of_the_equal(
    votes: list[tuple[int | None, int]],
) -> None:
    papers = [voted_paper(upvotes, day) for upvotes, day in votes]

    percentiles = popularity(papers)

    expected = []
    for upvotes, day in votes:
        rivals = [u for u, d in votes if d == day and u is not None]
        if upvotes is None:
            expected.append(0.0)
        else:
            below = sum(rival < upvotes for rival in rivals)
            equal = rivals.count(upvotes)
            expected.append((below + 0.5 * equal) / len(rivals))
    assert np.allclose(percentiles, expected)
