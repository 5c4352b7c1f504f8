"""Pages of search results: messages that Telegram accepts, for any papers and any query."""

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
# Longer than any id that a database assigns.
LONGEST_ID = 10**17


def visible_text(screen: Screen) -> str:
    """Return the text that Telegram shows; fail if it would refuse the screen."""
    assert screen.keyboard is not None
    keyboards.check(screen.keyboard.to_dict())
    text, _ = parse_html(screen.text)
    assert 1 <= utf16_len(text) <= 4096
    return text


def page(*hits: Hit, words: str = "robots", more: int = 495) -> Screen:
    """Render the first page of many, on which the first paper was just rated."""
    paper_ids = [hit.paper.id for hit in hits] + list(range(more))
    receipt = Receipt(
        value=-1, previous=1, words=("w" * 90,) * 3, changed=5, of=5
    )
    search = Search(
        id=LONGEST_ID, words=words, like_id=None, paper_ids=tuple(paper_ids)
    )
    return screens.results(
        ENGLISH,
        search,
        1,
        hits,
        "en",
        rated_paper=screens.RatedPaper(LONGEST_ID, receipt),
    )


def hits(*papers: Paper, **marks: int) -> list[Hit]:
    return [
        Hit(
            paper=stored(paper, LONGEST_ID + number),
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

    text = visible_text(
        page(*hits(*[paper] * 5, value=1, saved=1), words=words[:300])
    )

    assert "over 500" in text
    assert "Learned from 👎 1" in text


@pytest.mark.skipif(
    not DATA.exists(), reason="needs ../shared/data/hf-daily-papers.jsonl.gz"
)
def test_real_papers_take_a_phone_screen_or_two() -> None:
    papers = list(islice(file.read(DATA, date(2026, 11, 23)), 500))

    lengths = [
        utf16_len(visible_text(page(*hits(*papers[n : n + 5]))))
        for n in range(0, 500, 5)
    ]

    assert max(lengths) < 2100


@given(st.text(min_size=1, max_size=300))
def test_any_query_without_results_makes_a_message_that_telegram_takes(
    query: str,
) -> None:
    screen = screens.nothing(
        ENGLISH, query, [query, "x"], [[query], ["graph", "tumour"]]
    )

    assert screen.keyboard is not None
    rows = screen.keyboard.inline_keyboard
    assert "🔎 graph tumour" in [button.text for row in rows for button in row]
    visible_text(screen)


def test_one_paper_is_one_paper() -> None:
    paper = Paper(title="Robots", listed=date(2026, 11, 21), source="file")
    [hit] = hits(paper)
    search = Search(id=1, words="robots", like_id=None, paper_ids=(LONGEST_ID,))

    screen = screens.results(ENGLISH, search, 0, [hit], "en")

    assert visible_text(screen) == "“robots” · 1 paper\n\n1 · Robots\nNov 2026"
    assert screen.keyboard is not None
    assert [
        [b.text for b in row] for row in screen.keyboard.inline_keyboard
    ] == [
        ["👍 1", "👎 1", "🔖", "⋯"],
        ["Close"],
    ]
