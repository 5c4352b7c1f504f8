"""A process that is watched: its health port opens first, closes last, and is its own."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bot_api.server import FaultyServer
from tests.cli.conftest import Command
from tests.cli.process import TOKEN, running
from tests.e2e.talk import free_address
from tests.processes.fleet import until

NOBODY = "http://127.0.0.1:9/bot"


@pytest.fixture
def port() -> str:
    return str(free_address().port)


@pytest.fixture
def taken_port() -> Iterator[str]:
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def get(port: str, path: str) -> httpx.Response | None:
    """Return an answer of the health port, or None while it is closed."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}")
    except httpx.TransportError:
        return None


def output_of(process: subprocess.Popen[str]) -> str:
    """Return everything that a process prints until its end."""
    output, _ = process.communicate(timeout=30)
    return output


async def test_a_bot_that_cannot_reach_telegram_says_so(
    data: Path, port: str
) -> None:
    with running(NOBODY, data, HEALTH_PORT=port) as process:
        await until(lambda: get(port, "/healthz") is not None)
        alive, ready = get(port, "/healthz"), get(port, "/readyz")
        metrics = get(port, "/metrics")
        process.send_signal(signal.SIGTERM)
        output = output_of(process)

    assert alive is not None
    assert ready is not None
    assert metrics is not None
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert "telegram: Telegram does not answer" in ready.text
    assert 'calls_total{method="getMe",outcome="never_left"}' in metrics.text
    assert process.returncode == 0
    assert "Traceback" not in output
    assert get(port, "/healthz") is None


async def test_nothing_listens_unless_a_port_is_set(data: Path) -> None:
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data) as process,
    ):
        ada = server.person("Ada")
        ada.start()
        await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)
        process.send_signal(signal.SIGTERM)
        output = output_of(process)

    assert "Stopped" in output
    assert "health_port" not in output


def test_a_taken_port_is_one_clear_line_and_telegram_is_told_nothing(
    data: Path, taken_port: str
) -> None:
    with (
        FaultyServer(TOKEN) as server,
        running(
            server.base_url, data, HEALTH_PORT=taken_port, LOG_LEVEL="ERROR"
        ) as process,
    ):
        output = output_of(process)

    assert process.returncode == 1
    assert output.startswith(
        f"paperpicks: Port {taken_port} of 127.0.0.1 can't be used ("
    )
    assert "HEALTH_PORT" in output
    assert output.count("\n") == 1
    assert server.calls == ()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {
                "HEALTH_PORT": "8443",
                "WEBHOOK_URL": "https://bot.example/hook",
                "TELEGRAM_BOT_TOKEN": TOKEN,
            },
            "paperpicks: The settings: HEALTH_PORT and the webhook's PORT are both 8443; "
            "each needs its own.\n",
        ),
        ({"HEALTH_PORT": "0"}, "paperpicks: HEALTH_PORT: "),
        ({"LOG_FORMAT": "yaml"}, "paperpicks: LOG_FORMAT: "),
        ({"HEARTBEAT_URL": "ping"}, "paperpicks: HEARTBEAT_URL: should be an "),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(
    paperpicks: Command, settings: dict[str, str], line: str
) -> None:
    result = paperpicks("run", **settings)

    assert result.code == 1
    assert result.err.startswith(line)
    assert result.err.count("\n") == 1


def test_without_a_webhook_its_port_is_free_for_health(
    paperpicks: Command,
) -> None:
    assert paperpicks("stats", HEALTH_PORT="8443", PORT="8443").code == 0


async def test_rounds_of_delivery_are_told_to_the_monitor_and_no_log_says_where(
    data: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as monitor:
        monitor.settimeout(30)
        port = monitor.getsockname()[1]
        with (
            FaultyServer(TOKEN) as server,
            running(
                server.base_url,
                data,
                HEARTBEAT_URL=f"http://127.0.0.1:{port}/a-secret-path",
                LOG_FORMAT="json",
            ) as process,
        ):
            connection, _ = monitor.accept()
            with connection:
                request = connection.recv(1000).decode()
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                )
            process.send_signal(signal.SIGTERM)
            output = output_of(process)

    lines = [json.loads(line) for line in output.splitlines()]
    assert request.startswith("GET /a-secret-path ")
    assert "secret" not in output
    assert any(line["message"] == "Stopped" for line in lines)
    assert any("HEARTBEAT_URL" in line["message"] for line in lines)
