"""RIS and .nbib files as programs write them become papers."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import file, records, uploads
from recommender.papers import Paper
from tests.storage.factories import existing

TODAY = date(2026, 11, 24)

ZOTERO = """TY  - JOUR
TI  - Grasping with a robot arm
AU  - Lovelace, Ada
AU  - van der Berg, Rob, Jr.
T2  - Journal of Robots
AB  - A robot arm
grasps objects.

AI - based, it learns.
DA  - 2024/05/17/
PY  - 2024
DO  - 10.1145/3292500.3330701
UR  - https://dl.acm.org/doi/10.1145/3292500.3330701
KW  - robots; grasping
KW  - control
Y2  - 2026/01/01/10:00:00
ER  -

TY  - UNPB
T1  - State spaces
A1  - Gu, Albert
N2  - A long sequence.
Y1  - 2023///
UR  - http://arxiv.org/abs/2312.00752v2
JO  - arXiv preprint arXiv:2312.00752
ER  -
"""

PUBMED = """PMID- 34265844
OWN - NLM
DP  - 2021 Aug 6
TI  - Highly accurate protein structure prediction
      with a network.
LID - S0092-8674(20)30001-1 [pii]
LID - 10.1038/s41586-021-03819-2 [doi]
AB  - Proteins are essential to life, and understanding their structure can
      facilitate a mechanistic understanding.
FAU - Jumper, John
AU  - Jumper J
FAU - Evans, Richard
AU  - Evans R
JT  - Nature
TA  - Nature

PMID- 2
DP  - 2020 Mar-Apr
TI  - Another paper
AID - 10.1101/2020.03.22.20040832 [doi]
"""


def papers(text: str | bytes) -> list[Paper]:
    """Return the papers of a file that a reader sends."""
    content = text if isinstance(text, bytes) else text.encode()
    row = uploads.parse(content, TODAY)
    assert "why" not in row, row
    return [records.paper_of(paper) for paper in row["papers"]]


def test_an_export_of_zotero_has_all_that_we_keep_of_a_paper() -> None:
    article, preprint = papers(ZOTERO)

    assert article.title == "Grasping with a robot arm"
    assert article.authors == ("Ada Lovelace", "Rob van der Berg Jr.")
    assert article.abstract == (
        "A robot arm grasps objects. AI - based, it learns."
    )
    assert (article.doi, article.venue) == (
        "10.1145/3292500.3330701",
        "Journal of Robots",
    )
    assert existing(article.published).date() == date(2024, 5, 17)
    assert article.keywords == ("robots", "grasping", "control")
    assert (preprint.arxiv_id, preprint.venue) == ("2312.00752", "")
    assert preprint.authors == ("Albert Gu",)
    assert preprint.listed == date(2023, 1, 1)


def test_an_export_of_pubmed_has_full_names_and_the_doi_among_its_ids() -> None:
    first, second = papers(PUBMED)

    assert first.title == (
        "Highly accurate protein structure prediction with a network."
    )
    assert first.authors == ("John Jumper", "Richard Evans")
    assert first.abstract.endswith(
        "can facilitate a mechanistic understanding."
    )
    assert (first.doi, first.venue) == ("10.1038/s41586-021-03819-2", "Nature")
    assert existing(first.published).date() == date(2021, 8, 6)
    assert second.doi == "10.1101/2020.03.22.20040832"
    assert existing(second.published).date() == date(2020, 3, 1)


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("PY  - 2020", "2020-01-01"),
        ("PY  - 2020///", "2020-01-01"),
        ("Y1  - 2020/03//Spring", "2020-03-01"),
        ("Y1  - 2020/03/15/", "2020-03-15"),
        ("PY  - 2020\nDA  - 2020-03-15", "2020-03-15"),
        ("PY  - 2020\nDA  - MAR 15", "2020-03-15"),
        ("PY  - 2020\nDA  - 2024/05/01", "2020-01-01"),
        ("DA  - 15 March 2020", "2020-03-15"),
        ("DA  - March 15, 2020", "2020-03-15"),
        ("DP  - 2020 Winter", "2020-01-01"),
        ("DEP - 20200315", "2020-03-15"),
        ("PY  - 2020/13/45", "2020-01-01"),
        ("PY  - 2999", "2026-11-24"),
    ],
)
def test_dates_of_all_spellings_are_read(written: str, published: str) -> None:
    [paper] = papers(f"TY  - JOUR\nTI  - Dated\n{written}\nER  - ")

    assert existing(paper.published).date().isoformat() == published


@pytest.mark.parametrize(
    "written", ["", "PY  - n.d.", "PY  - 18xx", "Y1  - 1066"]
)
def test_a_paper_without_a_date_has_none(written: str) -> None:
    [paper] = papers(f"TY  - JOUR\nTI  - Undated\n{written}\nER  - ")

    assert paper.published is None


@pytest.mark.parametrize(
    "text",
    [
        "TY - JOUR\nTI - One\nAU - Lovelace, Ada\nER -\nTY - JOUR\nTI - Two\nER -",
        "TY  - JOUR\r\nTI  - One\r\nAU  - Lovelace, Ada\r\nER  - \r\n\r\n"
        "TY  - JOUR\r\nTI  - Two\r\nER  - \r\n",
        "TY  - JOUR\nT1  - One\nA1  - Lovelace, Ada\nTY  - CONF\nCT  - Two",
        "Provider: JSTOR\nContent: text/plain\n\n\nTY  -JOUR\nTI  -  One\n"
        "AU  - Lovelace, Ada;\nER  -\n\nTY  - JOUR\nTI  - Two",
        "TY    - JOUR\nTI    - One\nAU    - Lovelace, Ada\nTY    - JOUR\nTI    - Two",
        "TY  - JOUR\rTI  - One\rAU  - Lovelace, Ada\rER  -\rTY  - JOUR\rTI  - Two\r",
    ],
    ids=["one space", "windows", "never closed", "preamble", "wide", "old mac"],
)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"]
)
def test_what_programs_get_wrong_is_mended(text: str, encoding: str) -> None:
    one, two = papers(text.encode(encoding))

    assert (one.title, one.authors, two.title) == (
        "One",
        ("Ada Lovelace",),
        "Two",
    )


def test_an_entry_without_a_title_is_told_with_its_place() -> None:
    row = uploads.parse(b"\nTY  - JOUR\nPY  - 2020\nER  - \n", TODAY)

    assert row["papers"] == []
    assert row["faults"] == ["line 2: TY  - JOUR has no title"]


def test_a_form_is_told_by_the_content_and_not_by_the_name(
    tmp_path: Path,
) -> None:
    for name in ("export.ris", "export.txt", "pubmed.nbib"):
        path = tmp_path / name
        path.write_text(PUBMED if "nbib" in name else ZOTERO)
        fetched = list(file.read(path, TODAY))
        assert fetched == papers(path.read_bytes())

    assert papers("@article{a, title={TY - JOUR}}\nTY  - JOUR")[0].title == (
        "TY - JOUR"
    )


def test_a_file_of_too_many_entries_is_told_at_once() -> None:
    entry = "TY  - JOUR\nTI  - Paper\nER  - \n"

    row = uploads.parse(entry.encode() * (uploads.MOST + 1), TODAY)

    assert row == {"why": "entries"}


@given(st.text(alphabet="TYERAU -\r\n0129[]doi./\ufeffX", max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    uploads.parse(f"TY  - JOUR\n{text}".encode(), TODAY)
