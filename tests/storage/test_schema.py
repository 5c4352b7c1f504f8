"""The migrated schema is the tested one: its constraints hold, and it is reached from anywhere."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.errors import Failure
from bot.storage import digests, feedback, fulltext, papers, readers, schema
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.tables import SaveRow
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    existing,
    join,
    rate,
    recommend,
    store,
)

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None


def upgrade() -> None:
    for table, column in (("papers", "source"), ("readers", "dialogue")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, type_=sa.String(40))
"""


SCHEMAS = {
    "sqlite": "SELECT type, name, coalesce(sql, '') FROM sqlite_master",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns",
}


@contextmanager
def alembic(database: Database) -> Iterator[Config]:
    """Give Alembic's configuration, on an open connection to this database."""
    config = schema._config()
    with database.engine.connect() as connection:
        if (
            database.is_sqlite
        ):  # as when we migrate: a table rebuilt keeps its children's rows
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        config.attributes["connection"] = connection
        yield config
        connection.commit()
        connection.invalidate()


def tables(database: Database) -> set[str]:
    """Return the tables, without those that FTS5 keeps its index in."""
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name for name in names if not name.startswith("paper_words_")}


def test_the_migrations_make_what_the_models_say(database: Database):
    with alembic(database) as config:
        command.check(config)

    assert tables(database) == {
        *Base.metadata.tables,
        "paper_words",
        "alembic_version",
    }


def test_migrating_down_to_nothing_and_up_again_makes_the_same(empty: Database):
    schema.migrate(empty)
    with alembic(empty) as config:
        command.downgrade(config, "base")
    between = tables(empty)

    schema.migrate(empty)

    assert between == {"alembic_version"}
    with alembic(empty) as config:
        command.check(config)


def test_migrating_again_changes_nothing(database: Database):
    ada = join(database, "Ada")

    schema.migrate(database)

    assert readers.by_id(database, ada.id) == ada
    current, newest = schema.revisions(database)
    assert current == newest is not None


def test_readers_from_before_there_were_switches_explore_and_hear_their_picks(
    empty: Database,
):
    schema.migrate(empty)
    ada, [attention] = (
        join(empty, "Ada", explores=False, sound=False),
        store(empty, "Attention"),
    )
    rate(empty, ada, attention, 1)
    with alembic(empty) as config:
        command.downgrade(config, "0002")

    schema.migrate(empty)

    now = existing(readers.by_id(empty, ada.id))
    assert (now.explores, now.sound) == (True, True)
    assert feedback.rating(empty, ada.id, attention) == 1


def test_digests_from_before_topics_were_offered_offer_none(empty: Database):
    schema.migrate(empty)
    ada, [attention] = join(empty, "Ada"), store(empty, "Attention")
    before = recommend(empty, ada, [attention])
    with alembic(empty) as config:
        command.downgrade(config, "0008")

    schema.migrate(empty)

    assert existing(digests.read(empty, before.id)).offers == ()
    assert digests.offered_topics(empty, ada.id, TODAY) == []


def test_papers_from_before_there_was_a_search_are_found(empty: Database):
    schema.migrate(empty)
    [attention] = store(empty, "Attention")
    with alembic(empty) as config:
        command.downgrade(config, "0004")

    schema.migrate(empty)

    assert fulltext.find(empty, ["attention"]) == [attention]


