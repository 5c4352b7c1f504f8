"""Links that wait to be looked up, and how the last fetch from each source went."""

from datetime import timedelta

from alembic import command
from sqlalchemy import text

from bot.storage import links, schema, sources
from bot.storage.database import Database
from bot.storage.links import Lookup
from bot.storage.sources import LastFetch
from tests.storage.factories import NOW, join
from tests.storage.test_schema import alembic

HOUR = timedelta(hours=1)


def pending(database: Database, after: timedelta) -> list[Lookup]:
    return links.due_lookups(database, NOW + after)


def test_a_link_that_was_not_found_is_tried_again_when_its_time_comes(
    database: Database,
):
    ada = join(database, "Ada", language="de")

    links.record(database, ada.id, "2603.00001", NOW, retry=NOW + HOUR)

    assert pending(database, HOUR - timedelta(seconds=1)) == []
    [lookup] = pending(database, HOUR)
    assert (lookup.reader_id, lookup.chat_id, lookup.language) == (
        ada.id,
        ada.chat_id,
        "de",
    )
    assert (lookup.reference, lookup.tries) == ("2603.00001", 1)


def test_a_link_that_was_found_at_once_is_only_counted(database: Database):
    ada = join(database, "Ada")

    links.record(database, ada.id, "2603.00001", NOW, retry=None)

    assert pending(database, timedelta(days=1)) == []
    assert links.count_today(database, ada.id, NOW) == 1


def test_each_try_is_counted_and_a_found_link_is_done(database: Database):
    ada = join(database, "Ada")
    links.record(database, ada.id, "2603.00001", NOW, retry=NOW + HOUR)
    [lookup] = pending(database, HOUR)

    links.record_attempt(database, lookup.id, NOW + HOUR, retry=NOW + 3 * HOUR)
    between, [again] = pending(database, 2 * HOUR), pending(database, 3 * HOUR)
    links.record_attempt(database, lookup.id, NOW + 3 * HOUR, retry=None)

    assert (between, again.tries) == ([], 2)
    assert pending(database, timedelta(days=9)) == []


def test_links_come_in_the_order_of_their_time_and_only_so_many(
    database: Database,
):
    ada = join(database, "Ada")
    for arxiv_id, hours in (
        ("2603.00003", 3),
        ("2603.00001", 1),
        ("2603.00002", 2),
    ):
        links.record(database, ada.id, arxiv_id, NOW, retry=NOW + hours * HOUR)

    some = links.due_lookups(database, NOW + 9 * HOUR, most=2)

    assert [lookup.reference for lookup in some] == ["2603.00001", "2603.00002"]


def test_links_are_counted_for_a_day_and_for_each_reader(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    for hours in (0, 1, 23):
        links.record(
            database, ada.id, "2603.00001", NOW + hours * HOUR, retry=None
        )

    assert links.count_today(database, ada.id, NOW + 23 * HOUR) == 3
    assert links.count_today(database, ada.id, NOW + 24 * HOUR) == 2
    assert links.count_today(database, bo.id, NOW + 23 * HOUR) == 0


def test_links_are_kept_by_both_versions_of_the_schema(empty: Database):
    schema.migrate(empty)
    ada = join(empty, "Ada")
    for reference in ("2603.00001", "doi:10.1101/2026.01.02.123456"):
        links.record(empty, ada.id, reference, NOW, retry=NOW + HOUR)

    with alembic(empty) as config:
        command.downgrade(config, "0012")
    with empty.read() as session:
        older = session.scalars(text("SELECT arxiv_id FROM lookups")).all()
    schema.migrate(empty)

    assert older == ["2603.00001"]
    [kept] = pending(empty, HOUR)
    assert kept.reference == "2603.00001"
    links.record(empty, ada.id, "doi:" + "1" * 256, NOW, retry=None)
    assert links.count_today(empty, ada.id, NOW) == 2


def test_a_source_that_was_never_fetched_has_no_state(database: Database):
    assert sources.states(database) == {}


def test_a_failed_fetch_keeps_the_time_of_the_last_one_that_worked(
    database: Database,
):
    sources.record_fetch(database, "arxiv", NOW, papers=120)

    sources.record_fetch(
        database,
        "arxiv",
        NOW + HOUR,
        papers=3,
        failure="arXiv answered 503",
        not_before=NOW + 4 * HOUR,
    )

    assert sources.states(database) == {
        "arxiv": LastFetch(
            "arxiv", NOW + HOUR, NOW, NOW + 4 * HOUR, 3, "arXiv answered 503"
        )
    }


def test_a_fetch_that_works_again_forgets_the_failure(database: Database):
    sources.record_fetch(
        database, "arxiv", NOW, papers=0, failure="down", not_before=NOW + HOUR
    )

    sources.record_fetch(database, "arxiv", NOW + HOUR, papers=7)
    sources.record_fetch(database, "huggingface", NOW, papers=9)

    assert list(sources.states(database).values()) == [
        LastFetch("arxiv", NOW + HOUR, NOW + HOUR, None, 7, ""),
        LastFetch("huggingface", NOW, NOW, None, 9, ""),
    ]
