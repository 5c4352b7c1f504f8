"""Picks stored for many readers at once are the rows that storing them one by one leaves."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.storage import (
    bulk,
    deliveries,
    digests,
    outbox,
    readers,
    recommendations,
    schema,
)
from bot.storage.base import Base
from bot.storage.bulk import DueDigest
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DeliveryRow,
    DigestRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.readers import Reader
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from bot.storage.standing_tables import StandingMatchRow
from bot.storage.tables import ReaderRow
from tests.storage.factories import (
    NOW,
    TODAY,
    due,
    existing,
    rate,
    recommend,
    settle,
    store,
)

TOMORROW = NOW + timedelta(days=1)
LATER = NOW + timedelta(seconds=5)
TITLES = ("One", "Two", "Three")

# Everything that is stored of a digest that is about to be sent.
TABLES = (DigestRow, RecommendationRow, DeliveryRow, OutgoingRow, ReaderRow)


@pytest.fixture
def other(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """Return an empty database of the same kind, to which the first one is compared."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_cluster").create_database()
    with closing(Database(url)) as database:
        schema.migrate(database)
        yield database


def choices(paper_ids: Sequence[int]) -> list[Choice]:
    return [
        Choice(
            paper_id=paper_id,
            score=1.25 / number,
            policy="score",
            popularity=0.25,
            team="personal" if number == 2 else "",
            reason=Reason(
                kind="close",
                title='A tab\there, a "quote" and a back\\slash',
                evidence=(("like", 7, 0.5),),
            ),
        )
        for number, paper_id in enumerate(paper_ids, start=1)
    ]


def people(database: Database) -> list[tuple[Reader, list[Choice]]]:
    """Let three readers in, of whom the last one has no new paper, with their choices."""
    papers = store(database, *TITLES)
    ada = due(database, "Ada", weekly_due_at=TOMORROW)
    bo = due(database, "Bo", weekly_due_at=TOMORROW, style="cards")
    cy = due(database, "Cy", weekly_due_at=TOMORROW)
    recommend(database, ada, papers[1:2], now=NOW - timedelta(days=3))
    recommend(database, bo, papers[2:], now=NOW, kind="ask", policy="ask")
    shown = recommend(database, cy, papers[:1], now=NOW)
    recommendations.record_sending(database, shown.picks, NOW)
    return [
        (ada, choices(papers)),
        (bo, choices(papers[1:])),
        (cy, choices(papers[:1])),
    ]


def digest_of(reader: Reader, chosen: Sequence[Choice]) -> DueDigest:
    return DueDigest(
        reader_id=reader.id,
        due_at=NOW,
        local_date=TODAY,
        next_due_at=TOMORROW,
        choices=chosen,
        style=reader.style,
        new_papers=3,
        held_back=1,
    )


def record(database: Database, *due_digests: DueDigest) -> int:
    return bulk.record(database, due_digests, feature_version=None, now=LATER)


def record_alone(
    database: Database, reader: Reader, chosen: Sequence[Choice]
) -> None:
    """Store a reader's picks as a delivery does."""
    [delivery] = [
        claimed
        for claimed in outbox.claim(database, LATER, 1)
        if claimed.reader.id == reader.id
    ]
    digest = recommendations.record(
        database,
        reader.id,
        chosen,
        kind="daily",
        local_date=TODAY,
        style=reader.style,
        new_papers=3,
        held_back=1,
        feature_version=None,
        now=LATER,
    )
    if not digest.picks:
        digests.discard(database, digest.id)
        outbox.add_messages(database, delivery, None, [1])
        return
    positions = [part.position for part in digest.parts()]
    outbox.add_messages(database, delivery, digest.id, positions)


def rows(database: Database, model: type[Base]) -> list[dict[str, Any]]:
    """Return the rows of a table, but for the lease of whoever claimed them."""
    table = model.__table__
    assert isinstance(table, Table)
    statement = select(table).order_by(table.c.id)
    with database.read() as session:
        stored = session.execute(statement).mappings().all()
    return [
        {name: value for name, value in row.items() if name != "lease_until"}
        for row in stored
    ]


