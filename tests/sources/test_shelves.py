"""Where the local run's papers come from, and how its days pass."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import corpus
from bot.sandbox.timeline import MovingClock
from bot.sources.endpoints import Endpoints
from bot.storage import papers, schema
from bot.storage.database import Database
from recommender.papers import Paper

from .conftest import Answer, Source

NOWHERE = Endpoints(
    "http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"
)
WEDNESDAY, SUNDAY = date(2026, 3, 4), date(2026, 3, 8)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A database that an operator filled with a paper a day, up to a Friday."""
    path = tmp_path / "paperpicks.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        schema.prepare(database)
        days = [date(2026, 5, 29) - timedelta(days=back) for back in range(90)]
        papers.store(database, [paper(day) for day in days])
    return path


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Database]:
    with closing(
        Database(f"sqlite:///{tmp_path / 'local-bot.db'}")
    ) as database:
        schema.prepare(database)
        yield database


def paper(day: date) -> Paper:
    return Paper(
        title=f"On {day}",
        abstract="Words.",
        listed=day,
        source="huggingface",
        upvotes=3,
    )


def test_without_network_or_stored_papers_it_is_the_sample(
    tmp_path: Path,
) -> None:
    shelf = corpus.find(NOWHERE, 5, tmp_path / "none.db", WEDNESDAY)

    assert shelf.kind == "sample"
    assert shelf.picks == 2
    assert "sample" in shelf.about
    assert "made up" in shelf.about
    assert "For today's papers" in shelf.about
    assert shelf.begins.date() == WEDNESDAY
    assert not shelf.endpoints.lists


def test_the_sample_begins_on_a_weekday() -> None:
    assert corpus.sample_of(SUNDAY, NOWHERE, 5).begins.date() == date(
        2026, 3, 6
    )


def test_the_samples_papers_come_day_by_day(local: Database) -> None:
    shelf = corpus.sample_of(WEDNESDAY, NOWHERE, 5)
    today = shelf.begins.date()
    first = shelf.arrive(local, shelf.before, today)
    had = papers.count(local)
    shelf.arrive(local, today, today + timedelta(days=1))
    next_day = papers.count(local)
    last = shelf.arrive(local, today, today + timedelta(days=30))

    assert (had, next_day, papers.count(local)) == (32, 40, 115)
    assert first == ""
    assert last == "That was the sample's last day: no new papers will come."


def test_stored_papers_begin_twenty_weekdays_before_the_newest(
    stored: Path, local: Database
) -> None:
    shelf = corpus.find(NOWHERE, 5, stored, WEDNESDAY)
    shelf.arrive(local, shelf.before, shelf.first)

    assert shelf.kind == "stored"
    assert shelf.picks == 5
    assert shelf.first == date(2026, 5, 1)
    assert papers.newest(local, 1)[0].listed == date(2026, 5, 1)
    assert papers.count(local) == 30


def test_a_damaged_store_of_papers_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "paperpicks.db"
    with (
        closing(Database(f"sqlite:///{broken}")) as empty,
        empty.engine.connect(),
    ):
        pass

    assert corpus.find(NOWHERE, 5, broken, WEDNESDAY).kind == "sample"


def test_with_network_the_papers_are_hugging_faces(
    local: Database, source: Source
) -> None:
    entry = {
        "paper": {
            "id": "2605.00001",
            "title": "New",
            "submittedOnDailyAt": "2026-05-29",
        }
    }
    source.answer = lambda _path, _query: Answer(json.dumps([entry]).encode())
    shelf = corpus.find(
        replace(NOWHERE, hf_endpoint=source.url), 5, Path("none.db"), WEDNESDAY
    )
    shelf.arrive(local, date(2026, 5, 28), date(2026, 5, 29))

    days = [query["date"] for _, query in source.asked if "date" in query]
    assert shelf.kind == "huggingface"
    assert shelf.first == date(2026, 5, 1)
    assert set(days) == {"2026-05-29"}
    assert papers.count(local) == 1


def test_a_source_that_went_away_is_told(local: Database) -> None:
    shelf = corpus.make("huggingface", WEDNESDAY, NOWHERE, 5, Path("none.db"))

    assert shelf.arrive(local, WEDNESDAY, WEDNESDAY).startswith(
        "No new papers came"
    )


async def test_the_clock_goes_on_from_where_it_is_moved_to_and_never_back() -> (
    None
):
    clock = MovingClock()
    later = datetime.now(UTC) + timedelta(days=3)
    clock.move_to(later)
    await asyncio.sleep(0.01)
    moved = clock()
    clock.move_to(datetime.now(UTC))

    assert later < moved < later + timedelta(seconds=5)
    assert clock() > moved
