"""A monitor is called after rounds of delivery, and its address stays a secret."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.monitoring import heartbeat
from bot.monitoring.heartbeat import WARNING_INTERVAL, Heartbeat

SECRET = "a-secret-path"


class Monitor:
    """A server that counts calls, and answers with a status, or never."""

    def __init__(self) -> None:
        self.status: int | None = 200
        self.paths: list[str] = []
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{SECRET}?key=secret"

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.paths.append(request.split()[1].decode())
        if self.status is not None:
            head = f"HTTP/1.1 {self.status} Word\r\nContent-Length: 0\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            writer.close()
        else:
            await reader.read()
            writer.close()


@pytest.fixture
async def monitor() -> AsyncIterator[Monitor]:
    monitor = Monitor()
    server = await asyncio.start_server(monitor.answer, "127.0.0.1")
    monitor.port = server.sockets[0].getsockname()[1]
    yield monitor
    server.close()


async def test_each_beat_is_one_call(monitor: Monitor) -> None:
    outcomes: list[str] = []
    beats = Heartbeat(monitor.address, outcomes.append)

    for _ in range(2):
        beats.beat()
        await beats.end()

    assert monitor.paths == [f"/{SECRET}?key=secret"] * 2
    assert outcomes == ["ok", "ok"]


async def test_without_an_address_nobody_is_called() -> None:
    outcomes: list[str] = []
    beats = Heartbeat(None, outcomes.append)

    beats.beat()
    await beats.end()

    assert outcomes == []


async def test_a_monitor_that_fails_is_one_warning_an_hour_without_its_address(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    moments = iter([0.0, 20.0, WARNING_INTERVAL - 1, WARNING_INTERVAL])
    outcomes: list[str] = []
    beats = Heartbeat(monitor.address, outcomes.append, moments.__next__)
    monitor.status = 503

    for _ in range(4):
        beats.beat()
        await beats.end()

    warnings = [r.getMessage() for r in caplog.records if r.name[:3] == "bot"]
    assert outcomes == ["failed"] * 4
    assert warnings == ["HEARTBEAT_URL can't be called (status 503)"] * 2


@pytest.mark.parametrize(
    "address",
    [
        f"http://127.0.0.1:9/{SECRET}",
        f"http://[::1/{SECRET}",
        f"x://y/{SECRET}",
    ],
)
async def test_an_address_that_leads_nowhere_is_a_warning_without_it(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    beats = Heartbeat(address)

    beats.beat()
    await beats.end()

    messages = [r.getMessage() for r in caplog.records if r.name[:3] == "bot"]
    assert len(messages) == 1
    assert SECRET not in messages[0]


async def test_a_monitor_that_hangs_is_called_once_and_given_up_at_the_end(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LAST_CALL", 0.05)
    monitor.status = None
    outcomes: list[str] = []
    beats = Heartbeat(monitor.address, outcomes.append)

    for _ in range(3):
        beats.beat()
        await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        await beats.end()

    assert len(monitor.paths) == 1
    assert outcomes == []


async def test_a_monitor_that_answers_in_drips_is_given_up(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "TIMEOUT", 0.1)
    monitor.status = None
    outcomes: list[str] = []
    beats = Heartbeat(monitor.address, outcomes.append)

    beats.beat()
    await beats.end()

    assert outcomes == ["failed"]
