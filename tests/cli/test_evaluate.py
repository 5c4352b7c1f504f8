"""`paperpicks evaluate` as an operator types it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from recommender.papers import Paper
from tests.cli.conftest import Command
from tests.evaluation.factories import DATA, libraries, papers
from tests.evaluation.streams import corpus, readers

KEYS = "protocol model likes recall_at_20 recall_at_100 ndcg_at_10 auc ms_per_reader readers"


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def bags(tmp_path: Path) -> Path:
    rows = [
        {"id": n, "text": " ".join(each)} for n, each in enumerate(papers())
    ]
    return write(tmp_path / "papers.jsonl", rows)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    rows = [
        {"user": each.user, "likes": list(each.likes)} for each in libraries()
    ]
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


def test_tables_tell_every_model_and_ours_to_the_best(
    paperpicks: Command, bags: Path, saved: Path
):
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

    ended = paperpicks(
        "evaluate", "--papers", bags, "--libraries", saved, "--json"
    )

    assert (ended.code, ended.out) == (1, "")
    assert f"{bags}, {why}" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            '{"user": 1, "likes": [1, 99]}',
            "line 13: it likes paper 99, which no file of papers",
        ),
        (
            '{"user": "Ada", "likes": [1]}',
            'line 13: "user" is not a whole number',
        ),
        ('{"user": 1}', 'line 13: "likes" is not a list of ids'),
        (
            '{"user": 1, "likes": [[]]}',
            "line 13: an id is missing, or neither text nor number",
        ),
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
        (
            ["--against", "magic"],
            "--against: there is no magic; there are random, popularity",
        ),
        (
            ["--likes", "many"],
            "--likes: 'many' is neither all nor a number above 0",
        ),
        (
            ["--readers", "13"],
            "only 12 readers have 5 known likes and 1 new one",
        ),
    ],
)
def test_a_wrong_option_says_what_there_is(
    paperpicks: Command, bags: Path, saved: Path, options: list[str], why: str
):
    ended = paperpicks(
        "evaluate", "--papers", bags, "--libraries", saved, *options
    )

    assert ended.code == 1
    assert why in ended.err


def test_missing_files_are_asked_for(paperpicks: Command, tmp_path: Path):
    bare = paperpicks("evaluate")
    away = paperpicks(
        "evaluate", "--papers", tmp_path / "no", "--libraries", tmp_path / "no"
    )

    assert (bare.code, away.code) == (1, 1)
    assert "new-papers needs --papers and --libraries" in bare.err
    assert "there is no such file" in away.err


@pytest.mark.skipif(
    not DATA.is_dir(), reason="needs the real libraries in ../shared/data"
)
def test_the_measured_baseline_is_met_on_real_libraries(paperpicks: Command):
    """Recall and nDCG as an independent implementation measured them."""
    folder = DATA / "citeulike-t"
    ended = paperpicks(
        "evaluate", "--papers", folder / "papers.jsonl.gz", "--likes", "all", "--json",
        "--libraries", folder / "libraries.jsonl.gz", "--against", "centroid",
    )  # fmt: skip

    theirs, ours = json.loads(ended.out)
    measured = [
        theirs[k]
        for k in ("recall_at_20", "recall_at_100", "ndcg_at_10", "auc")
    ]
    assert measured == pytest.approx([0.307, 0.548, 0.175, 0.904], abs=0.002)
    assert ours["recall_at_100"] > 1.05 * theirs["recall_at_100"]
    assert ours["ndcg_at_10"] > 1.05 * theirs["ndcg_at_10"]


@pytest.fixture
def streamed(tmp_path: Path) -> tuple[Path, Path]:
    """Twelve days of papers, and two readers of them."""
    of = corpus()
    rows = [
        {"id": p.arxiv_id, "title": p.title, "abstract": p.abstract, "day": str(p.listed),
         "upvotes": p.upvotes} for p in of.papers
    ]  # fmt: skip
    ids = [paper.arxiv_id for paper in of.papers]
    people = [
        {
            "reader": reader.name,
            "topics": list(reader.topics),
            "interests": [
                [ids[row] for row in interest] for interest in reader.interests
            ],
            "likes": [*(ids[row] for row in reader.likes), "2799.00001"],
            "dislikes": [ids[row] for row in reader.dislikes],
        }
        for reader in readers(
            list(of.papers), "robot learning", "medical imaging"
        )
    ]
    return write(tmp_path / "days.jsonl", rows), write(
        tmp_path / "people.jsonl", people
    )


def test_a_stream_is_told_by_model_with_its_pictures(
    paperpicks: Command, streamed: tuple[Path, Path], tmp_path: Path
):
    days, people = streamed
    ended = paperpicks(
        "evaluate", "--protocol", "stream", "--papers", days, "--readers-file", people,
        "--days", 4, "--against", "random,centroid", "--plots", tmp_path / "plots", "--json",
    )  # fmt: skip

    rows = json.loads(ended.out)
    assert ended.code == 0
    assert [row["model"] for row in rows] == [
        "random", "centroid", "paperpicks, no exploring", "paperpicks", "rule", "oracle",
        *(f"paperpicks after 8 {how}" for how in ("chosen", "random", "popular")),
        "paperpicks, not asked",
        *(f"paperpicks, topics of {n}" for n in ("1 screen", "2 screens", "3 screens")),
        "paperpicks, topics of all screens",
    ]  # fmt: skip
    assert {row["protocol"] for row in rows} == {"stream"}
    assert all(
        row["repeats"] == 0 and len(row["weeks"]) == 1 for row in rows[:6]
    )
    by_model = {row["model"]: row for row in rows[:6]}
    assert by_model["rule"]["of_rule"] == 1
    assert 0 < by_model["random"]["of_rule"] < by_model["paperpicks"]["of_rule"]
    pictures = sorted((tmp_path / "plots").glob("*.png"))
    assert len(pictures) == 2
    assert all(
        picture.read_bytes().startswith(b"\x89PNG") for picture in pictures
    )


def test_a_streams_table_says_never_where_eighty_percent_was_not_reached(
    paperpicks: Command, streamed: tuple[Path, Path], tmp_path: Path
):
    days, people = streamed
    ended = paperpicks(
        "evaluate", "--protocol", "stream", "--papers", days, "--readers-file", people,
        "--days", 3, "--against", "random", "--plots", tmp_path / "plots",
    )  # fmt: skip

    assert ended.code == 0
    assert "| never" in ended.out
    assert "| paperpicks after 8 chosen" in ended.out


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            '{"reader": "x", "topics": "y", "likes": []}',
            '"topics" is not a list of texts',
        ),
        (
            '{"reader": "x", "interests": [1], "likes": []}',
            '"interests" is not a list of lists',
        ),
        ('{"reader": "x"}', '"likes" is not a list of ids'),
    ],
)
def test_a_wrong_reader_of_the_stream_is_named_with_its_line(
    paperpicks: Command, streamed: tuple[Path, Path], line: str, why: str
):
    days, people = streamed
    people.write_text(people.read_text() + line + "\n")

    ended = paperpicks(
        "evaluate",
        "--protocol",
        "stream",
        "--papers",
        days,
        "--readers-file",
        people,
    )

    assert ended.code == 1
    assert f"{people}, line 3: {why}" in ended.err


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "a", "title": "A"}, 'a paper needs its "day" here'),
        ({"id": "a", "abstract": "A"}, "a paper needs a title"),
    ],
)
def test_a_stream_needs_dated_papers(
    paperpicks: Command,
    streamed: tuple[Path, Path],
    row: dict[str, str],
    why: str,
):
    days, people = streamed
    days.write_text(json.dumps(row) + "\n")

    ended = paperpicks(
        "evaluate",
        "--protocol",
        "stream",
        "--papers",
        days,
        "--readers-file",
        people,
    )

    assert ended.code == 1
    assert f"{days}, line 1: {why}" in ended.err


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Twelve days of papers by two people of each field."""
    return write(tmp_path / "written.jsonl", list(map(row_of, corpus().papers)))


