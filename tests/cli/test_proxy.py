"""What goes out by `HTTPS_PROXY`: Telegram and sources, but not the readers' own feeds."""

import asyncio
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sources.errors import SourceDown
from bot.sources.guarded import Visit
from tests.bot_api.server import FaultyServer
from tests.cli.conftest import NOBODY, Command
from tests.cli.process import TOKEN
from tests.cli.test_local_run import act, address, running, wait_for_message

PASSWORD = "pass-of-the-proxy"
HOST = "telegram.test"
ADDRESS_OF_HOST = re.compile(rf"http://{re.escape(HOST)}")

# The variables that name proxies, in both cases.
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Proxy(ThreadingHTTPServer):
    """Records what it is asked for, forwards one host to a local server, and refuses others."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ProxyHandler)
        self.asked: list[str] = []
        self.upstream = NOBODY

    @property
    def url(self) -> str:
        return f"http://ada:{PASSWORD}@127.0.0.1:{self.server_port}"


class ProxyHandler(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.asked.append(f"CONNECT {self.path}")
        self.send_error(502, "no way out")

    def do_POST(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = httpx.request(
            self.command,
            ADDRESS_OF_HOST.sub(self.server.upstream, self.path),
            content=body,
            headers={"Content-Type": self.headers.get("Content-Type", "")},
            trust_env=False,
        )
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy on this machine, and no other one that the machine may have."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with Proxy() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


async def test_telegram_is_reached_by_the_proxy(
    paperpicks: Command, proxy: Proxy
) -> None:
    with FaultyServer(TOKEN) as server:
        proxy.upstream = server.base_url.removesuffix("/bot")
        result = await asyncio.to_thread(
            paperpicks,
            "deliver",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=f"http://{HOST}",
            HTTP_PROXY=proxy.url,
        )

    assert (result.code, result.out) == (0, "0 digests sent.\n")
    assert f"POST http://{HOST}/bot{TOKEN}/getMe" in proxy.asked


def test_telegram_itself_is_asked_for_by_a_tunnel_and_no_secret_is_told(
    paperpicks: Command, proxy: Proxy
) -> None:
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": "https://api.telegram.org",
        "HTTPS_PROXY": proxy.url,
    }
    delivered = paperpicks("deliver", **settings)
    examined = paperpicks("doctor", **settings)

    assert set(proxy.asked) == {"CONNECT api.telegram.org:443"}
    assert "Telegram does not answer" in delivered.err
    assert "https://api.telegram.org does not answer" in examined.out
    for text in (delivered.err, examined.out, examined.err):
        assert PASSWORD not in text
        assert TOKEN not in text


def test_sources_are_asked_for_by_a_tunnel(
    paperpicks: Command, proxy: Proxy
) -> None:
    result = paperpicks(
        "fetch",
        "--source",
        "huggingface",
        HF_ENDPOINT="https://huggingface.co",
        HTTPS_PROXY=proxy.url,
    )

    assert set(proxy.asked) == {"CONNECT huggingface.co:443"}
    assert PASSWORD not in result.out + result.err


def test_a_server_of_the_bot_api_on_this_machine_is_asked_directly(
    paperpicks: Command, proxy: Proxy
) -> None:
    result = paperpicks(
        "deliver",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=NOBODY,
        HTTP_PROXY=proxy.url,
    )

    assert "Telegram does not answer" in result.err
    assert proxy.asked == []


async def test_the_chat_page_works_behind_a_proxy(
    proxy: Proxy, tmp_path: Path
) -> None:
    with running(tmp_path, HTTP_PROXY=proxy.url) as process:
        page = address(process)
        await act(page, "write", text="/start")
        greeting = await wait_for_message(page, "What are you into")

    assert greeting
    assert not any("/bot" in request for request in proxy.asked)


def test_a_readers_feed_is_asked_at_its_checked_address_and_never_by_the_proxy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES[:3]:
        monkeypatch.setenv(name, proxy.url)
    connections: list[Any] = []

    def refuse(numeric: str, port: int, _seconds: float) -> Any:
        connections.append((numeric, port))
        raise ConnectionRefusedError

    visit = Visit(
        "feed",
        resolver=lambda _host, _port: ["93.184.216.34"],
        connector=refuse,
    )
    with pytest.raises(SourceDown):
        visit.get("https://lab.example/feed.xml")

    assert connections == [("93.184.216.34", 443)]
    assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    ["socks5://ada:pass-of-the-proxy@p.example:1", "http://[::", "ftp://p"],
)
@pytest.mark.parametrize("name", VARIABLES[:3])
def test_a_proxy_that_cannot_be_used_is_one_line_without_its_password(
    paperpicks: Command, proxy: Proxy, name: str, url: str
) -> None:
    result = paperpicks("stats", **{name: url})

    assert result.code == 1
    assert result.err.startswith(f"paperpicks: {name} names no proxy")
    assert result.err.count("\n") == 1
    assert PASSWORD not in result.err