def test_an_empty_database_has_no_revision(empty: Database):
    current, newest = schema.revisions(empty)

    assert (current, newest is not None) == (None, True)


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database):
    with empty.write() as session:
        session.execute(
            text("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        )
        session.execute(text("CREATE TABLE recommendations (id INTEGER)"))

    with pytest.raises(SQLAlchemyError, match="recommendations"):
        schema.migrate(empty)

    assert tables(empty) - {"alembic_version"} == {"recommendations"}
    assert schema.revisions(empty)[0] is None


class Killed(Exception):  # noqa: N818 - it stands for a signal
    """The process ends here."""


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[None]:
    """End whatever is being done before the statement of this number."""
    left = count(number, -1)

    def before(*_: object) -> None:
        if not next(left):
            raise Killed

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def made(database: Database) -> list[tuple[object, ...]]:
    """Return the schema, as the database itself tells it."""
    query = SCHEMAS["sqlite" if database.is_sqlite else "postgresql"]
    with database.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(text(query)))


def test_a_migration_killed_between_two_statements_is_done_again_to_the_same_schema(
    empty: Database, tmp_path: Path
):
    for number in count(
        1, 5 if empty.is_sqlite else 12
    ):  # of all that there are, it takes long
        try:
            with killed_at(empty, number):
                schema.migrate(empty)
        except Killed:
            current, newest = schema.revisions(empty)
            assert tables(empty) == set() or current == newest
        else:
            break
    with closing(Database(f"sqlite:///{tmp_path / 'fresh.db'}")) as fresh:
        schema.migrate(fresh)
        same = not empty.is_sqlite or made(empty) == made(fresh)

    assert number > 60
    assert same
    with alembic(empty) as config:
        command.check(config)


def test_several_that_migrate_at_once_wait_for_each_other(empty: Database):
    url = empty.url.render_as_string(hide_password=False)
    several = [Database(url) for _ in range(4)]

    at_once(*[partial(schema.migrate, one) for one in several])

    for one in several:
        one.close()
    current, newest = schema.revisions(empty)
    assert current == newest
    with alembic(empty) as config:
        command.check(config)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_of_another_program_is_left_alone(empty: Database):
    with empty.write() as session:
        session.execute(text("CREATE TABLE recipes (id INTEGER)"))

    with pytest.raises(
        Failure, match="holds the data of another program"
    ) as refused:
        schema.migrate(empty)

    assert not refused.value.passing
    assert tables(empty) == {"recipes"}


def test_a_database_of_a_newer_version_is_left_alone(database: Database):
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(
        Failure, match="at revision 9999, which is not known here"
    ):
        schema.prepare(database)


def test_rebuilding_a_table_keeps_the_rows_that_belong_to_its_own(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    schema.migrate(empty)
    ada, [attention] = join(empty, "Ada"), store(empty, "Attention")
    rate(empty, ada, attention, 1)
    folder = Path(shutil.copytree(schema.SCRIPTS, tmp_path / "next"))
    head, _ = schema.revisions(empty)
    (folder / "versions" / "next.py").write_text(
        REBUILD.replace("{head}", existing(head))
    )
    monkeypatch.setattr(schema, "SCRIPTS", folder)

    schema.migrate(empty)

    assert schema.revisions(empty) == ("next", "next")
    assert feedback.rating(empty, ada.id, attention) == 1


def test_after_a_migration_every_connection_minds_foreign_keys(empty: Database):
    schema.migrate(empty)

    with pytest.raises(IntegrityError), empty.write() as session:
        session.add(SaveRow(reader_id=1, paper_id=1, saved_at=NOW))


def test_sqlite_is_made_ready_with_its_folder(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "paperpicks.db"
    with closing(Database(f"sqlite:///{path}")) as fresh:
        schema.prepare(fresh)
        schema.prepare(fresh)

        assert papers.count(fresh) == 0


@pytest.mark.parametrize("kind", ["postgresql"])
def test_for_postgresql_it_is_said_what_to_do(empty: Database):
    with pytest.raises(Failure, match="paperpicks migrate") as refused:
        schema.prepare(empty)

    assert not refused.value.passing
    assert tables(empty) == set()
    schema.migrate(empty)
    schema.prepare(empty)


def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    path = tmp_path / "paperpicks.db"
    path.write_text(
        "This is a shopping list, and much longer than a header would be. " * 20
    )

    with (
        closing(Database(f"sqlite:///{path}")) as odd,
        pytest.raises(
            Failure,
            match=r"paperpicks\.db can't be opened: file is not a database",
        ) as no,
    ):
        schema.prepare(odd)

    assert not no.value.passing


def test_a_password_is_not_told(free_port: int):
    away = Database(f"postgresql://ada:secret@127.0.0.1:{free_port}/papers")

    with pytest.raises(Failure, match=r"can't be opened: .*refused") as refused:
        schema.prepare(away)

    assert "secret" not in str(refused.value)


def test_a_database_belongs_to_the_first_bot_that_uses_it(database: Database):
    schema.claim(database, 1, "picks_bot", NOW, adopt=False)
    schema.claim(database, 1, "picks_bot", NOW, adopt=False)

    with pytest.raises(
        Failure, match=r"@picks_bot.*@other_bot.*--adopt"
    ) as refused:
        schema.claim(database, 2, "other_bot", NOW, adopt=False)

    assert not refused.value.passing


def test_processes_of_one_bot_may_begin_at_once(database: Database):
    claim = partial(schema.claim, database, 1, "picks_bot", NOW, adopt=False)

    at_once(*[claim] * 6)

    with pytest.raises(Failure):
        schema.claim(database, 2, "other_bot", NOW, adopt=False)


def test_a_database_moves_to_another_bot_that_adopts_it(database: Database):
    ada = join(database, "Ada")
    schema.claim(database, 1, "picks_bot", NOW, adopt=True)

    schema.claim(database, 2, "other_bot", NOW, adopt=True)

    schema.claim(database, 2, "other_bot", NOW, adopt=False)
    with pytest.raises(Failure, match="@other_bot"):
        schema.claim(database, 1, "picks_bot", NOW, adopt=False)
    assert readers.by_id(database, ada.id) == ada
