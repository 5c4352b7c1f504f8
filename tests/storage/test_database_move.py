"""A move from SQLite to PostgreSQL takes everything along, or nothing."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import insert, inspect, select, text

from bot.errors import Failure
from bot.storage import fulltext, move, schema
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.tables import PaperRow, ReaderRow, TopicRow
from tests.postgres import Cluster
from tests.storage import every_table
from tests.storage.factories import NOW, TODAY, join, store

# Tables of the database itself: the revision, and the words of papers.
NOT_OURS = {"alembic_version", "paper_words"}

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def source(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    path = shutil.copy(sqlite_template, tmp_path / "source.db")
    with closing(Database(f"sqlite:///{path}")) as database:
        yield database


@pytest.fixture
def target(postgres_cluster: Cluster) -> Iterator[Database]:
    """A PostgreSQL database without any table."""
    with closing(Database(postgres_cluster.create_database())) as database:
        yield database


def moved(source: Database, target: Database) -> move.MoveCounts:
    """Move a database that nobody uses any more."""
    source.close()
    return move.move(source, target, lambda _done, _total: None)


def refused(source: Database, target: Database) -> str:
    """Return why a move is refused."""
    with pytest.raises(Failure) as refusal:
        moved(source, target)

    assert not refusal.value.passing
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def rows(database: Database) -> Rows:
    """Return all rows of all tables."""
    with database.read() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(table))),
                key=repr,
            )
            for table in Base.metadata.sorted_tables
        }


def add_topic(database: Database, reader_id: int, words: str) -> int:
    """Store a topic; return its id."""
    with database.write() as session:
        topic = TopicRow(
            reader_id=reader_id,
            text=words,
            key=words,
            kind="wanted",
            created_at=NOW,
        )
        session.add(topic)
        session.flush()
        return topic.id


def delete_topic(database: Database, topic_id: int) -> None:
    with database.write() as session:
        session.delete(session.get_one(TopicRow, topic_id))


def insert_paper(database: Database, words: str, **values: Any) -> None:
    """Store a paper exactly as it is given."""
    paper: dict[str, Any] = {
        "title": words,
        "authors": [words],
        "categories": [],
        "keywords": [words],
        "listed": TODAY,
        "source": "file",
        "links": {words: words},
        "lists": {},
    }
    with database.write() as session:
        session.execute(insert(PaperRow).values(paper | values))


def test_every_row_of_every_table_is_there_as_it_was(
    source: Database, target: Database
) -> None:
    every_table.fill(source)
    before = rows(source)

    counts = moved(source, target)

    assert all(before.values())
    assert rows(target) == before
    assert counts.rows == {name: len(found) for name, found in before.items()}
    assert rows(source) == before


def test_no_table_of_the_database_is_left_out(target: Database) -> None:
    schema.migrate(target)

    with target.engine.connect() as connection:
        names = set(inspect(connection).get_table_names())

    assert names - NOT_OURS == {table.name for table in move.tables()}


def test_the_target_may_be_migrated_already(
    source: Database, target: Database
) -> None:
    schema.migrate(target)
    join(source, "Ada")

    moved(source, target)

    assert rows(target) == rows(source)


def test_a_database_of_an_older_version_is_brought_to_the_newest_schema_first(
    sqlite_template: Path, target: Database, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    with closing(Database(f"sqlite:///{old}")) as database:
        upgrade(database, "0008")

        counts = moved(database, target)

    assert counts.total == 0
    assert schema.revisions(target)[0] == schema.revisions(target)[1]


def upgrade(database: Database, revision: str) -> None:
    with database.upgrading() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.mark.parametrize(
    "words",
    [
        "tab\tnewline\nreturn\rbackslash \\ \\N \\. \\\\",
        "quotes ' \" ` and ; DROP TABLE papers; --",
        "émoji 🔖 基于机器人 \u202eright to left\u202c e\u0301",
        "\\N",
        " ",
        "",
    ],
)
def test_any_text_comes_as_it_was(
    source: Database, target: Database, words: str
) -> None:
    insert_paper(source, words)
    add_topic(source, join(source, "Ada").id, words)

    moved(source, target)

    assert rows(target) == rows(source)


def test_words_find_the_same_public_papers_as_before_and_no_own_ones(
    source: Database, target: Database
) -> None:
    every_table.fill(source)
    store(source, "Naïve Bayes at ×64", "基于机器人的模仿学习")
    queries = [
        *("robot", "naive bayes", "64", "机器", "diffusion", "own", "nothing"),
        *("of", "a", "lab", "one"),
    ]
    before = [fulltext.find(source, fulltext.fold(words)) for words in queries]

    moved(source, target)

    after = [fulltext.find(target, fulltext.fold(words)) for words in queries]
    assert after == before
    assert sum(map(bool, before)) >= 5


def test_new_rows_get_ids_that_no_row_ever_had(
    source: Database, target: Database
) -> None:
    ada = join(source, "Ada")
    add_topic(source, ada.id, "robots")
    deleted_id = add_topic(source, ada.id, "speech")
    delete_topic(source, deleted_id)

    moved(source, target)

    assert add_topic(target, ada.id, "music") == deleted_id + 1
    assert join(target, "Bo").id == ada.id + 1


def test_a_source_that_a_bot_has_open_is_refused_and_stays_as_it_is(
    source: Database, target: Database
) -> None:
    join(source, "Ada")
    with closing(Database(str(source.url))) as bot:
        bot.check()

        reason = refused(source, target)

        assert "source.db is in use" in reason
        assert "Stop the bot first" in reason
        bot.check()
    assert inspect(target.engine).get_table_names() == []


def test_nobody_opens_the_source_while_it_is_moved(
    source: Database, target: Database
) -> None:
    join(source, "Ada")
    path = source.url.database or ""
    refusals = []

    def open_it(_done: int, _total: int) -> None:
        with closing(sqlite3.connect(path, timeout=0)) as other:
            try:
                other.execute("SELECT count(*) FROM readers").fetchone()
            except sqlite3.OperationalError as error:
                refusals.append(str(error))

    source.close()
    move.move(source, target, open_it)

    assert set(refusals) == {"database is locked"}


@pytest.mark.parametrize("table", [ReaderRow, PaperRow])
def test_a_target_that_is_not_empty_is_refused_and_stays_as_it_is(
    source: Database, target: Database, table: type[Base]
) -> None:
    join(source, "Ada")
    schema.migrate(target)
    if table is ReaderRow:
        join(target, "Bo")
    else:
        store(target, "One")
    before = rows(target)

    reason = refused(source, target)

    assert f"is not empty (rows in {table.__tablename__}: 1)" in reason
    assert rows(target) == before


def test_a_target_of_another_program_is_refused(
    source: Database, target: Database
) -> None:
    join(source, "Ada")
    with target.write() as session:
        session.execute(text("CREATE TABLE invoices (id INTEGER)"))

    assert "holds the data of another program" in refused(source, target)
    assert inspect(target.engine).get_table_names() == ["invoices"]


def test_a_source_that_is_not_there_or_in_postgresql_already_is_refused(
    target: Database, source: Database, tmp_path: Path
) -> None:
    missing = Database(f"sqlite:///{tmp_path}/none.db")

    assert "There is no database at" in refused(missing, target)
    assert "in PostgreSQL already" in refused(target, target)
    assert "should look like postgresql://" in refused(source, missing)
    assert not (tmp_path / "none.db").exists()


def test_a_value_that_postgresql_refuses_undoes_the_move_and_is_not_told(
    source: Database, target: Database
) -> None:
    join(source, "Ada")
    insert_paper(source, "secret words", venue="with a \0 in it")

    reason = refused(source, target)

    assert "PostgreSQL does not take a value in papers" in reason
    assert "secret" not in reason
    assert not any(rows(target).values())


def test_a_row_that_arrives_changed_undoes_the_move(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = join(source, "Ada")
    add_topic(source, ada.id, "robots")
    compare = move._compare

    def spoil(old: Any, session: Any, steps: Any) -> None:
        session.execute(text("UPDATE topics SET text = 'speech'"))
        compare(old, session, steps)

    monkeypatch.setattr(move, "_compare", spoil)

    assert "The rows of topics differ" in refused(source, target)
    assert not any(rows(target).values())


def test_progress_ends_where_everything_is_done(
    source: Database, target: Database
) -> None:
    every_table.fill(source)
    steps: list[tuple[int, int]] = []
    source.close()

    move.move(source, target, lambda done, total: steps.append((done, total)))

    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
