"""Transactions: none is lost, and a database that is away says so."""

import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, select, text
from sqlalchemy.exc import StatementError

from bot.errors import Failure
from bot.storage import database as module
from bot.storage import feedback, invites, readers, sources
from bot.storage.database import Database, driver_url
from bot.storage.tables import ReaderRow, SourceRow
from tests.storage.factories import NOW, at_once, existing, join


def hang_up(url: URL) -> None:
    """End every connection to a PostgreSQL database, as its restart does."""
    other = create_engine(url, poolclass=NullPool)
    condition = "datname = current_database() AND pid <> pg_backend_pid()"
    with other.connect() as connection:
        connection.execute(
            text(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {condition}"
            )
        )


def test_eight_threads_count_to_four_hundred(database: Database):
    sources.record_fetch(database, "huggingface", NOW, papers=0)

    def count() -> None:
        for _ in range(50):
            with database.write() as session:
                session.scalars(
                    select(SourceRow).with_for_update()
                ).one().papers += 1

    at_once(*[count] * 8)

    assert sources.states(database)["huggingface"].papers == 400


def test_a_change_is_kept_when_its_block_ends(database: Database):
    ada = join(database, "Ada")

    readers.change(database, ada.id, picks=7)

    assert readers.find(database, ada.chat_id) == readers.by_id(
        database, ada.id
    )
    assert existing(readers.by_id(database, ada.id)).picks == 7


def test_a_change_is_undone_when_its_block_fails(database: Database):
    ada = join(database, "Ada")

    def change_and_fail() -> None:
        with database.write() as session:
            session.get_one(ReaderRow, ada.id).picks = 7
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    assert readers.by_id(database, ada.id) == ada


def test_reading_changes_nothing(database: Database):
    ada = join(database, "Ada")

    with database.read() as session:
        session.get_one(ReaderRow, ada.id).picks = 7

    assert readers.by_id(database, ada.id) == ada


def test_a_moment_comes_back_in_utc_whatever_its_zone_was(database: Database):
    tokyo = datetime(2026, 3, 2, 18, 0, 0, 123456, timezone(timedelta(hours=9)))

    ada = join(database, "Ada", next_due_at=tokyo)

    due = existing(ada.next_due_at)
    assert due == tokyo
    assert due.utcoffset() == timedelta(0)
    assert due.isoformat() == "2026-03-02T09:00:00.123456+00:00"


def test_moments_are_compared_as_moments_not_as_clock_faces(database: Database):
    west = timezone(timedelta(hours=-8))
    join(database, "Ada", next_due_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    join(database, "Bo", next_due_at=datetime(2026, 3, 2, 9, 0, tzinfo=west))

    with database.read() as session:
        early = ReaderRow.next_due_at <= datetime(2026, 3, 2, 3, 0, tzinfo=west)
        names = session.scalars(select(ReaderRow.name).where(early)).all()

    assert names == ["Ada"]


def test_a_moment_without_its_zone_is_refused(database: Database):
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - what must be refused

    with pytest.raises(StatementError, match="a moment needs its zone"):
        invites.create(database, "abc", naive)


def test_a_locked_database_is_a_passing_failure(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "BUSY_TIMEOUT", 0.05)
    path = shutil.copy(sqlite_template, tmp_path / "locked.db")
    first, second = (Database(f"sqlite:///{path}") for _ in range(2))

    with first.write() as session:
        session.add(SourceRow(name="arxiv", tried_at=NOW))
        session.flush()
        with pytest.raises(Failure, match="locked") as refused:
            invites.create(second, "abc", NOW)

    first.close()
    second.close()
    assert refused.value.passing


def test_a_server_that_is_not_there_is_a_passing_failure_told_in_one_line(
    free_port: int,
):
    away = Database(f"postgres://ada:secret@127.0.0.1:{free_port}/papers")

    for call in (
        lambda: readers.count(away),
        lambda: invites.create(away, "abc", NOW),
    ):
        with pytest.raises(Failure, match="refused") as refused:
            call()
        assert refused.value.passing
        assert "\n" not in str(refused.value)
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_connection_that_breaks_in_mid_change_costs_that_change(
    database: Database,
):
    ada = join(database, "Ada")

    def change() -> None:
        with database.write() as session:
            session.get_one(ReaderRow, ada.id).picks = 7
            session.flush()
            hang_up(database.url)

    with pytest.raises(Failure) as failed:
        change()

    assert failed.value.passing
    assert readers.find(database, ada.chat_id) == ada


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_server_that_came_back_is_used_again_at_once(database: Database):
    ada = join(database, "Ada")

    hang_up(database.url)

    assert readers.find(database, ada.chat_id) == ada


def test_reading_goes_on_while_another_writes(database: Database):
    with database.write() as session:
        session.add(SourceRow(name="arxiv", tried_at=NOW))
        session.flush()

        seen = sources.states(database)

    assert seen == {}
    assert list(sources.states(database)) == ["arxiv"]


def test_writing_goes_on_while_another_reads(database: Database):
    with database.read() as session:
        assert session.scalars(select(SourceRow)).all() == []

        sources.record_fetch(database, "arxiv", NOW, papers=1)

    assert list(sources.states(database)) == ["arxiv"]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_server_on_another_clock_gives_moments_in_utc_too(url: str):
    tokyo = make_url(url).update_query_dict(
        {"options": "-c timezone=Asia/Tokyo"}
    )

    with closing(
        Database(tokyo.render_as_string(hide_password=False))
    ) as database:
        ada = join(database, "Ada", next_due_at=NOW)

    assert existing(ada.next_due_at).isoformat() == "2026-03-02T09:00:00+00:00"


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_was_deleted_is_gone_from_the_file(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    feedback.set_topics(
        database, ada.id, ["something nobody shall know"], "wanted", NOW
    )
    feedback.set_topics(
        database, bo.id, ["something that stays"], "wanted", NOW
    )

    feedback.remove_topics(database, ada.id, ["something nobody shall know"])
    database.close()

    kept = Path(existing(database.url.database)).read_bytes()
    assert b"something that stays" in kept
    assert b"nobody shall know" not in kept


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_names_of_postgresql_lead_to_the_driver_we_ship(scheme: str):
    url = driver_url(f"{scheme}://ada:secret@db.example/papers")

    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host) == (
        "ada",
        "secret",
        "db.example",
    )
    assert url.database == "papers"


def test_an_sqlite_address_stays_as_it_is():
    assert (
        driver_url("sqlite:///papers.db").render_as_string()
        == "sqlite:///papers.db"
    )


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("no address at all", "is not a database address"),
        ("", "is not a database address"),
        ("mysql://db.example/papers", "names neither SQLite nor PostgreSQL"),
    ],
)
def test_an_address_that_is_none_is_refused(address: str, why: str):
    with pytest.raises(ValueError, match=re.escape(why)):
        driver_url(address)
