"""`paperpicks run` without a token: a chat page on this machine, kept from run to run."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import local
from tests.cli.conftest import NOBODY, SETTINGS, Command
from tests.sources.conftest import Answer, Query, Source, source

__all__ = ["source"]

ADA, BO = 1001, 1002


@contextmanager
def running(
    data: Path, *words: str, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run PaperPicks without a token and, unless a setting says otherwise, without sources."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in SETTINGS
    }
    environment |= {"DATA_DIR": str(data), "HF_ENDPOINT": NOBODY, **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *(words or ("--port", "0"))],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


async def chat(page: str, person: int = ADA) -> list[dict[str, Any]]:
    """Return the messages in a person's chat."""
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{page}live")
    return list(response.json()["chats"][str(person)]["messages"])


async def act(
    page: str, action: str, person: int = ADA, **details: object
) -> None:
    """Do on the page what a person can do, such as to write."""
    body = {"person": person, "action": action, **details}
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{page}do", json=body)
    response.raise_for_status()


async def wait_for_message(
    page: str, words: str, person: int = ADA, *, after: int = 0
) -> dict[str, Any]:
    """Return the newest message that says `words`, waiting until there is one `after` another."""
    async with asyncio.timeout(30):
        while True:
            for message in reversed(await chat(page, person)):
                is_new = (
                    message["message_id"] > after and message["from"]["is_bot"]
                )
                if is_new and words in message.get("text", ""):
                    return dict(message)
            await asyncio.sleep(0.1)


async def press_tomorrow(page: str, person: int = ADA) -> str:
    """Press Tomorrow; return what the page reports."""
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(f"{page}tomorrow", json={"person": person})
    return str(response.json()["report"])


