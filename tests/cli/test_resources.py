"""What readers may choose, and where it is asked for, is as the operator set it."""

import pytest

from bot.cli import resources
from bot.settings import Settings, read_settings
from bot.storage.subscriptions import Limits


def test_by_default_readers_choose_among_all_kinds_of_sources() -> None:
    assert resources.source_limits(Settings.model_construct()) == Limits()


def test_the_operator_says_which_sources_and_how_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCES", "huggingface, journals,feeds")
    monkeypatch.setenv("MAX_CATEGORIES", "7")
    monkeypatch.setenv("MAX_FEEDS", "0")

    limits = resources.source_limits(read_settings())

    assert limits.kinds == {"huggingface", "journal", "feed"}
    assert (limits.categories, limits.feeds) == (7, 0)


def test_the_sources_are_asked_at_the_addresses_that_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CROSSREF_API_URL", "http://127.0.0.1:9/crossref")
    monkeypatch.setenv("ALLOW_PRIVATE_FEEDS", "1")

    endpoints = resources.source_endpoints(read_settings())

    assert endpoints.crossref_api_url == "http://127.0.0.1:9/crossref"
    assert endpoints.biorxiv_api_url == "https://api.biorxiv.org"
    assert endpoints.allow_private_feeds
