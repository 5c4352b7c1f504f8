"""The message of a digest is within Telegram's limits for any papers, escaped and readable."""

from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.digest import digest
from bot.messages.receipt import LONGEST as LONGEST_RECEIPT
from bot.messages.text_form import TEXTS
from bot.sandbox.localchat.text.html import parse_html
from bot.sources import file
from bot.storage.digests import Pick
from bot.storage.receipts import reason_of
from bot.storage.standing import Match
from bot.transport.text import LIMIT, utf16_len
from tests.corpus import stored
from tests.messages.digest_factories import (
    ADA,
    ENGLISH,
    OFFERS,
    RECEIPT_OF_LIKE,
    TODAY,
    digest_of,
    paper,
)

DATA = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("n", range(1, 11))
def test_the_longest_papers_fit(n: int, form: str) -> None:
    long = paper(
        title="Ünïcode 🤖 & <tags> " * 40,
        abstract="A sentence with 🤖 & < in it. " * 200,
        authors=("Wolfeschlegelsteinhausenbergerdorff" * 4,) * 50,
    )

    text = digest(
        ENGLISH,
        digest_of([long] * n, receipt=RECEIPT_OF_LIKE, offers=OFFERS),
        replace(ADA, text=form),
        TODAY,
    ).text

    assert utf16_len(parse_html(text)[0]) <= LIMIT


REASONS = (
    {"kind": "close", "title": "W" * 200},
    {"kind": "topic", "topic": "W" * 100},
    {"kind": "follow", "author": "W" * 100},
    {"kind": "fits", "words": [["W" * 80, 1.0]] * 3},
)


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("stored", REASONS)
def test_ten_papers_with_the_longest_of_everything_fit(
    stored: dict[str, object], form: str
) -> None:
    group = ("The Very Long Named Collaboration of Many Laboratories Team",) * 9
    one = paper(
        title="W" * 400,
        authors=group,
        abstract="W" * 3000,
        listed=date(2025, 9, 30),
        organization="W" * 80,
        stars=2**31 - 1,
        links={"code": "https://github.com/" + "w" * 900},
    )
    picks = tuple(
        Pick(
            id=number,
            rank=number,
            paper=one,
            policy="score",
            reason=reason_of(stored),
        )
        for number in range(1, 11)
    )

    screen = digest(
        ENGLISH,
        digest_of([], picks=picks, receipt=RECEIPT_OF_LIKE),
        replace(ADA, text=form),
        TODAY,
    )

    text = parse_html(screen.text)[0]
    assert utf16_len(text) <= LIMIT
    # None is without its title, its gist and its buttons.
    titles = [line for line in text.split("\n") if " · WWW" in line]
    below = [
        text.split("\n")[text.split("\n").index(line) + 1] for line in titles
    ]
    assert len(titles) == 10
    assert form == "abstract" or all(line[:10] == "W" * 10 for line in below)
    assert screen.keyboard is not None
    assert len(screen.keyboard.inline_keyboard) >= 10


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=400)
        ),
        max_size=30,
    ),
    st.integers(0, 10),
)
def test_news_of_searches_fits_and_the_rest_is_counted(
    news: list[tuple[str, str]], n: int
) -> None:
    """Whatever is searched for: each new paper has a line, or is behind the button."""
    matches = tuple(Match(words, paper(title=title)) for words, title in news)
    long_paper = paper(title="Word " * 60, abstract="A sentence. " * 200)

    screen = digest(
        ENGLISH, digest_of([long_paper] * n, matches=matches), ADA, TODAY
    )

    text, _ = parse_html(screen.text)
    assert utf16_len(text) <= LIMIT
    labels = (
        [
            button.text
            for row in screen.keyboard.inline_keyboard
            for button in row
        ]
        if screen.keyboard
        else []
    )
    hidden = [int(t.split()[1]) for t in labels if t.startswith("🔔")]
    assert len(matches) - sum(hidden) <= 10
    assert bool(hidden) == (len(matches) > 10) or n > 0


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=400), st.text(max_size=3000)),
        min_size=1,
        max_size=10,
    )
)
def test_any_text_is_escaped_and_fits(papers: list[tuple[str, str]]) -> None:
    odd_papers = [
        paper(title=title, abstract=abstract) for title, abstract in papers
    ]

    screen = digest(
        ENGLISH, digest_of(odd_papers, receipt=RECEIPT_OF_LIKE), ADA, TODAY
    )

    text, entities = parse_html(screen.text)
    assert utf16_len(text) <= LIMIT
    assert len(entities) <= 100


@pytest.mark.skipif(
    not DATA.exists(), reason="the real daily papers are not beside the project"
)
def test_every_real_day_fits_as_a_digest_of_one_to_ten_papers() -> None:
    papers = sorted(
        (stored(paper, 1) for paper in file.read(DATA, TODAY)),
        key=lambda paper: paper.listed,
    )
    days = [
        list(day) for _, day in groupby(papers, key=lambda paper: paper.listed)
    ]

    assert len(days) == 499
    for day in days:
        for n in range(1, 11):
            html = digest(ENGLISH, digest_of(day[:n]), ADA, TODAY).text
            assert utf16_len(parse_html(html)[0]) <= LIMIT - LONGEST_RECEIPT + 2
            texts = parse_html(html)[0].split("\n\n")
            for number, one in enumerate(day[:n], start=1):
                title, sentence, *_ = texts[number].split("\n")
                assert title.startswith(f"{number} · ")
                assert len(sentence) >= min(20, len(one.abstract))
            assert texts[len(day[:n]) + 1].startswith("Gist")
