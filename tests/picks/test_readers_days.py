"""A reader's day is drawn from who they are and the date; what it brought is recorded."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.picks import catalogue, selection
from bot.picks.catalogue import Catalogue
from bot.picks.selection import draw_day
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.delivery_tables import RecommendationRow
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from bot.storage.tables import PaperRow
from recommender import policy
from recommender.policy import Day
from tests.corpus import FIELDS, field_of

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def ada(database: Database, offered: Catalogue) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, 7, values)
    assert reader is not None
    rate(database, reader, offered, value=1, most=10)
    return reader


def rate(
    database: Database,
    reader: Reader,
    offered: Catalogue,
    *,
    value: int,
    most: int,
) -> None:
    """Rate the newest papers of two fields."""
    fields = list(FIELDS)[:2]
    liked = [
        paper.id or 0 for paper in offered.papers if field_of(paper) in fields
    ]
    for paper_id in liked[:most]:
        said = RatingEvent(
            reader_id=reader.id,
            paper_id=paper_id,
            value=value,
            rated_at=NOW,
            origin="link",
        )
        feedback.rate(database, said)


def days(database: Database, reader: Reader) -> list[Day]:
    """Draw a reader's next thousand days."""
    said = feedback.of_reader(database, reader.id, reader.zone, TODAY)
    return [draw_day(reader, said, TODAY + timedelta(n)) for n in range(1_000)]


def first_day(database: Database, reader: Reader, kind: str) -> datetime:
    """Return the next day of a reader that explores, or that proves."""
    drawn = days(database, reader)
    return NOW + timedelta(
        next(n for n, day in enumerate(drawn) if getattr(day, kind))
    )


def recorded(database: Database) -> list[RecommendationRow]:
    with database.read() as session:
        rows = session.scalars(
            select(RecommendationRow).order_by(RecommendationRow.rank)
        ).all()
        session.expunge_all()
        return list(rows)


def test_one_day_in_five_proves_and_another_one_explores(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.2)

    drawn = Counter((day.proves, day.explores) for day in days(database, ada))

    assert set(drawn) == {(True, False), (False, True), (False, False)}
    assert 150 < drawn[True, False] < 250
    assert 150 < drawn[False, True] < 250


def test_nothing_is_explored_before_the_tenth_rating(
    database: Database,
    ada: Reader,
    offered: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    rate(database, ada, offered, value=0, most=1)

    nine = days(database, ada)
    rate(database, ada, offered, value=-1, most=1)
    ten = days(database, ada)

    assert not any(day.explores for day in nine)
    assert any(day.explores for day in ten)


def test_a_day_is_the_same_at_each_look_and_another_for_another_reader(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.2)

    one, again, other = (
        [
            (day.proves, day.explores, day.rng.random())
            for day in days(database, reader)
        ]
        for reader in (ada, ada, replace(ada, id=ada.id + 1))
    )

    assert one == again
    assert one != other


def test_a_digest_that_proves_records_which_side_each_paper_is_on(
    database: Database,
    offered: Catalogue,
    ada: Reader,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    day = first_day(database, ada, "proves")

    selection.choose(database, offered, ada, day, kind="now")

    *others, last = recorded(database)
    assert {row.team for row in others} == {"personal"}
    assert (last.policy, last.team, last.reason["kind"]) == (
        "proof",
        "popular",
        "proof",
    )
    newest = [paper for paper in offered.papers if paper.listed == TODAY]
    free = [
        paper.upvotes or 0
        for paper in newest
        if paper.id not in {r.paper_id for r in others}
    ]
    assert last.reason["upvotes"] == max(free)


def test_where_nobody_voted_there_is_nothing_to_prove_against(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    day = first_day(database, ada, "proves")
    with database.write() as session:
        session.execute(update(PaperRow).values(upvotes=None))

    selection.choose(database, catalogue.load(database), ada, day, kind="now")

    assert {row.team for row in recorded(database)} == {""}


def test_a_day_of_exploring_ends_with_something_different_and_says_so(
    database: Database,
    offered: Catalogue,
    ada: Reader,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    day = first_day(database, ada, "explores")

    selection.choose(database, offered, ada, day, kind="now")

    *others, last = recorded(database)
    assert (last.policy, last.reason["kind"]) == ("explore", "explore")
    assert last.reason["words"]
    assert "explore" not in {row.policy for row in others}


@pytest.mark.parametrize("kind", ["explores", "proves"])
def test_a_reader_who_does_not_explore_has_an_ordinary_day_instead(
    database: Database,
    offered: Catalogue,
    ada: Reader,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)
    day = first_day(database, ada, kind)
    wants_none = readers.change(database, ada.id, explores=False)
    assert wants_none is not None

    selection.choose(database, offered, wants_none, day, kind="now")

    rows = recorded(database)
    assert len(rows) == ada.picks
    assert not {"explore", "proof"} & {row.policy for row in rows}


def test_an_ordinary_day_records_no_team_and_how_strong_each_pick_is(
    database: Database, offered: Catalogue, ada: Reader
):
    selection.choose(database, offered, ada, NOW, kind="daily")

    rows = recorded(database)
    assert {row.team for row in rows} == {""}
    assert {row.reason["strength"] for row in rows} <= {
        "strong",
        "fair",
        "stretch",
    }
    assert rows[0].reason["strength"] == "strong"
