"""An operator moves a reader from one installation to another."""

import json
from pathlib import Path

import pytest

from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.takeout import document as takeout
from tests.cli.conftest import Command
from tests.storage.factories import CHATS, existing, store

ADA = CHATS["Ada"]
BO = CHATS["Bo"]


@pytest.fixture
def document(
    paperpicks: Command, command_database: Database, tmp_path: Path
) -> Path:
    """The exported document of Ada."""
    path = tmp_path / "ada.json"
    path.write_text(paperpicks("export", ADA).out, "utf-8")
    return path


def stored_rating(database: Database, chat_id: int) -> int:
    reader = existing(readers.find(database, chat_id))
    [paper_id] = store(database, "One")
    return feedback.rating(database, reader.id, paper_id)


def test_the_document_is_all_of_standard_output(document: Path) -> None:
    exported = takeout.read(document.read_bytes())

    assert exported.telegram_id == ADA
    assert [paper.title for paper in exported.papers] == ["One"]


def test_it_goes_to_whom_it_is_of_also_where_they_are_new(
    paperpicks: Command, command_database: Database, document: Path
) -> None:
    paperpicks("forget", ADA, "--yes")

    result = paperpicks("import", document)

    assert (result.code, result.err) == (0, "")
    assert f"Reader {ADA} has 1 rating," in result.out
    assert stored_rating(command_database, ADA) == 1
    assert existing(readers.find(command_database, ADA)).next_due_at is not None


def test_it_may_go_to_somebody_else(
    paperpicks: Command, command_database: Database, document: Path
) -> None:
    result = paperpicks("import", document, "--user", BO)

    assert f"Reader {BO} has 1 rating," in result.out
    assert stored_rating(command_database, BO) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "Invalid JSON"),
        ("{}", "taken_at: Field required"),
        (None, "No such file"),
    ],
)
def test_another_file_is_refused_in_one_line(
    paperpicks: Command,
    command_database: Database,
    tmp_path: Path,
    content: str | None,
    problem: str,
) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, "utf-8")

    result = paperpicks("import", path)

    assert (result.code, result.out) == (1, "")
    assert problem in result.err
    assert result.err.count("\n") == 1


def test_the_schema_of_the_document_can_be_asked_for(
    paperpicks: Command,
) -> None:
    result = paperpicks("export", "--schema")

    assert json.loads(result.out) == takeout.schema()


def test_without_a_reader_there_is_nothing_to_write(
    paperpicks: Command,
) -> None:
    result = paperpicks("export")

    assert (result.code, result.out) == (1, "")
    assert "export needs USER" in result.err
