"""Papers as vectors: of one length, in two blocks, learned from however few."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.features import Floats, PaperFeatures, Vectors, stack
from recommender.phrases import STOPWORDS
from tests.recommender.factories import FIRST_ID, GENERAL, KINDS, ROWS, Library
from tests.recommender.factories import library as made_library

FIVE = [
    "image diffusion",
    "audio codec",
    "graph walk",
    "robot gait",
    "protein folding",
]


def squares(vectors: Vectors) -> tuple[Floats, Floats]:
    """Return the squared lengths of both blocks, each (n,)."""
    sparse = np.asarray(vectors.sparse.power(2).sum(axis=1)).ravel()
    return np.asarray(sparse), np.asarray((vectors.dense**2).sum(axis=1))


def restored(names: list[str]) -> PaperFeatures:
    """Return features that know these terms, all as rare as each other."""
    n = len(names)
    idf = np.ones(n, np.float32)
    projection = np.diag(np.full(n, 0.5, np.float32))
    return PaperFeatures.restore(names, idf, projection, average_length=2.0)


def halved(vectors: Vectors) -> Vectors:
    """Return vectors as they come back from storage, where they are kept in 16 bits."""
    sparse = vectors.sparse.copy()
    sparse.data = sparse.data.astype(np.float16).astype(np.float32)
    return Vectors(sparse, vectors.dense.astype(np.float16).astype(np.float32))


def test_what_a_paper_has_in_common_is_a_part_of_it(library: Library):
    sparse, dense = squares(library.vectors)

    assert sparse.mean() == pytest.approx(1, abs=1e-5)
    assert (dense > 0).all()
    assert (dense < sparse).all()


def test_a_text_with_more_to_say_has_the_longer_vector(library: Library):
    texts = [
        "graph network",
        "graph network and robot arm",
        "graph network, robot arm, audio codec",
    ]

    sparse, _ = squares(library.features.transform(texts))

    assert sparse[0] < sparse[1] < sparse[2]


@pytest.mark.parametrize(
    "text", ["", "zyzzyva quokka", "the of and", "$x$ 2024", "我们"]
)
def test_a_text_without_a_known_term_is_all_zeros(library: Library, text: str):
    vectors = library.features.transform([text])

    assert len(vectors) == 1
    assert vectors.sparse.nnz == 0
    assert not vectors.dense.any()


def test_a_word_said_four_times_counts_for_more_but_not_four_times():
    features = restored(["graph", "speech"])

    vectors = features.transform(["graph. speech. graph. graph. graph"])

    often, once = vectors.sparse.toarray()[0]
    assert 1 < often / once < 4


def test_a_long_text_says_each_word_less_loudly():
    features = restored(["graph", "speech", "robot"])

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
    alike = library.vectors.similarity(library.vectors)

    np.testing.assert_allclose(np.diag(alike), 1, atol=1e-5)
    assert alike.max() <= 1 + 1e-5
    assert alike.min() >= -1 - 1e-5


def test_papers_of_one_kind_are_closer_than_papers_of_two(library: Library):
    kinds = np.repeat(np.arange(len(KINDS)), len(library.papers) // len(KINDS))
    same = kinds[:, None] == kinds
    others = ~np.eye(len(kinds), dtype=bool)

    alike = library.vectors.similarity(library.vectors)

    assert alike[same & others].mean() > alike[~same].mean() + 0.2


@given(st.lists(ROWS, max_size=8))
def test_a_vector_does_not_depend_on_the_texts_beside_it(rows: list[int]):
    library = made_library()

    vectors = library.features.transform(
        [library.papers[row].content for row in rows]
    )

    np.testing.assert_allclose(
        vectors.dense, library.vectors.dense[rows], atol=1e-5
    )
    assert abs(vectors.sparse - library.vectors.sparse[rows]).sum() < 1e-4


@given(st.lists(st.lists(ROWS, max_size=5), min_size=1, max_size=4))
def test_stacking_puts_vectors_under_each_other(parts: list[list[int]]):
    vectors = made_library().vectors
    every = [row for rows in parts for row in rows]

    stacked = stack([vectors.take(rows) for rows in parts])

    assert len(stacked) == len(every)
    assert np.array_equal(stacked.dense, vectors.dense[every])
    assert np.array_equal(
        stacked.sparse.toarray(), vectors.sparse[every].toarray()
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

    kept = halved(library.vectors).similarity(halved(library.vectors))

    np.testing.assert_allclose(kept, exact, atol=2e-3)


def test_a_projection_in_sixteen_bits_gives_nearly_the_same_vectors(
    library: Library,
):
    fitted, texts = (
        library.features,
        [paper.content for paper in library.papers],
    )
    projection = fitted.projection_.astype(np.float16).astype(np.float32)

    restored = PaperFeatures.restore(
        fitted.terms_,
        fitted.idf_,
        projection,
        average_length=fitted.average_length_,
    )

    alike = np.diag(restored.transform(texts).similarity(library.vectors))
    np.testing.assert_allclose(alike, 1, atol=1e-3)


def test_the_same_seed_gives_the_same_features(library: Library):
    texts = [paper.content for paper in library.papers]

    one, two = (
        PaperFeatures(n_components=9, random_state=7).fit(texts)
        for _ in range(2)
    )

    assert one.terms_ == two.terms_
    assert np.array_equal(one.idf_, two.idf_)
    assert np.array_equal(one.projection_, two.projection_)


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
    sparse, dense = squares(vectors)
    assert np.isfinite(features.projection_).all()
    assert all(
        bool(text) == (whole > 0.1) and part <= whole
        for text, whole, part in zip(texts, sparse, dense, strict=True)
    )


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
    assert not features.projected(rare, directions).any()
    assert np.array_equal(
        features.projected(shared, directions)[0],
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
    share = {}
    for papers in (100, 2_000):
        features = PaperFeatures(n_components=4).fit(
            FIVE * (papers // len(FIVE))
        )
        sparse, dense = squares(features.transform(FIVE))
        share[papers] = float((dense / sparse).mean())

    assert share[100] / share[2_000] == pytest.approx(
        (100 / 600) / (2_000 / 2_500), rel=0.01
    )


def test_the_vocabulary_holds_no_latex_and_no_stop_words():
    texts = [rf"The \emph {text} with $\mathcal{{L}}_{n}$ is a very \textit word" for n, text in
             enumerate(FIVE)]  # fmt: skip

    features = PaperFeatures().fit(texts)

    known = {word for term in features.terms_ for word in term.split()}
    assert known == {word for text in FIVE for word in text.split()} | {"word"}
    assert not known & STOPWORDS


def test_a_topic_of_more_than_a_fifth_of_papers_still_has_a_vector(
    library: Library,
):
    common = [phrase for phrase in GENERAL if "reasoning" in phrase]
    holding = sum(common[0] in paper.text for paper in library.papers)
    assert holding > len(library.papers) / 5

    vectors = library.features.transform(["reasoning"])

    sparse, _ = squares(vectors)
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


def test_ids_of_the_made_library_are_no_rows(library: Library):
    assert [paper.id for paper in library.papers] == [
        FIRST_ID + row for row in range(len(library.papers))
    ]
