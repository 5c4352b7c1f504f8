"""Hostile answers are read in a process that ends: nothing that serves readers waits or grows."""

import gzip
import json
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from bot.sources import queries, web
from bot.sources.errors import SourceDown
from bot.sources.queries import Answer as Brought

from .conftest import Answer, Source
from .test_arxiv import atom, item, rss

TODAY = date(2026, 5, 6)
ZEROS = gzip.compress(bytes(50_000_000), 1)
LEVELS = 1_000_000


def announced(source: Source, **bounds: float) -> list[Brought]:
    params: dict[str, Any] = {
        "rss_url": source.url,
        "categories": ["cs.LG"],
        "today": TODAY,
    }
    return list(queries.ask("arxiv", "announced", TODAY, **bounds, **params))


def listed(source: Source, **bounds: float) -> list[Brought]:
    params: dict[str, Any] = {"endpoint": source.url, "days": [TODAY]}
    return list(queries.ask("huggingface", "listed", TODAY, **bounds, **params))


def test_papers_come_back_whole_with_the_number_of_those_that_were_refused(
    source: Source,
) -> None:
    lie = {"id": "2605.00002", "title": "x" * 2_000}
    pages = {"0": [{"id": "2605.00001", "title": "One", "upvotes": 3}, lie]}
    source.answer = lambda _path, query: Answer(
        json.dumps(pages.get(query["p"], [])).encode()
    )

    first, last = listed(source)

    [paper] = first.papers
    assert (paper.title, paper.arxiv_id, paper.upvotes) == (
        "One",
        "2605.00001",
        3,
    )
    assert (first.refused, last.papers, last.refused) == (1, [], 0)


def test_what_is_wrong_with_a_source_comes_back_as_it_is(
    source: Source,
) -> None:
    source.answer = lambda _path, _query: Answer(
        status=429, headers={"Retry-After": "600"}
    )

    with pytest.raises(SourceDown, match="slow down") as down:
        announced(source)

    assert down.value.retry_after is not None
    assert down.value.retry_after.total_seconds() == 600


@pytest.mark.parametrize(
    ("body", "packed"),
    [
        (gzip.compress(ZEROS, 1), "gzip, gzip"),
        (ZEROS, "gzip"),
        (gzip.compress(b"[]"), "br"),
        (gzip.compress(b"[]")[:-9], "gzip"),
        (b"never packed", "gzip"),
    ],
    ids=["two layers", "one layer", "unknown", "cut", "not packed"],
)
def test_an_answer_that_is_packed_to_harm_is_refused(
    source: Source, body: bytes, packed: str
) -> None:
    source.answer = lambda _path, _query: Answer(
        body, headers={"Content-Encoding": packed}
    )

    with pytest.raises(
        SourceDown, match=r"packs|more than we take|broke off|unpacked"
    ):
        listed(source)


def test_an_answer_that_is_packed_once_is_read(source: Source) -> None:
    entry = gzip.compress(
        json.dumps([{"id": "2605.00001", "title": "One"}]).encode()
    )
    source.answer = lambda _path, _query: Answer(
        entry, headers={"Content-Encoding": "gzip"}
    )

    assert [
        paper.title for answer in listed(source) for paper in answer.papers
    ] == ["One"]


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * LEVELS + "</a>" * LEVELS,
        "<a " + " ".join(f'a{n}=""' for n in range(LEVELS)) + "/>",
        "<item/>" * LEVELS,
        "<a>" * LEVELS,
    ],
    ids=["levels", "attributes", "entries", "levels that don't end"],
)
def test_a_feed_beyond_all_measure_is_refused_and_takes_no_memory_here(
    source: Source, inside: str
) -> None:
    body = rss(item(1)).replace(b"</channel>", inside.encode() + b"</channel>")
    source.answer = lambda _path, _query: Answer(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(SourceDown, match=r"too large or too deep|broken"):
        announced(source)

    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    )  # kilobytes


def test_json_of_a_million_levels_is_refused(source: Source) -> None:
    source.answer = lambda _path, _query: Answer(b"[" * LEVELS + b"]" * LEVELS)

    with pytest.raises(SourceDown, match="broken"):
        listed(source)


@pytest.fixture
def trickling() -> Iterator[Source]:
    """A source that sends a header line each moment, and never ends."""
    over, source = threading.Event(), Source()

    def trickle(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.05):
                try:
                    connection.sendall(b"X-More: more\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        source.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=trickle, args=(listener,))
        thread.start()
        yield source
        over.set()
        thread.join()


def test_headers_that_trickle_have_one_deadline(
    trickling: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "READING", 1.0)

    with pytest.raises(SourceDown, match="took too long"):
        announced(trickling, patience=1.0)


@pytest.mark.parametrize("call", [announced, listed])
def test_any_answer_is_papers_or_a_source_that_is_down(
    source: Source, call
) -> None:
    hostile = [
        b"\x00" * 1000,
        b"[[[]]]",
        b'{"a": 1e999}',
        b"<rss/>",
        atom(),
        b"[" + b"1" * 5000,
    ]
    for body in hostile:
        answer = Answer(body)
        source.answer = lambda _path, _query, answer=answer: answer  # type: ignore[misc]
        with suppress(SourceDown):
            assert all(answer.papers == [] for answer in call(source))


def test_the_limit_of_one_answer_is_that_of_a_request() -> None:
    assert web.MOST_BYTES < queries.MEMORY / 20
