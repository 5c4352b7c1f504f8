"""An operator deletes a reader who asks for it."""

import io
import sqlite3
from contextlib import closing

import pytest

from bot.storage import readers
from bot.storage.database import Database
from tests.cli.conftest import Command
from tests.storage.factories import CHATS

ADA = CHATS["Ada"]
BO = CHATS["Bo"]


def reader_names(database: Database) -> list[str]:
    return [reader.name for reader in readers.active_readers(database)]


def test_with_yes_the_reader_is_deleted_at_once(
    paperpicks: Command, command_database: Database
) -> None:
    result = paperpicks("forget", ADA, "--yes")

    assert (result.code, result.err) == (0, "")
    assert f"Reader {ADA} is deleted." in result.out
    assert reader_names(command_database) == ["Bo"]
    with closing(sqlite3.connect(str(command_database.url.database))) as raw:
        assert raw.execute("SELECT count(*) FROM ratings").fetchone() == (0,)


@pytest.mark.parametrize(
    ("answer", "names"),
    [("y\n", ["Bo"]), ("n\n", ["Ada", "Bo"]), ("", ["Ada", "Bo"])],
)
def test_without_it_the_counts_are_shown_and_nothing_goes_before_a_yes(
    paperpicks: Command,
    command_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    names: list[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))

    result = paperpicks("forget", ADA)

    assert reader_names(command_database) == names
    assert (result.code == 0) == (answer == "y\n")
    assert (
        "Delete Ada for good (ratings: 1, topics: 0, saved papers: 0, picks shown: 0)?"
        in result.out
    )


def test_nobody_is_deleted_by_a_number_that_is_nobodys(
    paperpicks: Command, command_database: Database
) -> None:
    result = paperpicks("forget", 5, "--yes")

    assert result.code == 1
    assert f"There is no reader 5. Known are: {ADA}, {BO}." in result.err
    assert reader_names(command_database) == ["Ada", "Bo"]
