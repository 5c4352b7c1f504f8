"""Ratings predicted one by one, each before it is learned."""

import random

import pytest

from recommender.evaluation.ratings import FEWEST_PAPERS, Rated, validate
from tests.evaluation.factories import papers
from tests.recommender.factories import EACH

AGAINST = ("centroid", "arxiv-sanity", "scholar-inbox", "zotero")


def said(seed: int = 0) -> list[Rated]:
    """Return sixty ratings of a reader who likes the first three kinds of papers."""
    rated = [
        Rated(terms, 1 if row < 3 * EACH else -1)
        for row, terms in enumerate(papers())
    ]
    random.Random(seed).shuffle(rated)
    return rated


def test_every_model_foresees_a_taste_of_its_kinds():
    verdicts = validate(said(), background=papers(), against=AGAINST)

    assert [each.model for each in verdicts] == [*AGAINST, "paperpicks"]
    assert len({each.predicted for each in verdicts}) == 1
    ours = verdicts[-1]
    assert ours.auc > 0.85
    assert ours.balanced_accuracy > 0.75
    assert ours.ndcg > 0.75


def test_a_taste_drawn_by_lot_is_not_foreseen():
    rng = random.Random(1)
    lots = [
        Rated(each.terms, rng.choice([1, -1]))
        for seed in range(4)
        for each in said(seed)
    ]

    [ours] = validate(lots[:60], background=papers())

    assert 0.25 < ours.auc < 0.75


def test_later_labels_change_nothing_that_was_predicted_before():
    given = said()
    turned = [
        *given[:40],
        *(Rated(each.terms, -each.label) for each in given[40:]),
    ]

    whole, cut = (
        validate(each[:40], background=papers()) for each in (given, turned)
    )

    assert whole == cut


def test_neutral_ratings_are_read_but_not_predicted():
    given = said()
    mixed = [
        each
        for pair in zip(given, (Rated(g.terms, 0) for g in given), strict=True)
        for each in pair
    ]

    [one], [other] = (
        validate(each, background=papers()) for each in (given, mixed)
    )

    assert one.predicted == other.predicted


@pytest.mark.parametrize("label", [1, -1])
def test_nothing_is_predicted_before_there_is_a_like_and_a_dislike(label: int):
    assert (
        validate(
            [Rated(each.terms, label) for each in said()], background=papers()
        )
        == []
    )


def test_nothing_is_predicted_before_there_are_papers_to_learn_words_from():
    assert validate(said()[: FEWEST_PAPERS - 1]) == []
    assert validate(said())[0].predicted == 60 - FEWEST_PAPERS
