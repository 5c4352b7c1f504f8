"""New papers ranked for readers whose libraries are known."""

import dataclasses

import numpy as np
import pytest

from recommender.evaluation import baselines, new_papers
from recommender.evaluation.baselines import MODELS, RatingHistory, Space
from recommender.evaluation.model import PAPERPICKS
from recommender.evaluation.new_papers import (
    Library,
    choose_readers,
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

    assert [(result.model, result.likes) for result in results] == [
        (name, likes) for likes in ("all", 1) for name in (*AGAINST, PAPERPICKS)
    ]
    assert {len(result.measurements) for result in results} == {6}


def test_models_that_read_beat_chance_by_far_where_kinds_are_far_apart():
    results = evaluate(
        papers(), libraries(), readers=6, likes=("all",), against=AGAINST
    )

    auc = {result.model: result.mean("auc") for result in results}
    assert auc["random"] < 0.8
    assert all(auc[name] > 0.95 for name in (*AGAINST[1:], PAPERPICKS))


def test_all_folds_measure_each_reader_once_a_fold():
    results = evaluate(
        papers(), libraries(), folds=range(5), readers=6, likes=(5,)
    )

    assert [len(result.measurements) for result in results] == [30]


def test_the_text_of_new_papers_changes_nothing_that_is_fitted():
    original, changed = papers(), papers()
    is_new = np.arange(len(original)) % 5 == 0
    for row in np.flatnonzero(is_new):
        changed[row] = ["unheard", "of"]

    fits = [
        PaperFeatures(analyzer=list).fit(
            [terms[row] for row in np.flatnonzero(~is_new)]
        )
        for terms in (original, changed)
    ]

    models = new_papers.fit_models(changed, is_new, ["centroid"])
    assert np.array_equal(fits[0].projection_, fits[1].projection_)
    assert not models[PAPERPICKS](likes(1, 2)).any()
    assert not models["centroid"](likes(1, 2)).any()


def test_readers_have_five_known_likes_and_a_new_one_and_are_drawn_by_the_seed():
    some = [
        Library(1, (0, 1, 2, 3, 4, 6)),
        Library(2, (1, 2, 3, 4, 6)),
        Library(3, (0, 1, 2)),
    ]

    [reader] = choose_readers(some, n_papers=10, fold=0, readers=1, seed=0)

    assert reader.user == 1
    assert reader.likes.tolist() == [0, 1, 2, 3, 4]
    assert reader.relevant.tolist() == [0]


def test_asking_for_more_readers_than_there_are_is_refused():
    with pytest.raises(
        ValueError, match="only 12 readers have 5 known likes and 1 new one"
    ):
        evaluate(papers(), libraries(), readers=13)


def test_our_model_is_compared_with_the_best_baseline_of_the_run():
    results = evaluate(
        papers(), libraries(), readers=6, likes=("all",), against=AGAINST
    )

    [(likes, ratio)] = ratios(results, "ndcg_at_10")

    *baseline_results, own_result = results
    best = max(result.mean("ndcg_at_10") for result in baseline_results)
    assert likes == "all"
    assert ratio["ratio"] == pytest.approx(own_result.mean("ndcg_at_10") / best)
    assert ratio["low"] <= ratio["ratio"] <= ratio["high"]


def space() -> Space:
    """Return a space in which a topic stands after fifty papers to learn from."""
    tfidf = baselines.vectorizer(list)
    rows = tfidf.fit_transform(papers())
    train = rows[[*range(50), 55]]
    return Space(
        train=train,
        test=rows[50:],
        n_papers=50,
        votes=np.linspace(0, 1, 10, dtype=np.float32),
        to_latent=baselines.fit_latent(train),
    )


def likes(*rows: int, dislikes: tuple[int, ...] = ()) -> RatingHistory:
    return RatingHistory(
        likes=np.array(rows),
        dislikes=np.array(dislikes, np.intp),
        ages=np.arange(len(rows), dtype=np.float32),
    )


@pytest.mark.parametrize(
    "name", ["centroid", "arxiv-sanity", "scholar-inbox", "zotero"]
)
def test_a_typed_topic_stands_for_a_liked_paper(name: str):
    scores = MODELS[name](space(), likes(50))

    assert scores.shape == (10,)
    assert scores.argmax() == 5


def test_a_dislike_lowers_its_paper_for_scholar_inbox():
    model = MODELS["scholar-inbox"]

    before = model(space(), likes(3))
    after = model(space(), likes(3, dislikes=(50,)))

    assert after[5] < before[5] - 0.1


def test_the_newest_like_weighs_most_for_zotero():
    latent_space = space()
    train, test = latent_space.latent

    scores = MODELS["zotero"](latent_space, likes(0, 10))

    expected = test @ (train[0] + train[10] / (1 + np.log10(2)))
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_popularity_needs_votes_and_zotero_its_dimensions():
    bare = dataclasses.replace(space(), votes=None, to_latent=None)

    with pytest.raises(ValueError, match="no votes"):
        MODELS["popularity"](bare, likes(0))
    with pytest.raises(ValueError, match="no latent dimensions"):
        MODELS["zotero"](bare, likes(0))
