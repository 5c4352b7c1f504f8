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


def set_newer_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def overwrite_with_text(path: Path) -> None:
    path.write_text(
        "This is a shopping list, and longer than a header would be. " * 30
    )


def overwrite_with_a_word(path: Path) -> None:
    path.write_text("eggs")


def replace_with_other_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE papers (id INTEGER)")


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = b"\x5a" * (len(content) // 2 - 4096)
    path.write_bytes(content)


# Spoils the database in a file.
Spoil = Callable[[Path], None]
CORRUPTIONS: list[Spoil] = [
    set_newer_revision,
    overwrite_with_text,
    overwrite_with_a_word,
    replace_with_other_tables,
    truncate,
    scribble,
]


@pytest.mark.parametrize("spoil", CORRUPTIONS, ids=lambda spoil: spoil.__name__)
def test_it_is_one_line_from_every_command(
    data: Path, paperpicks: Command, tmp_path: Path, spoil: Spoil
) -> None:
    path = data / "paperpicks.db"
    (tmp_path / "document.json").write_text("{}")
    spoil(path)
    before = path.read_bytes()

    for words in COMMANDS:
        if spoil is set_newer_revision and words[0] == "backup":
            # A copy of what a newer version wrote is of use.
            continue
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


def overwrite_all_files(path: Path) -> None:
    overwrite_with_text(path)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    other = path.with_name("other.db")
    shutil.copy(path, other)
    other.rename(path)


LOSSES: list[Spoil] = [overwrite_all_files, empty, truncate, remove, replace]


@pytest.mark.parametrize("spoil", LOSSES, ids=lambda spoil: spoil.__name__)
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
