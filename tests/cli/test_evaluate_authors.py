"""`paperpicks evaluate --protocol authors`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.factories import (
    RANKING_KEYS,
    paper_row,
    write_days,
    write_lines,
)
from tests.evaluation.streams import corpus

CUT = "2026-11-15"


@pytest.fixture
def days(tmp_path: Path) -> Path:
    return write_days(tmp_path / "days.jsonl")


def test_authors_are_readers_of_what_they_wrote_later(
    evaluate: Command, days: Path
):
    result = evaluate(
        protocol="authors",
        papers=days,
        cut=CUT,
        against="popularity,zotero",
        likes="all,1",
        json=True,
    )

    rows = json.loads(result.out)
    assert (result.code, result.err) == (0, "")
    assert [list(row) for row in rows] == [RANKING_KEYS] * 6
    assert [(row["model"], row["likes"]) for row in rows[:3]] == [
        ("popularity", "all"),
        ("zotero", "all"),
        ("paperpicks", "all"),
    ]
    assert {row["protocol"] for row in rows} == {"authors"}
    assert {row["readers"] for row in rows} == {12}


def test_a_table_of_authors_holds_ours_against_the_best(
    evaluate: Command, days: Path
):
    result = evaluate(
        protocol="authors",
        papers=days,
        cut=CUT,
        against="centroid",
        likes="5",
        readers=4,
    )

    assert result.code == 0
    assert "| centroid   | 5     |" in result.out
    assert "95 % interval" in result.out


def test_popularity_is_left_out_where_no_paper_was_voted_for(
    evaluate: Command, tmp_path: Path
):
    rows = [
        paper_row(replace(paper, upvotes=None)) for paper in corpus().papers
    ]
    voteless = write_lines(tmp_path / "p.jsonl", rows)

    result = evaluate(
        protocol="authors",
        papers=voteless,
        cut=CUT,
        against="popularity,centroid",
        likes="1",
        json=True,
    )

    models = [row["model"] for row in json.loads(result.out)]
    assert models == ["centroid", "paperpicks"]
    assert "popularity is left out: these papers have no votes." in result.err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {},
            "authors needs --papers and --cut",
        ),
        (
            {"cut": "March"},
            "--cut: 'March' is no day such as 2026-03-01",
        ),
        (
            {"cut": "2027-01-01"},
            "nobody has 5 papers listed before 2027-01-01 and 1 from it on",
        ),
        (
            {"cut": CUT, "readers": 13},
            "only 12 readers have 5 known likes",
        ),
    ],
)
def test_a_wrong_cut_is_told_kindly(
    evaluate: Command, days: Path, options: dict[str, object], problem: str
):
    result = evaluate(protocol="authors", papers=days, **options)

    assert (result.code, result.out) == (1, "")
    assert problem in result.err
    assert result.err.count("\n") == 1
