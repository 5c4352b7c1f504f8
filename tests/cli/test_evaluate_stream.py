"""`paperpicks evaluate` on daily papers: the protocols stream and first-weeks."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.factories import append_line, write_days, write_stream_readers

PNG = b"\x89PNG"


@pytest.fixture
def days(tmp_path: Path) -> Path:
    return write_days(tmp_path / "days.jsonl")


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    return write_stream_readers(tmp_path / "people.jsonl")


def test_a_stream_is_told_by_model_with_its_pictures(
    evaluate: Command, days: Path, readers: Path, tmp_path: Path
):
    result = evaluate(
        protocol="stream",
        papers=days,
        readers_file=readers,
        days=4,
        against="random,centroid",
        plots=tmp_path / "plots",
        json=True,
    )

    rows = json.loads(result.out)
    assert result.code == 0
    assert {row["protocol"] for row in rows} == {"stream"}
    assert [row["model"] for row in rows] == [
        "random",
        "centroid",
        "paperpicks, no exploring",
        "paperpicks",
        "rule",
        "oracle",
        "paperpicks after 8 chosen",
        "paperpicks after 8 random",
        "paperpicks after 8 popular",
        "paperpicks, not asked",
        "paperpicks, topics of 1 screen",
        "paperpicks, topics of 2 screens",
        "paperpicks, topics of 3 screens",
        "paperpicks, topics of all screens",
    ]

    outcomes = {row["model"]: row for row in rows[:6]}
    assert all(outcome["repeats"] == 0 for outcome in outcomes.values())
    assert all(len(outcome["weeks"]) == 1 for outcome in outcomes.values())
    assert outcomes["rule"]["of_rule"] == 1
    random_share = outcomes["random"]["of_rule"]
    assert 0 < random_share < outcomes["paperpicks"]["of_rule"]

    pictures = sorted((tmp_path / "plots").glob("*.png"))
    assert len(pictures) == 2
    assert all(picture.read_bytes().startswith(PNG) for picture in pictures)


def test_a_streams_table_says_never_where_eighty_percent_was_not_reached(
    evaluate: Command, days: Path, readers: Path, tmp_path: Path
):
    result = evaluate(
        protocol="stream",
        papers=days,
        readers_file=readers,
        days=3,
        against="random",
        plots=tmp_path / "plots",
    )

    assert result.code == 0
    assert "| never" in result.out
    assert "| paperpicks after 8 chosen" in result.out


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            '{"reader": "x", "topics": "y", "likes": []}',
            '"topics" is not a list of texts',
        ),
        (
            '{"reader": "x", "interests": [1], "likes": []}',
            '"interests" is not a list of lists',
        ),
        (
            '{"reader": "x"}',
            '"likes" is not a list of ids',
        ),
    ],
)
def test_a_wrong_reader_of_the_stream_is_named_with_its_line(
    evaluate: Command, days: Path, readers: Path, line: str, problem: str
):
    append_line(readers, line)

    result = evaluate(protocol="stream", papers=days, readers_file=readers)

    assert result.code == 1
    assert f"{readers}, line 3: {problem}" in result.err


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"id": "a", "title": "A"}, 'a paper needs its "day" here'),
        ({"id": "a", "abstract": "A"}, "a paper needs a title"),
    ],
)
def test_a_stream_needs_dated_papers(
    evaluate: Command,
    days: Path,
    readers: Path,
    row: dict[str, str],
    problem: str,
):
    days.write_text(json.dumps(row) + "\n")

    result = evaluate(protocol="stream", papers=days, readers_file=readers)

    assert result.code == 1
    assert f"{days}, line 1: {problem}" in result.err


def test_first_weeks_are_told_by_model_and_bar_with_a_picture(
    evaluate: Command, days: Path, readers: Path, tmp_path: Path
):
    result = evaluate(
        protocol="first-weeks",
        papers=days,
        readers_file=readers,
        starts="2026-11-15",
        stored_days=3,
        days=3,
        against="centroid",
        plots=tmp_path / "plots",
        json=True,
    )

    rows = json.loads(result.out)
    assert result.code == 0
    assert {row["protocol"] for row in rows} == {"first-weeks"}
    assert {"oracle", "centroid", "paperpicks"} <= {
        row["model"] for row in rows
    }
    picture = tmp_path / "plots" / "first-weeks.png"
    assert picture.read_bytes().startswith(PNG)


def test_first_weeks_have_a_table_of_shares_and_one_of_their_course(
    evaluate: Command, days: Path, readers: Path, tmp_path: Path
):
    result = evaluate(
        protocol="first-weeks",
        papers=days,
        readers_file=readers,
        starts="2026-11-15",
        stored_days=3,
        days=3,
        against="centroid",
        plots=tmp_path / "plots",
    )

    assert result.code == 0
    assert "of the oracle" in result.out
    assert "liked share by week" in result.out


@pytest.mark.parametrize(
    ("starts", "problem"),
    [
        ("tomorrow", "--starts: 'tomorrow' is no day such as 2026-01-12"),
        ("2027-01-01", "--starts: "),
    ],
)
def test_a_wrong_start_of_first_weeks_is_one_line(
    evaluate: Command, days: Path, readers: Path, starts: str, problem: str
):
    result = evaluate(
        protocol="first-weeks",
        papers=days,
        readers_file=readers,
        starts=starts,
    )

    assert (result.code, result.out) == (1, "")
    assert problem in result.err
    assert result.err.count("\n") == 1
