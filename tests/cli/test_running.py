"""The process itself: it starts, ends, survives a kill, keeps its secrets, and knows its bot."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.storage import counts, readers, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.cli.conftest import Command
from tests.cli.process import TOKEN, running
from tests.e2e.talk import buttons, says

OTHER_TOKEN = "777777:AAE-another-secret-token"


async def test_a_kill_loses_nothing_and_the_buttons_still_work(
    data: Path,
) -> None:
    with FaultyServer(TOKEN) as server:
        ada = server.person("Ada")
        with running(server.base_url, data) as process:
            ada.start()
            await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)
            digest = await says(ada, "/picks")
            await ada.answer_to(ada.press(digest, "👍 1"))
            process.send_signal(signal.SIGKILL)
            process.wait()
        with running(server.base_url, data):
            edited = await ada.wait_for(
                lambda message: message.id == digest.id, 30
            )
            toast = await ada.answer_to(ada.press(edited, "👍 2"), 30)
            edited = await ada.wait_for(
                lambda message: {"👍 1 ✓", "👍 2 ✓"} <= set(buttons(message))
            )

    assert toast.text.startswith("👍 noted")
    assert edited.id == digest.id
    database = Database(f"sqlite:///{data / 'paperpicks.db'}")
    assert counts.count(database).likes == 2
    database.close()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_when_told_to_and_no_secret_was_logged(
    data: Path, name: signal.Signals
) -> None:
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data) as process,
    ):
        ada = server.person("Ada")
        ada.start()
        await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)

        process.send_signal(name)
        printed, _ = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "Stopped" in printed
    assert "Traceback" not in printed
    assert "secret" not in printed


async def test_a_token_that_telegram_refuses_is_one_line(data: Path) -> None:
    with (
        FaultyServer(OTHER_TOKEN) as server,
        running(server.base_url, data) as process,
    ):
        printed, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "paperpicks: Telegram does not accept TELEGRAM_BOT_TOKEN" in printed
    assert "secret" not in printed
    assert "Traceback" not in printed


async def test_a_database_refuses_another_bot_until_it_is_adopted(
    data: Path,
) -> None:
    database = Database(f"sqlite:///{data / 'paperpicks.db'}")
    schema.claim(database, 424242, "ours", datetime.now(UTC), adopt=False)
    database.close()
    with FaultyServer(OTHER_TOKEN) as server:
        with running(server.base_url, data, token=OTHER_TOKEN) as process:
            printed, _ = process.communicate(timeout=30)
        with running(server.base_url, data, "--adopt", token=OTHER_TOKEN):
            ada = server.person("Ada")
            ada.start()
            greeting = await ada.wait_for(lambda message: True, 30)

    assert process.returncode == 1
    assert "This database belongs to another bot" in printed
    assert "--adopt" in printed
    assert "Hi Ada" in greeting.text


async def test_it_waits_for_a_telegram_that_is_away_and_ends_when_told_to(
    data: Path,
) -> None:
    with running("http://127.0.0.1:9/bot", data) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "trying again" in line)
        process.send_signal(signal.SIGTERM)
        process.wait(10)

    assert "Telegram does not answer" in line
    assert process.returncode == 0


async def test_deliver_with_a_refused_token_is_one_line_without_it(
    data: Path, paperpicks: Command
) -> None:
    with FaultyServer(OTHER_TOKEN) as server:
        result = await asyncio.to_thread(
            paperpicks,
            "deliver",
            DATA_DIR=str(data),
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=server.base_url.removesuffix("/bot"),
        )

    assert result.code == 1
    assert result.err.startswith(
        "paperpicks: Telegram does not accept TELEGRAM_BOT_TOKEN"
    )
    assert result.err.count("\n") == 1
    assert "secret" not in result.err + result.out


def test_deliver_while_telegram_is_away_is_one_line(
    data: Path, paperpicks: Command
) -> None:
    result = paperpicks(
        "deliver",
        DATA_DIR=str(data),
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE="http://127.0.0.1:9",
    )

    assert result.code == 1
    assert result.err.startswith("paperpicks: Telegram does not answer (")
    assert result.err.count("\n") == 1
    assert "secret" not in result.err


async def test_deliver_sends_what_is_due_and_says_how_many(
    data: Path, paperpicks: Command
) -> None:
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{data / 'paperpicks.db'}")
    with FaultyServer(TOKEN) as server:
        ada = server.person("Ada")
        ada.write("hello")
        values = {
            "name": "Ada",
            "at": time(0),
            "created_at": now,
            "next_due_at": now - timedelta(minutes=1),
        }
        readers.find_or_create(database, ada.id, values)
        database.close()
        settings = {
            "DATA_DIR": str(data),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": server.base_url.removesuffix("/bot"),
        }

        dry_run = await asyncio.to_thread(
            paperpicks, "deliver", "--dry-run", **settings
        )
        preview = await asyncio.to_thread(
            paperpicks, "preview", ada.id, **settings
        )
        deliver = await asyncio.to_thread(paperpicks, "deliver", **settings)
        digest = await ada.wait_for(lambda message: "👍 1" in buttons(message))

    assert "1 reader is due." in dry_run.out
    assert "Ada: 5 of 12 new papers" in preview.out
    assert "1 digest sent." in deliver.out
    assert "your 5 of 12 new papers" in digest.text


@pytest.mark.parametrize(
    "module", ["bot.cli.main", "bot.picks.catalogue", "recommender.ranking"]
)
def test_arithmetic_runs_on_one_thread_whatever_is_imported_first(
    module: str,
) -> None:
    """Two threads make small sums many times slower, and NumPy looks only when it is imported."""
    pools = "{pool['num_threads'] for pool in threadpoolctl.threadpool_info()}"
    program = f"import {module}, threadpoolctl; print({pools})"
    environment = dict(os.environ)
    environment.pop("OPENBLAS_NUM_THREADS", None)

    process = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert process.stdout.strip() == "{1}"
