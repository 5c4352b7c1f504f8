"""Categories, subjects, journals and feeds are recognised in what readers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.source_buttons import (
    ChooseSource,
)
from bot.messages.sources import choice_key
from bot.picks import source_lookup, source_names
from bot.sources import arxiv_categories, biorxiv_subjects
from bot.storage.takeout.document import Subscription
from tests.storage.factories import NOW, document

KINDS = ["arxiv", "biorxiv", "medrxiv", "feed", "huggingface", "journal"]


def test_every_category_stands_in_one_group() -> None:
    grouped = [
        key
        for group in source_names.groups()
        for key in source_names.category_keys(group)
    ]

    assert sorted(grouped) == sorted(
        f"arxiv:{code}" for code in arxiv_categories.NAMES
    )


@pytest.mark.parametrize("key", source_names.all_keys())
def test_what_a_button_has_room_for_names_one_source(key: str) -> None:
    choice = ChooseSource("p", choice_key(key), chosen=True)

    assert choice.fits
    assert source_names.by_beginning(choice.key) == key


@pytest.mark.parametrize(
    ("text", "issn"),
    [
        ("0028-0836", "0028-0836"),
        ("issn: 2434-561x", "2434-561X"),
        ("10976256", "1097-6256"),
        # Its last digit does not follow from the others.
        ("0028-0837", None),
        ("2024-2025", None),
        ("cs.RO", None),
    ],
)
def test_an_issn_is_known_by_its_check_digit(
    text: str, issn: str | None
) -> None:
    assert source_names.issn_of(text) == issn


@given(st.integers(0, 9_999_999))
def test_seven_digits_have_one_check_digit(number: int) -> None:
    texts = [f"{number:07}{last}" for last in "0123456789X"]

    assert sum(map(bool, map(source_names.issn_of, texts))) == 1


@given(st.text())
def test_any_text_is_looked_at_without_an_error(text: str) -> None:
    source_names.issn_of(text)
    source_names.code_of(text)
    source_lookup.web_address(text)
    for key in source_names.search(text, KINDS, 3):
        assert source_names.exists(key)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://lab.example/feed?key=1", "https://lab.example/feed?key=1"),
        (" <http://lab.example/feed> ", "http://lab.example/feed"),
        ("lab.example/feed.xml", "https://lab.example/feed.xml"),
        ("cs.RO", None),
        ("and/or", None),
        ("see https://lab.example", None),
        ("https://", None),
        ("https://[::1", None),
        (f"https://lab.example/{'x' * 2000}", None),
    ],
)
def test_an_address_is_told_from_other_words(
    text: str, address: str | None
) -> None:
    assert source_lookup.web_address(text) == address


@pytest.mark.parametrize(
    ("key", "exists"),
    [
        ("huggingface", True),
        ("arxiv:cs.RO", True),
        ("arxiv:cs.XX", False),
        (f"biorxiv:{biorxiv_subjects.SUBJECTS['biorxiv'][0]}", True),
        ("biorxiv:alchemy", False),
        ("journal:0028-0836", True),
        ("journal:nature", False),
        ("gopher:hole", False),
    ],
)
def test_lists_that_do_not_exist_are_told_apart(key: str, exists: bool) -> None:
    assert source_names.exists(key) is exists


@pytest.mark.parametrize(
    ("address", "is_whole"),
    [
        ("https://lab.example/feed?key=1", True),
        ("http://[lab", False),
        ("https://lab .example/", False),
        ("", False),
    ],
)
def test_a_feed_of_a_document_needs_an_address_that_can_be_shown(
    address: str, is_whole: bool
) -> None:
    entry = Subscription(key="feed:1", address=address, created_at=NOW)
    archive = document(subscriptions=(entry,))

    restored = source_names.with_existing_sources(archive).subscriptions

    assert restored == ((entry,) if is_whole else ())
