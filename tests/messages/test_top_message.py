"""Pages of `/top` and `/day`: messages that Telegram accepts, whatever the papers are called."""

from datetime import date

import pytest

from bot.messages import top as screens
from bot.messages import translation
from bot.messages.top import Entry
from bot.picks.popular import DayList, TopList
from bot.picks.strengths import Fit
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.text.html import parse_html
from bot.storage.searches import Hit
from bot.transport.screen import Screen
from bot.transport.text import utf16_len
from recommender.papers import Paper
from tests.corpus import stored

ENGLISH = translation.of("en")
DAY = date(2026, 11, 20)
LONG = ["x" * 400, "𝕏" * 400, "<&>" * 300, "word " * 90]


def visible_text(screen: Screen) -> str:
    """Return the text that Telegram shows; fail if it would refuse the screen."""
    assert screen.keyboard is not None
    keyboards.check(screen.keyboard.to_dict())
    text, _ = parse_html(screen.text)
    assert 1 <= utf16_len(text) <= 4096
    return text


def entry(title: str, fit: Fit | None = None, **marks: int) -> Entry:
    paper = Paper(title=title, listed=DAY, source="huggingface", upvotes=0)
    hit = Hit(
        paper=stored(paper, 10**17),
        value=marks.get("value", 0),
        saved=bool(marks.get("saved")),
    )
    return Entry(hit, fit)


@pytest.mark.parametrize("title", LONG)
def test_ten_long_titles_fit_into_a_message(title: str) -> None:
    entries = [entry(title, Fit(0.5, "stretch"), value=-1, saved=1)] * 10
    ids = tuple(range(9_999))

    visible_text(
        screens.top(ENGLISH, TopList("month", ids), 998, entries, "en")
    )
    visible_text(
        screens.day(
            ENGLISH,
            DayList(DAY, ids, DAY, DAY),
            998,
            entries,
            language="en",
            today=DAY,
        )
    )


def test_a_paper_shows_its_upvotes_its_strength_and_what_was_done() -> None:
    entries = [
        entry("One", Fit(0.9, "strong"), value=1, saved=1),
        entry("Two", Fit(0.1, "stretch"), value=-1),
        entry("Three"),
    ]

    text = visible_text(
        screens.top(ENGLISH, TopList("today", (1, 2, 3), DAY), 0, entries, "en")
    )

    assert text.splitlines() == [
        "Most upvoted, 20 November · 1–3 of 3 papers",
        "",
        "1 · One",
        "▲ 0 · strong · 👍 🔖",
        "",
        "2 · Two",
        "▲ 0 · a stretch · 👎",
        "",
        "3 · Three",
        "▲ 0",
        "",
        "A number opens the paper.",
    ]


def test_an_empty_shelf_says_so() -> None:
    papers = DayList(DAY, ())

    text = visible_text(
        screens.day(ENGLISH, papers, 0, [], language="en", today=DAY)
    )

    assert text == "I have no papers for you yet."
