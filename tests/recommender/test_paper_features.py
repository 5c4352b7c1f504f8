"""Features of papers: vectors in two blocks, learned from however few papers."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.arrays import Floats
from recommender.features import PaperFeatures
from recommender.phrases import STOPWORDS
from recommender.vectors import Vectors, stack
from tests.recommender import factories
from tests.recommender.factories import FIRST_ID, GENERAL, KINDS, ROWS, Library

FIVE = [
    "image diffusion",
    "audio codec",
    "graph walk",
    "robot gait",
    "protein folding",
]


def squared_lengths(vectors: Vectors) -> tuple[Floats, Floats]:
    """Return the squared lengths of both blocks, each (n_papers,)."""
    sparse = np.asarray(vectors.sparse.power(2).sum(axis=1)).ravel()
    return np.asarray(sparse), np.asarray((vectors.dense**2).sum(axis=1))


def features_of(names: list[str]) -> PaperFeatures:
    """Return features with these terms, all as rare as each other."""
    n = len(names)
    idf = np.ones(n, np.float32)
    projection = np.diag(np.full(n, 0.5, np.float32))
    return PaperFeatures.restore(names, idf, projection, average_length=2.0)


def in_sixteen_bits(vectors: Vectors) -> Vectors:
    """Return vectors as they come back from storage, where they are kept in 16 bits."""
    sparse = vectors.sparse.copy()
    sparse.data = sparse.data.astype(np.float16).astype(np.float32)
    return Vectors(sparse, vectors.dense.astype(np.float16).astype(np.float32))


def test_what_a_paper_has_in_common_is_a_part_of_it(library: Library):
    sparse, dense = squared_lengths(library.vectors)

    assert sparse.mean() == pytest.approx(1, abs=1e-5)
    assert (dense > 0).all()
    assert (dense < sparse).all()


def test_a_text_with_more_to_say_has_the_longer_vector(library: Library):
    texts = [
        "graph network",
        "graph network and robot arm",
        "graph network, robot arm, audio codec",
    ]

    sparse, _ = squared_lengths(library.features.transform(texts))

    assert sparse[0] < sparse[1] < sparse[2]


@pytest.mark.parametrize(
    "text", ["", "zyzzyva quokka", "the of and", "$x$ 2024", "我们"]
)
def test_a_text_without_a_term_of_the_vocabulary_is_all_zeros(
    library: Library, text: str
):
    vectors = library.features.transform([text])

    assert len(vectors) == 1
    assert vectors.sparse.nnz == 0
    assert not vectors.dense.any()


def test_a_word_said_four_times_counts_for_more_but_not_four_times():
    features = features_of(["graph", "speech"])

    vectors = features.transform(["graph. speech. graph. graph. graph"])

    four_times, once = vectors.sparse.toarray()[0]
    assert 1 < four_times / once < 4


def test_a_long_text_says_each_word_less_loudly():
    features = features_of(["graph", "speech", "robot"])

    vectors = features.transform(
        ["graph", "graph. speech. robot. speech. robot"]
    )

    short, long = vectors.sparse.toarray()
    assert (short**2)[0] > (long**2)[0]


def test_no_texts_are_no_vectors(library: Library):
    vectors = library.features.transform([])

    assert len(vectors) == 0
    assert vectors.sparse.shape == (0, len(library.features.terms_))
    assert vectors.dense.shape == (0, library.features.projection_.shape[1])


def test_no_paper_is_closer_to_a_paper_than_itself(library: Library):
    similarity = library.vectors.similarity(library.vectors)

    np.testing.assert_allclose(np.diag(similarity), 1, atol=1e-5)
    assert similarity.max() <= 1 + 1e-5
    assert similarity.min() >= -1 - 1e-5


def test_papers_of_one_kind_are_closer_than_papers_of_two(library: Library):
    kinds = np.repeat(np.arange(len(KINDS)), len(library.papers) // len(KINDS))
    is_same_kind = kinds[:, None] == kinds
    is_other_paper = ~np.eye(len(kinds), dtype=bool)

    similarity = library.vectors.similarity(library.vectors)

    within = similarity[is_same_kind & is_other_paper].mean()
    between = similarity[~is_same_kind].mean()
    assert within > between + 0.2


@given(st.lists(ROWS, max_size=8))
def test_a_vector_does_not_depend_on_the_texts_beside_it(rows: list[int]):
    library = factories.library()

    vectors = library.features.transform(
        [library.papers[row].content for row in rows]
    )

    np.testing.assert_allclose(
        vectors.dense, library.vectors.dense[rows], atol=1e-5
    )
    assert abs(vectors.sparse - library.vectors.sparse[rows]).sum() < 1e-4


@given(st.lists(st.lists(ROWS, max_size=5), min_size=1, max_size=4))
def test_stacking_puts_vectors_under_each_other(parts: list[list[int]]):
    vectors = factories.library().vectors
    all_rows = [row for rows in parts for row in rows]

    stacked = stack([vectors.take(rows) for rows in parts])

    assert len(stacked) == len(all_rows)
    assert np.array_equal(stacked.dense, vectors.dense[all_rows])
    assert np.array_equal(
        stacked.sparse.toarray(), vectors.sparse[all_rows].toarray()
    )


def test_restored_features_give_the_same_vectors(library: Library):
    fitted = library.features
    texts = [paper.content for paper in library.papers]

    restored = PaperFeatures.restore(
        fitted.terms_,
        fitted.idf_,
        fitted.projection_,
        average_length=fitted.average_length_,
    )

    vectors = restored.transform(texts)
    assert np.array_equal(vectors.dense, library.vectors.dense)
    assert np.array_equal(
        vectors.sparse.toarray(), library.vectors.sparse.toarray()
    )


def test_sixteen_bits_change_similarities_by_little(library: Library):
    exact = library.vectors.similarity(library.vectors)

    rounded = in_sixteen_bits(library.vectors)

    np.testing.assert_allclose(rounded.similarity(rounded), exact, atol=2e-3)


def test_a_projection_in_sixteen_bits_gives_nearly_the_same_vectors(
    library: Library,
):
    fitted = library.features
    texts = [paper.content for paper in library.papers]
    projection = fitted.projection_.astype(np.float16).astype(np.float32)

    restored = PaperFeatures.restore(
        fitted.terms_,
        fitted.idf_,
        projection,
        average_length=fitted.average_length_,
    )

    similarity = restored.transform(texts).similarity(library.vectors)
    np.testing.assert_allclose(np.diag(similarity), 1, atol=1e-3)


def test_the_same_seed_gives_the_same_features(library: Library):
    texts = [paper.content for paper in library.papers]

    first = PaperFeatures(n_components=9, random_state=7).fit(texts)
    second = PaperFeatures(n_components=9, random_state=7).fit(texts)

    assert first.terms_ == second.terms_
    assert np.array_equal(first.idf_, second.idf_)
    assert np.array_equal(first.projection_, second.projection_)


@pytest.mark.parametrize(
    "texts",
    [
        FIVE[:2],
        FIVE,
        FIVE[:1] * 5,
        ["image", "audio"],
        [*FIVE, ""],
        ["", *FIVE[:1]],
    ],
)
def test_a_handful_of_papers_is_enough_to_fit(texts: list[str]):
    features = PaperFeatures().fit(texts)

    vectors = features.transform(texts)
    sparse, dense = squared_lengths(vectors)
    assert np.isfinite(features.projection_).all()
    assert [bool(text) for text in texts] == (sparse > 0.1).tolist()
    assert (dense <= sparse).all()


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", ""],
        FIVE[:1],
        ["graph"] * 3,
        ["the of"] * 3,
        ["$x$ 2024"] * 3,
        FIVE[:1] * 60,
    ],
)
def test_texts_that_tell_no_papers_apart_raise_a_value_error(texts: list[str]):
    with pytest.raises(ValueError, match=r"too few|vocabulary|terms"):
        PaperFeatures().fit(texts)


def test_words_of_a_single_paper_stay_and_its_phrases_go():
    texts = [f"{FIVE[n % 5]}. singular{n}a coinage" for n in range(500)]

    features = PaperFeatures(n_components=4).fit(texts)

    rare = {term for term in features.terms_ if term.startswith("singular")}
    assert len(rare) == len(texts)
    assert {phrase for phrase in features.terms_ if " " in phrase} == set(FIVE)


def test_what_papers_have_in_common_is_learned_from_what_several_share():
    texts = [f"{FIVE[n % 5]}. singular{n}a" for n in range(500)]
    features = PaperFeatures(n_components=4).fit(texts)
    rare = np.array([features.vocabulary_["singular7a"]])
    shared = np.array([features.vocabulary_["image"]])
    directions = np.eye(features.width[1], dtype=np.float32)

    alone = features.transform(["singular7a"])

    assert alone.sparse.nnz == 1
    assert not alone.dense.any()
    assert not features.project_terms(rare, directions).any()
    assert np.array_equal(
        features.project_terms(shared, directions)[0],
        features.projection_[shared[0]],
    )


def test_a_phrase_counts_half_of_a_word_that_is_as_rare():
    features = PaperFeatures(n_components=4).fit(FIVE * 20)

    idf = {
        term: float(features.idf_[column])
        for term, column in features.vocabulary_.items()
    }

    assert idf["robot gait"] == pytest.approx(idf["robot"] / 2)


def test_a_concept_of_the_field_counts_as_much_as_a_word_that_is_as_rare():
    features = PaperFeatures(n_components=4).fit(
        ["speech recognition", "robot gait"] * 50
    )

    idf = {
        term: float(features.idf_[column])
        for term, column in features.vocabulary_.items()
    }

    assert idf["speech recognition"] == pytest.approx(idf["speech"])
    assert idf["robot gait"] == pytest.approx(idf["robot"] / 2)


def test_a_small_library_takes_less_of_its_own_subjects_for_the_background():
    def background_share(n_papers: int) -> float:
        texts = FIVE * (n_papers // len(FIVE))
        features = PaperFeatures(n_components=4).fit(texts)
        sparse, dense = squared_lengths(features.transform(FIVE))
        return float((dense / sparse).mean())

    ratio = background_share(100) / background_share(2_000)

    assert ratio == pytest.approx((100 / 600) / (2_000 / 2_500), rel=0.01)


def test_the_vocabulary_holds_no_latex_and_no_stop_words():
    texts = [
        rf"The \emph {text} with $\mathcal{{L}}_{n}$ is a very \textit word"
        for n, text in enumerate(FIVE)
    ]

    features = PaperFeatures().fit(texts)

    vocabulary = {word for term in features.terms_ for word in term.split()}
    expected = {word for text in FIVE for word in text.split()} | {"word"}
    assert vocabulary == expected
    assert not vocabulary & STOPWORDS


def test_a_topic_of_more_than_a_fifth_of_papers_still_has_a_vector(
    library: Library,
):
    [topic] = [phrase for phrase in GENERAL if "reasoning" in phrase]
    n_papers = sum(topic in paper.text for paper in library.papers)
    assert n_papers > len(library.papers) / 5

    vectors = library.features.transform(["reasoning"])

    sparse, _ = squared_lengths(vectors)
    assert sparse[0] > 0.1


def test_reading_and_ranking_need_no_scikit_learn():
    code = (
        "import sys, recommender.features, recommender.profile, recommender.ranking, "
        "recommender.explain; print(sorted(m for m in sys.modules if m.startswith('sklearn')))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "[]"


def test_one_thread_is_set_before_numpy_is_loaded_unless_the_operator_says_otherwise():
    code = (
        "import recommender, os, sys; "
        "print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )

    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=env,
        ).stdout.split()
        for env in ({}, {"OPENBLAS_NUM_THREADS": "4"})
    ]

    assert printed == [["1", "False"], ["4", "False"]]


def test_ids_of_the_library_are_no_rows(library: Library):
    assert [paper.id for paper in library.papers] == [
        FIRST_ID + row for row in range(len(library.papers))
    ]
