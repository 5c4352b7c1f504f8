"""A real HTTP server on the loopback interface that plays a source, in every mood."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.sources import web

Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0  # bytes promised and never sent
    after: threading.Event | None = None  # nothing is said before this is set


class Source:
    """What the server answers and what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[str, Query], Answer] = lambda path, query: (
            Answer(status=404)
        )
        self.asked: list[tuple[str, Query]] = []
        self.user_agents: set[str] = set()
        self.url = ""


def handler_of(source: Source) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            source.asked.append((parts.path, query))
            source.user_agents.add(self.headers["User-Agent"])
            self.say(source.answer(parts.path, query))

        def say(self, answer: Answer) -> None:
            if answer.after:
                answer.after.wait(10)
            self.send_response(answer.status)
            self.send_header(
                "Content-Length", str(len(answer.body) + answer.missing)
            )
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = bool(answer.missing or answer.after)

        def log_message(self, *_: object) -> None:
            """Keep the test's output to itself."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what some tests are about."""


@pytest.fixture
def source() -> Iterator[Source]:
    source = Source()
    with Server(("127.0.0.1", 0), handler_of(source)) as server:
        source.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield source
        server.shutdown()
        thread.join()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with web.client() as client:
        yield client
