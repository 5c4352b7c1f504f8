"""The audit of dependencies asks about what is locked, and tells what is known of it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.checks import dependencies

LOCKED = """
httpx==0.28.1 \\
    --hash=sha256:00
psycopg[binary]==3.3.9 ; python_version < '4' \\
    # via paperpicks
"""
asked: list[Any] = []


class Osv(BaseHTTPRequestHandler):
    """Knows of something bad in psycopg."""

    def do_POST(self) -> None:
        asked.append(
            json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        )
        body = json.dumps(
            {"results": [{}, {"vulns": [{"id": "GHSA-1"}]}]}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Osv) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_known_vulnerability_is_named_with_its_package(osv: str) -> None:
    found = dependencies.known(LOCKED, osv)

    names = [(q["package"]["name"], q["version"]) for q in asked[-1]["queries"]]
    assert names == [("httpx", "0.28.1"), ("psycopg", "3.3.9")]
    assert found == ["psycopg 3.3.9: GHSA-1"]


def test_without_a_network_the_audit_says_that_it_was_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise httpx.ConnectError("no network")

    monkeypatch.setattr(httpx, "post", away)

    dependencies.main()

    assert (
        capsys.readouterr().out
        == "Dependency audit skipped: no answer (ConnectError).\n"
    )
