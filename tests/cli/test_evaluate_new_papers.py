"""`paperpicks evaluate --protocol new-papers`, which is the default."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.factories import (
    RANKING_KEYS,
    append_line,
    write_bags,
    write_libraries,
)
from tests.evaluation.factories import DATA


@pytest.fixture
def bags(tmp_path: Path) -> Path:
    return write_bags(tmp_path / "papers.jsonl")


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    return write_libraries(tmp_path / "libraries.jsonl")


def test_json_is_alone_on_standard_output_in_the_documented_form(
    evaluate: Command, bags: Path, libraries: Path
):
    result = evaluate(
        papers=bags,
        libraries=libraries,
        readers=6,
        against="centroid,popularity",
        likes="all,1",
        json=True,
    )

    rows = json.loads(result.out)
    assert result.code == 0
    assert [list(row) for row in rows] == [RANKING_KEYS] * 4
    assert [(row["model"], row["likes"]) for row in rows] == [
        ("centroid", "all"),
        ("paperpicks", "all"),
        ("centroid", 1),
        ("paperpicks", 1),
    ]
    assert "popularity is left out: these papers have no votes." in result.err


def test_tables_tell_every_model_and_ours_to_the_best(
    evaluate: Command, bags: Path, libraries: Path
):
    result = evaluate(
        papers=bags,
        libraries=libraries,
        readers=6,
        against="centroid",
        likes="5",
    )

    assert result.code == 0
    assert result.err == ""
    assert "| centroid   | 5     |" in result.out
    assert "ours to the best baseline" in result.out


def test_an_ablation_shows_ours_without_each_part(
    evaluate: Command, bags: Path, libraries: Path
):
    result = evaluate(
        papers=bags,
        libraries=libraries,
        readers=6,
        against="centroid",
        likes="5",
        ablation=True,
        json=True,
    )

    models = [row["model"] for row in json.loads(result.out)]
    assert models[-2:] == ["centroid", "paperpicks"]
    assert sum(name.startswith("ours, ") for name in models) == 7


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "{",
            "line 61: broken JSON",
        ),
        (
            "[]",
            "line 61: this is no JSON object",
        ),
        (
            '{"id": 3, "text": "graph"}',
            "line 61: the id 3 was there before",
        ),
        (
            '{"id": 90}',
            'line 61: neither "title" nor "text" is there',
        ),
        (
            '{"text": "graph"}',
            "line 61: an id is missing",
        ),
    ],
)
def test_a_wrong_paper_is_named_with_its_line(
    evaluate: Command, bags: Path, libraries: Path, line: str, problem: str
):
    append_line(bags, line)

    result = evaluate(papers=bags, libraries=libraries, json=True)

    assert (result.code, result.out) == (1, "")
    assert f"{bags}, {problem}" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            '{"user": 1, "likes": [1, 99]}',
            "line 13: it likes paper 99, which no file of papers",
        ),
        (
            '{"user": "Ada", "likes": [1]}',
            'line 13: "user" is not a whole number',
        ),
        (
            '{"user": 1}',
            'line 13: "likes" is not a list of ids',
        ),
        (
            '{"user": 1, "likes": [[]]}',
            "line 13: an id is missing, or neither text nor number",
        ),
    ],
)
def test_a_wrong_library_is_named_with_its_line(
    evaluate: Command, bags: Path, libraries: Path, line: str, problem: str
):
    append_line(libraries, line)

    result = evaluate(papers=bags, libraries=libraries)

    assert result.code == 1
    assert f"{libraries}, {problem}" in result.err


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        (
            "against",
            "magic",
            "--against: there is no magic; there are random, popularity",
        ),
        (
            "likes",
            "many",
            "--likes: 'many' is neither all nor a number above 0",
        ),
        (
            "readers",
            "13",
            "only 12 readers have 5 known likes and 1 new one",
        ),
    ],
)
def test_a_wrong_option_says_what_there_is(
    evaluate: Command,
    bags: Path,
    libraries: Path,
    option: str,
    value: str,
    problem: str,
):
    result = evaluate(papers=bags, libraries=libraries, **{option: value})

    assert result.code == 1
    assert problem in result.err


def test_missing_files_are_asked_for(evaluate: Command, tmp_path: Path):
    missing = tmp_path / "no"

    without_files = evaluate()
    with_missing_files = evaluate(papers=missing, libraries=missing)

    assert without_files.code == 1
    assert "new-papers needs --papers and --libraries" in without_files.err
    assert with_missing_files.code == 1
    assert "there is no such file" in with_missing_files.err


@pytest.mark.skipif(
    not DATA.is_dir(), reason="needs the real libraries in ../shared/data"
)
def test_the_measured_baseline_is_met_on_real_libraries(evaluate: Command):
    """Recall and nDCG as an independent implementation measured them."""
    folder = DATA / "citeulike-t"

    result = evaluate(
        papers=folder / "papers.jsonl.gz",
        libraries=folder / "libraries.jsonl.gz",
        likes="all",
        against="centroid",
        json=True,
    )

    centroid, paperpicks = json.loads(result.out)
    assert centroid["recall_at_20"] == pytest.approx(0.307, abs=0.002)
    assert centroid["recall_at_100"] == pytest.approx(0.548, abs=0.002)
    assert centroid["ndcg_at_10"] == pytest.approx(0.175, abs=0.002)
    assert centroid["auc"] == pytest.approx(0.904, abs=0.002)
    assert paperpicks["recall_at_100"] > 1.05 * centroid["recall_at_100"]
    assert paperpicks["ndcg_at_10"] > 1.05 * centroid["ndcg_at_10"]
