"""`paperpicks evaluate --protocol groups`: how fairly a group's picks serve its members."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.factories import write_days, write_lines
from tests.corpus import FIELDS
from tests.evaluation.streams import corpus, readers

OPTIONS = {
    "protocol": "groups",
    "starts": "2026-11-14",
    "stored_days": 3,
    "days": 3,
    "draws": 1,
}


@pytest.fixture
def days(tmp_path: Path) -> Path:
    return write_days(tmp_path / "days.jsonl")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people.jsonl", *FIELDS)


def write_people(path: Path, *fields: str) -> Path:
    """Write a reader of each field."""
    listed = list(corpus().papers)
    ids = [paper.arxiv_id for paper in listed]
    rows = [
        {
            "reader": reader.name,
            "topics": list(reader.topics),
            "likes": [ids[row] for row in reader.likes],
            "dislikes": [ids[row] for row in reader.dislikes],
        }
        for reader in readers(listed, *fields)
    ]
    return write_lines(path, rows)


def test_groups_of_each_kind_are_told_by_model(
    evaluate: Command, days: Path, people: Path
):
    result = evaluate(**OPTIONS, papers=days, readers_file=people, json=True)

    rows = json.loads(result.out)
    assert result.code == 0
    assert {row["protocol"] for row in rows} == {"groups"}
    assert [(row["members"], row["mix"], row["loud"]) for row in rows[::4]] == [
        (2, "disjoint", False),
        (2, "disjoint", True),
        (5, "disjoint", False),
        (5, "disjoint", True),
        (20, "overlapping", False),
        (20, "overlapping", True),
    ]
    assert [row["model"] for row in rows[:4]] == [
        "paperpicks",
        "averaging",
        "least-misery",
        "alone",
    ]
    assert list(rows[0]) == [
        "protocol",
        "model",
        "members",
        "mix",
        "loud",
        "worst",
        "mean",
        "groups",
        "readers",
        "to_averaging",
        "to_averaging_low",
        "to_averaging_high",
        "to_least_misery",
        "to_least_misery_low",
        "to_least_misery_high",
    ]
    assert all(row["worst"] <= row["mean"] for row in rows)
    assert all(row["readers"] == len(FIELDS) for row in rows)


def test_a_table_tells_the_worst_and_the_mean(
    evaluate: Command, days: Path, people: Path
):
    result = evaluate(**OPTIONS, papers=days, readers_file=people)

    assert result.code == 0
    assert "worst of the mean" in result.out
    assert "worst to averaging" in result.out
    assert "overlapping" in result.out


def test_more_draws_are_more_groups(
    evaluate: Command, days: Path, people: Path
):
    options = OPTIONS | {"draws": 2}

    result = evaluate(**options, papers=days, readers_file=people, json=True)

    assert {row["groups"] for row in json.loads(result.out)} == {2}


@pytest.mark.parametrize("option", ["papers", "readers_file"])
def test_a_missing_option_is_named(
    evaluate: Command, days: Path, people: Path, option: str
):
    options = OPTIONS | {"papers": days, "readers_file": people}
    del options[option]

    result = evaluate(**options)

    assert (result.code, result.out) == (1, "")
    assert "groups needs --papers and --readers-file" in result.err


def test_too_few_readers_are_one_line(
    evaluate: Command, days: Path, tmp_path: Path
):
    few = write_people(tmp_path / "few.jsonl", "robot learning")

    result = evaluate(**OPTIONS, papers=days, readers_file=few)

    assert (result.code, result.out) == (1, "")
    assert "2 readers of distinct interests are too many" in result.err


def test_a_start_after_the_last_paper_is_one_line(
    evaluate: Command, days: Path, people: Path
):
    options = OPTIONS | {"starts": "2027-01-01"}

    result = evaluate(**options, papers=days, readers_file=people)

    assert (result.code, result.out) == (1, "")
    assert "no paper was listed from 2027-01-01 on" in result.err
