"""Exports as RIS, read back by another program, and by ourselves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.ris import family_first, ris
from bot.sources import bibliographies, file
from recommender.papers import StoredPaper, title_key
from tests.corpus import stored

HF = Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
TODAY = date(2026, 6, 1)
MAMBA = StoredPaper(
    id=1,
    title="Mamba: Linear-Time Sequence Modeling",
    authors=("Albert Gu", "Müller, Jürgen", "Vincent van Gogh", "OpenAI Team"),
    abstract="A long sequence\nis read once.",
    arxiv_id="2312.00752",
    listed=date(2024, 1, 3),
    published=datetime(2023, 12, 1, tzinfo=UTC),
    keywords=("state spaces",),
    source="huggingface",
)
ARTICLE = StoredPaper(
    id=2,
    title="Neurons of the cortex",
    authors=("Ada Lovelace",),
    listed=date(2025, 3, 2),
    published=datetime(2025, 2, 28, tzinfo=UTC),
    doi="10.1038/s41586-021-03819-2",
    preprint_doi="10.1101/2024.01.02.123456",
    venue="Nature",
    source="crossref",
)
PREPRINT = StoredPaper(
    id=3,
    title="Cells of the cortex",
    listed=date(2025, 3, 2),
    preprint_doi="10.64898/2025.12.02.123456",
    source="biorxiv",
)
PROCEEDINGS = StoredPaper(
    id=4,
    title="Words of the cortex",
    listed=date(2025, 3, 2),
    doi="10.18653/v1/2025.acl-long.1",
    venue="Proceedings of the 63rd Annual Meeting of the Association",
    source="acl",
)
ALL = (MAMBA, ARTICLE, PREPRINT, PROCEEDINGS)


def entries(papers: Sequence[StoredPaper]) -> list[dict[str, Any]]:
    """Return what another program reads."""
    records: list[dict[str, Any]] = rispy.loads(
        ris(papers).replace("\r\n", "\n")
    )
    return records


def test_a_preprint_has_what_zotero_and_endnote_file_it_by() -> None:
    [entry] = entries([MAMBA])

    assert entry["type_of_reference"] == "UNPB"
    assert entry["title"] == MAMBA.title
    assert entry["authors"] == [
        "Gu, Albert",
        "Müller, Jürgen",
        "van Gogh, Vincent",
        "OpenAI Team,",
    ]
    assert (entry["year"], entry["date"]) == ("2023", "2023/12/01")
    assert entry["doi"] == "10.48550/arXiv.2312.00752"
    assert entry["abstract"] == "A long sequence is read once."
    assert entry["urls"] == ["https://arxiv.org/abs/2312.00752"]
    assert entry["keywords"] == ["state spaces"]


def test_each_paper_has_the_type_of_how_it_appeared() -> None:
    preprint, article, biorxiv, proceedings = entries(ALL)

    assert preprint["type_of_reference"] == "UNPB"
    assert article["type_of_reference"] == "JOUR"
    assert (article["secondary_title"], article["doi"]) == (
        "Nature",
        "10.1038/s41586-021-03819-2",
    )
    assert (biorxiv["type_of_reference"], biorxiv["doi"]) == (
        "UNPB",
        "10.64898/2025.12.02.123456",
    )
    assert proceedings["type_of_reference"] == "CONF"
    assert biorxiv["urls"] == ["https://doi.org/10.64898/2025.12.02.123456"]


def test_every_line_is_a_tag_with_its_dash_and_ends_as_on_windows() -> None:
    lines = ris(ALL).split("\r\n")

    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(line[2:6] == "  - " for line in lines if line)
    assert lines.count("ER  - ") == len(ALL)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Rob van der Berg Jr.", "van der Berg, Rob, Jr."),
        ("J. K. Doe", "Doe, J. K."),
        ("Plato", "Plato"),
        ("The ATLAS Collaboration", "The ATLAS Collaboration,"),
        ("李 明", "明, 李"),
        ("Jr.", "Jr."),
        ("", ""),
    ],
)
def test_a_name_is_written_with_the_family_first(
    name: str, written: str
) -> None:
    assert family_first(name) == written


def test_what_is_exported_is_read_back_as_the_same_papers() -> None:
    papers, faults = bibliographies.parse(ris(ALL), TODAY)

    assert faults == []
    assert [paper.title for paper in papers] == [paper.title for paper in ALL]
    assert [paper.arxiv_id for paper in papers] == ["2312.00752", *[None] * 3]
    assert [paper.doi for paper in papers] == [
        None,
        ARTICLE.doi,
        PREPRINT.preprint_doi,
        PROCEEDINGS.doi,
    ]
    assert [paper.venue for paper in papers] == [paper.venue for paper in ALL]
    assert papers[0].authors == (
        "Albert Gu",
        "Jürgen Müller",
        "Vincent van Gogh",
        "OpenAI Team",
    )
    assert papers[0].published == MAMBA.published
    assert papers[0].abstract == "A long sequence is read once."


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=3))
def test_no_title_or_name_breaks_the_file(title: str, names: list[str]) -> None:
    odd = StoredPaper(
        id=9,
        title=title,
        authors=tuple(names),
        listed=date(2026, 3, 2),
        source="file",
    )

    assert len(entries([odd, MAMBA])) == 2


@pytest.mark.skipif(
    not HF.exists(), reason="the real data is not beside the project"
)
def test_every_real_paper_comes_back_from_a_round_trip() -> None:
    papers = [stored(paper, 1) for paper in file.read(HF, TODAY)][:2_000]

    parsed = entries(papers)
    again, faults = bibliographies.parse(ris(papers), TODAY)

    assert len(parsed) == len(papers)
    assert faults == []
    assert [paper.arxiv_id for paper in again] == [
        paper.arxiv_id for paper in papers
    ]
    same = [
        title_key(one.title) == title_key(other.title)
        for one, other in zip(again, papers, strict=True)
    ]
    assert sum(same) > 0.99 * len(same)
