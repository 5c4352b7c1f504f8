"""The list of the tables with data of readers is complete."""

from bot.storage.base import Base
from bot.storage.reader_tables import (
    EXPORTED,
    FEEDBACK,
    NOT_EXPORTED,
    OF_PAPERS,
)


def tables_with(*columns: str) -> set[str]:
    return {
        table.name
        for table in Base.metadata.sorted_tables
        if all(column in table.c for column in columns)
    }


def test_every_table_of_readers_is_exported_or_left_out_on_purpose():
    exported = {table.model.__tablename__ for table in EXPORTED}
    left_out = {model.__tablename__ for model in NOT_EXPORTED}

    assert exported | left_out == tables_with("reader_id")
    assert exported & left_out == set()


def test_every_table_of_readers_and_papers_follows_a_merged_paper():
    merged = {model.__tablename__ for model in OF_PAPERS}

    assert merged == tables_with("reader_id", "paper_id")


def test_all_feedback_is_exported():
    exported = {table.model.__tablename__ for table in EXPORTED}

    assert {model.__tablename__ for model in FEEDBACK} <= exported
