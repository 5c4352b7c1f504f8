"""The database itself holds the rules: constraints with names, on both alike."""

from datetime import time
from typing import Any

import pytest
from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import IntegrityError

from bot.storage import deliveries, feedback, papers
from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DeliveryRow,
    DigestRow,
    RecommendationRow,
)
from bot.storage.feature_tables import PaperVectorRow
from bot.storage.tables import PaperRow, RatingRow, ReaderRow, SaveRow, TopicRow
from tests.storage.factories import NOW, TODAY, join, paper, recommend, store

ADA = ATTENTION = DIGEST = 1  # the first of each kind
MINE = {"reader_id": ADA, "paper_id": ATTENTION}
READER = {"chat_id": 99, "at": time(9), "created_at": NOW}
PAPER = {
    "title": "A",
    "listed": TODAY,
    "source": "file",
    "authors": [],
    "categories": [],
    "keywords": [],
    "links": {},
}
RATING = {**MINE, "value": 1, "rated_at": NOW, "origin": "pick"}
TOPIC = {
    "reader_id": ADA,
    "text": "A",
    "key": "a",
    "kind": "wanted",
    "created_at": NOW,
}
DIGEST_OF_TODAY = {
    "reader_id": ADA,
    "kind": "now",
    "local_date": TODAY,
    "new_papers": 0,
    "receipt": {},
    "created_at": NOW,
}
DELIVERY = {
    "reader_id": ADA,
    "local_date": TODAY,
    "kind": "daily",
    "state": "pending",
    "due_at": NOW,
}
PICK = {
    **MINE,
    "digest_id": DIGEST,
    "rank": 2,
    "score": 0.0,
    "policy": "",
    "popularity": 0.0,
    "reason": {},
}
BYTES = dict.fromkeys(("terms", "weights", "dense"), b"")
FORBIDDEN: dict[str, tuple[type[Base], dict[str, Any]]] = {
    "no picks": (ReaderRow, READER | {"picks": 0}),
    "eleven picks": (ReaderRow, READER | {"picks": 11}),
    "an eighth weekday": (ReaderRow, READER | {"weekdays": 128}),
    "an unknown style": (ReaderRow, READER | {"style": "poem"}),
    "an unknown bar": (ReaderRow, READER | {"bar": "sky"}),
    "a second reader in one chat": (ReaderRow, READER | {"chat_id": 11}),
    "a reader without an hour": (ReaderRow, READER | {"at": None}),
    "one title twice": (PaperRow, PAPER | {"title_key": "attention"}),
    "one arXiv id twice": (PaperRow, PAPER | {"arxiv_id": "2603.00001"}),
    "a paper without a title": (PaperRow, PAPER | {"title": None}),
    "a rating of two": (RatingRow, RATING | {"value": 2}),
    "a rating by nobody": (RatingRow, RATING | {"reader_id": 999}),
    "a rating of no paper": (RatingRow, RATING | {"paper_id": 999}),
    "no paper saved": (
        SaveRow,
        {"reader_id": ADA, "paper_id": 999, "saved_at": NOW},
    ),
    "a topic neither wanted nor muted": (TopicRow, TOPIC | {"kind": "maybe"}),
    "a digest of an unknown kind": (
        DigestRow,
        DIGEST_OF_TODAY | {"kind": "hourly"},
    ),
    "a delivery in an unknown state": (
        DeliveryRow,
        DELIVERY | {"state": "lost"},
    ),
    "a delivery of no digest": (DeliveryRow, DELIVERY | {"digest_id": 999}),
    "a paper shown twice": (RecommendationRow, PICK),
    "two papers in one place": (
        RecommendationRow,
        PICK | {"paper_id": 2, "rank": 1},
    ),
    "a vector of no version": (
        PaperVectorRow,
        {"version_id": 9, "paper_id": 1, **BYTES},
    ),
}


def test_every_constraint_has_a_name(database: Database):
    """But for SQLite's keys that number rows: AUTOINCREMENT can only be written without one."""
    with database.engine.connect() as connection:
        seen = inspect(connection)
        names = [
            constraint["name"]
            for table in Base.metadata.tables
            for constraint in (
                seen.get_pk_constraint(table),
                *seen.get_unique_constraints(table),
                *seen.get_foreign_keys(table),
                *seen.get_check_constraints(table),
            )
        ]

    numbered = [
        table
        for table in Base.metadata.tables.values()
        if database.is_sqlite
        and table.dialect_options["sqlite"]["autoincrement"]
    ]
    assert names.count(None) == len(numbered)
    assert len(names) == sum(
        len(table.constraints) for table in Base.metadata.tables.values()
    )


def test_the_number_of_a_deleted_row_is_never_given_again(database: Database):
    ada = join(database, "Ada")
    feedback.set_topics(database, ada.id, ["attention"], "wanted", NOW)
    (first, _, _) = feedback.topics(database, ada.id)[0]
    feedback.remove_topics(database, ada.id, ["attention"])

    feedback.set_topics(database, ada.id, ["diffusion"], "wanted", NOW)

    assert feedback.topics(database, ada.id)[0][0] > first


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_database_itself_refuses(database: Database, what: str):
    ada = join(database, "Ada")
    papers.store(
        database,
        [paper("Attention", arxiv_id="2603.00001"), paper("Diffusion")],
    )
    recommend(database, ada, [ATTENTION])
    model, values = FORBIDDEN[what]

    with pytest.raises(IntegrityError), database.write() as session:
        session.add(model(**values))


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ReaderRow, READER),
        (PaperRow, PAPER),
        (RatingRow, RATING),
        (TopicRow, TOPIC),
        (DigestRow, DIGEST_OF_TODAY),
        (DeliveryRow, DELIVERY),
        (RecommendationRow, PICK | {"paper_id": 2}),
    ],
)
def test_the_database_takes_what_keeps_its_rules(
    database: Database, model: type[Base], values: dict[str, Any]
):
    ada = join(database, "Ada")
    papers.store(
        database,
        [paper("Attention", arxiv_id="2603.00001"), paper("Diffusion")],
    )
    recommend(database, ada, [ATTENTION])

    with database.write() as session:
        session.add(model(**values))


def test_a_reader_takes_everything_they_said_and_saw_along(database: Database):
    ada, bo = join(database, "Ada", next_due_at=NOW), join(database, "Bo")
    ids = store(database, "Attention", "Diffusion")
    for reader in (ada, bo):
        recommend(database, reader, ids)
        feedback.set_topics(database, reader.id, ["robots"], "wanted", NOW)
    deliveries.create_due(database, NOW)

    with database.write() as session:
        session.execute(delete(ReaderRow).where(ReaderRow.id == ada.id))

    with database.read() as session:
        for model in (TopicRow, DigestRow, RecommendationRow, DeliveryRow):
            assert set(session.scalars(select(model.reader_id))) <= {bo.id}
    assert feedback.of_reader(database, bo.id, "UTC", TODAY).shown == set(ids)
