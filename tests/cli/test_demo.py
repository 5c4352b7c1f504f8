"""`paperpicks demo`: simulated readers who rate, and the report on their picks."""

import gzip
import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.picks.catalogue import Catalogue, empty_vectors
from bot.sandbox import demo, report
from bot.sandbox import readers as simulated
from bot.sandbox.readers import Taste
from bot.sandbox.report import PAPERPICKS, RANDOM, Baseline, WeeklyCounts
from bot.sources import sample
from recommender.papers import StoredPaper
from tests.cli.conftest import Command

MONDAY = date(2026, 3, 2)


def test_the_sample_is_simulated_with_a_line_a_week_and_a_picture(
    paperpicks: Command, tmp_path: Path
) -> None:
    result = paperpicks("demo", "--days", 6)

    lines = result.out.splitlines()
    rate = r"\d+% of \d+ picks liked; random \d+%"
    assert result.code == 0, result.err
    assert re.fullmatch(rf"week  1 \(.*\): +{rate}", lines[0])
    assert re.fullmatch(rf"week  2 \(.*\): +{rate}", lines[1])
    total = re.fullmatch(r"PaperPicks: [\d.]+% of (\d+) picks liked", lines[2])
    # A day on which little is above the bar brings fewer than two papers.
    assert total is not None
    assert 24 <= int(total[1]) <= 36
    assert re.fullmatch(rf"random: [\d.]+% of {total[1]} picks liked", lines[3])
    assert lines[4] == "popularity is left out: these papers have no upvotes."
    assert re.fullmatch(r"\d+ seconds", lines[5])
    assert lines[6] == f"picture: {tmp_path / 'data' / 'demo.png'}"
    assert (tmp_path / "data" / "demo.png").read_bytes().startswith(b"\x89PNG")


def test_the_readers_of_the_sample_like_some_of_it_and_dislike_other_parts() -> (
    None
):
    tastes = simulated.sample_tastes()

    assert [taste.name for taste in tastes] == ["Ada", "Bo", "Cy"]
    for taste in tastes:
        assert 20 <= len(taste.likes) <= 40
        assert taste.dislikes
        assert not taste.likes & taste.dislikes


def test_papers_and_readers_come_from_files(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    readers = tmp_path / "readers.jsonl.gz"
    rows = [
        {
            "title": f"On {day}",
            "day": f"2026-03-{day:02}",
            "id": f"2603.000{day:02}",
        }
        for day in range(1, 10)
    ]
    papers.write_text("\n".join(map(json.dumps, rows)))
    reader = {
        "reader": "d0",
        "topics": ["days"],
        "likes": ["2603.00003"],
        "dislikes": [],
    }
    readers.write_bytes(gzip.compress(json.dumps(reader).encode()))

    plan = demo.read_plan(papers, readers, days=4, picks=2, seed=0)

    assert (plan.first_day, plan.length) == (date(2026, 3, 6), 4)
    assert plan.readers == [
        Taste("d0", ("days",), frozenset({"2603.00003"}), frozenset())
    ]
    papers_of_a_day = plan.papers_by_day[date(2026, 3, 3)]
    keys = [simulated.paper_key(paper) for paper in papers_of_a_day]
    assert keys == ["2603.00003"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not JSON", ", line 1: broken JSON"),
        ("[]", ", line 1: this is no JSON object"),
        ('{"reader": "x"}', ", line 1: this is no simulated reader"),
        (
            '{"reader": "x", "likes": 3}',
            ', line 1: "likes" is not a list of texts',
        ),
        ("\x1f\x8b", ": the compressed data is damaged"),
    ],
)
def test_a_file_that_is_no_readers_is_one_clear_line(
    paperpicks: Command, tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "readers.jsonl"
    file.write_text(text, "latin-1")

    result = paperpicks("demo", "--papers", sample.FILE, "--readers", file)

    assert result.code == 1
    assert f"{file}{problem}" in result.err
    assert result.err.count("\n") == 1


def test_papers_without_readers_are_refused(paperpicks: Command) -> None:
    result = paperpicks("demo", "--papers", sample.FILE)

    assert result.code == 1
    assert "--papers and --readers belong together" in result.err


def test_a_baseline_takes_the_popular_ones_and_none_twice() -> None:
    papers = [
        StoredPaper(
            title=f"P{n}", listed=MONDAY, source="huggingface", upvotes=n, id=n
        )
        for n in range(1, 7)
    ]
    catalogue = Catalogue(papers, empty_vectors(6))
    taste = Taste("Ada", (), frozenset({"p6", "p4"}), frozenset())
    popularity = Baseline(report.POPULARITY, np.random.default_rng(0))

    likes = [
        popularity.count_likes(catalogue, taste, MONDAY, picks=2)
        for _ in range(4)
    ]

    assert likes == [1, 1, 0, 0]
    assert popularity.shown_keys == {f"p{n}" for n in range(1, 7)}


def test_weeks_are_counted_by_their_monday() -> None:
    counts = WeeklyCounts()

    counts.add(date(2026, 3, 3), 2, {PAPERPICKS: 2, RANDOM: 0})
    counts.add(date(2026, 3, 6), 2, {PAPERPICKS: 1, RANDOM: 1})
    counts.add(date(2026, 3, 9), 4, {PAPERPICKS: 0, RANDOM: 0})

    assert counts.week_line(MONDAY, 1) == (
        "week  1 (02 Mar – 06 Mar 2026):  75% of 4 picks liked; random 25%"
    )
    assert counts.liked_share(PAPERPICKS) == 3 / 8
