"""Files of papers, told apart by what they hold."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import file, jsonlines
from bot.sources.errors import BadFile

from .test_huggingface import ANYTHING
from .test_page import ENTRIES, HEADER, entries_as_blocks, page_of

TODAY = date(2026, 11, 24)
SHARED = Path(__file__).parents[3] / "shared" / "data"
shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the data folder ../shared/data is absent"
)

PAGE = page_of(HEADER, *entries_as_blocks())
RAW = {"paper": {"id": "2605.00001", "title": "Raw", "upvotes": 3,
                 "submittedOnDailyAt": "2026-05-04T01:00:00Z"}}  # fmt: skip


def titles(path: Path) -> list[str]:
    return [paper.title for paper in file.read(path, TODAY)]


def write(folder: Path, content: str | bytes, name: str = "papers") -> Path:
    path = folder / name
    path.write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    return path


@pytest.mark.parametrize(
    "disguise",
    [
        str.encode,
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: gzip.compress(text.encode()),
        lambda text: b"\n\n" + text.encode(),
    ],
    ids=["plain", "byte order mark", "Windows", "gzip", "blank lines"],
)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PAGE, [title for title, _ in ENTRIES]),
        ('{"title": "One"}\n\n{"title": "Two"}\n', ["One", "Two"]),
        (json.dumps([RAW, {"title": "Two"}], indent=1), ["Raw", "Two"]),
        ("[]", []),
        ("% notes\n@misc{k, title={Bib}}\n", ["Bib"]),
    ],
    ids=["page", "JSON lines", "JSON list", "empty list", "BibTeX"],
)
def test_a_file_is_known_by_its_content_however_it_was_saved(
    tmp_path: Path, content: str, expected: list[str], disguise
) -> None:
    path = write(tmp_path, disguise(content), name="download.tmp")

    assert titles(path) == expected


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_bibliography_is_read_in_other_encodings_too(
    tmp_path: Path, encoding, pack
) -> None:
    content = pack("@misc{k, title={Über “Gödel”}}".encode(encoding))

    assert titles(write(tmp_path, content)) == ["Über “Gödel”"]


def test_json_lines_may_come_as_a_windows_shell_writes_them(
    tmp_path: Path,
) -> None:
    assert titles(write(tmp_path, '{"title": "Über"}\n'.encode("utf-16"))) == [
        "Über"
    ]


def test_a_json_row_becomes_a_paper_with_all_that_it_tells(
    tmp_path: Path,
) -> None:
    row = {
        "day": "2026-05-04", "id": "2605.00001v2", "title": "Seeing\n far", "abstract": "We see.",
        "authors": ["Ada", "Bo"], "published": "2026-05-01T10:00:00.000Z", "upvotes": 4,
        "ai_keywords": ["vision"], "github": "https://github.com/ada/far", "project": "nowhere",
    }  # fmt: skip

    [paper] = file.read(write(tmp_path, json.dumps(row)), TODAY)

    assert (paper.title, paper.abstract) == ("Seeing far", "We see.")
    assert paper.listed == date(2026, 5, 4)
    assert paper.arxiv_id == "2605.00001"
    assert paper.authors == ("Ada", "Bo")
    assert paper.published == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert (paper.upvotes, paper.keywords) == (4, ("vision",))
    assert paper.links == {"code": "https://github.com/ada/far"}


@pytest.mark.parametrize(
    ("row", "source", "listed"),
    [
        ({"upvotes": 0}, "huggingface", TODAY),
        ({"categories": ["cs.LG"]}, "arxiv", TODAY),
        ({}, "file", TODAY),
        (
            {"day": None, "submitted": "2026-05-04T23:00:00Z"},
            "file",
            date(2026, 5, 4),
        ),
        ({"published": "2026-05-04T23:00:00Z"}, "file", date(2026, 5, 4)),
        ({"published": "2026-11-20T23:00:00Z"}, "file", TODAY),
    ],
)
def test_a_row_is_placed_by_what_it_holds(
    row: dict[str, object], source: str, listed: date
) -> None:
    paper = jsonlines.paper_from({"title": "One"} | row, TODAY)

    assert paper is not None
    assert (paper.source, paper.listed) == (source, listed)


def test_papers_that_were_withdrawn_are_left_out_of_a_file(
    tmp_path: Path,
) -> None:
    gone = {
        "title": "Two",
        "abstract": "This paper has been withdrawn by its authors.",
    }
    raw = {"paper": RAW["paper"] | {"summary": "This paper is withdrawn."}}
    lines = "\n".join(json.dumps(row) for row in [{"title": "One"}, gone, raw])

    assert titles(write(tmp_path, lines)) == ["One"]


def test_raw_answers_of_hugging_face_are_rows_too(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps(row) for row in [RAW, RAW["paper"] | {"summary": "Flat."}]
    )

    papers = list(file.read(write(tmp_path, lines), TODAY))

    assert [(paper.title, paper.listed, paper.upvotes) for paper in papers] == [
        ("Raw", date(2026, 5, 4), 3),
        ("Raw", date(2026, 5, 4), 3),
    ]


@given(
    ANYTHING
    | st.dictionaries(
        st.sampled_from(["title", "id", "day", "authors"]), ANYTHING
    )
)
def test_no_row_breaks_the_reader(row) -> None:
    paper = jsonlines.paper_from(row, TODAY)

    assert paper is None or paper.title


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        pytest.param(b"", None, "empty", id="nothing"),
        pytest.param(b" \n \n", None, "empty", id="blank lines"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n\0\0\0\r", None, "binary", id="a picture"
        ),
        pytest.param(b"abc\0def\n", None, "binary", id="a NUL in text"),
        pytest.param("Bär".encode("latin-1"), None, "UTF-8", id="Latin-1"),
        pytest.param(
            gzip.compress(b'{"title": "One"}\n' * 99)[:-20],
            None,
            "damaged",
            id="half a gzip file",
        ),
        pytest.param(
            b"\x1f\x8bnothing", None, "damaged", id="a false gzip file"
        ),
        pytest.param(
            b'{"title": "One"}\n\n{"title": "Tw\n{"title": "Three"}',
            3,
            "broken JSON",
            id="a broken line",
        ),
        pytest.param(
            b'{"title": "One"}\n{"name": "Two"}',
            2,
            "no paper",
            id="a line without a title",
        ),
        pytest.param(
            b'{"title": "One"}\n[1]', 2, "no paper", id="a list as a line"
        ),
        pytest.param(
            b'{"title": ' + b"9" * 5000 + b"}",
            1,
            "beyond all measure",
            id="an endless number",
        ),
        pytest.param(
            b'{"title": ' * 99_999,
            1,
            "beyond all measure",
            id="bottomless JSON",
        ),
        pytest.param(
            b'[{"title": "One"},\n{"title": ]',
            2,
            "broken JSON",
            id="a broken list",
        ),
        pytest.param(
            b'\n\n[{"title": "One"},\n{"title": ]',
            4,
            "broken JSON",
            id="a broken list further down",
        ),
        pytest.param(
            b'[{"title": "One"}, 5]',
            None,
            "entry 2 of the list is no paper",
            id="a number in a list",
        ),
        pytest.param(
            b"<!doctype html><html></html>", None, "web page", id="a web page"
        ),
        pytest.param(
            b"Dear Ada, no papers today.", None, "no papers", id="a letter"
        ),
        pytest.param(
            b"[build]\nname = 1\n", None, "no papers", id="a configuration"
        ),
        pytest.param(
            b"@article{broken, title={",
            None,
            "no papers",
            id="a broken bibliography",
        ),
    ],
)
def test_a_file_that_holds_no_papers_is_named_with_the_line_and_a_way_out(
    tmp_path: Path, content: bytes, line: int | None, problem: str
) -> None:
    path = write(tmp_path, content)

    with pytest.raises(BadFile, match=problem) as bad:
        titles(path)

    message = str(bad.value)
    assert bad.value.line == line
    assert message.startswith(f"{path}, line {line}: " if line else f"{path}: ")
    assert "; " in message
    assert "\n" not in message
    assert not bad.value.passing


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        titles(tmp_path / "nowhere.txt")


def test_a_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="folder"):
        titles(tmp_path)


def test_a_forbidden_file_says_so(tmp_path: Path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(BadFile, match=r"can't be read \(Permission denied\)"):
        titles(tmp_path / "papers")


def test_a_file_too_large_to_hold_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(file, "MOST_CHARACTERS", 100)

    with pytest.raises(BadFile, match="too large"):
        titles(write(tmp_path, PAGE))


def test_papers_come_while_the_file_is_read(tmp_path: Path) -> None:
    papers = file.read(write(tmp_path, '{"title": "One"}\nbroken\n'), TODAY)

    first = next(papers)
    with pytest.raises(BadFile):
        next(papers)

    assert first.title == "One"


def test_bad_entries_of_a_bibliography_are_told_one_by_one(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path, "@misc{a, title={One}}\n@misc{b, year=1}\n@misc{c, title={\n"
    )
    faults: list[str] = []

    papers = list(file.read(path, TODAY, on_fault=faults.append))

    assert len(papers) == 1
    assert sorted(faults) == [
        f"{path}, line 2: @misc{{b, year=1}} has no title",
        f"{path}, line 3: @misc{{c, title={{ is broken",
    ]


@shared
def test_the_real_page_holds_115_papers() -> None:
    papers = list(file.read(SHARED / "daily-papers-page.txt", TODAY))

    assert len(papers) == len({paper.title for paper in papers}) == 115
    assert all(len(paper.title) < 200 < len(paper.abstract) for paper in papers)
    assert {paper.listed for paper in papers} == {date(2026, 9, 3)}
    assert papers[0].title.startswith("Lina-Speech: Gated Linear Attention")
    assert papers[-1].title.startswith("Flag Aggregator: ")


@shared
def test_two_years_of_daily_papers_are_read() -> None:
    papers = list(file.read(SHARED / "hf-daily-papers.jsonl.gz", TODAY))

    assert len(papers) == len({paper.arxiv_id for paper in papers}) == 8206
    assert all(
        paper.abstract and paper.authors and paper.published for paper in papers
    )
    assert {paper.source for paper in papers} == {"huggingface"}
    assert (papers[0].listed, papers[-1].listed) == (
        date(2024, 5, 27),
        date(2026, 5, 29),
    )


@shared
def test_a_month_of_arxiv_is_read() -> None:
    papers = list(file.read(SHARED / "arxiv-2026-04.jsonl.gz", TODAY))

    assert len(papers) == 11101
    assert all(paper.arxiv_id and paper.categories for paper in papers)
    assert {paper.source for paper in papers} == {"arxiv"}


@shared
@pytest.mark.parametrize("name", ["stream-readers.jsonl.gz", "README.md"])
def test_other_data_is_not_taken_for_papers(name: str) -> None:
    with pytest.raises(BadFile, match="no paper"):
        titles(SHARED / name)