def row_of(paper: Paper) -> dict[str, object]:
    return {
        "id": paper.arxiv_id, "title": paper.title, "abstract": paper.abstract,
        "day": str(paper.listed), "authors": list(paper.authors), "upvotes": paper.upvotes,
    }  # fmt: skip


def test_authors_are_readers_of_what_they_wrote_later(
    paperpicks: Command, written: Path
):
    ended = paperpicks(
        "evaluate", "--protocol", "authors", "--papers", written, "--cut", "2026-11-15",
        "--against", "popularity,zotero", "--likes", "all,1", "--json",
    )  # fmt: skip

    rows = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert [list(row) for row in rows] == [KEYS.split()] * 6
    assert [(row["model"], row["likes"]) for row in rows[:3]] == [
        ("popularity", "all"), ("zotero", "all"), ("paperpicks", "all"),
    ]  # fmt: skip
    assert {(row["protocol"], row["readers"]) for row in rows} == {
        ("authors", 12)
    }


def test_a_table_of_authors_holds_ours_against_the_best(
    paperpicks: Command, written: Path
):
    ended = paperpicks(
        "evaluate", "--protocol", "authors", "--papers", written, "--cut", "2026-11-15",
        "--against", "centroid", "--likes", "5", "--readers", "4",
    )  # fmt: skip

    assert ended.code == 0
    assert "| centroid   | 5     |" in ended.out
    assert "95 % interval" in ended.out


