"""One row for each paper, however many sources name it, and nothing a reader said is lost."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sources import file
from bot.storage import digests, features, feedback, papers
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from bot.storage.tables import SaveRow
from recommender.papers import Paper
from tests.corpus import stored as as_stored
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    join,
    paper,
    rate,
    recommend,
    store,
    stored,
    there,
)

REAL = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)

FULL = paper(
    "Selective State Spaces",
    abstract="A long sequence is read once.",
    arxiv_id="2603.00001",
    authors=("Tri Dao", "Albert Gu"),
    categories=("cs.LG", "cs.CL"),
    keywords=("state space models",),
    published=datetime(2026, 2, 27, 17, 30, tzinfo=UTC),
    upvotes=12,
    links={"code": "https://code.example/mamba"},
)
WITH_ID = paper("Selective State Spaces", arxiv_id="2603.00001")
TITLE_ONLY = paper("Selective state-spaces", source="page")
OLD_TITLE = paper("Linear-Time Sequence Modelling", arxiv_id="2603.00001")


def test_a_paper_is_read_back_as_it_was_stored(database: Database):
    papers.store(database, [FULL])

    found = papers.by_arxiv_ids(database, ["2603.00001"])["2603.00001"]

    assert found == as_stored(FULL, found.id)
    assert papers.by_ids(database, [found.id]) == {found.id: found}


def test_a_file_hides_no_listed_paper_and_a_list_shows_one_that_a_file_brought(
    database: Database,
):
    old = TODAY - timedelta(days=300)
    listed = paper("Selective State Spaces", listed=TODAY, source="huggingface")
    filed = paper("Selective State Spaces", listed=old, source="file")
    other = paper("Linear Attention", listed=old, source="file")

    papers.store(
        database,
        [listed, filed, other, replace(other, listed=TODAY, source="arxiv")],
    )

    days = {found.title: found.listed for found in papers.newest(database, 9)}
    assert days == {"Selective State Spaces": TODAY, "Linear Attention": TODAY}


def test_names_that_were_stored_as_latex_are_read(database: Database):
    written = (r"J\"urgen M\"uller (Arms", "Hall 3)", "Rita (Ri) Robot")

    papers.store(database, [paper("Arms", authors=written)])

    assert papers.newest(database, 1)[0].authors == (
        "Jürgen Müller",
        "Rita (Ri) Robot",
    )


def test_one_paper_however_its_old_id_is_written(database: Database):
    ways = ["math.GT/0309136", "math/0309136", "MATH.GT/0309136"]

    papers.store(database, [paper("Knots", arxiv_id=way) for way in ways])

    assert papers.count(database) == 1
    assert list(papers.by_arxiv_ids(database, ["math/0309136"])) == [
        "math/0309136"
    ]


def test_papers_are_counted_as_new_once_and_as_known_from_then_on(
    database: Database,
):
    batch = [
        paper("Attention"),
        paper("Diffusion", arxiv_id="2603.00002"),
        paper("ATTENTION!"),
    ]

    first = papers.store(database, batch)
    second = papers.store(database, batch)

    assert first == StoreCounts(new=2, existing=1)
    assert second == StoreCounts(new=0, existing=3)
    assert papers.count(database) == 2


def test_nothing_to_store_is_nothing_stored(database: Database):
    assert papers.store(database, []) == StoreCounts()
    assert papers.newest(database, 10) == []


def test_the_newest_papers_are_those_listed_last(database: Database):
    days = [TODAY - timedelta(days=back) for back in (5, 0, 3)]
    papers.store(database, [paper(f"Day {day}", listed=day) for day in days])

    newest = papers.newest(database, 2)

    assert [found.listed for found in newest] == [days[1], days[2]]


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

    found = papers.by_arxiv_ids(database, [one, two])
    assert {i: p.title for i, p in found.items()} == {
        one: "Diffusion",
        two: "Attention",
    }
    assert papers.count(database) == 2


def test_a_merged_paper_keeps_what_only_one_of_the_two_knew(database: Database):
    early = TODAY - timedelta(days=3)
    told = paper(
        TITLE_ONLY.title,
        listed=early,
        abstract="Read once.",
        keywords=("recurrence",),
    )
    papers.store(database, [OLD_TITLE, told])

    papers.store(database, [WITH_ID])

    found = stored(database, "Selective State Spaces")
    assert (found.abstract, found.keywords, found.listed) == (
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
    papers.store(database, [FULL])

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

    said = {
        r.name: feedback.of_reader(database, r.id, r.zone, TODAY)
        for r in (ada, bo, cy)
    }
    assert {
        name: [(x.paper_id, x.value) for x in f.ratings]
        for name, f in said.items()
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

    shown = {
        r.name: feedback.of_reader(database, r.id, r.zone, TODAY).shown
        for r in (ada, bo)
    }
    assert shown == {"Ada": {third, kept}, "Bo": {kept}}
    again = there(digests.read(database, digest.id))
    assert [(pick.id, pick.paper.id) for pick in again.picks] == [
        (digest.picks[0].id, third),
        (digest.picks[1].id, kept),
    ]
    with database.read() as session:
        saved = session.execute(
            select(SaveRow.reader_id, SaveRow.paper_id)
        ).all()
    assert sorted(map(tuple, saved)) == [(ada.id, kept), (bo.id, kept)]


def test_fetching_again_moves_upvotes_and_keeps_what_the_source_leaves_out(
    database: Database,
):
    papers.store(database, [FULL])

    papers.store(
        database, [paper(FULL.title, arxiv_id=FULL.arxiv_id, upvotes=31)]
    )

    found = stored(database, FULL.title)
    assert found.upvotes == 31
    kept = (
        "abstract",
        "authors",
        "categories",
        "keywords",
        "published",
        "links",
    )
    assert [getattr(found, name) for name in kept] == [
        getattr(FULL, name) for name in kept
    ]


def test_a_source_that_counts_no_upvotes_leaves_them_to_the_one_that_does(
    database: Database,
):
    papers.store(database, [paper("Attention", source="arxiv")])

    papers.store(database, [paper("Attention", upvotes=0)])
    papers.store(database, [paper("Attention", source="arxiv")])

    found = stored(database, "Attention")
    assert (found.upvotes, found.source) == (0, "huggingface")


def test_links_are_gathered_from_all_sources(database: Database):
    papers.store(database, [FULL])

    papers.store(
        database,
        [paper(FULL.title, links={"project": "https://mamba.example"})],
    )

    assert stored(database, FULL.title).links == {
        "code": "https://code.example/mamba",
        "project": "https://mamba.example",
    }


@pytest.mark.parametrize("offset", [-2, 2])
def test_a_paper_is_listed_on_the_first_day_any_list_named_it(
    database: Database, offset: int
):
    papers.store(database, [paper("Attention")])

    papers.store(
        database, [paper("Attention", listed=TODAY + timedelta(days=offset))]
    )

    assert stored(database, "Attention").listed == min(
        TODAY, TODAY + timedelta(days=offset)
    )


def test_two_fetches_at_once_store_each_paper_once(database: Database):
    batch = [
        paper(f"Paper number {n}", arxiv_id=f"2603.{n:05}") for n in range(100)
    ]

    outcomes = at_once(
        lambda: papers.store(database, batch),
        lambda: papers.store(database, batch[::-1]),
    )

    assert papers.count(database) == 100
    assert sum(outcomes, StoreCounts()) == StoreCounts(new=100, existing=100)


@pytest.mark.skipif(
    not REAL.exists(), reason="the shared data folder is not here"
)
def test_two_years_of_daily_papers_are_stored_once(database: Database):
    with gzip.open(REAL) as lines:
        assert sum(1 for _ in lines) == 8_206
    real = list(file.read(REAL, TODAY))

    first = papers.store(database, real)
    second = papers.store(database, real)

    assert first.new + first.existing == 8_206
    assert (
        papers.count(database) == first.new == len({p.arxiv_id for p in real})
    )
    assert second == StoreCounts(new=0, existing=8_206)
    assert len(features.to_cover(database)) == 5_000
