"""The audit of dependencies asks about locked packages, and names their vulnerabilities."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.checks import dependencies

LOCK_FILE = """
httpx==0.28.1 \\
    --hash=sha256:00
psycopg[binary]==3.3.9 ; python_version < '4' \\
    # via paperpicks
"""

# The bodies of the requests to the server.
requests: list[Any] = []


class VulnerabilityServer(BaseHTTPRequestHandler):
    """Knows one vulnerability of psycopg."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        requests.append(json.loads(self.rfile.read(length)))

        results = [{}, {"vulns": [{"id": "GHSA-1"}]}]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[str]:
    """The address of a server like that of the database."""
    with HTTPServer(("127.0.0.1", 0), VulnerabilityServer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_known_vulnerability_is_named_with_its_package(osv: str) -> None:
    lines = dependencies.vulnerabilities(LOCK_FILE, osv)

    packages = [
        (query["package"]["name"], query["version"])
        for query in requests[-1]["queries"]
    ]
    assert packages == [("httpx", "0.28.1"), ("psycopg", "3.3.9")]
    assert lines == ["psycopg 3.3.9: GHSA-1"]


def test_without_a_network_the_audit_says_that_it_was_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise httpx.ConnectError("no network")

    monkeypatch.setattr(httpx, "post", fail)

    dependencies.main()

    output = capsys.readouterr().out
    assert output == "Dependency audit skipped: no answer (ConnectError).\n"
