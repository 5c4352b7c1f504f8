"""A search finds all stored papers that match, in the order of the reader's taste."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.picks import fitting, search
from bot.picks.catalogue import Catalogue, load
from bot.storage import own, papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import Paper, Rating, StoredPaper
from tests.corpus import field_of, library
from tests.storage.factories import join

TODAY = date(2026, 11, 20)
NO_FEEDBACK = Feedback()
OLD = Paper(
    title="Edge feature and message passing of old",
    abstract="We study node embedding for speed. It helps graph networks.",
    listed=date(2019, 3, 1),
    source="file",
)


@pytest.fixture
def catalogue(database: Database, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Sixty papers on offer, with their vectors; the old one is neither on offer nor covered."""
    papers.store(database, library(TODAY, per_field=10))
    fitting.fit(database, datetime(2026, 11, 20, tzinfo=UTC))
    papers.store(database, [OLD])
    monkeypatch.setattr("bot.picks.catalogue.MAX_PAPERS", 60)
    return load(database)


def titles(database: Database, ids: list[int]) -> list[str]:
    stored = papers.by_ids(database, ids)
    return [stored[paper_id].title for paper_id in ids]


def fields(database: Database, ids: list[int]) -> set[str]:
    stored = papers.by_ids(database, ids)
    return {field_of(stored[paper_id]) for paper_id in ids}


def paper_with_title(database: Database, title: str) -> StoredPaper:
    [paper_id] = papers.ids_with_title(database, title)
    return papers.by_ids(database, [paper_id])[paper_id]


def papers_of(catalogue: Catalogue, field: str) -> list[StoredPaper]:
    papers = catalogue.with_abstracts(range(len(catalogue)))
    return [paper for paper in papers if field_of(paper) == field]


def likes(some_papers: list[StoredPaper]) -> tuple[Rating, ...]:
    return tuple(Rating(paper.id, 1) for paper in some_papers)


def test_the_reader_s_taste_orders_the_results(
    database: Database, catalogue: Catalogue
) -> None:
    robots = papers_of(catalogue, "robot learning")
    ada = Feedback(ratings=likes(robots[:3]))
    bo = Feedback(wanted=("medical imaging",))

    for_ada = search.by_words(database, catalogue, ada, "benchmark")
    for_bo = search.by_words(database, catalogue, bo, "benchmark")

    assert fields(database, for_ada[:5]) == {"robot learning"}
    assert fields(database, for_bo[:5]) == {"medical imaging"}
    assert sorted(for_ada) == sorted(for_bo)


def test_the_paper_with_this_title_comes_first_and_then_those_with_the_words_in_their_titles(
    database: Database, catalogue: Catalogue
) -> None:
    robots = papers_of(catalogue, "robot learning")
    feedback = Feedback(ratings=likes(robots[:5]))
    exact = replace(OLD, title="Robot arm", abstract="Nothing much.")
    longer = replace(exact, title="Robot, with another arm")
    papers.store(database, [exact, longer])

    ids = search.by_words(database, catalogue, feedback, "robot arm")

    results = titles(database, ids)
    has_words = [
        "robot" in title.casefold() and "arm" in title.casefold()
        for title in results
    ]
    assert results[0] == "Robot arm"
    assert has_words == sorted(has_words, reverse=True)
    assert True in has_words[2:]
    assert False in has_words


def test_an_old_paper_and_new_ones_like_it_lead_to_each_other(
    database: Database, catalogue: Catalogue
) -> None:
    old = paper_with_title(database, OLD.title)
    assert old.id not in catalogue.rows

    like_old = search.similar(database, catalogue, NO_FEEDBACK, old)
    like_new = [
        search.similar(database, catalogue, NO_FEEDBACK, paper)
        for paper in papers_of(catalogue, "graph networks")
    ]

    assert fields(database, like_old[:5]) == {"graph networks"}
    assert old.id not in like_old
    assert any(old.id in results for results in like_new)


def test_a_muted_topic_is_in_no_result_old_or_new(
    database: Database, catalogue: Catalogue
) -> None:
    old = paper_with_title(database, OLD.title)
    robot = papers_of(catalogue, "robot learning")[0]
    no_graphs = Feedback(muted=("graph networks",))
    no_robots = Feedback(muted=("robot learning",))

    by_words = search.by_words(database, catalogue, no_graphs, "speed")
    like_old = search.similar(database, catalogue, no_graphs, old)
    like_robot = search.similar(database, catalogue, no_robots, robot)

    assert by_words
    assert "graph networks" not in fields(database, by_words + like_old)
    assert "robot learning" not in fields(database, like_robot)


def test_a_paper_from_somebody_s_own_file_is_found_once_a_source_lists_it(
    database: Database, catalogue: Catalogue
) -> None:
    private = Paper(
        title="A private matter",
        abstract="Unseen.",
        listed=TODAY,
        source="file",
    )
    own.import_papers(database, join(database, "Ada").id, [private])

    def find(text: str) -> list[int]:
        return search.by_words(database, catalogue, NO_FEEDBACK, text)

    before = find("private matter")
    papers.index_missing(database)
    after_indexing = find("private matter")
    papers.store(database, [replace(private, abstract="")])
    after_listing = find("private matter")

    assert before == after_indexing == []
    assert titles(database, after_listing) == ["A private matter"]
    assert find("unseen") == []


def test_before_the_first_fit_words_are_found_all_the_same(
    database: Database,
) -> None:
    papers.store(database, [OLD])
    unfitted = load(database)
    old = paper_with_title(database, OLD.title)
    feedback = Feedback(wanted=("graphs",))

    ids = search.by_words(database, unfitted, feedback, "message pass")

    assert titles(database, ids) == [OLD.title]
    assert search.similar(database, unfitted, NO_FEEDBACK, old) == []


@pytest.mark.usefixtures("catalogue")
def test_words_that_no_paper_contains_are_named(database: Database) -> None:
    typo = search.unknown_words(database, ["graph", "netwroks", "nod"])
    half_a_word = search.unknown_words(database, ["grap", "network"])

    assert typo == ["netwroks"]
    assert half_a_word == ["grap"]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("words", "queries"),
    [
        (["graph", "netwroks", "zzz"], [["graph"]]),
        (["graph", "tumour"], [["tumour"], ["graph"]]),
        (["the", "zzz"], []),
    ],
)
def test_shorter_queries_are_those_that_find_something(
    database: Database, words: list[str], queries: list[list[str]]
) -> None:
    assert search.shorter_queries(database, words) == queries
