"""The operator's model writes gists ahead of time; whatever it does, it costs a line in doctor."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.cli import doctor
from bot.jobs import summaries as job
from bot.runtime import Runtime
from bot.sources import summaries
from bot.sources.endpoints import Endpoints
from bot.sources.summaries import Model
from bot.storage import gists, own, papers, sources
from bot.storage.database import Database
from tests.storage.factories import NOW, TODAY, join, paper, stored

NOBODY = "http://127.0.0.1:9"
KEY = "sk-a-secret-key-of-ours"
SENTENCE = "A memory of fixed size keeps what long texts said."


class Endpoint:
    """A server that answers as it is told, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = completion(SENTENCE)
        self.headers: dict[str, str] = {}
        self.wait: threading.Event | None = None
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self.url = ""

    @property
    def titles(self) -> list[str]:
        return [
            question["messages"][-1]["content"].split("\n")[0]
            for question in self.asked
        ]


def completion(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            endpoint.asked.append(json.loads(self.rfile.read(length)))
            endpoint.keys.add(self.headers["Authorization"] or "")
            if endpoint.wait:
                endpoint.wait.wait(20)
            self.send_response(endpoint.status)
            for name, value in endpoint.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(endpoint.body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output to itself."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield endpoint
        server.shutdown()
        thread.join()


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def runtime(database: Database, endpoint: Endpoint) -> Runtime:
    model = Model(endpoint.url, "small", KEY)
    return Runtime(
        database=database,
        endpoints=Endpoints(NOBODY, NOBODY, NOBODY, summaries=model),
        clock=lambda: NOW,
    )


def tick(runtime: Runtime) -> None:
    asyncio.run(job.summarize(runtime, None))  # type: ignore[arg-type]  # it sends nothing


def findings(runtime: Runtime) -> str:
    lines = doctor.examine(runtime.database, runtime.endpoints, None, NOW)
    return "\n".join(finding.line for finding in lines)


def store(database: Database, *titles: str, **values: Any) -> None:
    values = {"abstract": "We keep texts.", **values}
    papers.store(database, [paper(title, **values) for title in titles])


def test_new_papers_without_a_gist_get_one_a_few_at_a_time_the_newest_first(
    runtime: Runtime, endpoint: Endpoint
) -> None:
    database = runtime.database
    store(database, "Old", listed=TODAY - timedelta(days=15))
    store(database, "Aged", listed=TODAY - timedelta(days=3))
    store(database, "Told", gist="Its own words.", gist_source="huggingface")
    store(database, "Bare", abstract="")
    store(database, *(f"New {number}" for number in range(4)))

    tick(runtime)
    first = endpoint.titles
    tick(runtime)
    tick(runtime)

    assert sorted(first) == [f"New {number}" for number in range(4)]
    assert endpoint.titles[4:] == ["Aged"]
    assert endpoint.keys == {f"Bearer {KEY}"}
    assert endpoint.asked[0]["model"] == "small"
    new = stored(database, "New 0")
    assert (new.gist, new.gist_source) == (SENTENCE, "model")
    assert stored(database, "Told").gist == "Its own words."
    assert "✓ 0 papers without a gist" in findings(runtime)


def test_without_an_endpoint_nothing_is_asked(
    database: Database, endpoint: Endpoint
) -> None:
    runtime = Runtime(
        database=database, endpoints=Endpoints(NOBODY, NOBODY, NOBODY)
    )
    store(database, "New")

    tick(runtime)

    assert endpoint.asked == []
    assert "gist" not in findings(runtime)


def test_readers_own_papers_are_told_to_nobody(
    runtime: Runtime, endpoint: Endpoint
) -> None:
    ada = join(runtime.database, "Ada")
    secret = paper("A Secret", abstract="Nobody knows.", source="file")
    own.import_papers(runtime.database, ada.id, [secret])

    tick(runtime)

    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("status", "body", "note"),
    [
        (200, b"<html>Just a moment</html>", "sent a web page instead of JSON"),
        (200, b"{", "broken or breaks off"),
        (200, b"[]", "other than a completion"),
        (200, b'{"choices": [7]}', "other than a completion"),
        (200, completion(["a"]), "other than a completion"),
        (200, b" " * 300_000, "more than we take"),
        (302, b"", "answered with status 302"),
        (401, b"no", "answered with status 401"),
        (429, b"", "asks us to slow down"),
        (500, b"", "answered with status 500"),
    ],
)
def test_an_endpoint_that_fails_costs_a_line_and_is_left_alone_for_a_while(
    runtime: Runtime,
    endpoint: Endpoint,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: bytes,
    note: str,
) -> None:
    store(runtime.database, "New", "Newer")
    endpoint.status, endpoint.body = status, body
    endpoint.headers = {"Location": endpoint.url} if status == 302 else {}

    with caplog.at_level(logging.DEBUG):
        tick(runtime)
        tick(runtime)

    state = sources.states(runtime.database)["summaries"]
    assert note in state.note
    assert state.not_before is not None
    assert state.not_before >= NOW + job.SHORTEST_PAUSE
    assert len(endpoint.asked) == 1
    assert stored(runtime.database, "New").gist == ""
    assert f"✗ {state.note}" in findings(runtime)
    for text in (findings(runtime), state.note, caplog.text):
        assert KEY not in text


def test_an_endpoint_that_hangs_is_given_up(
    runtime: Runtime, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PATIENCE", 0.2)
    store(runtime.database, "New")
    endpoint.wait = threading.Event()

    tick(runtime)
    endpoint.wait.set()

    assert "takes too long to answer" in findings(runtime)


def test_it_waits_as_long_again_as_it_fails_and_works_again(
    runtime: Runtime, endpoint: Endpoint
) -> None:
    store(runtime.database, "First")
    tick(runtime)
    store(runtime.database, "Second")
    endpoint.status = 500
    runtime.clock = lambda: NOW + timedelta(hours=1)
    tick(runtime)
    pause = sources.states(runtime.database)["summaries"].not_before
    endpoint.status = 200
    runtime.clock = lambda: NOW + timedelta(hours=2, minutes=1)
    tick(runtime)

    assert pause == NOW + timedelta(hours=2)
    assert stored(runtime.database, "Second").gist == SENTENCE


def test_an_empty_answer_marks_its_paper_and_the_next_one_is_asked_about(
    runtime: Runtime, endpoint: Endpoint
) -> None:
    store(runtime.database, "New")
    endpoint.body = completion(None)
    tick(runtime)
    tick(runtime)

    assert endpoint.titles == ["New"]
    assert stored(runtime.database, "New").gist == ""
    assert gists.count_waiting(runtime.database, TODAY) == 0


def test_while_digests_are_sent_nothing_is_asked(
    runtime: Runtime, endpoint: Endpoint
) -> None:
    store(runtime.database, "New")

    async def busy() -> None:
        async with runtime.sending:
            await job.summarize(runtime, None)  # type: ignore[arg-type]  # it sends nothing

    asyncio.run(busy())

    assert endpoint.asked == []


def test_a_gist_of_the_source_that_came_meanwhile_stays(
    runtime: Runtime,
) -> None:
    store(runtime.database, "New", gist="Own words.", gist_source="huggingface")

    gists.record(runtime.database, stored(runtime.database, "New").id, SENTENCE)

    assert stored(runtime.database, "New").gist == "Own words."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f'"{SENTENCE}"', SENTENCE),
        (f"<think>So, a memory…</think>\n\n{SENTENCE}", SENTENCE),
        ("<think>It never ends, and", ""),
        ("<!DOCTYPE html><html>Checking your browser first</html>", ""),
        ("Yes.", ""),
        ("", ""),
        (f"<b>{SENTENCE}</b>", SENTENCE),
        (
            "A model of songs, see https://evil.example/a, evil.com/b or t.me/evil, says @evil.",
            "A model of songs, see or says.",
        ),
        ("A model of 3.5 billion weights beats GPT-4.1, e.g. on code.",) * 2,
    ],
)
def test_an_answer_becomes_one_plain_line_without_links(
    content: str, text: str
) -> None:
    assert summaries.clean(content) == text


def test_a_long_answer_is_cut() -> None:
    text = summaries.clean("A model reads long texts and " * 90)

    assert 100 < len(text) <= 200
    assert text.endswith("…")


def test_the_key_is_never_in_a_models_name() -> None:
    assert KEY not in repr(Model("https://a.example", "small", KEY))