def test_the_rows_are_those_that_storing_one_by_one_leaves(
    database: Database, other: Database
) -> None:
    everybody = people(other)
    deliveries.create_due(other, LATER)
    for reader, chosen in everybody:
        record_alone(other, reader, chosen)

    count = record(database, *(digest_of(*one) for one in people(database)))

    assert count == 3
    for model in TABLES:
        assert rows(database, model) == rows(other, model)


def test_what_was_stored_is_claimed_and_has_its_messages(
    database: Database,
) -> None:
    everybody = people(database)
    record(database, *(digest_of(*one) for one in everybody))

    assert not deliveries.create_due(database, LATER)
    claimed = outbox.claim(database, LATER, 10)

    assert [len(outbox.unsent_messages(database, one)) for one in claimed] == [
        1,
        2,
        1,
    ]


def test_a_digest_stored_later_has_ids_of_its_own(database: Database) -> None:
    [ada, bo, _] = people(database)
    record(database, digest_of(*ada))

    digest = recommend(database, bo[0], store(database, "Four"))

    assert digest.picks
    assert digest.id == max(row["id"] for row in rows(database, DigestRow))


def test_no_paper_is_picked_twice(database: Database) -> None:
    papers = store(database, *TITLES)
    ada = due(database, "Ada", weekly_due_at=TOMORROW)
    recommendations.record_sending(
        database, recommend(database, ada, papers[:2]).picks, NOW
    )

    record(database, digest_of(ada, choices(papers)))

    last = rows(database, RecommendationRow)[-1]
    assert (last["paper_id"], last["rank"]) == (papers[2], 1)


def test_who_was_served_meanwhile_is_left_out(database: Database) -> None:
    [ada, bo, cy] = people(database)
    deliveries.create_due(database, LATER, most=1)
    readers.change(database, bo[0].id, active=False)

    count = record(database, *(digest_of(*one) for one in (ada, bo, cy)))

    assert count == 1
    assert [row["reader_id"] for row in rows(database, DeliveryRow)] == [
        ada[0].id,
        cy[0].id,
    ]


def test_who_has_a_delivery_of_the_day_is_left_out(database: Database) -> None:
    [ada, *_] = people(database)
    deliveries.create_due(database, LATER, most=1)
    readers.change(database, ada[0].id, next_due_at=NOW)

    assert not record(database, digest_of(*ada))


def test_who_has_news_of_a_search_is_left_to_the_round(
    database: Database,
) -> None:
    ada, _, _ = settle(database, "Ada")
    with database.write() as session:
        session.query(StandingMatchRow).update({"digest_id": None})
        session.query(DeliveryRow).delete()
    ada = existing(readers.change(database, ada.id, next_due_at=NOW))

    assert not record(database, digest_of(ada, []))


def test_an_error_stores_nothing(database: Database) -> None:
    [ada, bo, _] = people(database)
    before = {model: rows(database, model) for model in TABLES}
    unknown = replace(bo[1][0], paper_id=9_999)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        record(database, digest_of(*ada), digest_of(bo[0], [unknown]))

    assert {model: rows(database, model) for model in TABLES} == before


def test_ratings_of_many_come_as_arrays(database: Database) -> None:
    papers = store(database, *TITLES)
    ada, bo = due(database, "Ada"), due(database, "Bo")
    cy = due(database, "Cy")
    day = datetime(1970, 1, 2, 3, tzinfo=UTC)
    rate(database, ada, papers[1], -1, day)
    rate(database, ada, papers[0], 1, day + timedelta(seconds=1.5))
    rate(database, bo, papers[2], 0, day)
    rate(database, cy, papers[0], 1)

    columns = bulk.ratings(database, range(ada.id, cy.id))

    assert columns.reader_ids.tolist() == [ada.id, ada.id, bo.id]
    assert columns.paper_ids.tolist() == [papers[1], papers[0], papers[2]]
    assert columns.values.tolist() == [-1, 1, 0]
    assert columns.seconds.tolist() == [97_200, 97_201, 97_200]


def test_papers_that_were_picked_before_are_among_some(
    database: Database,
) -> None:
    papers = store(database, *TITLES)
    ada, bo = due(database, "Ada"), due(database, "Bo")
    recommend(database, ada, papers)
    recommend(database, bo, papers[:1])

    pairs = bulk.picked_papers(database, range(1, bo.id), papers[1:])

    assert sorted(map(tuple, pairs.tolist())) == [
        (ada.id, papers[1]),
        (ada.id, papers[2]),
    ]
