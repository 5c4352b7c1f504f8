"""The bundled sample: real titles in our own words, and nothing invented but the days."""

from datetime import date
from pathlib import Path

import pytest

from bot.sources import page, sample

MONDAY = date(2026, 3, 2)
PAGE = Path(__file__).parents[3] / "shared" / "data" / "daily-papers-page.txt"


def test_it_lasts_fourteen_weekdays_of_eight_papers_and_leaves_none_out() -> (
    None
):
    days = list(sample.fetch(MONDAY))

    assert [len(papers) for _, papers in days] == [8] * 13 + [11]
    assert days[0][0] == MONDAY
    assert days[-1][0] == date(2026, 3, 19)
    assert all(day.weekday() < 5 for day, _ in days)
    assert all(paper.listed == day for day, papers in days for paper in papers)


def test_nothing_is_invented() -> None:
    for _, papers in sample.fetch(MONDAY):
        for paper in papers:
            assert (paper.arxiv_id, paper.authors, paper.upvotes) == (
                None,
                (),
                None,
            )
            assert (paper.published, paper.links, paper.source) == (
                None,
                {},
                "sample",
            )


def test_every_paper_has_a_title_of_its_own_a_short_summary_and_categories() -> (
    None
):
    entries = sample.parse(sample.FILE.read_text("utf-8"))

    assert len({entry.title for entry in entries}) == 115
    for entry in entries:
        assert entry.summary.endswith(".")
        assert 2 <= entry.summary.count(". ") + 1 <= 4, entry.title
        assert entry.categories


@pytest.mark.skipif(
    not PAGE.exists(),
    reason="needs the saved Daily Papers page in ../shared/data",
)
def test_the_titles_are_those_of_the_page_and_no_sentence_is() -> None:
    real = {
        paper.title: paper.abstract
        for paper in page.parse(PAGE.read_text("utf-8"), MONDAY)
    }
    entries = sample.parse(sample.FILE.read_text("utf-8"))

    assert {entry.title for entry in entries} == set(real)
    for entry in entries:
        own_runs, real_runs = _runs(entry.summary), _runs(real[entry.title])
        assert not own_runs & real_runs, entry.title


def _runs(text: str, length: int = 7) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {
        tuple(words[i : i + length]) for i in range(len(words) - length + 1)
    }
