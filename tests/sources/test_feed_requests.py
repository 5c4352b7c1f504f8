"""A feed is asked for what is new, and a web page for the feed that it names."""

import json
from time import process_time
from typing import Any

import pytest

from bot.sources import queries
from bot.sources.errors import SourceDown
from bot.sources.feeds import FeedState
from tests.sources.test_feeds import ATOM, TODAY, fetch, item, parse, rss

from .conftest import Answer, Source


def test_a_feed_brings_its_title_and_what_the_next_request_needs(
    source: Source,
) -> None:
    validators = {
        "ETag": '"abc"',
        "Last-Modified": "Tue, 05 May 2026 10:00:00 GMT",
    }
    source.answer = lambda _path, _query: Answer(
        rss(item()), headers=validators
    )

    state, papers = fetch(source)

    assert [paper.title for paper in papers] == ["One"]
    assert state == FeedState(
        source.url + "/feed",
        title="A blog",
        etag='"abc"',
        last_modified="Tue, 05 May 2026 10:00:00 GMT",
    )


def test_a_feed_that_did_not_change_brings_no_papers_and_keeps_its_state(
    source: Source,
) -> None:
    source.answer = lambda _path, _query: Answer(status=304)

    state, papers = fetch(source, etag='"abc"', last_modified="Tue")

    assert papers == []
    assert state.is_unchanged
    assert (state.etag, state.last_modified) == ('"abc"', "Tue")


@pytest.mark.parametrize("etag", ['"abc"\r\nX-Bad: 1', "\u2603"])
def test_a_validator_that_is_none_is_not_sent(
    source: Source, etag: str
) -> None:
    source.answer = lambda _path, _query: Answer(rss(item()))

    assert fetch(source, etag=etag)[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("ETag", "x" * 600), ("Last-Modified", "x" * 200), ("ETag", "a\x01b")],
)
def test_a_validator_that_cannot_be_sent_back_is_not_kept(
    source: Source, name: str, value: str
) -> None:
    source.answer = lambda _path, _query: Answer(
        rss(item()), headers={name: value}
    )

    state, _ = fetch(source)

    assert (state.etag, state.last_modified) == ("", "")


PAGE = b"""<!doctype html><html><head><title>A blog</title>
<link rel="stylesheet" href="x.css"><link rel="ALTERNATE home"
type="application/atom+xml" href="/posts.atom"></head><body><p>Hi<br></body></html>"""


def test_a_web_page_stands_for_the_feed_that_it_names(source: Source) -> None:
    answers = {"/blog": Answer(PAGE), "/posts.atom": Answer(ATOM)}
    source.answer = lambda path, _query: answers[path]

    state, papers = fetch(source, "/blog")

    assert state.address == source.url + "/posts.atom"
    assert state.title == "Posts"
    assert len(papers) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><head></head><body>Hi</body></html>",
        PAGE.replace(b"alternate", b"next").replace(b"ALTERNATE", b"next"),
        PAGE,
        b"[]",
        b"",
        b"<![x" + b"<" * 1_000,
        b"\x00" * 100,
    ],
    ids=["page", "no link", "in a circle", "json", "nothing", "noise", "zeros"],
)
def test_what_is_no_feed_says_so_for_good(source: Source, body: bytes) -> None:
    source.answer = lambda _path, _query: Answer(body)

    with pytest.raises(SourceDown, match="is no feed") as down:
        fetch(source)

    assert not down.value.passing
    assert len(source.asked) <= 2


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:1/", "http://[::1]/"]
)
def test_the_feed_that_a_page_names_is_checked_too(
    source: Source, address: str
) -> None:
    page = PAGE.replace(b"/posts.atom", address.encode())
    source.answer = lambda _path, _query: Answer(page)

    with pytest.raises(SourceDown) as down:
        fetch(source)

    assert len(source.asked) == 1
    assert address not in str(down.value)


def ask(source: Source, **more: Any) -> list[queries.Answer]:
    params: dict[str, Any] = {
        "address": source.url + "/s3cr3t",
        "etag": "",
        "last_modified": "",
        "allow_private": True,
        "today": TODAY,
    }
    return list(queries.ask("feed", "read", TODAY, **params | more))


def test_a_feed_is_read_in_a_process_of_its_own(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(
        rss(item(), item("x" * 2_000)), headers={"ETag": '"abc"'}
    )

    [answer] = ask(source)

    assert [paper.title for paper in answer.papers] == ["One"]
    assert answer.papers[0].lists == {}
    assert answer.refused == 1
    assert answer.feed is not None
    assert (answer.feed.title, answer.feed.etag) == ("A blog", '"abc"')


def test_a_private_feed_is_refused_in_that_process_without_its_address(
    source: Source,
) -> None:
    with pytest.raises(SourceDown) as down:
        ask(source, allow_private=False)

    assert not down.value.passing
    assert "s3cr3t" not in str(down.value)
    assert source.asked == []
    assert json.dumps(down.value.why)


def test_no_name_takes_long_to_read() -> None:
    begin = process_time()

    [paper] = parse(rss(item("One", f"<author>{'@' * 100_000}</author>")))

    assert paper.title == "One"
    assert process_time() - begin < 5
