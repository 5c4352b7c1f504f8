"""A page of a search is a message that Telegram takes, whatever was found and whatever for."""

from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import search as screens
from bot.messages import translation
from bot.sandbox.localchat.api import keyboards
from bot.sandbox.localchat.text.html import parse_html
from bot.sources import file
from bot.storage.receipts import Receipt
from bot.storage.searches import Hit, Search
from bot.transport.screen import Screen
from bot.transport.text import utf16_len
from recommender.papers import Paper
from tests.corpus import stored

DATA = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
ENGLISH = translation.of("en")
LATEST = 10**17  # an id longer than any database will give


def seen(screen: Screen) -> str:
    """Return what Telegram shows, where it takes the screen at all."""
    assert screen.keyboard is not None
    keyboards.check(screen.keyboard.to_dict())
    text, _ = parse_html(screen.text)
    assert 1 <= utf16_len(text) <= 4096
    return text


def page(*hits: Hit, words: str = "robots", more: int = 495) -> Screen:
    """Render the first page of many, on which the first paper was just rated."""
    found = [hit.paper.id for hit in hits] + list(range(more))
    receipt = Receipt(
        value=-1, previous=1, words=("w" * 90,) * 3, changed=5, of=5
    )
    search = Search(
        id=LATEST, words=words, like_id=None, paper_ids=tuple(found)
    )
    return screens.results(
        ENGLISH, search, 1, hits, "en", rated=screens.Rated(LATEST, receipt)
    )


def hits(*papers: Paper, **marks: int) -> list[Hit]:
    return [
        Hit(
            paper=stored(paper, LATEST + number),
            value=marks.get("value", 0),
            saved=bool(marks.get("saved")),
        )
        for number, paper in enumerate(papers)
    ]


@example("", "", [], "<b>&")
@given(
    st.text(),
    st.text(max_size=9000),
    st.lists(st.text(min_size=1), max_size=9),
    st.text(),
)
def test_any_papers_make_a_message_that_telegram_takes(
    title: str, abstract: str, authors: list[str], words: str
) -> None:
    paper = Paper(
        title=title or "A",
        abstract=abstract,
        authors=tuple(authors),
        listed=date(2026, 11, 21),
        source="file",
    )

    text = seen(page(*hits(*[paper] * 5, value=1, saved=1), words=words[:300]))

    assert "over 500" in text
    assert "Learned from 👎 1" in text


@pytest.mark.skipif(
    not DATA.exists(), reason="needs ../shared/data/hf-daily-papers.jsonl.gz"
)
def test_real_papers_take_a_phone_screen_or_two() -> None:
    papers = list(islice(file.read(DATA, date(2026, 11, 23)), 500))

    lengths = [
        utf16_len(seen(page(*hits(*papers[n : n + 5]))))
        for n in range(0, 500, 5)
    ]

    assert max(lengths) < 2100


@given(st.text(min_size=1, max_size=300))
def test_whatever_was_sought_for_nothing_is_a_message_that_telegram_takes(
    written: str,
) -> None:
    screen = screens.nothing(
        ENGLISH, written, [written, "x"], [[written], ["graph", "tumour"]]
    )

    assert screen.keyboard is not None
    rows = screen.keyboard.inline_keyboard
    assert "🔎 graph tumour" in [button.text for row in rows for button in row]
    seen(screen)


def test_one_paper_is_one_paper() -> None:
    paper = Paper(title="Robots", listed=date(2026, 11, 21), source="file")
    [hit] = hits(paper)
    search = Search(id=1, words="robots", like_id=None, paper_ids=(LATEST,))

    screen = screens.results(ENGLISH, search, 0, [hit], "en")

    assert seen(screen) == "“robots” · 1 paper\n\n1 · Robots\nNov 2026"
    assert screen.keyboard is not None
    assert [
        [b.text for b in row] for row in screen.keyboard.inline_keyboard
    ] == [
        ["👍 1", "👎 1", "🔖", "⋯"],
        ["Close"],
    ]
