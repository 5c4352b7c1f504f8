"""A database that is not what it should be ends in one line, whatever was typed."""

import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot_api.server import FaultyServer
from tests.cli.conftest import Command
from tests.cli.process import TOKEN, running
from tests.e2e.talk import says

COMMANDS = [
    ["run"],
    ["migrate"],
    ["fetch"],
    ["deliver", "--dry-run"],
    ["preview", "7"],
    ["forget", "7", "--yes"],
    ["export", "7"],
    ["import", "document.json"],
    ["doctor"],
    ["backup", "copy.db"],
    ["stats"],
]


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()


def text(path: Path) -> None:
    path.write_text(
        "This is a shopping list, and longer than a header would be. " * 30
    )


def short_text(path: Path) -> None:
    path.write_text("eggs")


def strange(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE papers (id INTEGER)")


def truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def scribbled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = b"\x5a" * (len(content) // 2 - 4096)
    path.write_bytes(content)


Spoil = Callable[[Path], None]
WAYS: list[Spoil] = [newer, text, short_text, strange, truncated, scribbled]


@pytest.mark.parametrize("spoil", WAYS, ids=lambda way: way.__name__)
def test_it_is_one_line_from_every_command(
    data: Path, paperpicks: Command, tmp_path: Path, spoil: Spoil
) -> None:
    path = data / "paperpicks.db"
    (tmp_path / "document.json").write_text("{}")
    spoil(path)
    before = path.read_bytes()

    for words in COMMANDS:
        if spoil is newer and words[0] == "backup":
            continue  # a copy of what a newer version made is of use
        result = paperpicks(
            *words, DATA_DIR=str(data), TELEGRAM_BOT_TOKEN=TOKEN
        )
        lines = result.err if words != ["doctor"] else result.err + result.out

        assert result.code == 1, words
        assert "paperpicks.db" in lines, words
        assert result.err.count("\n") <= 1, words
        assert "Traceback" not in lines, words

    assert path.read_bytes() == before
    assert not (tmp_path / "copy.db").exists()


def overwritten(path: Path) -> None:
    text(path)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    other = path.with_name("other.db")
    shutil.copy(path, other)
    other.rename(path)


GONE: list[Spoil] = [overwritten, emptied, truncated, removed, replaced]


@pytest.mark.parametrize("spoil", GONE, ids=lambda way: way.__name__)
async def test_a_file_that_goes_bad_meanwhile_stops_the_process_and_leaves_no_press_unanswered(
    data: Path, spoil: Spoil
) -> None:
    path = data / "paperpicks.db"
    with (
        FaultyServer(TOKEN) as server,
        running(server.base_url, data) as process,
    ):
        ada = server.person("Ada")
        ada.start()
        await ada.wait_for(lambda message: "Hi Ada" in message.text, 30)
        digest = await says(ada, "/picks")

        spoil(path)
        toast = await ada.answer_to(ada.press(digest, "👍 1"), 10)
        printed, _ = process.communicate(timeout=20)

    assert toast is not None
    assert process.returncode == 1
    assert process.returncode != -signal.SIGKILL
    assert printed.count("paperpicks: ") == 1
    assert "paperpicks.db" in printed.splitlines()[-1]
