"""The inputs beside the project that went wrong in real use, and what is right of them."""

import json
from datetime import date
from pathlib import Path

import pytest
from telegram import Chat, Message

from bot.messages import bibliography
from bot.messages.text import readable
from bot.sources import arxiv, file, uploads
from tests.corpus import stored
from tests.markup.test_ids import WHEN, ids

CASES = Path(__file__).parents[3] / "shared" / "cases"
TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="../shared/cases is not here"
)


def lines(name: str) -> list[str]:
    return [
        line for line in (CASES / name).read_text().splitlines() if line.strip()
    ]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("01-boldsymbol.txt", "Tuning θ with x near S(η)"),
        (
            "31-font-switch-and-degree.txt",
            "Steps in O(n) for N=2 at 30°C with θ held, a mod b",
        ),
        ("33-binomial-and-root.txt", "Among (n choose k) subsets in time ∛(n)"),
        (
            "34-space-after-a-letter-command.txt",
            "A Kurdyka-Łojasiewicz bound on the Straße of Ørsted",
        ),
    ],
)
def test_texts_are_readable(name: str, seen: str) -> None:
    assert [readable(line) for line in lines(name)] == [seen]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("03-texttt.bib", [("grip 1.3: A toolkit for robot arms", [], "2019-01-01"),
                           ("GRIP: Neural contact for robot arms", [], "2023-01-01")]),
        ("05-zotero-less-and-greater.bib", [
            ("When p < 0.05 and n > 30: arms | hands", [], "2020-01-01"),
            ("Grasping in vivo", [], "2021-01-01")]),
        ("20-years-as-programs-write-them.bib", [
            ("DRAWING TREES WITH ARMS", ["J DOE"], "1982-01-01"),
            ("Spaces around a year", [], "1905-01-01"),
            ("A month before the year", [], "1980-06-01")]),
        ("22-joined-strings.bib", [("Robot Hub: arms for all", [], "2024-05-01")]),
        ("24-endnote-without-a-key.bib", [
            ("Robot arms in the ward", ["J. Doe", "R. Roe"], "2012-01-01")]),
        ("25-brace-on-the-next-line.bib", [("Robot arms over lines", [], "2020-01-01")]),
        ("26-windows-1252.bib", [("It’s a “robot” – arm", ["Jörg Müller"], "2010-01-01")]),
        ("28-gbk.bib", [("机器人手臂的模仿学习", ["张三"], "2020-01-01")]),
        ("29-markup-in-titles.bib", [("Grasping in vivo with CO₂ & air", [], "2022-01-01")]),
        ("43-biblatex-name-parts.bib", [
            ("Arms by parts", ["Ada van der Berg", "Rob Roe"], "2022-01-01")]),
    ],
)  # fmt: skip
def test_bibliographies_are_read_in_the_chat_and_by_fetch(
    name: str, expected: list[object]
) -> None:
    in_chat = uploads.parse((CASES / name).read_bytes(), TODAY)
    fetched = list(file.read(CASES / name, TODAY))

    assert in_chat["faults"] == []
    assert [
        (row["title"], row["authors"], row["published"])
        for row in in_chat["papers"]
    ] == expected
    dates = [
        paper.published and paper.published.date().isoformat()
        for paper in fetched
    ]
    titles = [(paper.title, list(paper.authors)) for paper in fetched]
    assert [
        (*paper, day) for paper, day in zip(titles, dates, strict=True)
    ] == expected
    assert all((TODAY - paper.listed).days > 300 for paper in fetched)


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        (
            "07-announced-names-in-tex.xml",
            ("Jürgen Müller", "René Roe", "Łukasz Doe", "Søren Poe"),
        ),
        ("08-announced-affiliations.xml", ("Jane Doe", "Rob Roe")),
    ],
)
def test_announced_people_have_one_name_each(
    name: str, authors: tuple[str, ...]
) -> None:
    [paper] = arxiv.parse_feed((CASES / name).read_bytes(), TODAY)

    assert paper.authors == authors


def test_a_withdrawn_paper_is_left_out() -> None:
    assert (
        arxiv.parse_feed((CASES / "40-withdrawn.xml").read_bytes(), TODAY) == []
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("13-subject-class-ids.txt", ["math/0309999", "cs/0112999"]),
        ("15-other-addresses.txt", ["2611.00015"] * 11),
    ],
)
def test_every_line_names_its_paper(name: str, expected: list[str]) -> None:
    messages = [
        Message(1, WHEN, Chat(1, Chat.PRIVATE), text=line)
        for line in lines(name)
    ]

    assert [ids(message) for message in messages] == [
        [line] for line in expected
    ]


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("18-organisations.jsonl", "author = {{Gripper Team} and Jane Doe}"),
        ("18-organisations.jsonl", "author = {{Center for Hands and Arms}}"),
        ("18-organisations.jsonl", "author = {{the ARM Collaboration}}"),
        (
            "19-powers-in-titles.jsonl",
            "title = {{A{$^{2}$}GRIP}: Arms squared}",
        ),
        ("19-powers-in-titles.jsonl", "title = {{ARM{$^{2}$}}-Bench}"),
        (
            "19-powers-in-titles.jsonl",
            "title = {Grip{$^{3}$} at 360{$^{\\circ}$}}",
        ),
    ],
)
def test_exports_are_as_latex_wants_them(name: str, latex: str) -> None:
    papers = list(file.read(CASES / name, TODAY))

    assert len(papers) == len([json.loads(line) for line in lines(name)])
    listed = [stored(paper, 1) for paper in papers]
    assert latex in bibliography.bibtex(listed)
