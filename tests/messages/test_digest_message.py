"""The message of a digest: what it says of each paper, of ratings, and of topics."""

from dataclasses import replace
from datetime import date

import pytest

from bot.messages.digest import digest
from bot.messages.paper_line import link
from bot.storage.digests import Offer, Pick
from bot.storage.receipts import Receipt, reason_of
from tests.messages.digest_factories import (
    ADA,
    ENGLISH,
    OFFERS,
    RECEIPT_OF_LIKE,
    TODAY,
    digest_of,
    paper,
)


def test_a_pick_shows_title_authors_upvotes_age_reason_and_abstract() -> None:
    reader = replace(ADA, text="abstract")
    text = digest(ENGLISH, digest_of([paper()]), reader, TODAY).text

    assert "<b>Monday, 23 November · your 1 of 60 new papers</b>" in text
    assert (
        '<b>1 · <a href="https://arxiv.org/abs/2611.00001">Attention without matrices'
        in text
    )
    assert "Ada Lovelace, Bo Diddley · ▲ 41 · 2 days ago" in text
    assert "Popular on its day" in text
    assert (
        "<blockquote expandable>First sentence. Second sentence.</blockquote>"
        in text
    )
    assert "Next picks: Tuesday 08:00" in text


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        (
            {"kind": "follow", "author": "Tri <Dao>"},
            "By Tri &lt;Dao&gt;, whom you follow",
        ),
        ({"kind": "topic", "topic": "a & b"}, "Your topic: a &amp; b"),
        ({"kind": "near", "topic": "a & b"}, "Near your topic: a &amp; b"),
        (
            {"kind": "close", "title": "Mamba"},
            "Close to “Mamba”, which you liked",
        ),
        (
            {"kind": "fits", "words": [["long context", 0.2]]},
            "Fits: long context",
        ),
        ({"kind": "new"}, "New here; I don't know your taste here yet"),
    ],
)
def test_every_kind_of_reason_has_its_sentence(
    stored: dict[str, object], sentence: str
) -> None:
    pick = Pick(
        id=1, rank=1, paper=paper(), policy="score", reason=reason_of(stored)
    )

    text = digest(ENGLISH, digest_of([], picks=(pick,)), ADA, TODAY).text

    assert sentence in text


SUMMARY = "A model hears who sings in a wood at night."


def test_a_digest_shows_gists_and_no_abstract_and_says_once_whose_words_they_are() -> (
    None
):
    papers = [
        paper(gist=SUMMARY, gist_source="huggingface"),
        paper(
            gist="Birds & <bees>, heard by a model.", gist_source="huggingface"
        ),
    ]

    text = digest(ENGLISH, digest_of(papers), ADA, TODAY).text

    assert f"</a></b>\n{SUMMARY}\nAda Lovelace" in text
    assert "Birds &amp; &lt;bees&gt;, heard" in text
    assert "First sentence" not in text
    assert text.count("<i>Gists: by Hugging Face&#x27;s AI</i>") == 1


def test_gists_of_several_origins_are_told_apart_by_marks() -> None:
    papers = [
        paper(gist=SUMMARY, gist_source="huggingface"),
        paper(abstract="We introduce an ear."),
        paper(gist="It listens.", gist_source="model"),
    ]

    text = digest(ENGLISH, digest_of(papers), ADA, TODAY).text

    assert "\nWe introduce an ear.†\n" in text
    assert "\nIt listens.*\n" in text
    assert (
        "Gists: by Hugging Face&#x27;s AI, * by a language model, † from the abstract"
        in text
    )


def test_gist_and_abstract_stand_together_where_the_reader_wants_both() -> None:
    one = paper(gist=SUMMARY, gist_source="huggingface")
    reader = replace(ADA, text="both")

    text = digest(ENGLISH, digest_of([one]), reader, TODAY).text

    assert SUMMARY in text
    assert (
        "<blockquote expandable>First sentence. Second sentence.</blockquote>"
        in text
    )


def test_a_paper_without_gist_and_abstract_says_nothing_of_gists() -> None:
    text = digest(ENGLISH, digest_of([paper(abstract="")]), ADA, TODAY).text

    assert "Gist" not in text