async def test_a_newcomer_chats_and_every_tomorrow_brings_picks(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as process:
        page = address(process)
        first_report = await press_tomorrow(page)
        await act(page, "write", text="/start")
        greeting = await wait_for_message(page, "What are you into")
        chips = [
            button["text"]
            for row in greeting["reply_markup"]["inline_keyboard"]
            for button in row
        ]
        await act(page, "write", text="/picks")
        first = await wait_for_message(page, "your 2 of 8 new papers")
        report = await press_tomorrow(page)
        second = await wait_for_message(
            page, "your 2 of 8 new papers", after=first["message_id"]
        )

    assert page.startswith("http://127.0.0.1:")
    assert "/chat/" in page
    assert "\x1b" not in page
    assert (
        first_report
        == "No picks are coming for this reader. Send /start first."
    )
    assert len(chips) >= 4
    assert "Hi Ada" in greeting["text"]
    assert report == ""
    assert second["message_id"] > first["message_id"]
    urls = [entity.get("url", "") for entity in first["entities"]]
    assert any("arxiv.org/search" in url for url in urls)


async def test_with_network_the_papers_come_as_they_were_listed(
    tmp_path: Path, source: Source
) -> None:
    source.answer = listed
    with running(tmp_path, HF_ENDPOINT=source.url) as process:
        page = address(process)
        await act(page, "write", text="/start")
        await wait_for_message(page, "What are you into")
        await act(page, "write", text="/picks")
        first = await wait_for_message(page, "Next picks")
        report = await press_tomorrow(page)
        second = await wait_for_message(page, "Monday, 4 May")

    days = {query["date"] for _, query in source.asked if "date" in query}
    assert first["text"].startswith("Friday, 1 May · 5 papers for you")
    assert report == ""
    assert second["text"].startswith("Monday, 4 May · 5 papers for you")
    # What was listed later stays unread.
    assert max(days) == "2026-05-04"


def listed(_path: str, query: Query) -> Answer:
    """Say what Hugging Face listed: three papers each weekday, up to a Friday in May."""
    day = date.fromisoformat(query.get("date", "2026-05-29"))
    papers = [
        {
            "paper": {
                "id": f"{day:%y%m}.{day.day:02}00{number}",
                "title": f"Paper {number} of {day}",
                "summary": f"A model of {day:%A} number {number} that reads papers.",
                "submittedOnDailyAt": day.isoformat(),
                "upvotes": number,
            }
        }
        for number in range(3)
    ]
    listed = (
        day.weekday() < 5
        and day <= date(2026, 5, 29)
        and query.get("p", "0") == "0"
    )
    return Answer(json.dumps(papers if listed else []).encode())


async def test_after_a_restart_chat_and_clock_are_as_they_were(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as process:
        first = address(process)
        await act(first, "write", text="/start")
        await wait_for_message(first, "Hi Ada")
        await press_tomorrow(first)
        before = await chat(first)
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    with running(tmp_path) as process:
        second = address(process)
        after = await chat(second)
        await press_tomorrow(second)
        digest = await wait_for_message(second, "new papers")

    assert after == before
    assert second.rpartition("/chat/")[2] != first.rpartition("/chat/")[2]
    assert digest["date"] > max(message["date"] for message in before)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_while_a_page_is_open(
    tmp_path: Path, name: signal.Signals
) -> None:
    with running(tmp_path) as process:
        page = address(process)
        await act(page, "write", text="/start")
        await wait_for_message(page, "Hi Ada")
        async with httpx.AsyncClient() as client:
            state = (await client.get(f"{page}live")).json()
            query = f"live?epoch={state['epoch']}&number={state['number']}"
            open_page = asyncio.create_task(
                client.get(page + query, timeout=30)
            )
            await asyncio.sleep(0.5)
            start = time.monotonic()
            process.send_signal(name)
            out, err = await asyncio.to_thread(process.communicate, timeout=15)
            await asyncio.gather(open_page, return_exceptions=True)

    assert time.monotonic() - start < 10
    assert process.returncode == 0
    assert "Traceback" not in out + err


def test_starting_twice_is_one_clear_line(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        assert address(first)
        with running(tmp_path) as second:
            out, err = second.communicate(timeout=20)

    assert second.returncode == 1
    assert out == ""
    assert err.startswith(
        "paperpicks: PaperPicks is running already with the data in"
    )
    assert err.count("\n") == 1


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with running(tmp_path, "--port", str(port)) as process:
            out, err = process.communicate(timeout=20)

    assert process.returncode == 1
    assert out == ""
    assert err.startswith(f"paperpicks: Port {port} can't be used")
    assert "--port" in err
    assert err.count("\n") == 1


def test_a_local_chat_that_is_no_database_is_one_clear_line(
    paperpicks: Command, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "local.db").write_text(
        "not a database, but long enough to be read " * 9
    )
    result = paperpicks("run", "--port", 0)

    assert result.code == 1
    assert "local.db can't be read" in result.err
    assert "Delete it to begin a new local chat." in result.err


@pytest.mark.parametrize("setting", ["DATABASE_URL", "WEBHOOK_URL"])
def test_without_a_token_nothing_real_is_touched(
    paperpicks: Command, tmp_path: Path, setting: str
) -> None:
    values = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.db",
        "WEBHOOK_URL": "https://a.example/x",
    }
    result = paperpicks("run", **{setting: values[setting]})

    assert result.code == 1
    assert result.err.startswith(
        f"paperpicks: {setting} is set, but TELEGRAM_BOT_TOKEN is not"
    )
    assert not list(tmp_path.rglob("*.db"))


def test_a_second_one_names_the_page_of_the_first(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        page = address(first)
        with running(tmp_path) as second:
            _, err = second.communicate(timeout=30)

    assert f"its page is at {page}" in err
    assert err.count("\n") == 1


def test_where_the_usual_port_is_taken_it_is_the_next_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        assert port < local._free_port(port) < port + local.PORTS_TRIED


@pytest.mark.parametrize("moment", [0.1, 0.5, 1.0, 1.5])
def test_ctrl_c_is_quiet_at_any_moment(tmp_path: Path, moment: float) -> None:
    with running(tmp_path) as process:
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert err == ""
    assert process.returncode in {0, 130, -signal.SIGINT}


async def test_a_trial_can_be_watched_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with running(tmp_path, HEALTH_PORT=str(port)) as process:
        assert address(process).startswith("http")
        async with (
            asyncio.timeout(60),
            httpx.AsyncClient() as client,
        ):
            ready = f"http://127.0.0.1:{port}/readyz"
            while await status(client, ready) != 200:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.2)
            metrics = await client.get(f"http://127.0.0.1:{port}/metrics")

    assert "paperpicks_ready 1.0" in metrics.text


async def status(client: httpx.AsyncClient, url: str) -> int:
    """Return the status of an answer, or 0 while nothing listens there."""
    try:
        response = await client.get(url)
    except httpx.TransportError:
        return 0
    return response.status_code
