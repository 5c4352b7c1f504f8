"""`paperpicks evaluate --protocol ratings`."""

import json
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.factories import write_ratings


def test_ratings_are_foreseen_one_by_one(evaluate: Command, tmp_path: Path):
    ratings = write_ratings(tmp_path / "ratings.jsonl", [1, -1, 0, 1] * 30)

    result = evaluate(
        protocol="ratings", ratings=ratings, against="centroid", json=True
    )

    rows = json.loads(result.out)
    assert [row["model"] for row in rows] == ["centroid", "paperpicks"]
    for row in rows:
        assert row["protocol"] == "ratings"
        assert row["predicted"] > 40
        assert 0 <= row["auc"] <= 1
        assert 0 <= row["ndcg"] <= 1
        assert 0 <= row["balanced_accuracy"] <= 1


def test_too_few_ratings_are_said_kindly(evaluate: Command, tmp_path: Path):
    ratings = write_ratings(tmp_path / "ratings.jsonl", [1, 1, 1])

    result = evaluate(protocol="ratings", ratings=ratings)

    assert result.code == 1
    assert (
        "too few ratings to predict any: it takes a like, a dislike and 50 papers"
        in result.err
    )


def test_a_wrong_label_is_named_with_its_line(
    evaluate: Command, tmp_path: Path
):
    ratings = write_ratings(tmp_path / "ratings.jsonl", [1, -1, 7])

    result = evaluate(protocol="ratings", ratings=ratings)

    assert (result.code, result.out) == (1, "")
    assert f'{ratings}, line 3: "label" is not 1, 0 or -1' in result.err
