"""The screens of `/sources` hold whatever names and addresses lists have."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import source_pages, sources, translation
from bot.messages.callback_data import parse
from bot.messages.source_names import name, offer_text
from bot.picks import source_names
from bot.picks.sources import ReaderSource
from bot.sources.crossref import Journal
from bot.storage.subscriptions import Addition, Limits, Subscription
from bot.transport.screen import Screen
from bot.transport.text import seen_len, utf16_len

T = translation.of("en")
LIMITS = Limits()
ANY_KEY = st.one_of(
    st.sampled_from(["huggingface", *source_names.all_keys()]),
    st.from_regex(r"journal:\d{4}-\d{3}[\dx]", fullmatch=True),
)
ANY_LIST = st.builds(Subscription, key=ANY_KEY, name=st.text(max_size=256))
ANY_FEED = st.builds(
    Subscription,
    key=st.integers(1, 10**9).map(lambda n: f"feed:{n}"),
    name=st.text(max_size=256),
    address=st.text(max_size=300),
)


def key_of(source: Subscription) -> str:
    return source.key


def check(screen: Screen) -> None:
    """Check what Telegram demands of any screen."""
    assert 0 < seen_len(screen.text) <= 4096
    assert screen.keyboard is not None
    for row in screen.keyboard.inline_keyboard:
        for button in row:
            assert button.text.strip()
            assert parse(str(button.callback_data)) is not None
            assert len(str(button.callback_data).encode()) <= 64


def buttons(screen: Screen) -> list[str]:
    assert screen.keyboard is not None
    return [
        button.text for row in screen.keyboard.inline_keyboard for button in row
    ]


@given(
    st.lists(ANY_LIST, min_size=1, max_size=21, unique_by=key_of),
    st.lists(ANY_FEED, max_size=10, unique_by=key_of),
    st.one_of(st.none(), st.floats(0.01, 3000)),
)
def test_any_lists_are_shown_and_each_can_be_dropped(
    lists: list[Subscription], feeds: list[Subscription], rate: float | None
) -> None:
    own = [*lists, *feeds]
    screen = sources.sources(
        T, [ReaderSource(source, rate) for source in own], LIMITS
    )

    check(screen)
    assert sum(text.endswith("✕") for text in buttons(screen)) == len(own)


@given(st.text(min_size=1, max_size=300), st.text(max_size=300))
def test_any_journal_and_any_words_are_shown(title: str, words: str) -> None:
    journal = Journal("2434-561X", title, words)

    check(sources.journals(T, words, [journal], ()))
    check(sources.journals(T, words, [], ()))
    check(sources.no_answer(T, words))
    check(sources.nothing(T, words))
    check(sources.unreadable(T, words, passing=True))


@given(st.text(min_size=1, max_size=300))
def test_whatever_words_find_can_be_tapped(words: str) -> None:
    keys = source_names.all_keys()[:15]

    screen = source_pages.matches(T, words, keys, (), with_journals=True)

    check(screen)
    assert len([b for b in buttons(screen) if b.startswith("➕")]) == 15


@pytest.mark.parametrize("group", source_names.groups())
def test_the_pages_of_a_group_hold_every_category_once(group: str) -> None:
    keys = source_names.category_keys(group)
    pages = range(len(keys) // source_pages.PAGE_SIZE + 1)
    screens = [
        source_pages.group_page(T, group, keys, page, keys[:1])
        for page in pages
    ]

    for screen in screens:
        check(screen)
    texts = [b for screen in screens for b in buttons(screen)]
    marked = [b for b in texts if b[0] in "➕✓"]
    assert len(marked) == len(keys)
    assert marked[0].startswith("✓")


@pytest.mark.parametrize("server", ["biorxiv", "medrxiv"])
def test_the_page_of_a_subject_is_the_one_that_shows_it(server: str) -> None:
    keys = source_names.subjects(server)
    for key in keys:
        page = source_pages.page_of(keys, key)
        screen = source_pages.subjects(T, server, keys, page, [key])

        check(screen)
        assert [b for b in buttons(screen) if b.startswith("✓")]


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, ""),
        (0.05, "about 1 paper a week"),
        (0.6, "about 3 papers a week"),
        (1.2, "about 1 paper a day"),
        (59.6, "about 60 papers a day"),
    ],
)
def test_a_rate_is_told_by_day_or_by_week(
    rate: float | None, text: str
) -> None:
    assert sources.rate_text(T, rate) == text


def test_a_feed_is_shown_by_its_title_and_its_address_to_its_reader() -> None:
    address = "https://lab.example/feed?a=1&key=<secret>"
    titled = Subscription(key="feed:7", name="News <b>", address=address)
    untitled = Subscription(key="feed:8", address=address)

    screen = sources.sources(
        T, [ReaderSource(feed, None) for feed in (titled, untitled)], LIMITS
    )

    assert f"<code>{escape(address, quote=False)}</code>" in screen.text
    assert "· News &lt;b&gt;" in screen.text
    assert buttons(screen)[:2] == ["News <b> ✕", "lab.example ✕"]


def test_only_the_kinds_that_are_offered_have_buttons() -> None:
    daily = ReaderSource(Subscription(key="huggingface"), None)
    none_but_daily = Limits(kinds=frozenset({"huggingface"}))

    screen = sources.sources(T, [daily], none_but_daily)

    assert buttons(screen) == ["Daily Papers ✕", "Close"]
    assert "Other sources are not offered here." in screen.text


@pytest.mark.parametrize("result", Addition)
def test_every_outcome_of_a_wish_is_told_in_a_toast(result: Addition) -> None:
    for key in ("arxiv:cs.CV", "feed:7", "journal:2434-561x"):
        source = Subscription(key=key, name="A journal of " + "x" * 250)
        text = sources.addition(T, result, source, LIMITS)

        assert 0 < utf16_len(text) <= 200


@pytest.mark.parametrize("key", source_names.all_keys())
def test_an_offer_fits_a_phone(key: str) -> None:
    text = offer_text(T, key, 250.4, is_chosen=False)

    assert text.endswith(", about 250 a day")
    assert len(text) <= 56
    assert name(key)


def test_the_longest_list_there_can_be_is_one_message() -> None:
    own = [
        *(
            Subscription(key=key, name="w" * 256)
            for key in source_names.all_keys()[-20:]
        ),
        Subscription(key="huggingface"),
        *(
            Subscription(
                key=f"feed:{n}", name="w" * 256, address="https://" + "w" * 900
            )
            for n in range(10)
        ),
    ]

    screen = sources.sources(
        T,
        [ReaderSource(source, 1000.0) for source in own],
        LIMITS,
        common=["arxiv:cs.CV", "arxiv:cs.LG"],
        notes=["Dropped: " + "w" * 60],
    )

    check(screen)