def test_popularity_is_left_out_where_no_paper_was_voted_for(
    paperpicks: Command, tmp_path: Path
):
    papers = [row_of(replace(paper, upvotes=None)) for paper in corpus().papers]
    ended = paperpicks(
        "evaluate", "--protocol", "authors", "--papers", write(tmp_path / "p.jsonl", papers),
        "--cut", "2026-11-15", "--against", "popularity,centroid", "--likes", "1", "--json",
    )  # fmt: skip

    assert [row["model"] for row in json.loads(ended.out)] == [
        "centroid",
        "paperpicks",
    ]
    assert "popularity is left out: these papers have no votes." in ended.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "authors needs --papers and --cut"),
        (["--cut", "March"], "--cut: 'March' is no day such as 2026-03-01"),
        (
            ["--cut", "2027-01-01"],
            "nobody has 5 papers listed before 2027-01-01 and 1 from it on",
        ),
        (
            ["--cut", "2026-11-15", "--readers", "13"],
            "only 12 readers have 5 known likes",
        ),
    ],
)
def test_a_wrong_cut_is_told_kindly(
    paperpicks: Command, written: Path, options: list[str], why: str
):
    ended = paperpicks(
        "evaluate", "--protocol", "authors", "--papers", written, *options
    )

    assert (ended.code, ended.out) == (1, "")
    assert why in ended.err
    assert ended.err.count("\n") == 1


def rated(path: Path, labels: list[int]) -> Path:
    rows = [
        {
            "id": str(n),
            "title": p.title,
            "abstract": p.abstract,
            "label": label,
            "month": "2026-11",
        }
        for n, (p, label) in enumerate(
            zip(corpus().papers, labels, strict=False)
        )
    ]
    return write(path, rows)


def test_ratings_are_foreseen_one_by_one(paperpicks: Command, tmp_path: Path):
    path = rated(tmp_path / "ratings.jsonl", [1, -1, 0, 1] * 30)

    ended = paperpicks(
        "evaluate",
        "--protocol",
        "ratings",
        "--ratings",
        path,
        "--against",
        "centroid",
        "--json",
    )

    rows = json.loads(ended.out)
    assert [row["model"] for row in rows] == ["centroid", "paperpicks"]
    assert all(
        row["protocol"] == "ratings" and row["predicted"] > 40 for row in rows
    )
    assert all(
        0 <= row[k] <= 1
        for row in rows
        for k in ("auc", "ndcg", "balanced_accuracy")
    )


def test_too_few_ratings_are_said_kindly(paperpicks: Command, tmp_path: Path):
    path = rated(tmp_path / "ratings.jsonl", [1, 1, 1])

    ended = paperpicks("evaluate", "--protocol", "ratings", "--ratings", path)

    assert ended.code == 1
    assert (
        "too few ratings to predict any: it takes a like, a dislike and 50 papers"
        in ended.err
    )


def test_a_wrong_label_is_named_with_its_line(
    paperpicks: Command, tmp_path: Path
):
    path = rated(tmp_path / "ratings.jsonl", [1, -1, 7])

    ended = paperpicks("evaluate", "--protocol", "ratings", "--ratings", path)

    assert (ended.code, ended.out) == (1, "")
    assert f'{path}, line 3: "label" is not 1, 0 or -1' in ended.err


def test_an_ablation_shows_ours_without_each_part(
    paperpicks: Command, bags: Path, saved: Path
):
    ended = paperpicks(
        "evaluate", "--papers", bags, "--libraries", saved, "--readers", 6,
        "--against", "centroid", "--likes", "5", "--ablation", "--json",
    )  # fmt: skip

    models = [row["model"] for row in json.loads(ended.out)]
    assert models[-2:] == ["centroid", "paperpicks"]
    assert sum(name.startswith("ours, ") for name in models) == 7
