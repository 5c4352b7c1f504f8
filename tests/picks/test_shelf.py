"""A reader gets the papers of their own lists, of whom they follow, and of their own feeds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import list_keys
from bot.picks import fitting, search, selection
from bot.picks import shelf as shelves
from bot.picks.catalogue import Catalogue, empty_vectors, load
from bot.storage import feedback, papers
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from recommender.papers import Paper
from tests.corpus import field_of, library, stored
from tests.picks.shelf_factories import (
    LISTS,
    NEURO,
    NOW,
    PAPERS,
    ROBOTICS,
    TODAY,
    VISION,
    ada,
    catalogue,
    join,
    read_feed,
    shelf_of,
    subscribe,
    titles,
    titles_in,
)

__all__ = ["ada", "catalogue"]


def test_a_newcomer_reads_daily_papers(
    database: Database, catalogue: Catalogue, ada: Reader
):
    assert set(titles(shelf_of(database, catalogue, ada))) == titles_in(
        list_keys.DAILY
    )


@pytest.mark.parametrize(
    "keys", [[ROBOTICS], [ROBOTICS, VISION], [list_keys.DAILY, NEURO]]
)
def test_a_reader_gets_the_papers_of_their_lists_and_no_others(
    database: Database, catalogue: Catalogue, ada: Reader, keys: list[str]
):
    subscribe(database, ada, *keys)

    shelf = shelf_of(database, catalogue, ada)

    assert set(titles(shelf)) == titles_in(*keys)
    picks = selection.choose(database, catalogue, ada, NOW, kind="now").picks
    assert picks
    assert {pick.paper.title for pick in picks} <= titles_in(*keys)


def test_a_paper_is_as_new_as_the_readers_own_lists_say(
    database: Database, ada: Reader
):
    """What arXiv named weeks ago is new to a reader of Daily Papers on its day there."""
    weeks_ago = TODAY - timedelta(days=20)
    late = replace(
        PAPERS[0],
        listed=weeks_ago,
        lists={VISION: weeks_ago, list_keys.DAILY: TODAY},
    )
    papers.store(database, [late, *PAPERS[1:]])
    fitting.fit(database, NOW)
    catalogue = load(database)
    bo = join(database, 8)
    subscribe(database, bo, VISION)

    daily = shelf_of(database, catalogue, ada)
    vision = shelf_of(database, catalogue, bo)

    place = titles(daily).index(late.title)
    assert place < daily.count_since(TODAY)
    assert titles(vision).index(late.title) >= vision.count_fresh(TODAY)


def test_whom_a_reader_follows_is_there_whatever_their_lists(
    database: Database, catalogue: Catalogue, ada: Reader
):
    subscribe(database, ada, ROBOTICS)
    past = selection.read_feedback(database, ada, NOW)
    author = next(
        paper.authors[0]
        for paper in PAPERS
        if paper.lists and ROBOTICS not in paper.lists
    )

    shelf = shelves.of_reader(
        database, catalogue, replace(past, follows=(author,))
    )

    by_author = {p.title for p in PAPERS if author in p.authors}
    assert set(titles(shelf)) == titles_in(ROBOTICS) | by_author


def test_every_reader_gets_what_the_operator_named(
    database: Database, catalogue: Catalogue, ada: Reader
):
    common = load(database, [VISION])

    shelf = shelf_of(database, common, ada)

    assert set(titles(shelf)) == titles_in(list_keys.DAILY, VISION)


def test_an_own_feed_is_offered_to_and_found_by_its_reader_alone(
    database: Database, catalogue: Catalogue, ada: Reader
):
    bo = join(database, 8)
    entry = Paper(
        title="Robot arms in our lab",
        abstract="We study robot arm grasping with quokkas.",
        listed=TODAY,
        source="feed",
    )
    read_feed(database, catalogue, ada, [entry])

    hers = titles(shelf_of(database, catalogue, ada))
    his = titles(shelf_of(database, catalogue, bo))

    assert entry.title in hers
    assert entry.title not in his
    assert papers.count(database) == len(PAPERS)
    found = {
        reader.chat_id: search.by_words(
            database,
            catalogue,
            selection.read_feedback(database, reader, NOW),
            "quokkas",
        )
        for reader in (ada, bo)
    }
    assert len(found[7]) == 1
    assert not found[8]


def test_no_word_of_an_own_feed_is_in_the_shared_model(
    database: Database, catalogue: Catalogue, ada: Reader
):
    entry = Paper(
        title="Quokkas and quokkas",
        abstract="Quokkas.",
        listed=TODAY,
        source="feed",
    )
    read_feed(database, catalogue, ada, [entry])

    fitting.fit(database, NOW)
    renewed = load(database, former=catalogue)

    assert renewed.model is not None
    assert "quokkas" not in " ".join(renewed.model.terms_)
    assert not renewed.about(["quokkas"]).any()
    assert entry.title in titles(shelf_of(database, renewed, ada))


def test_a_paper_that_a_source_tells_anew_is_known_by_its_new_words(
    database: Database, catalogue: Catalogue
):
    """Else a muted topic would not hide a paper whose keywords came a day later."""
    assert not catalogue.about(["zebra finches"]).any()

    papers.store(
        database, [replace(PAPERS[0], keywords=("zebra finches",), lists=None)]
    )
    renewed = load(database, former=catalogue)

    [row] = renewed.about(["zebra finches"]).nonzero()[0]
    assert renewed.papers[int(row)].title == PAPERS[0].title
    assert (
        renewed.about(["robot arm"]).sum()
        == catalogue.about(["robot arm"]).sum()
    )


def test_a_feeds_entry_that_is_public_is_offered_in_the_public_words(
    database: Database, catalogue: Catalogue, ada: Reader
):
    public = next(p for p in PAPERS if list_keys.DAILY not in (p.lists or {}))
    lie = replace(public, title="A lie", abstract="Lies.", source="feed")

    read_feed(database, catalogue, ada, [lie])

    hers = titles(shelf_of(database, catalogue, ada))
    assert public.title in hers
    assert "A lie" not in hers


def test_an_own_paper_can_be_picked_and_says_why(
    database: Database, catalogue: Catalogue, ada: Reader
):
    feedback.set_topics(database, ada.id, ["quokka habitats"], "wanted", NOW)
    entry = Paper(
        title="Quokka habitats and robot arms",
        abstract="We study robot arm grasping in quokka habitats.",
        authors=("Ada Own",),
        listed=TODAY,
        source="feed",
    )
    read_feed(database, catalogue, ada, [entry])

    picks = selection.choose(database, catalogue, ada, NOW, kind="now").picks

    own = next(pick for pick in picks if pick.paper.title == entry.title)
    assert own.reason.kind


def test_a_list_of_one_field_alone_is_not_taken_for_all_there_is(
    database: Database, ada: Reader
):
    """Where every paper fits, each is above what papers are in general, and passes the bar."""
    field = "medical imaging"
    papers.store(
        database,
        [
            replace(
                paper,
                lists={
                    NEURO if field_of(paper) == field else list_keys.DAILY: (
                        paper.listed
                    )
                },
            )
            for paper in library(TODAY)
        ],
    )
    fitting.fit(database, NOW)
    catalogue = load(database)
    subscribe(database, ada, NEURO)
    feedback.set_topics(database, ada.id, [field], "wanted", NOW)
    past = selection.read_feedback(database, ada, NOW)

    ranking = selection.rank(database, catalogue, past, TODAY, 10, bar="normal")

    assert len(ranking.picks) == 10
    assert {
        field_of(ranking.shelf.whole_papers([pick.row])[0])
        for pick in ranking.picks
    } == {field}


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.sampled_from(LISTS), min_size=1),
    st.sets(st.sampled_from(["robot arm", "speech recognition", "audio"])),
)
def test_a_shelf_answers_as_the_whole_catalogue_does_for_its_papers(
    keys: set[str], topics: set[str]
):
    catalogue = _catalogue()
    feedback_of = Feedback(lists=frozenset(keys))
    shelf = shelves.of_reader(_no_database(), catalogue, feedback_of)

    days = [
        min(day for key, day in (paper.lists or {}).items() if key in keys)
        for paper in shelf.whole_papers(range(len(shelf)))
    ]
    assert days == sorted(days, reverse=True)
    ids = shelf.candidates.ids.tolist()
    everywhere = catalogue.about(topics)
    assert shelf.about(topics).tolist() == [
        bool(everywhere[catalogue.rows[paper_id]]) for paper_id in ids
    ]
    some = ids[::3]
    papers = shelf.whole_papers(range(len(shelf)))
    assert ids == [paper.id for paper in papers]
    assert set(shelf.candidates.ids[shelf.among(some)].tolist()) == set(some)


def _catalogue() -> Catalogue:
    rows = [stored(paper, number) for number, paper in enumerate(PAPERS, 1)]
    return Catalogue(rows, empty_vectors(len(rows)))


def _no_database() -> Database:
    return Database("sqlite://")


def test_the_day_of_a_shelf_counts_its_own_new_papers(
    database: Database, catalogue: Catalogue, ada: Reader
):
    subscribe(database, ada, NEURO)

    shelf = shelf_of(database, catalogue, ada)

    def count(since: date) -> int:
        days = [(p.lists or {}).get(NEURO, date.min) for p in PAPERS]
        return sum(day >= since for day in days)

    assert shelf.count_since(TODAY) == count(TODAY)
    assert shelf.count_fresh(TODAY) == count(TODAY - timedelta(days=13))


def crossed(title: str, *categories: str) -> Paper:
    """Return a paper that arXiv lists in some categories, the primary one first."""
    return Paper(
        title=title,
        abstract="We study spikes.",
        listed=TODAY,
        source="arxiv",
        categories=categories,
    )


CROSS_LISTED = [
    crossed("Of neurons", "q-bio.NC", "cs.LG"),
    crossed("Of networks", "cs.LG", "q-bio.NC"),
    crossed("Of statistics", "stat.ML", "cs.LG"),
    crossed("Of both servers", "neuroscience", "q-bio.NC"),
    crossed("Of lenses", "physics.optics", "cs.LG"),
]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["arxiv:q-bio.NC"], {"Of neurons", "Of both servers"}),
        (["arxiv:cs.LG"], {"Of networks", "Of statistics"}),
        (["arxiv:physics.optics"], {"Of lenses"}),
        (
            ["arxiv:q-bio.NC", ROBOTICS],
            {"Of neurons", "Of networks", "Of both servers"},
        ),
        (
            ["arxiv:q-bio.NC", list_keys.DAILY],
            {"Of neurons", "Of networks", "Of both servers"},
        ),
    ],
)
def test_what_is_first_of_all_of_another_field_is_for_readers_of_that_field(
    database: Database, ada: Reader, keys: list[str], expected: set[str]
):
    papers.store(database, CROSS_LISTED)
    fitting.fit(database, NOW)
    subscribe(database, ada, *keys)

    shelf = shelf_of(database, load(database), ada)

    assert set(titles(shelf)) == expected
