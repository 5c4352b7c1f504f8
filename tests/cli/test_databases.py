"""Commands meet databases that are away, empty, old, or somebody else's."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.postgres import Cluster

PAGE = Path(__file__).parents[3] / "shared" / "data" / "daily-papers-page.txt"
AWAY = ["postgres://nobody:secret@127.0.0.1:9/none", "sqlite:////proc/x/y.db"]
HF = PAGE.with_name("hf-daily-papers.jsonl.gz")


@pytest.mark.parametrize("command", ["stats", "migrate"])
@pytest.mark.parametrize("url", AWAY)
def test_a_database_that_cannot_be_opened_is_one_line_without_its_password(
    paperpicks: Command, command: str, url: str
) -> None:
    ended = paperpicks(command, DATABASE_URL=url)

    assert ended.code == 1
    assert "can't be opened" in ended.err
    assert ended.err.count("\n") == 1
    assert "secret" not in ended.err


@pytest.mark.parametrize("url", AWAY)
def test_the_doctor_says_that_the_database_is_away(
    paperpicks: Command, url: str
) -> None:
    ended = paperpicks("doctor", DATABASE_URL=url)

    [line] = [
        line for line in ended.out.splitlines() if "can't be opened" in line
    ]
    assert ended.code == 1
    assert line.startswith("✗ The database ")
    assert line.endswith("→ check DATABASE_URL and DATA_DIR")
    assert "secret" not in ended.out


def test_the_doctor_looks_into_no_table_of_a_database_without_any(
    paperpicks: Command, postgres_cluster: Cluster
) -> None:
    ended = paperpicks(
        "doctor", DATABASE_URL=postgres_cluster.create_database()
    )

    assert ended.code == 1
    assert ended.out.endswith("revision None → run `paperpicks migrate`\n")


def test_migrate_says_from_where_to_where(paperpicks: Command) -> None:
    first = paperpicks("migrate")
    second = paperpicks("migrate")

    told = re.search(r"at revision (\d+) \(it was at none\)", first.out)
    assert told
    assert f"at revision {told[1]} (it was at {told[1]})" in second.out


def test_a_database_of_something_else_is_left_alone(
    paperpicks: Command, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "paperpicks.db").write_bytes(
        b"this is no database, only a text file" * 99
    )

    ended = paperpicks("stats")

    assert ended.code == 1
    assert "can't be opened" in ended.err


def test_stats_count_what_there_is(paperpicks: Command, lines: Path) -> None:
    paperpicks("fetch", "--file", lines)

    shown = paperpicks("stats")

    assert "papers   60 (newest: 2026-11-20)" in shown.out
    assert "readers  0 active of 0" in shown.out


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
