"""Commands meet databases that are away, empty, old, or somebody else's."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.postgres import Cluster

# Databases that can't be opened.
UNREACHABLE = [
    "postgres://nobody:secret@127.0.0.1:9/none",
    "sqlite:////proc/x/y.db",
]


@pytest.mark.parametrize("command", ["stats", "migrate"])
@pytest.mark.parametrize("url", UNREACHABLE)
def test_a_database_that_cannot_be_opened_is_one_line_without_its_password(
    paperpicks: Command, command: str, url: str
) -> None:
    result = paperpicks(command, DATABASE_URL=url)

    assert result.code == 1
    assert "can't be opened" in result.err
    assert result.err.count("\n") == 1
    assert "secret" not in result.err


@pytest.mark.parametrize("url", UNREACHABLE)
def test_the_doctor_says_that_the_database_is_away(
    paperpicks: Command, url: str
) -> None:
    result = paperpicks("doctor", DATABASE_URL=url)

    [line] = [
        line for line in result.out.splitlines() if "can't be opened" in line
    ]
    assert result.code == 1
    assert line.startswith("✗ The database ")
    assert line.endswith("→ check DATABASE_URL and DATA_DIR")
    assert "secret" not in result.out


def test_the_doctor_looks_into_no_table_of_a_database_without_any(
    paperpicks: Command, postgres_cluster: Cluster
) -> None:
    result = paperpicks(
        "doctor", DATABASE_URL=postgres_cluster.create_database()
    )

    assert result.code == 1
    assert result.out.endswith("revision None → run `paperpicks migrate`\n")


def test_migrate_says_from_where_to_where(paperpicks: Command) -> None:
    first = paperpicks("migrate")
    second = paperpicks("migrate")

    match = re.search(r"at revision (\d+) \(it was at none\)", first.out)
    assert match
    newest = match[1]
    assert f"at revision {newest} (it was at {newest})" in second.out


def test_a_database_of_something_else_is_left_alone(
    paperpicks: Command, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "paperpicks.db").write_bytes(
        b"this is no database, only a text file" * 99
    )

    result = paperpicks("stats")

    assert result.code == 1
    assert "can't be opened" in result.err


def test_stats_count_what_there_is(paperpicks: Command, lines: Path) -> None:
    paperpicks("fetch", "--file", lines)

    stats = paperpicks("stats")

    assert "papers   60 (newest: 2026-11-20)" in stats.out
    assert "readers  0 active of 0" in stats.out


def test_the_doctor_names_what_is_missing_and_how_to_mend_it(
    paperpicks: Command, lines: Path
) -> None:
    before = paperpicks("doctor")
    paperpicks("fetch", "--file", lines)
    after = paperpicks("doctor", TELEGRAM_BOT_TOKEN="1:abc")

    assert (
        "✗ TELEGRAM_BOT_TOKEN is not set → get one from @BotFather"
        in before.out
    )
    assert (
        "✗ the database is at revision None → run `paperpicks migrate`"
        in before.out
    )
    assert "✓ 60 papers, the newest of 2026-11-20" in after.out
    assert "✗ no features yet" in after.out
    assert "TELEGRAM_BOT_TOKEN" not in after.out
