"""What a reader asks for is found among all stored papers, in the order of their taste."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.picks import catalogue, fitting, search
from bot.picks.catalogue import Catalogue
from bot.storage import own, papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from recommender.papers import Paper, Rating, StoredPaper
from tests.corpus import field_of, library
from tests.storage.factories import join

TODAY = date(2026, 11, 20)
NOBODY = Feedback()
OLD = Paper(
    title="Edge feature and message passing of old",
    abstract="We study node embedding for speed. It helps graph networks.",
    listed=date(2019, 3, 1),
    source="file",
)


@pytest.fixture
def offered(database: Database, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Sixty papers on offer with their vectors; the old one has neither."""
    papers.store(database, library(TODAY, per_field=10))
    fitting.fit(database, datetime(2026, 11, 20, tzinfo=UTC))
    papers.store(database, [OLD])
    monkeypatch.setattr(catalogue, "MOST", 60)
    return catalogue.load(database)


def named(database: Database, ids: list[int]) -> list[str]:
    stored = papers.by_ids(database, ids)
    return [stored[paper_id].title for paper_id in ids]


def one(database: Database, title: str) -> StoredPaper:
    [paper_id] = papers.ids_with_title(database, title)
    return papers.by_ids(database, [paper_id])[paper_id]


def test_the_reader_s_taste_orders_what_is_found(
    database: Database, offered: Catalogue
) -> None:
    robots = [p for p in offered.papers if field_of(p) == "robot learning"]
    ada = Feedback(ratings=tuple(Rating(p.id or 0, 1) for p in robots[:3]))
    bo = Feedback(wanted=("medical imaging",))

    for_ada, for_bo = (
        search.by_words(database, offered, r, "benchmark") for r in (ada, bo)
    )

    stored = papers.by_ids(database, for_ada)
    assert {field_of(stored[i]) for i in for_ada[:5]} == {"robot learning"}
    assert {field_of(stored[i]) for i in for_bo[:5]} == {"medical imaging"}
    assert sorted(for_ada) == sorted(for_bo)


def test_the_paper_that_is_called_so_comes_first_and_then_those_with_the_words_in_their_titles(
    database: Database, offered: Catalogue
) -> None:
    some = [p for p in offered.papers if field_of(p) == "robot learning"]
    bo = Feedback(ratings=tuple(Rating(p.id or 0, 1) for p in some[:5]))
    short = replace(
        OLD, title="Robot arm", abstract="Nothing much.", source="file"
    )
    papers.store(
        database, [short, replace(short, title="Robot, with another arm")]
    )

    found = named(database, search.by_words(database, offered, bo, "robot arm"))

    titled = [
        "robot" in title.casefold() and "arm" in title.casefold()
        for title in found
    ]
    assert found[0] == "Robot arm"
    assert titled == sorted(titled, reverse=True)
    assert True in titled[2:]
    assert False in titled


def test_more_like_an_old_paper_and_more_like_a_new_one_find_each_other(
    database: Database, offered: Catalogue
) -> None:
    old = one(database, OLD.title)
    assert old.id not in offered.rows

    found = search.like(database, offered, NOBODY, old)
    back = [
        search.like(database, offered, NOBODY, p)
        for p in offered.papers
        if field_of(p) == "graph networks"
    ]

    near = papers.by_ids(database, found)
    assert {field_of(near[paper_id]) for paper_id in found[:5]} == {
        "graph networks"
    }
    assert old.id not in found
    assert any(old.id in each for each in back)


def test_what_is_muted_is_not_found_old_or_new(
    database: Database, offered: Catalogue
) -> None:
    some = next(p for p in offered.papers if field_of(p) == "robot learning")
    mutes = Feedback(muted=("graph networks",))

    found = search.by_words(database, offered, mutes, "speed")
    like = search.like(database, offered, mutes, one(database, OLD.title))
    others = search.like(
        database, offered, replace(mutes, muted=("robot learning",)), some
    )

    stored = papers.by_ids(database, [*found, *like, *others])
    assert found
    assert "graph networks" not in {
        field_of(stored[i]) for i in [*found, *like]
    }
    assert "robot learning" not in {field_of(stored[i]) for i in others}


def test_a_paper_from_somebody_s_own_file_is_found_once_a_source_lists_it(
    database: Database, offered: Catalogue
) -> None:
    mine = Paper(
        title="A private matter",
        abstract="Unseen.",
        listed=TODAY,
        source="file",
    )
    own.import_papers(database, join(database, "Ada").id, [mine])

    before = search.by_words(database, offered, NOBODY, "private matter")
    papers.index_missing(database)
    still = search.by_words(database, offered, NOBODY, "private matter")
    papers.store(database, [replace(mine, abstract="")])
    after = search.by_words(database, offered, NOBODY, "private matter")

    assert before == still == []
    assert named(database, after) == ["A private matter"]
    assert search.by_words(database, offered, NOBODY, "unseen") == []


def test_before_the_first_fit_words_are_found_all_the_same(
    database: Database,
) -> None:
    papers.store(database, [OLD])
    unfitted = catalogue.load(database)

    found = search.by_words(
        database, unfitted, Feedback(wanted=("graphs",)), "message pass"
    )

    assert named(database, found) == [OLD.title]
    assert (
        search.like(database, unfitted, NOBODY, one(database, OLD.title)) == []
    )


def test_the_word_too_many_is_known(
    database: Database, offered: Catalogue
) -> None:
    assert search.unknown(database, ["graph", "netwroks", "nod"]) == [
        "netwroks"
    ]
    assert search.unknown(database, ["grap", "network"]) == ["grap"]
    assert search.fewer(database, ["graph", "netwroks", "zzz"]) == [["graph"]]
    assert search.fewer(database, ["graph", "tumour"]) == [
        ["tumour"],
        ["graph"],
    ]
    assert search.fewer(database, ["the", "zzz"]) == []
