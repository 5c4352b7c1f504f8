"""A Daily Papers page saved as plain text."""

from calendar import isleap
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import fields, page

TODAY = date(2026, 11, 24)
HEADER = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Sep 3
"""
PROSE = (
    "We look at what was measured and find that it was measured well enough to be told. "
    * 3
)
ENTRIES = [
    ("Seeing Far", PROSE + "One."),
    ("LONG: Reading Slowly?", PROSE + "Two."),
]


def page_of(*blocks: str) -> str:
    return "\n\n".join(blocks)


def parse_titles(text: str) -> list[tuple[str, str]]:
    return [(paper.title, paper.abstract) for paper in page.parse(text, TODAY)]


def entries_as_blocks() -> list[str]:
    return [block for entry in ENTRIES for block in entry]


def test_titles_and_abstracts_are_found_below_the_header_and_dated_by_it() -> (
    None
):
    papers = page.parse(page_of(HEADER, *entries_as_blocks()), TODAY)

    assert [(paper.title, paper.abstract) for paper in papers] == ENTRIES
    assert {paper.listed for paper in papers} == {date(2026, 9, 3)}
    assert {paper.source for paper in papers} == {"huggingface"}


@pytest.mark.parametrize(
    "line", ["Sep 3", "2026-09-03", "September 3, 2026", "3 Sep"]
)
def test_the_day_of_a_page_may_be_written_in_several_ways(line: str) -> None:
    papers = page.parse(
        page_of(HEADER.replace("Sep 3", line), *entries_as_blocks()), TODAY
    )

    assert {paper.listed for paper in papers} == {date(2026, 9, 3)}


def test_a_day_below_the_first_paper_is_not_the_day_of_the_page() -> None:
    blocks = entries_as_blocks()

    papers = page.parse(page_of(*blocks[:2], "Sep 3", *blocks[2:]), TODAY)

    assert {paper.listed for paper in papers} == {TODAY}


def test_a_page_without_its_header_is_dated_by_the_day_it_is_read() -> None:
    papers = page.parse(page_of(*entries_as_blocks()), TODAY)

    assert [paper.listed for paper in papers] == [TODAY, TODAY]


@pytest.mark.parametrize(
    "line",
    ["33", "1.2k", "Upvote", "Upvote 12", "·5 authors", "Submitted by", "GitHub 1.2k", "arXiv Page",
     "· Published on Sep 1, 2026", "Submitted by\n\nada\n\n7", "-", "ada", "View all 12 papers"],
)  # fmt: skip
def test_short_lines_between_papers_are_not_papers(line: str) -> None:
    [first, second] = ENTRIES

    assert (
        parse_titles(page_of(HEADER, line, *first, line, *second, line))
        == ENTRIES
    )


@pytest.mark.parametrize("count", ["33", "1.2k", "·5 authors", "Upvote\n33"])
def test_a_count_under_a_title_is_not_its_abstract(count: str) -> None:
    blocks = [
        block
        for title, abstract in ENTRIES
        for block in (title, count, abstract)
    ]

    assert parse_titles(page_of(HEADER, *blocks)) == ENTRIES


def test_an_abstract_of_two_paragraphs_stays_one() -> None:
    text = page_of(HEADER, "Seeing Far", PROSE, PROSE)

    assert parse_titles(text) == [("Seeing Far", f"{PROSE}{PROSE}".strip())]


def test_lines_without_blank_ones_between_them_are_told_apart() -> None:
    assert (
        parse_titles(HEADER + "\n" + "\n".join(entries_as_blocks())) == ENTRIES
    )


def test_a_page_wrapped_into_short_lines_is_put_together() -> None:
    wrapped = PROSE.strip().replace(". ", ".\n")

    assert parse_titles(page_of(HEADER, "Seeing\nFar", wrapped)) == [
        ("Seeing Far", PROSE.strip())
    ]


def test_a_title_without_an_abstract_is_not_made_a_paper() -> None:
    assert (
        parse_titles(
            page_of(HEADER, "Lonely Title", *entries_as_blocks(), "Last Title")
        )
        == ENTRIES
    )


@pytest.mark.parametrize(
    "text",
    ["", "hello", "a,b\n1,2", "# Notes\n\n" + PROSE, "| a | b |\n\n" + PROSE, PROSE,
     page_of("One", "Two", "Three", "Four", "Five", "Six", PROSE)],
)  # fmt: skip
def test_other_texts_hold_no_papers(text: str) -> None:
    assert parse_titles(text) == []


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Sep 3", date(2026, 9, 3)),
        ("September 3", date(2026, 9, 3)),
        ("3 Sep", date(2026, 9, 3)),
        ("Thu, Sep 3", date(2026, 9, 3)),
        ("Nov 24", date(2026, 11, 24)),
        ("Nov 25", date(2025, 11, 25)),
        ("Feb 29", date(2024, 2, 29)),
        ("Sep 3, 2024", date(2024, 9, 3)),
        ("2024-09-03", date(2024, 9, 3)),
        ("Feb 30", None),
        ("2024-02-30", None),
        ("Feb 30, 2024", None),
        ("Daily Papers", None),
    ],
)
def test_a_day_may_be_written_in_several_ways(
    line: str, day: date | None
) -> None:
    assert page.written_day(line, TODAY) == day


@given(st.dates(min_value=date(1900, 1, 1)), st.dates())
def test_a_day_without_a_year_is_the_latest_one_that_is_not_in_the_future(
    today: date, some_day: date
) -> None:
    month = fields.MONTHS[some_day.month - 1]

    day = page.written_day(f"{month} {some_day.day}", today)

    assert day is not None
    assert (day.month, day.day) == (some_day.month, some_day.day)
    assert day <= today
    later = range(day.year + 1, today.year + 1)
    leap_day = (day.month, day.day) == (2, 29)
    candidates = [
        day.replace(year=year) for year in later if isleap(year) or not leap_day
    ]
    assert all(candidate > today for candidate in candidates)


WORDS = st.sampled_from(
    ["Seeing", "far:", "a", "(not)", "so", "GitHub", "3D", "Sep", "x²", "late?"]
)
TITLES = st.lists(WORDS, min_size=3, max_size=12).map(
    lambda words: " ".join(["On", *words])
)
ABSTRACTS = TITLES.map(lambda words: f"{PROSE}{words}")


@given(
    st.lists(st.tuples(TITLES, ABSTRACTS), min_size=1, max_size=5),
    st.booleans(),
)
def test_every_entry_of_a_page_is_found_and_none_is_invented(
    entries, counted: bool
) -> None:
    blocks = [
        block
        for entry in entries
        for block in (*entry, *(["17"] if counted else []))
    ]

    assert parse_titles(page_of(HEADER, *blocks)) == entries


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    for paper in page.parse(text, TODAY):
        assert paper.title
        assert paper.abstract
