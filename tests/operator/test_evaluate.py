"""`paperpicks evaluate` as an operator types it."""

import json
from pathlib import Path

import pytest

from tests.evaluation.made import DATA, libraries, papers
from tests.operator.conftest import Command

KEYS = "protocol model likes recall_at_20 recall_at_100 ndcg_at_10 auc ms_per_reader readers"


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def bags(tmp_path: Path) -> Path:
    rows = [{"id": n, "text": " ".join(each)} for n, each in enumerate(papers())]
    return write(tmp_path / "papers.jsonl", rows)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    rows = [{"user": each.user, "likes": list(each.likes)} for each in libraries()]
    return write(tmp_path / "libraries.jsonl", rows)


def test_json_is_alone_on_standard_output_in_the_documented_form(
    paperpicks: Command, bags: Path, saved: Path
):
    ended = paperpicks(
        "evaluate", "--papers", bags, "--libraries", saved, "--readers", 6,
        "--against", "centroid,popularity", "--likes", "all,1", "--json",
    )  # fmt: skip

    rows = json.loads(ended.out)
    assert ended.code == 0
    assert [list(row) for row in rows] == [KEYS.split()] * 4
    assert [(row["model"], row["likes"]) for row in rows] == [
        ("centroid", "all"), ("paperpicks", "all"), ("centroid", 1), ("paperpicks", 1),
    ]  # fmt: skip
    assert "popularity is left out: these papers have no votes." in ended.err


def test_tables_tell_every_model_and_ours_to_the_best(paperpicks: Command, bags: Path, saved: Path):
    ended = paperpicks(
        "evaluate", "--papers", bags, "--libraries", saved, "--readers", 6,
        "--against", "centroid", "--likes", "5",
    )  # fmt: skip

    assert ended.code == 0
    assert ended.err == ""
    assert "| centroid   | 5     |" in ended.out
    assert "ours to the best baseline" in ended.out


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 61: broken JSON"),
        ("[]", "line 61: this is no JSON object"),
        ('{"id": 3, "text": "graph"}', "line 61: the id 3 was there before"),
        ('{"id": 90}', 'line 61: neither "title" nor "text" is there'),
        ('{"text": "graph"}', "line 61: an id is missing"),
    ],
)
def test_a_wrong_paper_is_named_with_its_line(
    paperpicks: Command, bags: Path, saved: Path, line: str, why: str
):
    bags.write_text(bags.read_text() + line + "\n")

    ended = paperpicks("evaluate", "--papers", bags, "--libraries", saved, "--json")

    assert (ended.code, ended.out) == (1, "")
    assert f"{bags}, {why}" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"user": 1, "likes": [1, 99]}', "line 13: it likes paper 99, which no file of papers"),
        ('{"user": "Ada", "likes": [1]}', 'line 13: "user" is not a whole number'),
        ('{"user": 1}', 'line 13: "likes" is not a list of ids'),
        ('{"user": 1, "likes": [[]]}', "line 13: an id is missing, or neither text nor number"),
    ],
)
def test_a_wrong_library_is_named_with_its_line(
    paperpicks: Command, bags: Path, saved: Path, line: str, why: str
):
    saved.write_text(saved.read_text() + line + "\n")

    ended = paperpicks("evaluate", "--papers", bags, "--libraries", saved)

    assert ended.code == 1
    assert f"{saved}, {why}" in ended.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--against", "magic"], "--against: there is no magic; there are random, popularity"),
        (["--likes", "many"], "--likes: 'many' is neither all nor a number above 0"),
        (["--readers", "13"], "only 12 readers have 5 known likes and 1 new one"),
    ],
)
def test_a_wrong_option_says_what_there_is(
    paperpicks: Command, bags: Path, saved: Path, options: list[str], why: str
):
    ended = paperpicks("evaluate", "--papers", bags, "--libraries", saved, *options)

    assert ended.code == 1
    assert why in ended.err


def test_missing_files_are_asked_for(paperpicks: Command, tmp_path: Path):
    bare = paperpicks("evaluate")
    away = paperpicks("evaluate", "--papers", tmp_path / "no", "--libraries", tmp_path / "no")

    assert (bare.code, away.code) == (1, 1)
    assert "new-papers needs --papers and --libraries" in bare.err
    assert "there is no such file" in away.err


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the real libraries in ../shared/data")
def test_the_measured_baseline_is_met_on_real_libraries(paperpicks: Command):
    """Recall and nDCG as an independent implementation measured them."""
    folder = DATA / "citeulike-t"
    ended = paperpicks(
        "evaluate", "--papers", folder / "papers.jsonl.gz", "--likes", "all", "--json",
        "--libraries", folder / "libraries.jsonl.gz", "--against", "centroid",
    )  # fmt: skip

    theirs, ours = json.loads(ended.out)
    measured = [theirs[k] for k in ("recall_at_20", "recall_at_100", "ndcg_at_10", "auc")]
    assert measured == pytest.approx([0.307, 0.548, 0.175, 0.904], abs=0.002)
    assert ours["recall_at_100"] > 1.05 * theirs["recall_at_100"]
    assert ours["ndcg_at_10"] > 1.05 * theirs["ndcg_at_10"]
