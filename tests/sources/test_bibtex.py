"""Bibliographies, as readers send them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import bibtex
from recommender.papers import Paper

TODAY = date(2026, 11, 24)


def one(body: str) -> Paper:
    [paper], faults = bibtex.parse(f"@article{{ada, title={{Seeing}}, {body}}}", TODAY)
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
    assert paper.title == "BERT: Deep études & Gödel – 50% of $\\alpha$"
    assert paper.authors == ("Ada Lövelace", "Big Team", "Bo van Peep")
    assert paper.abstract == "We see far."
    assert paper.keywords == ("vision", "depth", "maps")
    assert paper.arxiv_id == "2405.14906"
    assert paper.published == datetime(2024, 5, 1, tzinfo=UTC)
    assert paper.listed == TODAY
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
def test_the_arxiv_id_is_found_where_bibliographies_hide_it(body: str, arxiv_id) -> None:
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

    assert (published and published.isoformat()) == (day and f"{day}T00:00:00+00:00")


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
def test_no_latex_breaks_the_parser(written: str) -> None:
    text = f"@a{{k, title={{T}}, author={{{written}}}, year={{{written}}}, month={{{written}}}}}"

    papers, faults = bibtex.parse(text, TODAY)

    assert len(papers) + len(faults) <= 2
