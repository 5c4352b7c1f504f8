"""Only its owner can read the data, also if others could before."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.sandbox import local
from bot.storage import permissions
from bot.storage.database import Database
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def as_most_machines_are() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    paths = [folder, *folder.iterdir()]
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in paths}


def test_a_new_installation_is_closed_from_the_first_moment(
    paperpicks: Command, tmp_path: Path
) -> None:
    result = paperpicks("stats")

    with closing(
        Database(f"sqlite:///{tmp_path}/data/paperpicks.db")
    ) as opened:
        opened.check()
        file_modes = modes(tmp_path / "data")
    assert result.code == 0
    assert file_modes.pop("data") == "700"
    assert file_modes.keys() >= {
        "paperpicks.db",
        "paperpicks.db-wal",
        "paperpicks.db-shm",
    }
    assert set(file_modes.values()) == {"600"}


def test_what_was_open_before_is_closed_at_the_next_start(
    paperpicks: Command, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    paperpicks("stats")
    for name in ("paperpicks.db-wal", "local.db", "local.db-wal", "old.db.bak"):
        (data / name).touch()
    for path in data.iterdir():
        path.chmod(0o644)
    data.chmod(0o755)

    paperpicks("stats")

    file_modes = modes(data)
    assert file_modes.pop("data") == "700"
    assert set(file_modes.values()) == {"600"}


def test_a_database_elsewhere_and_a_backup_are_closed_and_their_folders_left_alone(
    paperpicks: Command, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    url = f"sqlite:///{elsewhere}/picks.sqlite"
    paperpicks("migrate", DATABASE_URL=url)

    result = paperpicks("backup", elsewhere / "copy", DATABASE_URL=url)

    assert result.code == 0
    assert modes(elsewhere) == {
        "elsewhere": "755",
        "picks.sqlite": "600",
        "copy": "600",
    }


def test_the_chat_page_closes_what_it_keeps(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "local.db").touch(mode=0o644)

    with local._open_chat_store(data), local._open_database(data):
        file_modes = modes(data)

    assert file_modes.pop("data") == "700"
    assert set(file_modes.values()) == {"600"}


def test_the_doctor_names_what_can_not_be_closed(
    paperpicks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paperpicks("stats")
    data = tmp_path / "data"
    data.chmod(0o755)
    (tmp_path / ".env").write_text("PICKS_PER_DAY=4\n")
    all_closed = "✓ nobody else on this machine can read the data"

    def refuse(*_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as foreign_files:
        foreign_files.setattr(os, "chmod", refuse)
        result = paperpicks("doctor")
    (tmp_path / ".env").chmod(0o600)
    second_result = paperpicks("doctor")

    assert result.code == 1
    for path, mode in ((data, "700"), (tmp_path / ".env", "600")):
        assert (
            f"✗ others on this machine can read {path} → chmod {mode} {path}"
            in result.out
        )
    assert all_closed not in result.out
    assert all_closed in second_result.out


def test_a_folder_that_everybody_writes_to_is_nobody_s_to_close(
    tmp_path: Path,
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "paperpicks.db").touch()

    permissions.folder(shared)

    assert modes(shared) == {"shared": "777", "paperpicks.db": "600"}
