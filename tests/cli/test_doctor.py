"""The doctor asks Telegram too, where there is a token, and never tells the token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.cli import doctor
from bot.cli.doctor import Finding, Line
from bot.sandbox.localchat import refusals
from bot.sources.endpoints import Endpoints
from bot.storage import deliveries, schema
from bot.storage.database import Database
from tests.bot_api.server import FaultyServer
from tests.cli.conftest import Command
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


def told(
    database: Database,
    server: FaultyServer,
    webhook: str | None = None,
    **ahead: float,
) -> dict[bool, str]:
    """Return what the doctor says of Telegram: what is well, and what is not."""
    line = Line(TOKEN, server.base_url.removesuffix("/bot"), webhook)
    now = datetime.now(UTC) + timedelta(**ahead)
    found: list[Finding] = list(
        doctor.examine(database, Endpoints(NOBODY, NOBODY, NOBODY), line, now)
    )
    return {
        well: "\n".join(f"{f.seen} → {f.mend}" for f in found if f.well is well)
        for well in (True, False)
    }


def test_all_is_well_with_telegram(
    database: Database, server: FaultyServer
) -> None:
    seen = told(database, server)[True]

    assert "the token is @local_424242_bot's" in seen
    assert "updates come by long polling" in seen
    assert (
        "clock is +0 s" in seen
        or "clock is -0 s" in seen
        or "clock is +1 s" in seen
    )


def test_a_token_that_is_not_accepted(
    database: Database, server: FaultyServer
) -> None:
    server.fail_next("getMe", refusals.UNAUTHORIZED)

    assert (
        "does not accept the token → check that it is whole"
        in told(database, server)[False]
    )


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

    assert "does not answer" in told(database, server)[False]


def test_a_database_of_another_bot(
    database: Database, server: FaultyServer
) -> None:
    schema.claim(database, 7, "other", datetime.now(UTC), adopt=False)

    assert "this database belongs to bot 7" in told(database, server)[False]


def test_updates_that_go_to_somebody_else(
    database: Database, server: FaultyServer
) -> None:
    hook = {"url": "http://elsewhere.example/hook"}
    httpx.post(
        f"{server.base_url}{TOKEN}/setWebhook", json=hook
    ).raise_for_status()

    ill = told(database, server)[False]
    ours = told(database, server, "http://elsewhere.example/hook/")[True]
    missing = told(database, server, "http://ours.example/hook")[False]

    assert (
        "Telegram sends updates to elsewhere.example → another process" in ill
    )
    assert "updates come by webhook, 0 wait" in ours
    assert "Telegram sends updates to elsewhere.example" in missing


def test_a_clock_that_is_wrong(
    database: Database, server: FaultyServer
) -> None:
    ill = told(database, server, minutes=5)[False]

    assert "this machine's clock is +" in ill
    assert "set it by NTP" in ill


def test_a_digest_that_is_stuck(
    database: Database, server: FaultyServer
) -> None:
    now = datetime.now(UTC)
    join(database, "Ada", next_due_at=now - timedelta(minutes=20))
    deliveries.create_due(database, now)

    assert (
        "1 digest is late → is `paperpicks run` running?"
        in told(database, server)[False]
    )


def test_telegram_that_does_not_answer_and_the_token_in_no_word(
    paperpicks: Command, tmp_path: Path
) -> None:
    paperpicks("migrate")
    ended = paperpicks(
        "doctor", TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=NOBODY
    )

    assert "✗ http://127.0.0.1:9 does not answer (ConnectError)" in ended.out
    assert TOKEN not in ended.out + ended.err


def test_a_backup_is_a_database_of_its_own_and_replaces_nothing(
    paperpicks: Command, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    early = paperpicks("backup", copy)
    paperpicks("migrate")

    first, second = paperpicks("backup", copy), paperpicks("backup", copy)
    nowhere = paperpicks("backup", tmp_path / "no" / "such" / "folder.db")
    restored = paperpicks("stats", DATABASE_URL=f"sqlite:///{copy}")

    assert (early.code, first.code, second.code, nowhere.code) == (1, 0, 1, 1)
    assert "There is no database at" in early.err
    assert f"{copy} holds everything" in first.out
    assert "is there already" in second.err
    assert "can't be written" in nowhere.err
    assert "papers" in restored.out


def test_a_backup_that_was_cut_off_blocks_no_name_and_never_looks_whole(
    paperpicks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, half = tmp_path / "copy.db", tmp_path / "copy.db.part"
    paperpicks("migrate")
    half.write_text("what a copy left that was cut off")
    with monkeypatch.context() as cut:
        cut.setattr(Path, "rename", broken)
        first = paperpicks("backup", copy)
    there = copy.exists()
    second = paperpicks("backup", copy)

    assert (first.code, there, second.code) == (1, False, 0)
    assert not half.exists()


def broken(*_: object) -> None:
    raise OSError("the disk went away")


def test_a_backup_of_postgresql_names_its_own_tool(paperpicks: Command) -> None:
    ended = paperpicks(
        "backup",
        "copy.db",
        DATABASE_URL="postgresql://ada:secret@127.0.0.1:9/pp",
    )

    assert ended.code == 1
    assert "pg_dump --format=custom --file=copy.db pp" in ended.err
    assert "secret" not in ended.err
