"""Readers' own bibliographies: any that is one, and nothing that holds the bot up."""

import asyncio
import resource
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import uploads
from bot.sources.uploads import MOST, Unreadable, parse, read

TODAY = date(2026, 3, 2)
GOOD = "@article{a, title={Robot arms}, author={Lovelace, Ada}, year={2024}, eprint={2401.00001}}"


async def test_papers_come_back_from_the_other_process_whole() -> None:
    papers, faults = await read(
        f"{GOOD}\n@misc{{b, note={{none}}}}".encode(), TODAY
    )

    [paper] = papers
    assert (paper.title, paper.arxiv_id, paper.authors) == (
        "Robot arms",
        "2401.00001",
        ("Ada Lovelace",),
    )
    assert paper.listed == date(2024, 1, 1)
    assert faults == ["line 2: @misc{b, note={none}} has no title"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"]
)
def test_umlauts_survive_in_every_encoding_of_bibliographies(
    encoding: str,
) -> None:
    result = parse("@book{a, title={Über Gödel}}".encode(encoding), TODAY)

    assert [paper["title"] for paper in result["papers"]] == ["Über Gödel"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n" * 1_000_000,
        b"Just words, with an address: ada@example.org",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR @article{a, title={b}}",
        b"\xff\xfe\x00\xd8",
        b'{"title": "JSON"}',
    ],
    ids=[
        "empty",
        "newlines",
        "prose",
        "pdf",
        "png",
        "half a pair",
        "json",
    ],
)
def test_a_file_of_another_kind_is_told_by_its_content(content: bytes) -> None:
    assert parse(content, TODAY) == {"why": "kind"}


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("It’s a “robot” – arm by Ångström", "cp1252"),
        ("Łukasz, Dvořák and Žižek zażółć", "cp1250"),
        ("Łukasz, Dvořák and Žižek zażółć", "iso8859-2"),
        ("Jörg’s café, déjà vu", "mac-roman"),
        ("机器人手臂的模仿学习方法", "gbk"),
        ("ロボットアームの模倣学習について", "euc-jp"),
        ("ロボットアームの模倣学習について", "shift-jis"),
        ("로봇 팔의 강화 학습을 위한 새로운 방법과 그 응용", "euc-kr"),
        ("Über Gödel", "utf-16-le"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_makes_sense_of_it(
    title: str, encoding: str
) -> None:
    result = parse(f"@book{{a, title={{{title}}}}}".encode(encoding), TODAY)

    assert [paper["title"] for paper in result["papers"]] == [title]


def test_a_stray_byte_in_utf8_and_text_encoded_twice_are_mended() -> None:
    stray = "@book{a, title={Über Gödel, caf!}}".encode().replace(b"!", b"\xe9")
    twice = "@book{a, title={Jörg’s}}".encode().decode("cp1252").encode()

    assert parse(stray, TODAY)["papers"][0]["title"] == "Über Gödel, café"
    assert parse(twice, TODAY)["papers"][0]["title"] == "Jörg’s"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-7", "big5"])
def test_nothing_garbled_is_read(encoding: str) -> None:
    titles = {"iso8859-7": "Μάθηση ρομπότ", "big5": "基於機器人手臂的模仿學習"}
    title = titles.get(encoding, "Обучение роботов движениям")

    assert parse(f"@book{{a, title={{{title}}}}}".encode(encoding), TODAY) == {
        "why": "encoding"
    }


def test_a_file_without_an_entry_is_told_so() -> None:
    assert parse(b'@string{a = "b"}\n@comment{nothing}', TODAY) == {
        "why": "nothing"
    }


def test_five_thousand_entries_are_read_and_one_more_is_too_many() -> None:
    entries = [
        f"@article{{k{number}, title={{Paper {number}}}}}"
        for number in range(MOST)
    ]
    text = "@comment{kept by hand}\n" + "\n".join(entries)

    read_all = parse(text.encode(), TODAY)
    too_many = parse(f"{text}\n{GOOD}".encode(), TODAY)

    assert len(read_all["papers"]) == MOST
    assert too_many == {"why": "entries"}


@pytest.mark.parametrize(
    "hostile",
    [
        "@article{a, title={" + "{" * 500_000 + "}" * 500_000 + "}}",
        "@article{a, title={" + r"\textbf{" * 50_000 + "}" * 50_000 + "}}",
        "@article{a, title={" + "{" * 1_000_000,
        "@a{" * 500_000,
        "@" * 1_900_000,
    ],
    ids=["braces", "commands", "never closed", "entries in entries", "ats"],
)
async def test_a_hostile_file_is_read_or_refused_and_does_no_more(
    hostile: str,
) -> None:
    result = await asyncio.gather(
        read(f"{GOOD}\n{hostile}".encode(), TODAY), return_exceptions=True
    )

    match result:
        case [Unreadable(why=why)]:
            assert why in {"entries", "time"}
        case [([first, *others], faults)]:
            assert first.title == "Robot arms"
            assert len(others) + len(faults) <= 1
        case _:
            pytest.fail(f"{result}")


@pytest.mark.parametrize(
    "hostile",
    [
        '@string{s = "'
        + "x" * 1_000_000
        + '"}\n'
        + "".join(
            f"@misc{{k{n}, title={{T}}, abstract=s}}\n" for n in range(MOST)
        ),
        "@misc{a, title={" + "\\'e" * 600_000 + "}}",
        "@misc{a, title={" + "~" * 1_900_000 + "}}",
        "@misc{a, title={" + "\\" * 1_900_000 + "}}",
    ],
    ids=["one string used everywhere", "accents", "ties", "backslashes"],
)
async def test_a_file_made_to_fill_the_memory_fills_none_of_ours(
    hostile: str,
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    [result] = await asyncio.gather(
        read(hostile.encode(), TODAY), return_exceptions=True
    )

    if isinstance(result, BaseException):
        assert isinstance(result, Unreadable)
        assert result.why == "time"
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    )  # kilobytes


async def test_a_file_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.001)

    with pytest.raises(Unreadable, match="time"):
        await read(GOOD.encode(), TODAY)


@pytest.mark.parametrize(
    ("year", "listed"),
    [("2024", date(2024, 1, 1)), ("9999", TODAY), ("soon", date(1970, 1, 1))],
)
def test_a_paper_is_as_old_as_its_year_and_never_new(
    year: str, listed: date
) -> None:
    result = parse(
        f"@article{{a, title={{T}}, year={{{year}}}}}".encode(), TODAY
    )

    assert [paper["listed"] for paper in result["papers"]] == [
        listed.isoformat()
    ]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_content_has_an_answer(content: bytes) -> None:
    assert parse(content, TODAY).keys() in ({"why"}, {"papers", "faults"})
