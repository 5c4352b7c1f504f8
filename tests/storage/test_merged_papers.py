"""Two names of one paper become one row, and nothing that readers said is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.storage import digests, feedback, papers
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from bot.storage.tables import SaveRow
from recommender.papers import Paper
from tests.storage.factories import (
    FULL_PAPER,
    NOW,
    TODAY,
    existing,
    join,
    paper,
    rate,
    recommend,
    store,
    stored,
)

WITH_ID = paper("Selective State Spaces", arxiv_id="2603.00001")
TITLE_ONLY = paper("Selective state-spaces", source="page")
OLD_TITLE = paper("Linear-Time Sequence Modelling", arxiv_id="2603.00001")


@pytest.mark.parametrize(
    ("first", "then"),
    [(WITH_ID, TITLE_ONLY), (TITLE_ONLY, WITH_ID)],
    ids=["id first", "id last"],
)
def test_a_paper_with_its_id_and_one_with_its_title_alone_are_one(
    database: Database, first: Paper, then: Paper
):
    papers.store(database, [first])

    again = papers.store(database, [then])

    assert again == StoreCounts(new=0, existing=1)
    assert stored(database, "Selective State Spaces").arxiv_id == "2603.00001"


@pytest.mark.parametrize(
    "together", [True, False], ids=["in one batch", "in three"]
)
def test_two_papers_that_turn_out_to_be_one_become_one(
    database: Database, together: bool
):
    batches = [[OLD_TITLE, TITLE_ONLY, WITH_ID]]
    if not together:
        batches = [[one] for one in batches[0]]

    total = sum(
        (papers.store(database, batch) for batch in batches), StoreCounts()
    )

    assert total == StoreCounts(new=2, existing=1)
    assert stored(database, "Selective State Spaces").arxiv_id == "2603.00001"


@pytest.mark.parametrize(
    "together", [True, False], ids=["in one batch", "later"]
)
def test_a_merged_paper_is_still_known_by_its_title_alone(
    database: Database, together: bool
):
    batches = [[OLD_TITLE, TITLE_ONLY], [WITH_ID, TITLE_ONLY]]
    if not together:
        batches = [[one] for batch in batches for one in batch]
    for batch in batches:
        papers.store(database, batch)

    again = papers.store(
        database, [paper("Selective State Spaces", upvotes=40)]
    )

    assert again == StoreCounts(new=0, existing=1)
    assert stored(database, "Selective State Spaces").upvotes == 40


def test_a_paper_that_was_given_a_new_title_is_known_by_it(database: Database):
    papers.store(database, [OLD_TITLE, WITH_ID])

    assert papers.store(database, [TITLE_ONLY]) == StoreCounts(
        new=0, existing=1
    )


def test_titles_that_two_papers_exchange_stay_with_their_ids(
    database: Database,
):
    one, two = "2603.00001", "2603.00002"
    papers.store(
        database,
        [paper("Attention", arxiv_id=one), paper("Diffusion", arxiv_id=two)],
    )

    papers.store(
        database,
        [paper("Diffusion", arxiv_id=one), paper("Attention", arxiv_id=two)],
    )

    stored_papers = papers.by_arxiv_ids(database, [one, two])
    assert {i: p.title for i, p in stored_papers.items()} == {
        one: "Diffusion",
        two: "Attention",
    }
    assert papers.count(database) == 2


def test_a_merged_paper_keeps_what_only_one_of_the_two_knew(database: Database):
    early = TODAY - timedelta(days=3)
    page_paper = paper(
        TITLE_ONLY.title,
        listed=early,
        abstract="Read once.",
        keywords=("recurrence",),
    )
    papers.store(database, [OLD_TITLE, page_paper])

    papers.store(database, [WITH_ID])

    merged = stored(database, "Selective State Spaces")
    assert (
        merged.abstract,
        merged.keywords,
        merged.listed,
    ) == (
        "Read once.",
        ("recurrence",),
        early,
    )


def test_two_ids_with_one_title_stay_two_papers(database: Database):
    twins = [
        paper("A Survey", arxiv_id="2603.00001"),
        paper("A Survey", arxiv_id="2603.00002"),
    ]

    first = papers.store(database, twins)
    second = papers.store(database, twins)

    assert (first, second) == (StoreCounts(new=2), StoreCounts(existing=2))
    assert set(papers.by_arxiv_ids(database, ["2603.00001", "2603.00002"])) == {
        "2603.00001",
        "2603.00002",
    }


@pytest.mark.parametrize(
    ("author", "rows"),
    [("Dao, T.", 1), ("TRI DAO", 1), ("Ada Lovelace", 2), ("A. Gu", 2)],
)
def test_one_title_is_one_paper_only_where_its_first_author_is_the_same(
    database: Database, author: str, rows: int
):
    papers.store(database, [FULL_PAPER])

    papers.store(database, [replace(TITLE_ONLY, authors=(author,))])

    assert len(papers.newest(database, 10)) == rows


def test_papers_whose_titles_have_no_letters_are_told_apart_by_their_ids(
    database: Database,
):
    batch = [
        paper("?!", arxiv_id="2603.00001"),
        paper("…", arxiv_id="2603.00002"),
    ]

    assert papers.store(database, batch) == StoreCounts(new=2)
    assert papers.store(database, batch) == StoreCounts(existing=2)


def test_of_two_ratings_of_a_merged_paper_the_later_one_stays(
    database: Database,
):
    ada, bo, cy = (join(database, name) for name in ("Ada", "Bo", "Cy"))
    papers.store(database, [OLD_TITLE])
    [other] = store(database, TITLE_ONLY.title)
    kept = stored(database, OLD_TITLE.title).id
    later = NOW + timedelta(hours=1)
    rate(database, ada, kept, -1, NOW)
    rate(database, ada, other, 1, later)
    rate(database, bo, kept, -1, later)
    rate(database, bo, other, 1, NOW)
    rate(database, cy, other, 1, NOW)

    papers.store(database, [WITH_ID])

    feedback_by_name = {
        r.name: feedback.of_reader(database, r.id, r.zone, TODAY)
        for r in (ada, bo, cy)
    }
    assert {
        name: [(x.paper_id, x.value) for x in f.ratings]
        for name, f in feedback_by_name.items()
    } == {
        "Ada": [(kept, 1)],
        "Bo": [(kept, -1)],
        "Cy": [(kept, 1)],
    }


def test_saves_and_impressions_move_to_the_merged_paper(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    papers.store(database, [OLD_TITLE])
    other, third = store(database, TITLE_ONLY.title, "Another One")
    kept = stored(database, OLD_TITLE.title).id
    digest = recommend(database, ada, [third, other])
    recommend(database, bo, [kept])
    recommend(database, bo, [other])
    with database.write() as session:
        for reader, paper_id in ((ada, other), (bo, kept), (bo, other)):
            session.add(
                SaveRow(reader_id=reader.id, paper_id=paper_id, saved_at=NOW)
            )

    papers.store(database, [WITH_ID])

    shown_by_name = {
        r.name: feedback.of_reader(database, r.id, r.zone, TODAY).shown
        for r in (ada, bo)
    }
    assert shown_by_name == {"Ada": {third, kept}, "Bo": {kept}}
    again = existing(digests.read(database, digest.id))
    assert [(pick.id, pick.paper.id) for pick in again.picks] == [
        (digest.picks[0].id, third),
        (digest.picks[1].id, kept),
    ]
    with database.read() as session:
        saved = session.execute(
            select(SaveRow.reader_id, SaveRow.paper_id)
        ).all()
    assert sorted(map(tuple, saved)) == [(ada.id, kept), (bo.id, kept)]
