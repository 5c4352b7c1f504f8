"""What `/export` gives runs through BibTeX and pdfLaTeX, and prints what it should."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from pybtex.database import parse_string

from bot.messages import bibliography, typeset
from bot.sources import jsonlines
from recommender.papers import StoredPaper
from tests.corpus import stored

DATA = Path(__file__).parents[3] / "shared" / "data"
LISTS = ("hf-daily-papers.jsonl.gz", "arxiv-2026-04.jsonl.gz")
TODAY = date(2026, 6, 1)
# As bare as a document can be: no package gives LaTeX a command.
DOCUMENT = r"""\documentclass{article}
\begin{document}\nocite{*}\bibliographystyle{plain}\bibliography{papers}\end{document}
"""
latex = pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("bibtex")),
    reason="LaTeX is not installed here",
)
HARD = [
    "A^2GRIP: Arms squared & more",
    "ARM^2-Bench at 360^\\circ for 50% of $3_a #1",
    "Grip^{3} and $x^{2}_{i}$ with $\\boldsymbol{\\theta}$ in ℝ³, O(n²)",
    "“Quotes”, ‘others’ – a dash — and … ⟨a|b⟩ ≤ √2 → ∞ ↛ ∛8 ∠ ⊘",
    "Back\\\\slash ~ tilde ^ caret {brace } } { | < > \" ` '",
    "Naïve Łódź Ångström Erdős Phạm Việt Dũng 𝒪(n) ½ ① ™ © 🤗 θ̂",
    "{\\em Words} \\unheard{of} &lt;b&gt;bold&lt;/b&gt; H<sub>2</sub>O",
    "$5 and $6",
]


def paper_from_row(**row: object) -> StoredPaper:
    paper = jsonlines.paper_from(
        {"title": "An arm", "authors": ["Jane Doe"]} | row, TODAY
    )
    assert paper is not None
    return stored(paper, 1)


def compiled(papers: Sequence[StoredPaper], folder: Path) -> str:
    """Return the errors and warnings of LaTeX and BibTeX."""
    (folder / "papers.bib").write_text(bibliography.bibtex(papers))
    (folder / "main.tex").write_text(DOCUMENT)
    latex = [
        "pdflatex",
        "-draftmode",
        "-interaction=nonstopmode",
        "-file-line-error",
        "main",
    ]
    bibtex_output = ""
    for command in (latex, ["bibtex", "-min-crossrefs=9", "main"], latex):
        run = subprocess.run(
            command, cwd=folder, capture_output=True, check=False, timeout=150
        )
        if command[0] == "bibtex":
            bibtex_output = run.stdout.decode(errors="replace")
        log = (folder / "main.log").read_text(errors="replace")
    errors = [
        line
        for line in log.splitlines()
        if ".bbl:" in line or line.startswith("!")
    ]
    warned = [
        line
        for line in bibtex_output.splitlines()
        if "error" in line.lower() or "--line" in line
    ]
    return "\n".join(errors + [line for line in warned if "empty" not in line])


@latex
def test_hard_titles_and_names_run_through_bibtex_and_latex(
    tmp_path: Path,
) -> None:
    authors = [
        "Gripper Team",
        "Google, Inc.",
        "René O’Neill",
        "Łukasz Phạm",
        "A, B, C, D",
        "Bo and Cy",
    ]
    papers = [
        paper_from_row(title=title, id=f"2611.{n:05}", authors=authors)
        for n, title in enumerate(HARD)
    ]

    assert compiled(papers, tmp_path) == ""
    assert (tmp_path / "main.bbl").read_text().count("\\bibitem") == len(HARD)


@latex
def test_what_latex_does_not_know_is_seen_here(tmp_path: Path) -> None:
    assert "Unicode character" in compiled(
        [paper_from_row(title="机器人")], tmp_path
    )


@latex
@pytest.mark.parametrize("name", LISTS)
def test_all_real_titles_run_through_bibtex_and_latex(
    name: str, tmp_path: Path
) -> None:
    papers = real(name)

    assert compiled(papers, tmp_path) == ""
    assert (tmp_path / "main.bbl").read_text().count("\\bibitem") == len(papers)


@pytest.mark.parametrize("name", LISTS)
def test_all_real_titles_are_read_back_by_another_program(name: str) -> None:
    papers = real(name)

    entries = parse_string(bibliography.bibtex(papers), "bibtex").entries

    assert len(entries) == len(papers)
    assert all(entry.fields["title"] for entry in entries.values())


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("A^2GRIP: Arms", "{A{$^{2}$}GRIP}: Arms"),
        ("ARM^2-Bench", "{ARM{$^{2}$}}-Bench"),
        ("Grip^{3} at 360^\\circ", "Grip{$^{3}$} at 360{$^{\\circ}$}"),
        ("$O(n^2)$ time", "$O(n^2)$ time"),
        (r"$\boldsymbol{\theta}$ & x_i", r"{\ensuremath{\theta}} \& x\_i"),
        ("“On” – ½", "``On'' -- 1/2"),
        ("🤗 李 ế", r" 李 {\'{\^{e}}}"),
    ],
)
def test_a_title_is_written_as_latex_prints_it(title: str, latex: str) -> None:
    assert typeset.title(title) == latex


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Gripper Team", "Jane Doe"], "{Gripper Team} and Jane Doe"),
        (["Center for Hands and Arms"], "{Center for Hands and Arms}"),
        (["the ARM Collaboration"], "{the ARM Collaboration}"),
        (
            ["Müller, Jürgen", r"{\L}ukasz Doe (Arms)"],
            "Jürgen Müller and Łukasz Doe",
        ),
    ],
)
def test_organisations_are_one_author_each(
    authors: list[str], names: str
) -> None:
    [entry] = parse_string(
        bibliography.bibtex([paper_from_row(authors=authors)]), "bibtex"
    ).entries.values()

    persons = bibliography.bibtex([paper_from_row(authors=authors)])
    assert f"author = {{{names}}}" in persons
    assert len(entry.persons["author"]) == len(authors)


def test_an_entry_without_any_year_exports_none() -> None:
    undated = StoredPaper(
        id=3, title="Arms", listed=date(1970, 1, 1), source="brought"
    )

    assert "year" not in bibliography.bibtex([undated])
    assert bibliography.key(undated) == "anonymousarms-p3"


def real(name: str) -> list[StoredPaper]:
    if not (DATA / name).exists():
        pytest.skip(f"the shared data are not here: {name}")
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        paper_from_row(title=row["title"], id=row["id"], authors=["Jane Doe"])
        for row in rows
    ]
