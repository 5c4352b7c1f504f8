"""Records with lies in them: each costs itself alone, whatever source it comes from."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs import fetch
from bot.sources import arxiv, huggingface, records
from bot.sources.records import RecordFilter
from bot.storage import papers
from bot.storage.database import Database
from recommender.papers import Paper

from .test_arxiv import atom, item, rss

TODAY = date(2026, 5, 6)
LIES = {
    "long title": {"title": "x" * 10_000_000},
    "year 9999": {"submittedOnDailyAt": "9999-12-31T00:00:00Z"},
    "year 1": {"submittedOnDailyAt": "0001-01-01T00:00:00Z"},
    "in two days": {"submittedOnDailyAt": "2026-05-08T00:00:00Z"},
    "published in 9999": {"publishedAt": "9999-12-31T23:59:59-12:00"},
    "published in 1066": {"publishedAt": "1066-10-14"},
}


def entry(number: int, **changes: object) -> dict[str, object]:
    return {
        "paper": {
            "id": f"2605.{number:05}",
            "title": f"Paper {number}",
            "summary": "S.",
        }
        | changes
    }


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_record_of_the_daily_list_that_lies_costs_itself_alone(
    lie: dict[str, str],
) -> None:
    record_filter, rows = (
        RecordFilter(TODAY),
        [entry(1), entry(2, **lie), entry(3)],
    )

    papers = huggingface.parse_list(
        json.dumps(rows).encode(), TODAY, record_filter
    )

    kept = [paper.title for paper in papers]
    assert kept in (["Paper 1", "Paper 3"], ["Paper 1", "Paper 2", "Paper 3"])
    assert record_filter.refused == 3 - len(kept)
    assert all(
        records.EARLIEST <= day <= record_filter.latest
        for p in papers
        for day in days_of(p)
    )


def days_of(paper: Paper) -> list[date]:
    return [
        paper.listed,
        *([paper.published.date()] if paper.published else []),
    ]


@pytest.mark.parametrize(
    "day",
    [
        "Mon, 04 May 9999 00:00:00 -0400",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "-0001-01-01T00:00:00Z",
    ],
)
def test_an_announcement_that_lies_about_its_day_costs_itself_alone(
    day: str,
) -> None:
    record_filter = RecordFilter(TODAY)

    papers = arxiv.parse_feed(
        rss(item(1), item(2, pubDate=day), item(3)), TODAY, record_filter
    )

    assert {"Paper 1", "Paper 3"} <= {paper.title for paper in papers}
    assert all(
        records.EARLIEST <= paper.listed <= record_filter.latest
        for paper in papers
    )


@pytest.mark.parametrize("year", ["-1", "0000", "0001", "9999", "99999"])
def test_a_found_paper_of_an_impossible_year_costs_itself_alone(
    year: str,
) -> None:
    template = "<entry><id>http://arxiv.org/abs/2605.0000{}</id><title>{}</title>{}</entry>"
    published = f"<published>{year}-01-01T00:00:00Z</published>"
    feed = atom(
        template.format(1, "One", ""), template.format(2, "Two", published)
    )

    papers = arxiv.parse_feed(feed, TODAY, RecordFilter(TODAY))

    assert papers[0].title == "One"
    assert all(
        records.EARLIEST <= day <= TODAY
        for paper in papers
        for day in days_of(paper)
    )


def test_every_field_has_a_limit() -> None:
    huge = Paper(
        title="T",
        listed=TODAY,
        source="huggingface",
        abstract="a" * 10_000_000,
        authors=("Ada", "n" * 1_000, *(f"Author {n}" for n in range(100_000))),
        categories=("cs.LG",) * 1_000,
        keywords=("k" * 1_000, "arms"),
        links={
            "code": "https://example.org/" + "x" * 5_000,
            "project": "https://example.org/",
        },
    )

    paper = RecordFilter(TODAY).limit(huge)

    assert len(paper.abstract) == records.ABSTRACT
    assert len(paper.authors) == records.AUTHORS - 1
    assert paper.keywords == ("arms",)
    assert len(paper.categories) == records.WORDS
    assert paper.links == {"project": "https://example.org/"}


def test_a_paper_survives_the_way_through_a_row() -> None:
    paper = Paper(
        title="T",
        listed=TODAY,
        source="arxiv",
        abstract="A.",
        arxiv_id="2605.00001",
        authors=("Ada",),
        categories=("cs.LG",),
        published=datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
        upvotes=3,
        links={"code": "https://example.org/"},
    )

    assert (
        records.paper_of(json.loads(json.dumps(records.row_of(paper)))) == paper
    )


def test_a_file_with_lies_in_it_brings_the_rest(
    database: Database, tmp_path: Path
) -> None:
    rows = [
        {"title": "True", "day": "2026-05-01"},
        {"title": "Ahead", "day": "9999-01-01"},
        {"title": "Ancient", "day": "0001-01-01"},
        {"title": "x" * 5_000, "day": "2026-05-01"},
        {"title": "Also true", "day": str(TODAY + timedelta(days=1))},
    ]
    lines = tmp_path / "papers.jsonl"
    lines.write_text("\n".join(map(json.dumps, rows)))

    outcome = fetch.read(
        database, lines, TODAY, progress=lambda _name, _count: None
    )

    assert {paper.title for paper in papers.newest(database, 9)} == {
        "True",
        "Also true",
    }
    assert (
        "(Ahead) is left out: it has a date that can't be" in outcome.faults[0]
    )
    assert len(outcome.faults) == 3
