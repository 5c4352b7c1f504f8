"""The message of a digest: within Telegram's limits for any papers, escaped and readable."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import translation
from bot.messages.digest import digest
from bot.messages.paper_line import link
from bot.messages.receipt import LONGEST as LONGEST_RECEIPT
from bot.messages.text_form import TEXTS
from bot.sandbox.localchat.text.html import parse_html
from bot.sources import file
from bot.storage.digests import Digest, Offer, Pick
from bot.storage.readers import Reader
from bot.storage.receipts import Reason, Receipt, reason_of, receipt_of
from bot.storage.standing import Match
from bot.transport.text import LIMIT, utf16_len
from recommender.papers import StoredPaper
from tests.corpus import stored

DATA = (
    Path(__file__).parents[3] / "shared" / "data" / "hf-daily-papers.jsonl.gz"
)
TODAY = date(2026, 11, 23)
ADA = Reader(
    id=1,
    kind="person",
    chat_id=7,
    name="Ada",
    language="en",
    zone="Europe/Berlin",
    at=time(8),
    weekdays=31,
    picks=5,
    style="digest",
    bar="normal",
    explores=True,
    votes_count=True,
    sound=True,
    weekly=True,
    weekly_day=None,
    paused_until=None,
    active=True,
    dialogue="",
    thread_id=None,
    next_due_at=None,
    weekly_due_at=None,
)
ENGLISH = translation.of("en")
RECEIPT_OF_LIKE = receipt_of(
    {
        "pick": 1,
        "value": 1,
        "previous": 0,
        "words": ["linear attention", "state space model", "long context"],
        "changed": 2,
        "of": 5,
    }
)


def digest_of(papers: list[StoredPaper], **changes: object) -> Digest:
    picks = tuple(
        Pick(
            id=number,
            rank=number,
            paper=paper,
            policy="score",
            reason=Reason(kind="popular"),
        )
        for number, paper in enumerate(papers, start=1)
    )
    values = {
        "id": 1,
        "reader_id": 1,
        "kind": "daily",
        "local_date": TODAY,
        "new_papers": 60,
        "next_due_at": datetime(2026, 11, 24, 7, tzinfo=UTC),
        "picks": picks,
        "receipt": Receipt(),
    }
    return Digest(**{**values, **changes})  # type: ignore[arg-type]  # the changes of one test


def paper(**changes: object) -> StoredPaper:
    values: dict[str, object] = {
        "id": 1,
        "title": "Attention without matrices",
        "abstract": "First sentence. Second sentence.",
        "arxiv_id": "2611.00001",
        "authors": ("Ada Lovelace", "Bo Diddley"),
        "listed": date(2026, 11, 21),
        "upvotes": 41,
        "source": "huggingface",
    }
    return StoredPaper(**{**values, **changes})  # type: ignore[arg-type]  # the changes of one test


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


OFFERS = (Offer("robotics"), Offer("speech", wanted=True), Offer("OCR"))


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
