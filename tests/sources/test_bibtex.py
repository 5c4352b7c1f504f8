"""Bibliographies, as readers send them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import bibtex
from recommender.papers import Paper

TODAY = date(2026, 11, 24)


def one(body: str) -> Paper:
    [paper], faults = bibtex.parse(
        f"@article{{ada, title={{Seeing}}, {body}}}", TODAY
    )
    assert faults == []
    return paper


def test_an_entry_becomes_a_paper() -> None:
    text = r"""
    % exported by hand
    @string{may = "May"}
    @Article{ada2024,
      Title = {{BERT}: {D}eep \'{e}tudes \& G{\"o}del -- 50% of $\alpha$},
      author = {L{\"o}velace, Ada and {Big Team} and Bo van Peep and others},
      abstract = "We see
                  far.", keywords = {vision, depth; maps},
      eprint = {2405.14906v2}, archivePrefix = {arXiv}, year = 2024, month = may,
    }"""

    [paper], faults = bibtex.parse(text, TODAY)

    assert faults == []
    assert paper.title == "BERT: Deep études & Gödel – 50% of α"
    assert paper.authors == ("Ada Lövelace", "Big Team", "Bo van Peep")
    assert paper.abstract == "We see far."
    assert paper.keywords == ("vision", "depth", "maps")
    assert paper.arxiv_id == "2405.14906"
    assert paper.published == datetime(2024, 5, 1, tzinfo=UTC)
    assert paper.listed == date(2024, 5, 1)
    assert paper.source == "file"


@pytest.mark.parametrize(
    ("body", "arxiv_id"),
    [
        ("eprint={2405.14906}, archiveprefix={arXiv}", "2405.14906"),
        ("eprint={2405.14906}, eprinttype={arxiv}", "2405.14906"),
        ("eprint={2405.14906}", "2405.14906"),
        ("eprint={hep-th/9901001v3}, archiveprefix={arXiv}", "hep-th/9901001"),
        ("eprint={2405.14906}, archiveprefix={HAL}", None),
        ("doi={10.48550/arXiv.2405.14906}", "2405.14906"),
        ("doi={https://doi.org/10.48550/ARXIV.2405.14906}", "2405.14906"),
        ("doi={10.1145/3292500.3330701}", None),
        ("url={https://arxiv.org/abs/2405.14906v5}", "2405.14906"),
        ("url={http://arxiv.org/pdf/cs/0112017}", "cs/0112017"),
        ("url={https://huggingface.co/papers/2405.14906}", "2405.14906"),
        ("url={https://example.org/2405.14906}", None),
        ("journal={arXiv preprint arXiv:2405.14906}", "2405.14906"),
        ("journal={CoRR}, volume={abs/2405.14906}", "2405.14906"),
        ("number={12}, volume={7}", None),
    ],
)
def test_the_arxiv_id_is_found_where_bibliographies_hide_it(
    body: str, arxiv_id
) -> None:
    assert one(body).arxiv_id == arxiv_id


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("year=2024", "2024-01-01"),
        ("year={2024}, month={11}", "2024-11-01"),
        ("year={2024}, month={September}", "2024-09-01"),
        ("date={2024-09-03}", "2024-09-03"),
        ("date={2024-09}", "2024-09-01"),
        ("year={2024}, month={Spring}", "2024-01-01"),
        ("year={2024}, month={13}", None),
        ("year={0000}", None),
        ("year={to appear}", None),
        ("month=may", None),
    ],
)
def test_a_paper_was_published_when_its_entry_says_so(body: str, day) -> None:
    published = one(body).published

    assert (published and published.isoformat()) == (
        day and f"{day}T00:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("body", "month"),
    [
        ("year={{1982}}", "1982-01"),
        ("year={ 1905 }", "1905-01"),
        ("year={June 1980}", "1980-06"),
        ("year={2020a}", "2020-01"),
        ("year={[c. 1999]}", "1999-01"),
        ("year={2021/2022}", "2021-01"),
        ('year=2024, month="12~" # may', "2024-05"),
        ("year=2024, month=sep # {~3}", "2024-09"),
        ("year={2024}, month={Sept.}", "2024-09"),
        ("year={2024}, month={{05}}", "2024-05"),
        ("year={2024}, month={July/August}", "2024-07"),
        ("date={2024-09-03/2024-09-05}", "2024-09"),
        ("date={2024/09}", "2024-09"),
    ],
)
def test_years_and_months_are_read_as_programs_write_them(
    body: str, month: str
) -> None:
    published = one(body).published

    assert published is not None
    assert published.isoformat().startswith(month)


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (r"@misc{k, title={\texttt{grip} 1.3: A kit}}", "grip 1.3: A kit"),
        (r"@misc{k, title={{\texttt{GRIP: Arms}}}}", "GRIP: Arms"),
        (r"@misc{k, title={\unheard{Of} {\mbox{arms}}}}", "Of arms"),
        (r"@misc{k, title={When p {\textless} 0.05 {\textbar} n {\textgreater} 3}}",
         "When p < 0.05 | n > 3"),
        (r"@misc{k, title={{\textless}i{\textgreater}In vivo{\textless}/i{\textgreater}}}",
         "In vivo"),
        (r"@misc{k, title={Air \&amp; CO<sub>2</sub> {\&}amp; <i>x</i>}}", "Air & CO₂ & x"),
        (r"@misc{k, title={Sets \{1, 2\} and {Arms}}}", "Sets {1, 2} and Arms"),
        ('@string{hub = "Hub"} @misc{k, title = hub # ": " # {C# arms}}', "Hub: C# arms"),
        ("@article{\n  author = {Doe, J.},\n  title = {No key}\n}", "No key"),
        ("@article\n{k,\n title={Brace below},\n}", "Brace below"),
        ("@ article (k, title={Spaced})", "Spaced"),
        ('@article{k\n title={No commas}\n year={2020}\n month=may}', "No commas"),
        ('@article{k, title="Quoted" year=2020 author={Ada}}', "Quoted"),
    ],
)  # fmt: skip
def test_entries_are_read_as_programs_write_them(
    entry: str, title: str
) -> None:
    papers, faults = bibtex.parse(entry, TODAY)

    assert faults == []
    assert [paper.title for paper in papers] == [title]


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        ("family=Berg, given=Ada, prefix=van der, useprefix=true and Roe, Rob",
         ("Ada van der Berg", "Rob Roe")),
        ("{Center for Hands and Arms} and Doe, Jane", ("Center for Hands and Arms", "Jane Doe")),
        (r"M{\"u}ller, J{\"o}rg and {\L}ukasz~Doe and {et al.}", ("Jörg Müller", "Łukasz Doe")),
        ("Doe, Jane; Roe, Rob", ("Jane Doe", "Rob Roe")),
        ("King, Jr., Martin", ("Martin King Jr.",)),
        ("M&uuml;ller, Ada", ("Ada Müller",)),
    ],
)  # fmt: skip
def test_authors_are_read_as_programs_write_them(
    latex: str, names: tuple[str, ...]
) -> None:
    assert one(f"author={{{latex}}}").authors == names


def test_strings_joined_to_no_end_are_no_title() -> None:
    doubled = "".join(
        f"@string{{s{n} = s{n - 1} # s{n - 1}}}\n" for n in range(1, 60)
    )

    papers, faults = bibtex.parse(
        f'@string{{s0="ab"}}\n{doubled}@misc{{k, title=s59}}', TODAY
    )

    assert papers == []
    assert faults == ["line 61: @misc{k, title=s59} has a title that is none"]


def test_a_paper_outside_arxiv_links_to_its_own_page() -> None:
    assert one("url={https://example.org/a_b%20c}").links == {
        "project": "https://example.org/a_b%20c"
    }


def test_authors_written_with_commas_only_do_not_cost_the_paper() -> None:
    assert one("author={Ada, Bo, Cy, Di}").title == "Seeing"


def test_broken_entries_are_named_and_the_rest_is_used() -> None:
    text = """@article{good, title={Good}}
@article{broken, title={Never closed, author={Bo}
@article{untitled, author={Cy}}
@misc{also, title="Also good"}
@book{
"""

    papers, faults = bibtex.parse(text, TODAY)

    assert [paper.title for paper in papers] == ["Good", "Also good"]
    assert sorted(faults) == [
        "line 2: @article{broken, title={Never closed, author={Bo} is broken",
        "line 3: @article{untitled, author={Cy}} has no title",
        "line 5: @book{ is broken",
    ]


def test_a_key_or_a_field_given_twice_costs_no_paper() -> None:
    text = """@article{same, title={One}}
@article{same, title={Two}}
@article{other, title={Wrong}, title={Three}}"""

    papers, faults = bibtex.parse(text, TODAY)

    assert [paper.title for paper in papers] == ["One", "Two", "Three"]
    assert faults == []


@given(st.text(st.sampled_from('@article{}(),="\\ \n%#$atitle1')) | st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    papers, faults = bibtex.parse(text, TODAY)

    assert all(paper.title for paper in papers)
    assert all("\n" not in fault for fault in faults)


@given(st.text(st.sampled_from("\\{}$%&~^_'\"`abc -,and")))
def test_no_latex_breaks_the_parser(latex: str) -> None:
    text = f"@a{{k, title={{T}}, author={{{latex}}}, year={{{latex}}}, month={{{latex}}}}}"

    papers, faults = bibtex.parse(text, TODAY)

    assert len(papers) + len(faults) <= 2
