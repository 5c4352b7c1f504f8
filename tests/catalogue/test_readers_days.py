"""A reader's day is drawn from who they are and the date; what it brought is recorded."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot import catalogue, digest
from bot.catalogue import Catalogue
from bot.digest import Day, day_of
from bot.storage import feedback, readers
from bot.storage.database import Database
from bot.storage.feedback import Said
from bot.storage.models import PaperRow
from bot.storage.outgoing import RecommendationRow
from bot.storage.readers import Reader

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def ada(database: Database, offered: Catalogue) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.welcome(database, 7, values)
    assert reader is not None
    for paper in offered.papers[:2]:
        said = Said(
            reader_id=reader.id, paper_id=paper.id or 0, value=1, rated_at=NOW, origin="link"
        )
        feedback.rate(database, said)
    return reader


def days(monkeypatch: pytest.MonkeyPatch, reader_id: int) -> list[Day]:
    monkeypatch.setattr(digest, "ONE_IN_FIVE", 0.2)
    return [day_of(reader_id, TODAY + timedelta(n), explores=True) for n in range(1_000)]


def first_day_of_exploring(reader: Reader) -> int:
    """Return in how many days a reader who explores does so next."""
    drawn = (day_of(reader.id, TODAY + timedelta(n), explores=True) for n in range(50))
    return next(n for n, day in enumerate(drawn) if day.explores)


def recorded(database: Database) -> list[RecommendationRow]:
    with database.read() as session:
        rows = session.scalars(select(RecommendationRow).order_by(RecommendationRow.rank)).all()
        session.expunge_all()
        return list(rows)


def test_one_day_in_five_compares_and_another_one_explores(monkeypatch: pytest.MonkeyPatch):
    drawn = Counter((day.interleaves, day.explores) for day in days(monkeypatch, 1))

    assert set(drawn) == {(True, False), (False, True), (False, False)}
    assert 150 < drawn[True, False] < 250
    assert 150 < drawn[False, True] < 250


def test_a_day_is_the_same_at_each_look_and_another_for_another_reader(
    monkeypatch: pytest.MonkeyPatch,
):
    one, again, other = (
        [(day.interleaves, day.explores, day.rng.random()) for day in days(monkeypatch, who)]
        for who in (1, 1, 2)
    )

    assert one == again
    assert one != other


def test_an_interleaved_digest_records_which_order_brought_each_paper(
    database: Database, offered: Catalogue, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(digest, "ONE_IN_FIVE", 1.0)

    digest.choose(database, offered, ada, NOW, kind="daily")

    teams = Counter(row.team for row in recorded(database))
    assert sorted(teams) == ["personal", "popular"]
    assert abs(teams["personal"] - teams["popular"]) <= 1


def test_where_nobody_voted_there_is_no_popular_order_to_compare_with(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(digest, "ONE_IN_FIVE", 1.0)
    with database.write() as session:
        session.execute(update(PaperRow).values(upvotes=None))

    digest.choose(database, catalogue.load(database), ada, NOW, kind="daily")

    assert {row.team for row in recorded(database)} == {""}


def test_a_day_of_exploring_ends_with_something_different_and_says_so(
    database: Database, offered: Catalogue, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(digest, "ONE_IN_FIVE", 0.5)
    day = first_day_of_exploring(ada)

    digest.choose(database, offered, ada, NOW + timedelta(day), kind="daily")

    *others, last = recorded(database)
    assert (last.policy, last.reason["kind"]) == ("explore", "explore")
    assert last.reason["words"]
    assert "explore" not in {row.policy for row in others}


def test_a_reader_who_does_not_explore_has_an_ordinary_day_instead(
    database: Database, offered: Catalogue, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(digest, "ONE_IN_FIVE", 0.5)
    day = first_day_of_exploring(ada)
    wants_none = readers.change(database, ada.id, explores=False)
    assert wants_none is not None

    digest.choose(database, offered, wants_none, NOW + timedelta(day), kind="daily")

    rows = recorded(database)
    assert len(rows) == ada.picks
    assert "explore" not in {row.policy for row in rows}


def test_an_ordinary_day_records_no_team_and_how_strong_each_pick_is(
    database: Database, offered: Catalogue, ada: Reader
):
    digest.choose(database, offered, ada, NOW, kind="daily")

    rows = recorded(database)
    assert {row.team for row in rows} == {""}
    assert {row.reason["strength"] for row in rows} <= {"strong", "fair", "stretch"}
    assert rows[0].reason["strength"] == "strong"
