"""Papers are stored once, and read back as they were stored."""

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sources import file
from bot.storage import features, papers
from bot.storage.database import Database
from bot.storage.papers import StoreCounts
from tests.corpus import stored as as_stored
from tests.storage.factories import (
    FULL_PAPER,
    TODAY,
    at_once,
    paper,
    stored,
)

REAL = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)


def test_a_paper_is_read_back_as_it_was_stored(database: Database):
    papers.store(database, [FULL_PAPER])

    stored_paper = papers.by_arxiv_ids(database, ["2603.00001"])["2603.00001"]

    listed = replace(FULL_PAPER, lists={"huggingface": TODAY})
    assert stored_paper == as_stored(listed, stored_paper.id)
    assert papers.by_ids(database, [stored_paper.id]) == {
        stored_paper.id: stored_paper
    }


def test_upvotes_are_those_that_the_source_counted_last(database: Database):
    voted = paper("Selective State Spaces", upvotes=3)
    papers.store(database, [voted, paper("Uncounted", upvotes=None)])
    papers.store(database, [replace(voted, upvotes=41)])
    ids = {p.title: p.id for p in papers.newest(database, 10)}

    votes = papers.upvotes(database, ids.values())

    assert votes == {ids["Selective State Spaces"]: 41}
    assert papers.upvotes(database, []) == {}


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

    days = {
        listed_paper.title: listed_paper.listed
        for listed_paper in papers.newest(database, 9)
    }
    assert days == {"Selective State Spaces": TODAY, "Linear Attention": TODAY}


def test_names_that_were_stored_as_latex_are_read(database: Database):
    names = (r"J\"urgen M\"uller (Arms", "Hall 3)", "Rita (Ri) Robot")

    papers.store(database, [paper("Arms", authors=names)])

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

    assert [listed_paper.listed for listed_paper in newest] == [
        days[1],
        days[2],
    ]


def test_fetching_again_moves_upvotes_and_keeps_what_the_source_leaves_out(
    database: Database,
):
    papers.store(database, [FULL_PAPER])

    papers.store(
        database,
        [paper(FULL_PAPER.title, arxiv_id=FULL_PAPER.arxiv_id, upvotes=31)],
    )

    stored_paper = stored(database, FULL_PAPER.title)
    assert stored_paper.upvotes == 31
    kept = (
        "abstract",
        "authors",
        "categories",
        "keywords",
        "published",
        "links",
    )
    assert [getattr(stored_paper, name) for name in kept] == [
        getattr(FULL_PAPER, name) for name in kept
    ]


def test_a_source_that_counts_no_upvotes_leaves_them_to_the_one_that_does(
    database: Database,
):
    papers.store(database, [paper("Attention", source="arxiv")])

    papers.store(database, [paper("Attention", upvotes=0)])
    papers.store(database, [paper("Attention", source="arxiv")])

    stored_paper = stored(database, "Attention")
    assert (stored_paper.upvotes, stored_paper.source) == (0, "huggingface")


def test_links_are_gathered_from_all_sources(database: Database):
    papers.store(database, [FULL_PAPER])

    papers.store(
        database,
        [paper(FULL_PAPER.title, links={"project": "https://mamba.example"})],
    )

    assert stored(database, FULL_PAPER.title).links == {
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


def test_public_papers_are_found_by_each_doi_and_as_the_same_paper(
    database: Database,
):
    both = paper(
        "In a journal", doi="10.1145/1.2", preprint_doi="10.1101/123456"
    )
    papers.store(database, [both, paper("Without a DOI", authors=("Ada L",))])

    by_dois = papers.by_dois(
        database, ["10.1145/1.2", "10.1101/123456", "10.1145/9"]
    )
    same = papers.find(
        database, paper("Retitled", preprint_doi="10.1101/123456")
    )
    namesake = papers.find(database, paper("Without a doi", authors=("Ada L",)))

    assert {doi: one.title for doi, one in by_dois.items()} == {
        "10.1145/1.2": "In a journal",
        "10.1101/123456": "In a journal",
    }
    assert same is not None
    assert same.title == "In a journal"
    assert namesake is not None
    assert papers.find(database, paper("Nobody has this")) is None
