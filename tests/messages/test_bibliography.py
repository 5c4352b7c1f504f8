"""Exports as BibTeX and CSV, read back by other programs."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pybtex.database import parse_string

from bot.messages import bibliography
from bot.sources import bibtex, file
from recommender.papers import StoredPaper
from tests.corpus import stored

HF = Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
MAMBA = StoredPaper(
    id=1,
    title="Mamba: 100% Linear-Time Sequence Modeling & $O(n^2)$ Attention in LLaMA_2",
    authors=("Albert Gu", "Müller, Jürgen", "李 明"),
    arxiv_id="2312.00752",
    categories=("cs.LG",),
    listed=date(2024, 1, 3),
    published=datetime(2023, 12, 1, tzinfo=UTC),
    source="huggingface",
)


def stored_paper(**values: Any) -> StoredPaper:
    return StoredPaper(
        **{
            "id": 7,
            "title": "A",
            "listed": date(2026, 3, 2),
            "source": "file",
            **values,
        }
    )


def test_an_entry_has_the_fields_that_a_bibliography_needs() -> None:
    entry = parse_string(bibliography.bibtex([MAMBA]), "bibtex").entries[
        "gu2023mamba-231200752"
    ]

    assert entry.fields["title"] == (
        r"Mamba: 100\% Linear-Time Sequence Modeling \& $O(n^2)$ Attention in {LLaMA}\_2"
    )
    assert [str(person) for person in entry.persons["author"]] == [
        "Gu, Albert",
        "Müller, Jürgen",
        "明, 李",
    ]
    assert (entry.fields["eprint"], entry.fields["year"]) == (
        "2312.00752",
        "2023",
    )
    assert entry.fields["url"] == "https://arxiv.org/abs/2312.00752"


def test_a_published_paper_has_its_doi_and_where_it_appeared() -> None:
    article = stored_paper(id=1, doi="10.1038/nature14539", venue="Nature")
    talk = stored_paper(
        id=2, doi="10.18653/v1/2025.acl-long.1", venue="Proceedings of ACL 2025"
    )
    preprint = stored_paper(id=3, preprint_doi="10.1101/123456")
    text = bibliography.bibtex([article, talk, preprint])

    first, second, third = parse_string(text, "bibtex").entries.values()
    papers, faults = bibtex.parse(text, date(2026, 6, 1))

    assert (first.type, first.fields["journal"], first.fields["doi"]) == (
        "article",
        "Nature",
        "10.1038/nature14539",
    )
    assert (second.type, second.fields["booktitle"]) == (
        "inproceedings",
        "Proceedings of ACL 2025",
    )
    assert (third.type, third.fields["doi"]) == ("misc", "10.1101/123456")
    assert faults == []
    assert [(paper.doi, paper.venue) for paper in papers] == [
        ("10.1038/nature14539", "Nature"),
        ("10.18653/v1/2025.acl-long.1", "Proceedings of ACL 2025"),
        ("10.1101/123456", ""),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "A {brace that never closes",
        "}{",
        "$5 and no more",
        r"\alpha{} models",
        "",
        "🙂 % 🙂",
    ],
)
def test_no_title_breaks_the_file(title: str) -> None:
    papers = [stored_paper(title=title, authors=()), MAMBA]

    parsed = parse_string(bibliography.bibtex(papers), "bibtex")

    assert len(parsed.entries) == 2


def test_papers_alike_have_unique_keys_that_never_change() -> None:
    twins = [
        stored_paper(id=n, title="Attention", authors=("Ada Vision",))
        for n in (1, 2)
    ]

    keys = [bibliography.key(paper) for paper in twins]

    assert keys == ["vision2026attention-p1", "vision2026attention-p2"]
    assert keys == [bibliography.key(paper) for paper in twins]


def test_a_table_has_a_row_for_each_paper_and_no_formula() -> None:
    formula = stored_paper(title="=cmd()", authors=("-x",))

    table = bibliography.table([MAMBA, formula])

    rows = list(csv.reader(io.StringIO(table)))

    assert rows[0] == list(bibliography.COLUMNS)
    assert rows[1][1:4] == [
        "Albert Gu; Müller, Jürgen; 李 明",
        "2023",
        "2312.00752",
    ]
    assert rows[2][:2] == ["'=cmd()", "'-x"]


@pytest.mark.skipif(
    not HF.exists(), reason="the real data is not beside the project"
)
def test_every_real_paper_is_read_back_by_another_program() -> None:
    papers = [stored(paper, 1) for paper in file.read(HF, date(2026, 6, 1))]

    parsed = parse_string(bibliography.bibtex(papers), "bibtex")

    assert len(parsed.entries) == len(papers)
