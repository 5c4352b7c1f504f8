"""Secrets come from files where the settings name one, and a bad file is one line."""

import os
from pathlib import Path

import pytest

from bot.settings import read_settings
from tests.cli.conftest import SETTINGS, Command
from tests.cli.process import TOKEN

URL = "postgresql://ada:pass-word@db.example/papers"

# The settings that a file may hold, each with a value that is right.
SECRETS = [
    ("TELEGRAM_BOT_TOKEN", TOKEN),
    ("DATABASE_URL", URL),
    ("WEBHOOK_SECRET", "A-secret_of-ours"),
]
NAMES = [name for name, _ in SECRETS]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def plain(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal() if reveal else value)


@pytest.mark.parametrize(("name", "secret"), SECRETS)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n\n"])
def test_a_secret_is_read_from_its_file_without_the_newline_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
    file: Path,
    name: str,
    secret: str,
    end: str,
) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)
    file.write_bytes(f"{secret}{end}".encode())
    monkeypatch.setenv(f"{name}_FILE", str(file))

    settings = read_settings()

    assert plain(getattr(settings, name.lower())) == secret


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "can't be read: no such file or directory"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00", "holds no text"),
        (b"two words", "should"),
    ],
)
def test_a_file_without_a_secret_is_one_line_that_names_the_setting_and_the_file(
    paperpicks: Command,
    file: Path,
    name: str,
    content: bytes | None,
    reason: str,
) -> None:
    if content is not None:
        file.write_bytes(content)

    result = paperpicks("stats", **{f"{name}_FILE": str(file)})

    if name == "DATABASE_URL" and content == b"two words":
        reason = "is not a database address"
    assert result.code == 1
    assert result.err.startswith(f"paperpicks: {name}_FILE: {file} {reason}")
    assert result.err.count("\n") == 1
    assert "two words" not in result.err


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_others_own_is_one_line(
    paperpicks: Command, file: Path, name: str
) -> None:
    file.write_text("whatever")
    file.chmod(0)
    if os.access(file, os.R_OK):
        # Root reads every file; a folder is one that nobody reads.
        file.unlink()
        file.mkdir()

    result = paperpicks("stats", **{f"{name}_FILE": str(file)})

    assert result.code == 1
    assert f"{name}_FILE: {file} can't be read: " in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(("name", "secret"), SECRETS)
def test_a_secret_and_its_file_at_once_are_refused(
    paperpicks: Command, file: Path, name: str, secret: str
) -> None:
    file.write_text(secret)

    result = paperpicks("stats", **{name: secret, f"{name}_FILE": str(file)})

    assert result.code == 1
    assert result.err == (
        f"paperpicks: {name} and {name}_FILE are both set. Unset one of them.\n"
    )


def test_a_file_beside_the_same_setting_in_the_env_file_is_refused_too(
    paperpicks: Command, tmp_path: Path, file: Path
) -> None:
    file.write_text(TOKEN)
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")

    result = paperpicks("stats", TELEGRAM_BOT_TOKEN_FILE=str(file))

    assert result.code == 1
    assert "are both set" in result.err
    assert TOKEN not in result.err


def test_a_database_whose_address_is_in_a_file_is_used_and_its_password_not_told(
    paperpicks: Command, file: Path
) -> None:
    file.write_text("postgresql://ada:pass-word@127.0.0.1:9/papers\n")

    result = paperpicks("stats", DATABASE_URL_FILE=str(file))

    assert result.code == 1
    assert "127.0.0.1:9/papers can't be opened" in result.err
    assert "pass-word" not in result.err


def test_a_file_of_the_database_alone_never_begins_a_local_run(
    paperpicks: Command, file: Path
) -> None:
    file.write_text(URL)

    result = paperpicks("run", DATABASE_URL_FILE=str(file))

    assert result.code == 1
    assert "DATABASE_URL is set, but TELEGRAM_BOT_TOKEN is not" in result.err
