"""Why a rating changed no pick is told from the taste as it stands, and from nothing else."""

from datetime import time

import pytest

from bot.picks import learning, selection
from bot.picks.catalogue import Catalogue
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import Rating
from tests.corpus import field_of
from tests.picks.conftest import NOW

TODAY = NOW.date()
TOPIC = "diffusion models"


def about(catalogue: Catalogue, topic: str) -> list[int]:
    """Return the papers of a field, by id."""
    return [paper.id for paper in catalogue.papers if field_of(paper) == topic]


@pytest.mark.parametrize(
    ("likes", "missing"), [(0, 3), (1, 2), (2, 1), (3, 0), (5, 0)]
)
def test_likes_are_counted_against_the_weight_of_a_topic(
    database: Database, offered: Catalogue, likes: int, missing: int
) -> None:
    ratings = tuple(Rating(paper, 1) for paper in about(offered, TOPIC)[:likes])
    profile = selection.learn(
        database, offered, Feedback(ratings, wanted=(TOPIC,))
    )

    assert learning.missing_likes(profile) == missing


def test_without_topics_nothing_outweighs_the_likes(
    database: Database, offered: Catalogue
) -> None:
    profile = selection.learn(
        database, offered, Feedback((Rating(about(offered, TOPIC)[0], 1),))
    )

    assert learning.missing_likes(profile) == 0


def test_the_leading_concept_is_one_of_the_liked_field(
    database: Database, offered: Catalogue
) -> None:
    ratings = tuple(Rating(paper, 1) for paper in about(offered, TOPIC)[:4])
    profile = selection.learn(database, offered, Feedback(ratings))

    first = learning.lead_concept(offered, profile, TODAY)

    assert any(
        first in offered.papers[offered.rows[r.paper_id]].text.casefold()
        for r in ratings
    )
    assert (
        learning.lead_concept(
            offered, selection.learn(database, offered, Feedback()), TODAY
        )
        == ""
    )


def test_a_receipt_gives_a_reason_only_where_no_pick_changed(
    database: Database, offered: Catalogue
) -> None:
    ada = readers.find_or_create(
        database, 1, {"name": "Ada", "at": time(9), "created_at": NOW}
    )
    assert ada is not None
    receipts = [
        learning.rate_paper(
            database, offered, ada, paper, value=1, now=NOW, origin="search"
        )
        for paper in offered.papers[:12]
    ]

    for receipt in receipts:
        assert receipt is not None
        assert receipt.learned
        assert not receipt.changed or not (receipt.lead or receipt.missing)
        # There are no topics that could weigh more.
        assert not receipt.missing
        if receipt.lead:
            assert receipt.lead in [word.casefold() for word in receipt.words]


def test_one_like_makes_no_strongest_interest_and_several_do(
    database: Database, offered: Catalogue
) -> None:
    ada = readers.find_or_create(
        database, 1, {"name": "Ada", "at": time(9), "created_at": NOW}
    )
    assert ada is not None
    feedback.set_topics(database, ada.id, [TOPIC], "wanted", NOW)
    receipts = [
        learning.rate_paper(
            database,
            offered,
            ada,
            offered.papers[offered.rows[paper]],
            value=1,
            now=NOW,
            origin="search",
        )
        for paper in about(offered, TOPIC)[:8]
    ]

    leads = [bool(receipt and receipt.lead) for receipt in receipts]
    assert not any(leads[: learning.FEWEST_LIKES])
    assert any(leads)
