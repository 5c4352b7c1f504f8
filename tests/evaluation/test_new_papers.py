"""New papers ranked for readers whose libraries are known."""

import dataclasses

import numpy as np
import pytest

from recommender.evaluation import baselines, new_papers
from recommender.evaluation.baselines import MODELS, Said, Space
from recommender.evaluation.new_papers import (
    OURS,
    Library,
    choose,
    evaluate,
    ratios,
)
from recommender.features import PaperFeatures
from tests.evaluation.factories import libraries, papers

AGAINST = ("random", "centroid", "arxiv-sanity", "scholar-inbox")


def test_every_model_is_measured_on_the_same_readers():
    results = evaluate(
        papers(), libraries(), readers=6, likes=("all", 1), against=AGAINST
    )

    assert [(r.model, r.likes) for r in results] == [
        (name, k) for k in ("all", 1) for name in (*AGAINST, OURS)
    ]
    assert {len(r.measured) for r in results} == {6}


def test_models_that_read_beat_chance_by_far_where_kinds_are_far_apart():
    results = evaluate(
        papers(), libraries(), readers=6, likes=("all",), against=AGAINST
    )

    auc = {r.model: r.mean("auc") for r in results}
    assert auc["random"] < 0.8
    assert all(auc[name] > 0.95 for name in (*AGAINST[1:], OURS))


def test_all_folds_measure_each_reader_once_a_fold():
    results = evaluate(
        papers(), libraries(), folds=range(5), readers=6, likes=(5,)
    )

    assert [len(r.measured) for r in results] == [30]


def test_the_text_of_new_papers_changes_nothing_that_is_fitted():
    given, other = papers(), papers()
    new = np.arange(len(given)) % 5 == 0
    for row in np.flatnonzero(new):
        other[row] = ["unheard", "of"]

    fits = [
        PaperFeatures(analyzer=list).fit(
            [each[row] for row in np.flatnonzero(~new)]
        )
        for each in (given, other)
    ]

    said = Said(
        np.array([1, 2]), np.array([], np.intp), np.zeros(2, np.float32)
    )
    scored = new_papers.contestants(other, new, ["centroid"])
    assert np.array_equal(fits[0].projection_, fits[1].projection_)
    assert not scored[OURS](said).any()
    assert not scored["centroid"](said).any()


def test_readers_have_five_known_likes_and_a_new_one_and_are_drawn_by_the_seed():
    some = [
        Library(1, (0, 1, 2, 3, 4, 6)),
        Library(2, (1, 2, 3, 4, 6)),
        Library(3, (0, 1, 2)),
    ]

    chosen = choose(some, papers=10, fold=0, readers=1, seed=0)

    assert [
        (r.user, r.known.tolist(), r.relevant.tolist()) for r in chosen
    ] == [(1, [0, 1, 2, 3, 4], [0])]


def test_asking_for_more_readers_than_there_are_is_refused():
    with pytest.raises(
        ValueError, match="only 12 readers have 5 known likes and 1 new one"
    ):
        evaluate(papers(), libraries(), readers=13)


def test_ours_is_compared_with_the_best_baseline_of_the_run():
    results = evaluate(
        papers(), libraries(), readers=6, likes=("all",), against=AGAINST
    )

    [(likes, ratio)] = ratios(results, "ndcg_at_10")

    best = max(r.mean("ndcg_at_10") for r in results if r.model != OURS)
    assert likes == "all"
    assert ratio["ratio"] == pytest.approx(
        results[-1].mean("ndcg_at_10") / best
    )
    assert ratio["low"] <= ratio["ratio"] <= ratio["high"]


def space() -> Space:
    """Return a space of the made papers in which a topic stands after fifty known ones."""
    tfidf = baselines.vectorizer(list)
    rows = tfidf.fit_transform(papers())
    votes = np.linspace(0, 1, 10, dtype=np.float32)
    known = rows[[*range(50), 55]]
    return Space(known, rows[50:], 50, votes, baselines.latent(known))


def likes(*rows: int, dislikes: tuple[int, ...] = ()) -> Said:
    return Said(
        np.array(rows),
        np.array(dislikes, np.intp),
        np.arange(len(rows), dtype=np.float32),
    )


@pytest.mark.parametrize(
    "name", ["centroid", "arxiv-sanity", "scholar-inbox", "zotero"]
)
def test_a_typed_topic_stands_for_a_liked_paper(name: str):
    scored = MODELS[name](space(), likes(50))

    assert scored.shape == (10,)
    assert scored.argmax() == 5


def test_a_dislike_lowers_its_paper_for_scholar_inbox():
    bare, told = (
        MODELS["scholar-inbox"](space(), said)
        for said in (likes(3), likes(3, dislikes=(50,)))
    )

    assert told[5] < bare[5] - 0.1


def test_the_newest_like_weighs_most_for_zotero():
    here = space()
    known, new = here.lsa

    scored = MODELS["zotero"](here, likes(0, 10))

    expected = new @ (known[0] + known[10] / (1 + np.log10(2)))
    np.testing.assert_allclose(scored, expected, atol=1e-5)


def test_popularity_needs_votes_and_zotero_its_dimensions():
    bare = dataclasses.replace(space(), votes=None, lsa_of=None)

    with pytest.raises(ValueError, match="no votes"):
        MODELS["popularity"](bare, likes(0))
    with pytest.raises(ValueError, match="no latent dimensions"):
        MODELS["zotero"](bare, likes(0))
