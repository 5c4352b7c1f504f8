"""What an operator writes into `.env`, and what they type without it."""

from pathlib import Path

import pytest

from bot.markup import plurals
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    "content",
    [
        "# for Jörg\nDATA_DIR=data\n".encode("latin-1"),
        "DATA_DIR=data\n".encode("utf-16"),
        "DATA_DIR=data\n".encode("utf-16-le"),
        "DATA_DIR=data\n".encode("utf-32"),
        "# “mine” – arms\n".encode("cp1252"),
    ],
    ids=["latin-1", "utf-16", "utf-16 without its mark", "utf-32", "cp1252"],
)
@pytest.mark.parametrize("command", ["stats", "doctor", "migrate"])
def test_settings_that_are_not_in_utf8_are_one_line_that_names_the_file(
    paperpicks: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    command: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)

    result = paperpicks(command)

    assert result.code == 1
    assert result.err.startswith(
        f"paperpicks: {tmp_path / '.env'} is not in UTF-8. "
    )
    assert result.err.count("\n") == 1


def test_the_mark_that_windows_puts_before_utf8_costs_no_setting(
    paperpicks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATA_DIR", raising=False)
    (tmp_path / ".env").write_text(
        f"DATA_DIR={tmp_path / 'here'}\n", "utf-8-sig"
    )

    paperpicks("stats")

    assert (tmp_path / "here" / "paperpicks.db").exists()


@pytest.mark.parametrize(
    "name", ["a?b", "a%20b", "a b", "a#b", "a%b", "ä", "a&b=c", "a:b"]
)
def test_the_data_are_in_the_folder_that_is_named_whatever_its_name(
    paperpicks: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / name))

    paperpicks("stats")

    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.db")}
    assert files == {f"{name}/paperpicks.db"}


def test_a_tilde_is_the_home_of_the_user(
    paperpicks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", "~/papers")

    paperpicks("stats")

    assert (tmp_path / "papers" / "paperpicks.db").exists()


def test_the_home_of_nobody_is_one_line(
    paperpicks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", "~nobody-of-that-name/papers")

    result = paperpicks("stats")

    assert result.code == 1
    assert result.err.startswith("paperpicks: DATA_DIR: ")
    assert result.err.count("\n") == 1


def test_without_a_command_the_commands_are_listed_each_with_a_whole_sentence(
    paperpicks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    without_command = paperpicks()
    with_help = paperpicks("--help")

    assert (without_command.code, without_command.err) == (0, "")
    for text in (without_command.out, with_help.out):
        assert "doctor" in text
        assert "..." not in text.split("Commands:")[1]
        assert "until Ctrl-C." in " ".join(text.split())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 digests"),
        (1, "1 digest"),
        (2, "2 digests"),
        (1_000, "1000 digests"),
    ],
)
def test_one_is_told_as_one(number: int, text: str) -> None:
    assert plurals.of(number, "digest") == text
