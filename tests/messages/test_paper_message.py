"""The message about one paper: complete for real papers, within Telegram's limits for any."""

from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import paper as screens
from bot.messages import translation
from bot.messages.paper import OpenedPaper
from bot.messages.text import readable
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.text.html import parse_html
from bot.sources import file
from bot.storage.receipts import Reason, reason_of
from bot.transport.screen import Screen
from bot.transport.text import utf16_len
from recommender.papers import Paper, StoredPaper
from tests.corpus import stored

DATA = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
ENGLISH = translation.of("en")
LIKED = {7: "Gated Linear Attention " * 9}
TASTE_REASON = {
    "kind": "close",
    "title": LIKED[7],
    "strength": "stretch",
    "words": [
        ["state space model", 0.3],
        ["selective scan", 0.2],
        ["long context", 0.1],
    ],
    "against": [["medical image segmentation", -0.2]],
    "evidence": [
        ["like", 7, 0.9],
        ["wanted", "state space models", 0.2],
        ["muted", "MRI", -0.1],
    ],
}


def opened(paper: Paper, reason: dict[str, Any] | None = None) -> Screen:
    return screens.paper(
        ENGLISH,
        OpenedPaper("1", stored(paper, 1), reason_of(reason or TASTE_REASON)),
        LIKED,
        "en",
    )


def visible_text(screen: Screen) -> str:
    """Return the text that Telegram shows; fail if it would refuse the screen."""
    assert screen.keyboard is not None
    keyboards.check(screen.keyboard.to_dict())
    text, _ = parse_html(screen.text)
    assert 1 <= utf16_len(text) <= 4096
    return text


@pytest.mark.skipif(
    not DATA.exists(), reason="needs ../shared/data/hf-daily-papers.jsonl.gz"
)
def test_every_real_abstract_is_shown_in_full() -> None:
    papers = list(islice(file.read(DATA, date(2026, 11, 23)), 3000))

    cut = [
        p.title
        for p in papers
        if readable(p.abstract) not in visible_text(opened(p))
    ]

    assert len(papers) == 3000
    assert cut == []


@example("", "", [], "0.\x0c")
@given(
    st.text(),
    st.text(max_size=9000),
    st.lists(st.text(min_size=1), max_size=99),
    st.text(min_size=1),
)
def test_any_paper_is_a_message_that_telegram_takes(
    title: str, abstract: str, authors: list[str], link: str
) -> None:
    paper = Paper(
        title=title or "A",
        abstract=abstract * 3,
        authors=tuple(authors),
        listed=date(2026, 11, 21),
        source="file",
        links={"code": link, "project": f"https://{link}"},
    )

    assert visible_text(opened(paper))


def test_addresses_that_nobody_could_open_are_left_out() -> None:
    links = {
        "code": "https://localhost/x",
        "project": "https://lab.example/x",
        "blog": "http://a.b",
    }
    paper = Paper(
        title="A", listed=date(2026, 11, 21), source="file", links=links
    )

    keyboard = opened(paper).keyboard
    assert keyboard is not None
    urls = [b.url for row in keyboard.inline_keyboard for b in row if b.url]

    assert urls == ["https://lab.example/x"]


def test_facts_name_the_day_it_was_written_upvotes_and_fields() -> None:
    paper = Paper(
        title="A",
        listed=date(2026, 11, 21),
        published=datetime(2026, 11, 18, 17, tzinfo=UTC),
        upvotes=41,
        categories=("cs.CL", "cs.LG"),
        source="file",
    )

    assert (
        visible_text(opened(paper)).split("\n")[1]
        == "18 November 2026 · ▲ 41 · cs.CL, cs.LG"
    )


@pytest.mark.parametrize(
    ("reason", "lines"),
    [
        ({"kind": "fits", "words": [["attention", 0.1]]}, ["Why:", "+ attention"]),
        ({"kind": "follow", "author": "Tri Dao"}, ["By Tri Dao, whom you follow"]),
        ({"kind": "new", "strength": "strong"}, ["New here; I don't know your taste here yet"]),
        ({"kind": "no longer known"}, []),
    ],
)  # fmt: skip
def test_only_the_stored_reason_is_shown(
    reason: dict[str, Any], lines: list[str]
) -> None:
    paper = Paper(
        title="A", abstract="Whole.", listed=date(2026, 11, 21), source="file"
    )

    _, *paragraphs, abstract = visible_text(opened(paper, reason)).split("\n\n")

    assert "\n".join(paragraphs).split("\n") == (lines or [""])
    assert abstract == "Whole."


def test_of_a_crowd_the_first_and_the_last_authors_have_buttons() -> None:
    crowd = tuple(f"Person {number}" for number in range(3000))
    paper = StoredPaper(
        id=1, title="A", authors=crowd, listed=date(2026, 11, 21), source="file"
    )
    pick = OpenedPaper(str(10**17), paper, Reason())

    screen = screens.authors(
        ENGLISH, pick, {"1 person"}, screens.authors_with_button(paper)
    )

    assert "3000 people wrote this one" in visible_text(screen)
    assert screen.keyboard is not None
    texts = [b.text for row in screen.keyboard.inline_keyboard for b in row]
    assert texts[:2] == ["Person 0", "Person 1 ✓"]
    assert texts[-3:] == ["Person 2999", "← Back", "Close"]
    # It is sent as a file.
    assert screens.bibtex(ENGLISH, paper) is None
