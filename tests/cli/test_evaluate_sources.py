"""`paperpicks evaluate --protocol sources`: arXiv categories beside Daily Papers."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.cli.evaluate import sources
from bot.cli.evaluate.sources import COMMON, DAILY_ALONE, WITH_CATEGORIES
from recommender.evaluation.sources import Store, Window
from recommender.papers import Paper
from tests.cli.conftest import Command
from tests.cli.factories import (
    append_line,
    write_days,
    write_listings,
    write_stream_readers,
)

CUT = date(2026, 11, 16)
UNTIL = date(2026, 11, 19)
WINDOW = Window(first=CUT, last=UNTIL, days_before=3)

OPTIONS = {
    "protocol": "sources",
    "cut": str(CUT),
    "until": str(UNTIL),
    "days": 3,
    "picks": 3,
}


@pytest.fixture
def listings(tmp_path: Path) -> Path:
    return write_listings(tmp_path / "listings.jsonl", CUT)


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    return write_stream_readers(tmp_path / "people.jsonl")


def stores_by_name(listings: Path, readers: Path) -> dict[str, Store]:
    stores = sources.load([listings], readers, WINDOW)
    return {store.sources: store for store in stores}


def append_paper(listings: Path, **values: object) -> None:
    row = {"id": "2699.00001", "title": "Twice listed", "abstract": "Robots."}
    append_line(listings, json.dumps(row | values))


def paper_named(store: Store, title: str) -> Paper | None:
    papers = [p for p in store.corpus.papers if p.title == title]
    return papers[0] if papers else None


def test_both_cases_are_told_by_model(
    evaluate: Command, listings: Path, readers: Path
):
    result = evaluate(
        **OPTIONS, papers=listings, readers_file=readers, json=True
    )

    rows = json.loads(result.out)
    assert result.code == 0
    assert {row["protocol"] for row in rows} == {"sources"}
    assert [(row["sources"], row["model"]) for row in rows] == [
        (name, model)
        for name in (DAILY_ALONE, WITH_CATEGORIES)
        for model in ("paperpicks", "topic-only", "oracle")
    ]
    assert {row["picks"] for row in rows} == {24}
    assert all(len(row["by_week"]) == 1 for row in rows)
    assert all(len(row["by_reader"]) == row["readers"] == 2 for row in rows)

    alone, own = rows[0], rows[3]
    assert alone["own_picks"] == alone["gain"] == 0
    assert own["own_picks"] >= own["own_hits"] > 0
    assert own["gain"] == pytest.approx(
        own["liked_share"] - alone["liked_share"], abs=1e-4
    )
    assert 0 < own["gain_low"] <= own["gain"] <= own["gain_high"]


def test_tables_tell_shares_weeks_and_categories(
    evaluate: Command, listings: Path, readers: Path
):
    result = evaluate(**OPTIONS, papers=listings, readers_file=readers)

    assert result.code == 0
    assert "95 % interval" in result.out
    assert "liked share by week" in result.out
    assert "| cs.AI, eess.IV | 1" in result.out


def test_readers_get_the_categories_of_papers_like_those_they_liked_before(
    listings: Path, readers: Path
):
    stores = stores_by_name(listings, readers)

    assert stores[DAILY_ALONE].lists == [COMMON, COMMON]
    assert stores[WITH_CATEGORIES].lists == [
        COMMON | {"arxiv:cs.RO", "arxiv:cs.AI"},
        COMMON | {"arxiv:eess.IV", "arxiv:cs.AI"},
    ]


def test_later_likes_tell_nothing_of_the_categories(
    listings: Path, readers: Path
):
    """Somebody likes diffusion models of Daily Papers, and later one paper of another category."""
    append_paper(listings, day=str(CUT), categories=["q-bio.NC", "q-bio.QM"])
    before = stores_by_name(listings, readers)[WITH_CATEGORIES]
    liked = next(paper for paper in before.corpus.papers if paper.listed < CUT)
    row = {"reader": "late", "likes": [liked.arxiv_id, "2699.00001"]}
    append_line(readers, json.dumps(row))

    store = stores_by_name(listings, readers)[WITH_CATEGORIES]

    assert "arxiv:q-bio.NC" not in store.lists[2]


def test_categories_are_stored_from_the_cut_on(listings: Path, readers: Path):
    append_paper(listings, day="2026-11-15", categories=["cs.RO"])
    append_paper(
        listings,
        id="2699.00002",
        title="In time",
        day=str(CUT),
        categories=["cs.RO"],
    )
    append_paper(
        listings,
        id="2699.00003",
        title="Of nobody's category",
        day=str(CUT),
        categories=["math.PR"],
    )

    stores = stores_by_name(listings, readers)

    own = stores[WITH_CATEGORIES]
    assert paper_named(own, "Twice listed") is None
    assert paper_named(own, "In time") is not None
    assert paper_named(own, "Of nobody's category") is None
    assert paper_named(stores[DAILY_ALONE], "In time") is None


def test_a_paper_of_both_is_one_that_each_names_on_its_day(
    listings: Path, readers: Path
):
    append_paper(listings, day=str(UNTIL), upvotes=70)
    append_paper(listings, day=str(CUT), categories=["cs.RO"])

    stores = stores_by_name(listings, readers)

    alone = paper_named(stores[DAILY_ALONE], "Twice listed")
    own = paper_named(stores[WITH_CATEGORIES], "Twice listed")
    assert alone is not None
    assert own is not None
    assert alone.listed == UNTIL
    assert (own.listed, own.upvotes) == (CUT, 70)
    assert own.lists == {"arxiv:cs.RO": CUT, "huggingface": UNTIL}
    assert own.source == "huggingface"


def test_a_list_that_names_a_paper_again_has_its_first_day(
    listings: Path, readers: Path
):
    append_paper(listings, day=str(UNTIL), categories=["cs.RO"])
    append_paper(listings, day=str(CUT), categories=["cs.RO"])

    store = stores_by_name(listings, readers)[WITH_CATEGORIES]

    paper = paper_named(store, "Twice listed")
    assert paper is not None
    assert paper.lists == {"arxiv:cs.RO": CUT}


def test_nothing_after_the_last_day_is_read(listings: Path, readers: Path):
    stores = stores_by_name(listings, readers)

    days = [store.corpus.papers[-1].listed for store in stores.values()]
    assert days == [UNTIL, UNTIL]


@pytest.mark.parametrize("option", ["papers", "readers_file", "cut"])
def test_a_missing_option_is_named(
    evaluate: Command, listings: Path, readers: Path, option: str
):
    options = OPTIONS | {"papers": listings, "readers_file": readers}
    del options[option]

    result = evaluate(**options)

    assert (result.code, result.out) == (1, "")
    assert "needs --papers, --readers-file and --cut" in result.err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"until": "soon"}, "--until: 'soon' is no day such as 2026-04-30"),
        (
            {"cut": "2027-01-01", "until": "2027-02-01"},
            "list no paper from 2027-01-01 on",
        ),
        ({"until": "2026-11-15"}, "--until is a day before --cut"),
    ],
)
def test_a_window_without_papers_is_one_line(
    evaluate: Command,
    listings: Path,
    readers: Path,
    options: dict[str, str],
    problem: str,
):
    result = evaluate(
        **OPTIONS | options, papers=listings, readers_file=readers
    )

    assert (result.code, result.out) == (1, "")
    assert problem in result.err


def test_papers_without_categories_are_one_line(
    evaluate: Command, readers: Path, tmp_path: Path
):
    days = write_days(tmp_path / "days.jsonl")

    result = evaluate(**OPTIONS, papers=days, readers_file=readers)

    assert (result.code, result.out) == (1, "")
    assert "no paper has a category" in result.err
