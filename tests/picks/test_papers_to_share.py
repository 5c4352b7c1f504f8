"""Papers to share are public, unmuted, at most twenty, and the last picks first."""

from datetime import timedelta

import pytest

from bot.picks import catalogue, inline, selection
from bot.storage import own, papers, recommendations
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import StoredPaper
from tests.storage.factories import (
    NOW,
    TODAY,
    join,
    paper,
    recommend,
    store,
)


def find(
    database: Database, text: str, feedback: Feedback | None = None
) -> list[StoredPaper]:
    return inline.find(
        database,
        catalogue.load(database),
        feedback or Feedback(),
        text,
        TODAY,
    )


def titles(results: list[StoredPaper]) -> list[str]:
    return [result.title for result in results]


def test_a_paper_that_only_its_reader_sees_is_never_offered(
    database: Database,
):
    ada = join(database, "Ada")
    store(database, "Attention")
    [private] = own.import_papers(database, ada.id, [paper("Secret attention")])
    [public] = store(database, "Diffusion")
    picks = recommend(database, ada, [private, public]).picks
    recommendations.record_sending(database, picks, NOW)
    feedback = Feedback(feed_papers=frozenset({private}), reader_id=ada.id)

    last_picks = find(database, "", feedback)
    by_words = find(database, "attention", feedback)
    by_title = find(database, "Secret attention", feedback)

    assert titles(last_picks) == ["Diffusion"]
    assert titles(by_words) == ["Attention"]
    assert by_title == []


def test_the_last_picks_come_first_and_unsent_or_muted_ones_never(
    database: Database,
):
    ada = join(database, "Ada")
    ids = store(database, "Attention", "Diffusion", "Mamba", "Robots", "Asked")
    for number, paper_id in enumerate(ids[:3]):
        picks = recommend(
            database, ada, [paper_id], day=TODAY + timedelta(number)
        ).picks
        recommendations.record_sending(database, picks, NOW)
    asked = recommend(database, ada, ids[4:], kind="ask", policy="ask").picks
    recommendations.record_sending(database, asked, NOW)
    recommend(database, ada, [ids[3]])
    feedback = Feedback(muted=("diffusion",), reader_id=ada.id)

    assert titles(find(database, "", feedback)) == ["Mamba", "Attention"]


def test_a_reader_without_picks_shares_what_is_popular(database: Database):
    ada = join(database, "Ada")
    papers.store(
        database,
        [
            paper("Liked", upvotes=9),
            paper("Old", upvotes=99, listed=TODAY - timedelta(days=60)),
            paper("Loved", upvotes=20),
            paper("Uncounted", upvotes=None),
        ],
    )
    feedback = selection.read_feedback(database, ada, NOW)

    popular = find(database, "", feedback)

    assert titles(popular) == ["Loved", "Liked", "Uncounted"]


def test_twenty_papers_are_offered_at_most(database: Database):
    store(database, *(f"Attention {number}" for number in range(30)))

    assert len(find(database, "attention")) == inline.MOST == 20
    assert len(find(database, "")) == 20


@pytest.mark.parametrize("text", ["", "attention", "🎉", "2610.00001"])
def test_a_bot_without_papers_offers_none(database: Database, text: str):
    assert find(database, text) == []
