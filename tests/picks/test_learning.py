"""A receipt says why a rating changed no pick, from the taste alone."""

from datetime import time

import pytest

from bot.picks import learning, tastes
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.receipts import Receipt
from recommender.papers import Rating, StoredPaper
from tests.corpus import field_of
from tests.picks.conftest import NOW

TODAY = NOW.date()
TOPIC = "diffusion models"


@pytest.fixture
def ada(database: Database) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, 1, values)
    assert reader is not None
    return reader


def papers_of(catalogue: Catalogue, field: str) -> list[StoredPaper]:
    papers = catalogue.with_abstracts(range(len(catalogue)))
    return [paper for paper in papers if field_of(paper) == field]


def likes(catalogue: Catalogue, n: int) -> tuple[Rating, ...]:
    """Return likes of the newest papers of the topic."""
    return tuple(Rating(p.id, 1) for p in papers_of(catalogue, TOPIC)[:n])


def like(
    database: Database, catalogue: Catalogue, reader: Reader, paper: StoredPaper
) -> Receipt:
    receipt = learning.rate_paper(
        database, catalogue, reader, paper, value=1, now=NOW, origin="search"
    )
    assert receipt is not None
    return receipt


@pytest.mark.parametrize(
    ("n_likes", "missing"), [(0, 3), (1, 2), (2, 1), (3, 0), (5, 0)]
)
def test_likes_are_counted_against_the_weight_of_a_topic(
    database: Database, catalogue: Catalogue, n_likes: int, missing: int
) -> None:
    feedback = Feedback(likes(catalogue, n_likes), wanted=(TOPIC,))

    profile = tastes.learn(database, catalogue, feedback)

    assert learning.missing_likes(profile) == missing


def test_without_topics_nothing_outweighs_the_likes(
    database: Database, catalogue: Catalogue
) -> None:
    feedback = Feedback(likes(catalogue, 1))

    profile = tastes.learn(database, catalogue, feedback)

    assert learning.missing_likes(profile) == 0


def test_the_leading_concept_is_one_of_the_liked_field(
    database: Database, catalogue: Catalogue
) -> None:
    feedback = Feedback(likes(catalogue, 4))
    profile = tastes.learn(database, catalogue, feedback)

    concept = learning.lead_concept(catalogue, profile, TODAY)

    liked = papers_of(catalogue, TOPIC)[:4]
    assert any(concept in paper.text.casefold() for paper in liked)


def test_an_empty_taste_has_no_leading_concept(
    database: Database, catalogue: Catalogue
) -> None:
    profile = tastes.learn(database, catalogue, Feedback())

    assert learning.lead_concept(catalogue, profile, TODAY) == ""


def test_a_receipt_gives_a_reason_only_if_no_pick_changed(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    receipts = [
        like(database, catalogue, ada, paper)
        for paper in catalogue.with_abstracts(range(12))
    ]

    for receipt in receipts:
        assert receipt.learned
        assert not receipt.changed or not (receipt.lead or receipt.missing)
        # There are no topics that could weigh more.
        assert not receipt.missing
        if receipt.lead:
            assert receipt.lead in [word.casefold() for word in receipt.words]


def test_one_like_makes_no_strongest_interest_and_several_do(
    database: Database, catalogue: Catalogue, ada: Reader
) -> None:
    feedback.set_topics(database, ada.id, [TOPIC], "wanted", NOW)

    receipts = [
        like(database, catalogue, ada, paper)
        for paper in papers_of(catalogue, TOPIC)[:8]
    ]

    has_lead = [bool(receipt.lead) for receipt in receipts]
    assert not any(has_lead[: learning.FEWEST_LIKES])
    assert any(has_lead)
