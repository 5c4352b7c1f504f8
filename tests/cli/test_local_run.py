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
from tests.cli.conftest import SETTINGS, Command
from tests.sources.conftest import Answer, Query, Source, source

__all__ = ["source"]

ADA, BO = 1001, 1002


@contextmanager
def running(
    data: Path, *words: str, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run PaperPicks without a token or, unless told, network, in a process of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in SETTINGS.split()
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *(words or ("--port", "0"))],
        env=kept
        | {"DATA_DIR": str(data), "HF_ENDPOINT": "http://127.0.0.1:9"}
        | settings,
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


async def chat(at: str, person: int = ADA) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        live = (await client.get(f"{at}live")).json()
    return list(live["chats"][str(person)]["messages"])


async def does(
    at: str, what: str, person: int = ADA, **details: object
) -> None:
    async with httpx.AsyncClient() as client:
        body = {"person": person, "action": what, **details}
        (await client.post(f"{at}do", json=body)).raise_for_status()


async def seen(
    at: str, words: str, person: int = ADA, *, after: int = 0
) -> dict[str, Any]:
    """Return the newest message that says `words`, waiting until there is one `after` another."""
    async with asyncio.timeout(30):
        while True:
            for message in reversed(await chat(at, person)):
                is_new = (
                    message["message_id"] > after and message["from"]["is_bot"]
                )
                if is_new and words in message.get("text", ""):
                    return dict(message)
            await asyncio.sleep(0.1)


async def moves_on(at: str, person: int = ADA) -> str:
    async with httpx.AsyncClient(timeout=60) as client:
        return str(
            (
                await client.post(f"{at}tomorrow", json={"person": person})
            ).json()["report"]
        )


async def test_a_newcomer_chats_and_every_tomorrow_brings_picks(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as process:
        at = address(process)
        early = await moves_on(at)
        await does(at, "write", text="/start")
        greeting = await seen(at, "What are you into")
        chips = [
            b["text"]
            for row in greeting["reply_markup"]["inline_keyboard"]
            for b in row
        ]
        await does(at, "write", text="/picks")
        first = await seen(at, "your 2 of 8 new papers")
        said = await moves_on(at)
        second = await seen(
            at, "your 2 of 8 new papers", after=first["message_id"]
        )

    assert at.startswith("http://127.0.0.1:")
    assert "/chat/" in at
    assert "\x1b" not in at
    assert early == "No picks are coming for this reader. Send /start first."
    assert len(chips) >= 4
    assert "Hi Ada" in greeting["text"]
    assert said == ""
    assert second["message_id"] > first["message_id"]
    assert any(
        "arxiv.org/search" in e.get("url", "") for e in first["entities"]
    )


async def test_with_network_the_papers_come_as_they_were_listed(
    tmp_path: Path, source: Source
) -> None:
    source.answer = listed
    with running(tmp_path, HF_ENDPOINT=source.url) as process:
        at = address(process)
        await does(at, "write", text="/start")
        await seen(at, "What are you into")
        await does(at, "write", text="/picks")
        first = await seen(at, "Next picks")
        said = await moves_on(at)
        second = await seen(at, "Monday, 4 May")

    asked = {query["date"] for _, query in source.asked if "date" in query}
    assert first["text"].startswith("Friday, 1 May · 5 papers for you")
    assert said == ""
    assert second["text"].startswith("Monday, 4 May · 5 papers for you")
    assert max(asked) == "2026-05-04"  # the future stays unread


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
        await does(first, "write", text="/start")
        await seen(first, "Hi Ada")
        await moves_on(first)
        before = await chat(first)
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    with running(tmp_path) as process:
        again = address(process)
        after = await chat(again)
        await moves_on(again)
        digest = await seen(again, "new papers")

    assert after == before
    assert (
        again.rpartition("/chat/")[2] != first.rpartition("/chat/")[2]
    )  # a token for each run
    assert digest["date"] > max(message["date"] for message in before)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_while_a_page_is_open(
    tmp_path: Path, name: signal.Signals
) -> None:
    with running(tmp_path) as process:
        at = address(process)
        await does(at, "write", text="/start")
        await seen(at, "Hi Ada")
        async with httpx.AsyncClient() as client:
            now = (await client.get(f"{at}live")).json()
            query = f"live?epoch={now['epoch']}&number={now['number']}"
            open_page = asyncio.create_task(client.get(at + query, timeout=30))
            await asyncio.sleep(0.5)
            began = time.monotonic()
            process.send_signal(name)
            out, err = await asyncio.to_thread(process.communicate, timeout=15)
            await asyncio.gather(open_page, return_exceptions=True)

    assert time.monotonic() - began < 10
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
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
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
    ended = paperpicks("run", "--port", 0)

    assert ended.code == 1
    assert "local.db can't be read" in ended.err
    assert "Delete it to begin a new local chat." in ended.err


@pytest.mark.parametrize("setting", ["DATABASE_URL", "WEBHOOK_URL"])
def test_without_a_token_nothing_real_is_touched(
    paperpicks: Command, tmp_path: Path, setting: str
) -> None:
    values = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.db",
        "WEBHOOK_URL": "https://a.example/x",
    }
    ended = paperpicks("run", **{setting: values[setting]})

    assert ended.code == 1
    assert ended.err.startswith(
        f"paperpicks: {setting} is set, but TELEGRAM_BOT_TOKEN is not"
    )
    assert not list(tmp_path.rglob("*.db"))


def test_a_second_one_names_the_page_of_the_first(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        at = address(first)
        with running(tmp_path) as second:
            _, err = second.communicate(timeout=30)

    assert f"its page is at {at}" in err
    assert err.count("\n") == 1


def test_where_the_usual_port_is_taken_it_is_the_next_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert port < local._free_port(port) < port + local.PORTS_TRIED


@pytest.mark.parametrize("moment", [0.1, 0.5, 1.0, 1.5])
def test_ctrl_c_is_quiet_at_any_moment(tmp_path: Path, moment: float) -> None:
    with running(tmp_path) as process:
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert err == ""
    assert process.returncode in {0, 130, -signal.SIGINT}
