"""A source that tells a hundred thousand papers of one day displaces nobody."""

from collections import Counter
from datetime import date, timedelta

import pytest

from bot.picks import catalogue
from bot.storage import features, papers, source_limits
from bot.storage.database import Database
from bot.storage.offered import newest
from recommender.papers import Paper

TODAY = date(2026, 5, 6)


def of(source: str, number: int, day: date = TODAY, prefix: str = "") -> Paper:
    return Paper(
        title=f"{source} {prefix}{day} {number}", listed=day, source=source
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten papers a day and twenty of a source, so that a flood is a hundred."""
    monkeypatch.setattr(source_limits, "A_DAY", 10)
    monkeypatch.setattr(source_limits, "A_SOURCE", 20)


def test_a_source_has_room_for_so_many_papers_a_day(database: Database) -> None:
    for flood in range(3):
        batch = [of("arxiv", n, prefix=f"flood {flood} ") for n in range(100)]
        papers.store(database, source_limits.limit_per_day(database, batch))
    papers.store(
        database,
        source_limits.limit_per_day(
            database, [of("huggingface", n) for n in range(5)]
        ),
    )

    sources = Counter(paper.source for paper in papers.newest(database, 1_000))

    assert sources == {"arxiv": 10, "huggingface": 5}


def test_what_is_stored_already_is_brought_up_to_date_on_a_full_day(
    database: Database,
) -> None:
    def flood(upvotes: int) -> list[Paper]:
        return [
            Paper(
                title=f"P{n}",
                listed=TODAY,
                source="arxiv",
                arxiv_id=f"2605.{n:05}",
                upvotes=v,
            )
            for n, v in enumerate([upvotes] * 10)
        ]

    papers.store(database, source_limits.limit_per_day(database, flood(1)))

    assert source_limits.limit_per_day(database, flood(2)) == flood(2)


def test_a_day_flooded_by_a_file_leaves_room_for_others_on_offer(
    database: Database,
) -> None:
    flood = [of("file", n) for n in range(100)]
    others = [
        of("huggingface", n, TODAY - timedelta(days=n)) for n in range(15)
    ]
    papers.store(database, [*others, *flood])

    offered = Counter(paper.source for paper in newest(database, 30))

    assert offered == {"huggingface": 15, "file": 15}


def test_a_flood_over_many_days_leaves_room_for_others_on_offer(
    database: Database,
) -> None:
    flood = [of("arxiv", n, TODAY - timedelta(days=n % 20)) for n in range(200)]
    others = [
        of("huggingface", n, TODAY - timedelta(days=30 + n)) for n in range(15)
    ]
    papers.store(database, [*others, *flood])

    offered = newest(database, 35)

    assert Counter(paper.source for paper in offered) == {
        "huggingface": 15,
        "arxiv": 20,
    }
    assert [paper.listed for paper in offered] == sorted(
        (p.listed for p in offered), reverse=True
    )


def test_without_a_flood_the_newest_are_on_offer(database: Database) -> None:
    days = [TODAY - timedelta(days=n) for n in range(40)]
    papers.store(database, [of("arxiv", 1, day) for day in days])

    assert [paper.listed for paper in newest(database, 25)] == days[:25]


def test_other_papers_can_be_picked_after_a_flood(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MAX_PAPERS", 30)
    monkeypatch.setattr(features, "OFFERED", 30)
    monkeypatch.setattr(features, "MOST", 40)
    words = ["robot arms grasp", "graphs of proteins", "speech of whales"]
    others = [
        Paper(
            title=f"{words[n % 3]} {n}",
            abstract=f"{words[n % 3]}.",
            listed=TODAY,
            source="hf",
        )
        for n in range(9)
    ]
    papers.store(database, others)
    papers.store(database, [of("file", n) for n in range(200)])

    covered = {paper.title for paper in features.to_cover(database)}

    assert {paper.title for paper in others} <= covered
    assert {paper.title for paper in others} <= {
        paper.title for paper in catalogue.load(database).papers
    }
