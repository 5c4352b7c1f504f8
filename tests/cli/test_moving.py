"""An operator moves a reader from one installation to another."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import feedback, readers, schema
from bot.storage.database import Database
from bot.storage.takeout import document as takeout
from tests.cli.conftest import Command
from tests.storage.factories import CHATS, join, rate, store, there

ADA, BO = CHATS["Ada"], CHATS["Bo"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The one that commands use, with Ada, who rated a paper, and Bo."""
    (tmp_path / "data").mkdir()
    with closing(
        Database(f"sqlite:///{tmp_path / 'data' / 'paperpicks.db'}")
    ) as database:
        schema.prepare(database)
        ada, _, [one] = (
            join(database, "Ada"),
            join(database, "Bo"),
            store(database, "One"),
        )
        rate(database, ada, one, 1)
        yield database


@pytest.fixture
def document(paperpicks: Command, database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(paperpicks("export", ADA).out, "utf-8")
    return path


def liked(database: Database, chat_id: int) -> int:
    reader = there(readers.find(database, chat_id))
    [paper_id] = store(database, "One")
    return feedback.rating(database, reader.id, paper_id)


def test_the_document_is_all_of_standard_output(document: Path) -> None:
    taken = takeout.read(document.read_bytes())

    assert taken.telegram_id == ADA
    assert [paper.title for paper in taken.papers] == ["One"]


def test_it_goes_to_whom_it_is_of_also_where_they_are_new(
    paperpicks: Command, database: Database, document: Path
) -> None:
    paperpicks("forget", ADA, "--yes")

    ended = paperpicks("import", document)

    assert (ended.code, ended.err) == (0, "")
    assert f"Reader {ADA} has 1 rating," in ended.out
    assert liked(database, ADA) == 1
    assert there(readers.find(database, ADA)).next_due_at is not None


def test_it_may_go_to_somebody_else(
    paperpicks: Command, database: Database, document: Path
) -> None:
    ended = paperpicks("import", document, "--user", BO)

    assert f"Reader {BO} has 1 rating," in ended.out
    assert liked(database, BO) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "Invalid JSON"),
        ("{}", "taken_at: Field required"),
        (None, "No such file"),
    ],
)
def test_another_file_is_refused_in_one_line(
    paperpicks: Command,
    database: Database,
    tmp_path: Path,
    content: str | None,
    told: str,
) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, "utf-8")

    ended = paperpicks("import", path)

    assert (ended.code, ended.out) == (1, "")
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_the_schema_of_the_document_can_be_asked_for(
    paperpicks: Command,
) -> None:
    assert json.loads(paperpicks("export", "--schema").out) == takeout.schema()


def test_without_a_reader_there_is_nothing_to_write(
    paperpicks: Command,
) -> None:
    ended = paperpicks("export")

    assert (ended.code, ended.out) == (1, "")
    assert "export needs USER" in ended.err
