"""`paperpicks doctor` examines Telegram if there is a token, and never prints the token."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.cli import doctor
from bot.cli.doctor import TelegramAccess
from bot.sandbox.localchat import refusals
from bot.sources.endpoints import Endpoints
from bot.storage import deliveries, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.cli.conftest import Command
from tests.postgres import Cluster, installed
from tests.storage.factories import join

TOKEN = "424242:AAE-a-secret-token-of-ours"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer(TOKEN) as server:
        yield server


def report(
    database: Database,
    server: FaultyServer,
    *,
    ok: bool,
    webhook: str | None = None,
    clock_ahead: timedelta = timedelta(),
) -> str:
    """Return the findings that are ok, or those that are not, one a line."""
    telegram = TelegramAccess(
        token=TOKEN,
        api_base=server.base_url.removesuffix("/bot"),
        webhook_url=webhook,
    )
    endpoints = Endpoints(NOBODY, NOBODY, NOBODY)
    now = datetime.now(UTC) + clock_ahead
    findings = doctor.examine(database, endpoints, telegram, now)
    return "\n".join(
        f"{finding.text} → {finding.remedy}"
        for finding in findings
        if finding.ok is ok
    )


def test_all_is_well_with_telegram(
    database: Database, server: FaultyServer
) -> None:
    findings = report(database, server, ok=True)

    assert "the token is @local_424242_bot's" in findings
    assert "updates come by long polling" in findings
    assert re.search(r"clock is ([+-]0|\+1) s", findings)


def test_what_botfather_has_switched_on_is_said(
    database: Database, server: FaultyServer
) -> None:
    findings = report(database, server, ok=True)

    assert "inline mode is on" in findings
    assert "being added to groups is on" in findings


def test_what_botfather_has_switched_off_is_said_and_not_wrong() -> None:
    bot = {"supports_inline_queries": False, "can_join_groups": True}

    inline_mode, groups = doctor.examine_abilities(bot)

    assert inline_mode.line == (
        "✓ inline mode is off; @BotFather's /setinline switches it on"
    )
    assert groups.line == "✓ being added to groups is on"


def test_a_token_that_is_not_accepted(
    database: Database, server: FaultyServer
) -> None:
    server.fail_next("getMe", refusals.UNAUTHORIZED)

    problems = report(database, server, ok=False)

    assert "does not accept the token → check that it is whole" in problems


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"ok": true, "result": 3}', b"[" * 9999]
)
def test_an_odd_answer_is_none(
    database: Database,
    server: FaultyServer,
    monkeypatch: pytest.MonkeyPatch,
    body: bytes,
) -> None:
    response = httpx.Response(200, content=body)
    monkeypatch.setattr(httpx.Client, "get", lambda *_: response)

    problems = report(database, server, ok=False)

    assert "does not answer" in problems


def test_a_database_of_another_bot(
    database: Database, server: FaultyServer
) -> None:
    schema.claim(database, 7, "other", datetime.now(UTC), adopt=False)

    problems = report(database, server, ok=False)

    assert "this database belongs to bot 7" in problems


def test_updates_that_go_to_somebody_else(
    database: Database, server: FaultyServer
) -> None:
    hook = {"url": "http://elsewhere.example/hook"}
    httpx.post(
        f"{server.base_url}{TOKEN}/setWebhook", json=hook
    ).raise_for_status()

    without_webhook = report(database, server, ok=False)
    same_webhook = report(
        database, server, ok=True, webhook="http://elsewhere.example/hook/"
    )
    other_webhook = report(
        database, server, ok=False, webhook="http://ours.example/hook"
    )

    receiver = "Telegram sends updates to elsewhere.example"
    assert f"{receiver} → another process" in without_webhook
    assert "updates come by webhook, 0 wait" in same_webhook
    assert receiver in other_webhook


def test_a_clock_that_is_wrong(
    database: Database, server: FaultyServer
) -> None:
    problems = report(
        database, server, ok=False, clock_ahead=timedelta(minutes=5)
    )

    assert "this machine's clock is +" in problems
    assert "set it by NTP" in problems


def test_a_digest_that_is_stuck(
    database: Database, server: FaultyServer
) -> None:
    now = datetime.now(UTC)
    join(database, "Ada", next_due_at=now - timedelta(minutes=20))
    deliveries.create_due(database, now)

    problems = report(database, server, ok=False)

    assert "1 digest is late → is `paperpicks run` running?" in problems


def test_telegram_that_does_not_answer_and_the_token_in_no_word(
    paperpicks: Command, tmp_path: Path
) -> None:
    paperpicks("migrate")

    result = paperpicks(
        "doctor", TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=NOBODY
    )

    assert "✗ http://127.0.0.1:9 does not answer (ConnectError)" in result.out
    assert TOKEN not in result.out + result.err


def test_a_backup_is_a_database_of_its_own_and_replaces_nothing(
    paperpicks: Command, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"

    without_database = paperpicks("backup", copy)
    paperpicks("migrate")
    first = paperpicks("backup", copy)
    second = paperpicks("backup", copy)
    no_folder = paperpicks("backup", tmp_path / "no" / "such" / "folder.db")
    stats = paperpicks("stats", DATABASE_URL=f"sqlite:///{copy}")

    assert without_database.code == 1
    assert "There is no database at" in without_database.err
    assert first.code == 0
    assert f"{copy} holds everything" in first.out
    assert second.code == 1
    assert "is there already" in second.err
    assert no_folder.code == 1
    assert "can't be written" in no_folder.err
    assert "papers" in stats.out


def test_a_backup_that_was_cut_off_blocks_no_name_and_never_looks_whole(
    paperpicks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    part = tmp_path / "copy.db.part"
    paperpicks("migrate")
    part.write_text("the beginning of a copy that was cut off")

    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(Path, "rename", fail_to_write)
        first = paperpicks("backup", copy)
    copy_after_first = copy.exists()
    second = paperpicks("backup", copy)

    assert (first.code, copy_after_first) == (1, False)
    assert second.code == 0
    assert not part.exists()


def fail_to_write(*_: object) -> None:
    raise OSError("the disk went away")


def test_a_backup_of_postgresql_names_its_own_tool(paperpicks: Command) -> None:
    result = paperpicks(
        "backup",
        "copy.db",
        DATABASE_URL="postgresql://ada:secret@127.0.0.1:9/pp",
    )

    assert result.code == 1
    assert (
        "`pg_dump --format=custom --file=copy.db 'postgresql://ada@127.0.0.1:9/pp'`"
        in result.err
    )
    assert "secret" not in result.err


def test_the_tool_that_it_names_writes_a_dump(
    paperpicks: Command, postgres_cluster: Cluster, tmp_path: Path
) -> None:
    url = postgres_cluster.create_database()
    result = paperpicks("backup", "copy.dump", DATABASE_URL=url)
    program, *words = shlex.split(result.err.split("`")[1])
    folder = installed()
    assert folder is not None

    subprocess.run([folder / program, *words], cwd=tmp_path, check=True)

    assert (tmp_path / "copy.dump").read_bytes().startswith(b"PGDMP")