def test_a_card_names_the_first_and_the_last_author_the_organization_and_the_code() -> (
    None
):
    one = paper(
        authors=("Ada Lovelace", *map(str, range(12)), "Bo Diddley"),
        organization="The Lab & Co",
        stars=1_240,
        links={"code": "https://github.com/ada/ear?a=1&b=2"},
    )

    text = digest(ENGLISH, digest_of([one]), ADA, TODAY).text

    assert (
        "Ada Lovelace, + 12, Bo Diddley · The Lab &amp; Co · ▲ 41 · "
        '<a href="https://github.com/ada/ear?a=1&amp;b=2">code</a> ★ 1.2k · 2 days ago'
    ) in text


@pytest.mark.parametrize(
    "address", ["http://github.com/a/b", "https://1.2.3.4/a", "javascript:a"]
)
def test_code_at_an_odd_address_is_not_linked(address: str) -> None:
    one = paper(links={"code": address}, stars=3)

    assert "code" not in digest(ENGLISH, digest_of([one]), ADA, TODAY).text


def test_a_card_alone_shows_its_picture_unless_the_reader_wants_none() -> None:
    one = paper(thumbnail="https://cdn-thumbnails.huggingface.co/1.png")
    card = digest_of([one], style="cards")
    without = replace(ADA, previews=False)

    assert digest(ENGLISH, card, ADA, TODAY).preview == one.thumbnail
    assert digest(ENGLISH, card, without, TODAY).preview == ""
    assert digest(ENGLISH, digest_of([one]), ADA, TODAY).preview == ""


def test_a_paper_without_an_id_links_to_a_search_for_its_title() -> None:
    assert link(paper(arxiv_id=None, title="A & B?")) == (
        "https://arxiv.org/search/?query=A+%26+B%3F&searchtype=title"
    )


def test_an_older_paper_shows_its_date() -> None:
    text = digest(
        ENGLISH, digest_of([paper(listed=date(2026, 9, 3))]), ADA, TODAY
    ).text

    assert "3 September 2026" in text


def test_a_receipt_changes_only_the_last_line_and_the_keyboard() -> None:
    before = digest(ENGLISH, digest_of([paper(), paper()]), ADA, TODAY)
    after = digest(
        ENGLISH,
        digest_of([paper(), paper()], receipt=RECEIPT_OF_LIKE),
        ADA,
        TODAY,
    )

    assert after.text.startswith(before.text)
    assert (
        after.text.removeprefix(before.text)
        .strip()
        .startswith("Learned from 👍 1: + linear")
    )


def test_a_weeks_first_digest_ends_with_a_row_of_topics() -> None:
    screen = digest(ENGLISH, digest_of([paper()], offers=OFFERS), ADA, TODAY)

    assert screen.keyboard is not None
    row = screen.keyboard.inline_keyboard[-1]
    assert "Also into one of these? A tap adds a topic." in screen.text
    assert [button.text for button in row] == ["robotics", "speech ✓", "OCR"]
    assert [button.callback_data for button in row] == [
        "o1:1:0:+",
        "o1:1:1:0",
        "o1:1:2:+",
    ]


def test_topics_too_long_for_one_row_stand_below_each_other() -> None:
    offers = tuple(
        Offer(name)
        for name in ("retrieval-augmented generation", "speech", "robotics")
    )

    screen = digest(ENGLISH, digest_of([paper()], offers=offers), ADA, TODAY)

    assert screen.keyboard is not None
    assert [len(row) for row in screen.keyboard.inline_keyboard[-3:]] == [
        1,
        1,
        1,
    ]


def test_the_last_of_the_cards_offers_the_topics() -> None:
    cards = digest_of([paper(), paper()], style="cards", offers=OFFERS).parts()

    texts = [digest(ENGLISH, card, ADA, TODAY).text for card in cards]

    assert ["Also into" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("wanted", "changed", "sentence"),
    [
        (
            True,
            2,
            "“robotics” is one of your topics now\n2 of your next 5 picks changed",
        ),
        (
            False,
            0,
            "“robotics” is no longer one of your topics\nYour next picks stay the same",
        ),
    ],
)
def test_a_tap_on_a_topic_says_what_it_does(
    wanted: bool, changed: int, sentence: str
) -> None:
    receipt = Receipt(offer="robotics", wanted=wanted, changed=changed, of=5)

    text = digest(
        ENGLISH,
        digest_of([paper()], offers=OFFERS, receipt=receipt),
        ADA,
        TODAY,
    ).text

    assert sentence in text
