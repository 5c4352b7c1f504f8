"""`paperpicks evaluate --protocol gist`: how near our sentence comes to a source's summary."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.factories import write_lines

REAL = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)


def row(number: int, **more: object) -> dict[str, object]:
    return {
        "id": f"2605.{number:05}",
        "day": "2026-05-04",
        "title": f"Model {number}: Songs of Birds",
        "abstract": (
            "Nature is loud. We introduce a model of songs of birds that hears who sings at "
            "night. Code is available."
        ),
        "ai_summary": "A model of songs hears who sings at night.",
        **more,
    }


def test_each_choice_is_a_row(evaluate: Command, tmp_path: Path) -> None:
    rows = [row(1), row(2), row(3, ai_summary=None), row(4)]
    papers = write_lines(tmp_path / "papers.jsonl", rows)

    result = evaluate(protocol="gist", papers=papers, json=True)

    figures = json.loads(result.out)
    assert figures[0]["choice"] == "ours"
    assert {figure["papers"] for figure in figures} == {1}
    assert figures[0]["rouge"] > figures[1]["rouge"]


def test_papers_without_summaries_are_named(
    evaluate: Command, tmp_path: Path
) -> None:
    papers = write_lines(tmp_path / "papers.jsonl", [row(1, ai_summary=None)])

    result = evaluate(protocol="gist", papers=papers)

    assert result.code != 0
    assert "fewer than two papers have a summary" in result.err


def test_it_needs_papers(evaluate: Command) -> None:
    assert "gist needs --papers" in evaluate(protocol="gist").err


@pytest.mark.skipif(
    not REAL.exists(), reason="the real daily papers are not beside the project"
)
def test_on_real_papers_our_sentence_is_nearest(evaluate: Command) -> None:
    result = evaluate(protocol="gist", papers=REAL, json=True)

    ours, first, last = json.loads(result.out)
    for figure in ("cosine", "rouge"):
        assert ours[figure] > 1.3 * max(first[figure], last[figure])
