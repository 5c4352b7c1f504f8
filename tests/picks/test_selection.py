"""A reader's day is drawn by the date, and the digest records how each pick came about."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.picks import selection
from bot.picks.catalogue import Catalogue, load
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
def ada(database: Database, catalogue: Catalogue) -> Reader:
    values = {"name": "Ada", "at": time(9), "created_at": NOW}
    reader = readers.find_or_create(database, 7, values)
    assert reader is not None
    rate(database, reader, catalogue, value=1, most=10)
    return reader


@pytest.fixture
def many_special_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every day be one that proves or one that explores."""
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.5)


def rate(
    database: Database,
    reader: Reader,
    catalogue: Catalogue,
    *,
    value: int,
    most: int,
) -> None:
    """Rate the newest papers of two fields."""
    fields = list(FIELDS)[:2]
    ids = [paper.id for paper in catalogue.papers if field_of(paper) in fields]
    for paper_id in ids[:most]:
        event = RatingEvent(
            reader_id=reader.id,
            paper_id=paper_id,
            value=value,
            rated_at=NOW,
            origin="link",
        )
        feedback.rate(database, event)


def draw_days(database: Database, reader: Reader) -> list[Day]:
    """Draw a reader's next thousand days."""
    past = feedback.of_reader(database, reader.id, reader.zone, TODAY)
    return [
        selection.draw_day(reader, past, TODAY + timedelta(n))
        for n in range(1_000)
    ]


def first_day(database: Database, reader: Reader, kind: str) -> datetime:
    """Return the next day of a reader that `explores`, or that `proves`."""
    days = draw_days(database, reader)
    n = next(n for n, day in enumerate(days) if getattr(day, kind))
    return NOW + timedelta(n)


def recorded_picks(database: Database) -> list[RecommendationRow]:
    picks = select(RecommendationRow).order_by(RecommendationRow.rank)
    with database.read() as session:
        rows = session.scalars(picks).all()
        session.expunge_all()
        return list(rows)


def test_one_day_in_five_proves_and_another_one_explores(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.2)

    days = draw_days(database, ada)

    counts = Counter((day.proves, day.explores) for day in days)
    assert set(counts) == {(True, False), (False, True), (False, False)}
    assert 150 < counts[True, False] < 250
    assert 150 < counts[False, True] < 250


@pytest.mark.usefixtures("many_special_days")
def test_nothing_is_explored_before_the_tenth_rating(
    database: Database, ada: Reader, catalogue: Catalogue
):
    rate(database, ada, catalogue, value=0, most=1)

    days_after_nine = draw_days(database, ada)
    rate(database, ada, catalogue, value=-1, most=1)
    days_after_ten = draw_days(database, ada)

    assert not any(day.explores for day in days_after_nine)
    assert any(day.explores for day in days_after_ten)


def test_a_day_is_drawn_the_same_each_time_and_differently_for_another_reader(
    database: Database, ada: Reader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(policy, "SPECIAL_DAYS", 0.2)
    bo = replace(ada, id=ada.id + 1)

    def draws(reader: Reader) -> list[tuple[bool, bool, float]]:
        return [
            (day.proves, day.explores, day.rng.random())
            for day in draw_days(database, reader)
        ]

    assert draws(ada) == draws(ada)
    assert draws(ada) != draws(bo)


@pytest.mark.usefixtures("many_special_days")
def test_a_digest_with_a_proof_records_which_side_each_paper_is_on(
    database: Database, catalogue: Catalogue, ada: Reader
):
    day = first_day(database, ada, "proves")

    selection.choose(database, catalogue, ada, day, kind="now")

    *personal, last = recorded_picks(database)
    assert {row.team for row in personal} == {"personal"}
    assert (last.policy, last.team) == ("proof", "popular")
    assert last.reason["kind"] == "proof"
    picked = {row.paper_id for row in personal}
    upvotes = [
        paper.upvotes or 0
        for paper in catalogue.papers
        if paper.listed == TODAY and paper.id not in picked
    ]
    assert last.reason["upvotes"] == max(upvotes)


@pytest.mark.usefixtures("many_special_days")
def test_without_upvotes_there_is_no_proof(database: Database, ada: Reader):
    day = first_day(database, ada, "proves")
    with database.write() as session:
        session.execute(update(PaperRow).values(upvotes=None))

    selection.choose(database, load(database), ada, day, kind="now")

    assert {row.team for row in recorded_picks(database)} == {""}


@pytest.mark.usefixtures("many_special_days")
def test_a_day_of_exploring_ends_with_something_different_and_says_so(
    database: Database, catalogue: Catalogue, ada: Reader
):
    day = first_day(database, ada, "explores")

    selection.choose(database, catalogue, ada, day, kind="now")

    *ordinary, last = recorded_picks(database)
    assert (last.policy, last.reason["kind"]) == ("explore", "explore")
    assert last.reason["words"]
    assert "explore" not in {row.policy for row in ordinary}


@pytest.mark.usefixtures("many_special_days")
@pytest.mark.parametrize("kind", ["explores", "proves"])
def test_a_reader_who_does_not_explore_has_an_ordinary_day_instead(
    database: Database, catalogue: Catalogue, ada: Reader, kind: str
):
    day = first_day(database, ada, kind)
    ordinary_reader = readers.change(database, ada.id, explores=False)
    assert ordinary_reader is not None

    selection.choose(database, catalogue, ordinary_reader, day, kind="now")

    rows = recorded_picks(database)
    assert len(rows) == ada.picks
    assert not {"explore", "proof"} & {row.policy for row in rows}


def test_an_ordinary_day_records_no_team_and_how_strong_each_pick_is(
    database: Database, catalogue: Catalogue, ada: Reader
):
    selection.choose(database, catalogue, ada, NOW, kind="daily")

    rows = recorded_picks(database)
    strengths = [row.reason["strength"] for row in rows]
    assert {row.team for row in rows} == {""}
    assert set(strengths) <= {"strong", "fair", "stretch"}
    assert strengths[0] == "strong"
