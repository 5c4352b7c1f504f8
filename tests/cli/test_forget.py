"""An operator deletes a reader who asks for it."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import readers, schema
from bot.storage.database import Database
from tests.cli.conftest import Command
from tests.storage.factories import CHATS, join, rate, store

ADA, BO = CHATS["Ada"], CHATS["Bo"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The one that commands use, with Ada, who rated a paper, and Bo."""
    (tmp_path / "data").mkdir()
    with closing(
        Database(f"sqlite:///{tmp_path / 'data' / 'paperpicks.db'}")
    ) as database:
        schema.prepare(database)
        ada, _, [attention] = (
            join(database, "Ada"),
            join(database, "Bo"),
            store(database, "One"),
        )
        rate(database, ada, attention, 1)
        yield database


def left(database: Database) -> list[str]:
    return [reader.name for reader in readers.active_readers(database)]


def test_with_yes_the_reader_is_deleted_at_once(
    paperpicks: Command, database: Database
) -> None:
    ended = paperpicks("forget", ADA, "--yes")

    assert (ended.code, ended.err) == (0, "")
    assert f"Reader {ADA} is deleted." in ended.out
    assert left(database) == ["Bo"]
    with closing(sqlite3.connect(str(database.url.database))) as raw:
        assert raw.execute("SELECT count(*) FROM ratings").fetchone() == (0,)


@pytest.mark.parametrize(
    ("said", "stay"),
    [("y\n", ["Bo"]), ("n\n", ["Ada", "Bo"]), ("", ["Ada", "Bo"])],
)
def test_without_it_the_counts_are_shown_and_nothing_goes_before_a_yes(
    paperpicks: Command,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    stay: list[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(said))

    ended = paperpicks("forget", ADA)

    assert left(database) == stay
    assert (ended.code == 0) == (said == "y\n")
    assert (
        "Delete Ada for good (ratings: 1, topics: 0, saved papers: 0, picks shown: 0)?"
        in ended.out
    )


def test_nobody_is_deleted_by_a_number_that_is_nobodys(
    paperpicks: Command, database: Database
) -> None:
    ended = paperpicks("forget", 5, "--yes")

    assert ended.code == 1
    assert f"There is no reader 5. Known are: {ADA}, {BO}." in ended.err
    assert left(database) == ["Ada", "Bo"]
