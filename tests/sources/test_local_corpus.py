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
    local_corpus = corpus.find_corpus(
        NOWHERE, 5, tmp_path / "none.db", WEDNESDAY
    )

    assert local_corpus.kind == "sample"
    assert local_corpus.picks == 2
    assert "sample" in local_corpus.note
    assert "made up" in local_corpus.note
    assert "For today's papers" in local_corpus.note
    assert local_corpus.start.date() == WEDNESDAY
    assert not local_corpus.endpoints.lists


def test_the_sample_begins_on_a_weekday() -> None:
    sample = corpus.sample_corpus(NOWHERE, 5, SUNDAY)

    assert sample.start.date() == date(2026, 3, 6)


def test_the_samples_papers_come_day_by_day(local: Database) -> None:
    sample = corpus.sample_corpus(NOWHERE, 5, WEDNESDAY)
    today = sample.start.date()
    tomorrow = today + timedelta(days=1)
    next_month = today + timedelta(days=30)

    problem = sample.store_papers(local, sample.history_start, today)
    first_day_count = papers.count(local)
    sample.store_papers(local, today, tomorrow)
    second_day_count = papers.count(local)
    end = sample.store_papers(local, today, next_month)

    assert problem == ""
    assert first_day_count == 32
    assert second_day_count == 40
    assert papers.count(local) == 115
    assert end == "That was the sample's last day: no new papers will come."


def test_stored_papers_begin_twenty_weekdays_before_the_newest(
    stored: Path, local: Database
) -> None:
    local_corpus = corpus.find_corpus(NOWHERE, 5, stored, WEDNESDAY)

    local_corpus.store_papers(
        local, local_corpus.history_start, local_corpus.first_day
    )

    assert local_corpus.kind == "stored"
    assert local_corpus.picks == 5
    assert local_corpus.first_day == date(2026, 5, 1)
    assert papers.newest(local, 1)[0].listed == date(2026, 5, 1)
    assert papers.count(local) == 30


def test_a_damaged_store_of_papers_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "paperpicks.db"
    with (
        closing(Database(f"sqlite:///{broken}")) as empty,
        empty.engine.connect(),
    ):
        pass

    local_corpus = corpus.find_corpus(NOWHERE, 5, broken, WEDNESDAY)

    assert local_corpus.kind == "sample"


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
    endpoints = replace(NOWHERE, hf_endpoint=source.url)

    local_corpus = corpus.find_corpus(endpoints, 5, Path("none.db"), WEDNESDAY)
    local_corpus.store_papers(local, date(2026, 5, 28), date(2026, 5, 29))

    days = {query["date"] for _, query in source.asked if "date" in query}
    assert local_corpus.kind == "huggingface"
    assert local_corpus.first_day == date(2026, 5, 1)
    assert days == {"2026-05-29"}
    assert papers.count(local) == 1


def test_a_source_that_went_away_is_told(local: Database) -> None:
    listed = corpus.create_corpus("huggingface", WEDNESDAY, NOWHERE, 5)

    problem = listed.store_papers(local, WEDNESDAY, WEDNESDAY)

    assert problem.startswith("No new papers came")


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
