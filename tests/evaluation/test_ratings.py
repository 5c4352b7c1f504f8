"""Ratings predicted one by one, each before it is learned."""

import random

import pytest

from recommender.evaluation.ratings import MIN_PAPERS, RatedPaper, validate
from tests.evaluation.factories import papers
from tests.recommender.factories import EACH

AGAINST = ("centroid", "arxiv-sanity", "scholar-inbox", "zotero")


def ratings(seed: int = 0) -> list[RatedPaper]:
    """Return sixty ratings of a reader who likes the first three kinds of papers."""
    rated = [
        RatedPaper(terms, 1 if row < 3 * EACH else -1)
        for row, terms in enumerate(papers())
    ]
    random.Random(seed).shuffle(rated)
    return rated


def test_every_model_foresees_a_taste_of_its_kinds():
    verdicts = validate(ratings(), background=papers(), against=AGAINST)

    assert [verdict.model for verdict in verdicts] == [*AGAINST, "paperpicks"]
    assert len({verdict.predicted for verdict in verdicts}) == 1
    own_verdict = verdicts[-1]
    assert own_verdict.auc > 0.85
    assert own_verdict.balanced_accuracy > 0.75
    assert own_verdict.ndcg > 0.75


def test_a_taste_drawn_by_lot_is_not_foreseen():
    rng = random.Random(1)
    lots = [
        RatedPaper(paper.terms, rng.choice([1, -1]))
        for seed in range(4)
        for paper in ratings(seed)
    ]

    [verdict] = validate(lots[:60], background=papers())

    assert 0.25 < verdict.auc < 0.75


def test_later_labels_change_nothing_that_was_predicted_before():
    original = ratings()
    turned = original[:40]
    turned += [RatedPaper(paper.terms, -paper.label) for paper in original[40:]]

    verdicts = validate(original[:40], background=papers())

    assert validate(turned[:40], background=papers()) == verdicts


def test_neutral_ratings_are_read_but_not_predicted():
    original = ratings()
    mixed: list[RatedPaper] = []
    for paper in original:
        mixed += [paper, RatedPaper(paper.terms, 0)]

    [verdict] = validate(original, background=papers())
    [mixed_verdict] = validate(mixed, background=papers())

    assert mixed_verdict.predicted == verdict.predicted


@pytest.mark.parametrize("label", [1, -1])
def test_nothing_is_predicted_before_there_is_a_like_and_a_dislike(label: int):
    of_one_kind = [RatedPaper(paper.terms, label) for paper in ratings()]

    assert validate(of_one_kind, background=papers()) == []


def test_nothing_is_predicted_before_there_are_papers_to_learn_words_from():
    assert validate(ratings()[: MIN_PAPERS - 1]) == []
    assert validate(ratings())[0].predicted == 60 - MIN_PAPERS
