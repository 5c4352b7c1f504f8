"""`paperpicks move`: an installation goes from SQLite to PostgreSQL, whole."""

import json
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.storage.database import Database
from tests.cli.conftest import Command
from tests.postgres import Cluster
from tests.storage.factories import CHATS

ADA = CHATS["Ada"]


@pytest.fixture
def address(postgres_cluster: Cluster) -> str:
    """The address of an empty PostgreSQL database."""
    return postgres_cluster.create_database()


def exported(paperpicks: Command, **settings: str) -> dict[str, object]:
    document = json.loads(paperpicks("export", ADA, **settings).out)
    del document["taken_at"]
    return dict(document)


def test_it_says_what_was_moved_and_what_to_set_and_the_reader_is_there(
    paperpicks: Command,
    command_database: Database,
    address: str,
    tmp_path: Path,
) -> None:
    command_database.close()
    before = exported(paperpicks)

    result = paperpicks("move", address)

    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert result.err == ""
    assert result.code == 0
    assert lines[:-1] == [
        "readers 2 rows",
        "papers 1 row",
        "ratings 1 row",
    ]
    assert lines[-1].startswith("Everything is in postgresql://tests@")
    assert "Set DATABASE_URL to that address" in lines[-1]
    assert f"{tmp_path}/data/paperpicks.db is left as it was" in lines[-1]
    assert exported(paperpicks, DATABASE_URL=address) == before


def test_a_second_move_is_refused_by_one_line(
    paperpicks: Command, command_database: Database, address: str
) -> None:
    command_database.close()
    paperpicks("move", address)

    result = paperpicks("move", address)

    assert result.code == 1
    assert "is not empty (rows in readers: 2): nothing was moved" in result.err
    assert result.err.count("\n") == 1


def test_it_asks_to_stop_a_bot_that_has_the_database_open(
    paperpicks: Command, command_database: Database, address: str
) -> None:
    command_database.check()

    result = paperpicks("move", address)

    assert result.code == 1
    assert "is in use" in result.err
    assert "Stop the bot first" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("nonsense", "The address is not a database address"),
        ("mysql://a@b/c", "The address names neither SQLite nor PostgreSQL"),
        ("sqlite:///other.db", "should look like postgresql://"),
        ("postgresql://ada:secret@127.0.0.1:9/none", "can't be opened"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line_without_its_password(
    paperpicks: Command,
    command_database: Database,
    target: str,
    reason: str,
) -> None:
    command_database.close()

    result = paperpicks("move", target)

    assert result.code == 1
    assert reason in result.err
    assert "secret" not in result.err
    assert result.err.count("\n") == 1


def test_before_the_first_start_there_is_nothing_to_move(
    paperpicks: Command, address: str, tmp_path: Path
) -> None:
    result = paperpicks("move", address)

    assert result.code == 1
    assert "There is no database at" in result.err
    assert not list(tmp_path.rglob("*.db"))


def test_from_postgresql_there_is_nothing_to_move(
    paperpicks: Command, address: str
) -> None:
    result = paperpicks("move", address, DATABASE_URL=address)

    assert result.code == 1
    assert "in PostgreSQL already" in result.err


def test_the_password_of_the_target_is_never_printed(
    paperpicks: Command, command_database: Database, address: str
) -> None:
    command_database.close()
    target = make_url(address).set(password="open-sesame")

    result = paperpicks("move", target.render_as_string(hide_password=False))

    assert result.code == 0
    assert "open-sesame" not in result.out + result.err
    assert "tests:***@" in result.out
