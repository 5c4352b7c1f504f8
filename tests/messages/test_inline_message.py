"""The card of a shared paper: readable for any paper, and about nobody who shares it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import inline, translation
from bot.storage.votes import Count
from bot.transport.text import plain, seen_len
from recommender.papers import StoredPaper

PAPER = StoredPaper(
    id=7,
    title="Attention <Is> All & More",
    abstract="We attend. " * 200,
    authors=("Ada Lovelace", "Alan Turing"),
    arxiv_id="2610.00001",
    upvotes=12,
    listed=date(2026, 11, 20),
    source="huggingface",
)


def test_a_card_has_the_title_as_a_link_the_facts_and_a_folded_gist():
    lines = inline.card(PAPER).text.split("\n")

    assert lines[0] == (
        '<b><a href="https://arxiv.org/abs/2610.00001">'
        "Attention &lt;Is&gt; All &amp; More</a></b>"
    )
    assert lines[1] == "A. Lovelace, A. Turing · ▲ 12"
    assert lines[2].startswith("<blockquote expandable>We attend. We attend.")


def test_a_paper_to_choose_is_described_in_plain_text():
    article = inline.article(PAPER)

    assert (article.id, article.title) == ("7", "Attention <Is> All & More")
    assert article.description == "A. Lovelace, A. Turing · ▲ 12"


@pytest.mark.parametrize(
    "other", [replace(PAPER, source="arxiv"), replace(PAPER, arxiv_id=None)]
)
def test_only_papers_of_hugging_face_have_a_picture(other: StoredPaper):
    assert inline.article(PAPER).thumbnail_url is not None
    assert inline.article(other).thumbnail_url is None


def test_a_paper_of_which_little_is_known_has_a_short_card():
    bare = replace(PAPER, abstract="", authors=(), upvotes=None)

    article = inline.article(bare)

    assert article.description is None
    assert plain(inline.card(bare).text) == "Attention <Is> All & More"


@given(st.text(max_size=3000), st.lists(st.text(max_size=50), max_size=40))
def test_ten_cards_of_any_papers_fit_into_one_answer(
    abstract: str, authors: list[str]
):
    paper = replace(PAPER, abstract=abstract, authors=tuple(authors))

    card = inline.card(paper).text

    assert seen_len(card) <= 1_100
    assert len(card.encode()) <= 6_400


def test_the_buttons_show_how_many_voted():
    [row] = inline.thumbs(7, Count(12, 0)).inline_keyboard

    assert [button.text for button in row] == ["👍 12", "👎"]
    assert [button.callback_data for button in row] == ["y2:7:+", "y2:7:-"]


def test_nothing_to_share_is_said_in_other_words_without_words():
    t = translation.of("en")

    texts = {inline.nothing(t, text).text for text in ("robots", " ", "")}

    assert texts == {"Nothing with these words", "No papers yet"}
