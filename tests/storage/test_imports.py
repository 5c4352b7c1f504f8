"""Papers brought together: liked, taken back exactly, and nobody else's business."""

from dataclasses import replace
from datetime import date, timedelta

from bot.storage import (
    cleanup,
    digests,
    feedback,
    imports,
    own,
    papers,
    recommendations,
)
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from tests.storage.factories import (
    NOW,
    TODAY,
    existing,
    join,
    paper,
    rate,
    recommend,
    store,
    stored,
)

LATER = NOW + timedelta(hours=1)


def read_feedback(database: Database, reader: Reader) -> Feedback:
    return feedback.of_reader(database, reader.id, "UTC", TODAY)


def titles(database: Database) -> set[str]:
    return {public_paper.title for public_paper in papers.newest(database, 100)}


def test_taking_a_bundle_back_restores_what_was_said_before(database: Database):
    ada, ids = (
        join(database, "Ada"),
        store(database, "New", "Disliked", "Undone"),
    )
    rate(database, ada, ids[1], -1, NOW - timedelta(days=3))
    rate(database, ada, ids[2], 0, NOW - timedelta(days=2))
    before = read_feedback(database, ada)

    bundle = imports.like(database, ada.id, ids, "link", NOW)
    during = [feedback.rating(database, ada.id, paper_id) for paper_id in ids]
    back = imports.rate(
        database, ada.id, bundle.id, None, liked=False, now=LATER
    )

    assert during == [1, 1, 1]
    assert (bundle.count, bundle.liked) == (3, 3)
    assert (existing(back).count, existing(back).liked) == (3, 0)
    assert read_feedback(database, ada) == before


def test_one_paper_is_taken_back_and_liked_again_alone(database: Database):
    ada, ids = join(database, "Ada"), store(database, "One", "Two")
    bundle = imports.like(database, ada.id, ids, "link", NOW)

    one = imports.rate(
        database, ada.id, bundle.id, ids[0], liked=False, now=LATER
    )
    again = imports.rate(
        database, ada.id, bundle.id, ids[0], liked=True, now=LATER
    )

    assert [
        bundle_paper.value for bundle_paper in existing(one).first_papers
    ] == [
        0,
        1,
    ]
    assert [
        bundle_paper.value for bundle_paper in existing(again).first_papers
    ] == [1, 1]


def test_what_was_rated_otherwise_since_then_stays_so(database: Database):
    ada, ids = join(database, "Ada"), store(database, "One", "Two")
    bundle = imports.like(database, ada.id, ids, "link", NOW)
    rate(database, ada, ids[0], -1, LATER)

    imports.rate(database, ada.id, bundle.id, None, liked=False, now=LATER)

    assert feedback.rating(database, ada.id, ids[0]) == -1
    assert feedback.rating(database, ada.id, ids[1]) == 0


def test_a_file_changes_no_rating_that_was_made_by_hand(database: Database):
    ada, ids = (
        join(database, "Ada"),
        store(database, "Disliked", "Liked", "New"),
    )
    rate(database, ada, ids[0], -1)
    rate(database, ada, ids[1], 1)

    bundle = imports.like(database, ada.id, ids, "file", NOW)

    assert bundle.count == 1
    assert [
        feedback.rating(database, ada.id, paper_id) for paper_id in ids
    ] == [
        -1,
        1,
        1,
    ]


def test_a_bundle_of_thousands_goes_in_and_out_as_one(database: Database):
    ada = join(database, "Ada")
    brought = own.import_papers(
        database, ada.id, [paper(f"Title {number}") for number in range(1_200)]
    )

    bundle = imports.like(database, ada.id, brought, "file", NOW)
    back = imports.rate(
        database, ada.id, bundle.id, None, liked=False, now=LATER
    )

    assert (bundle.count, bundle.liked, len(bundle.first_papers)) == (
        1_200,
        1_200,
        imports.FIRST_PAPERS,
    )
    assert existing(back).liked == 0
    assert read_feedback(database, ada).ratings == ()


def test_nobody_elses_bundle_can_be_seen_or_taken_back(database: Database):
    ada, bo, ids = (
        join(database, "Ada"),
        join(database, "Bo"),
        store(database, "One"),
    )
    bundle = imports.like(database, ada.id, ids, "link", NOW)

    assert imports.read(database, bo.id, bundle.id) is None
    assert (
        imports.rate(database, bo.id, bundle.id, None, liked=False, now=LATER)
        is None
    )
    assert feedback.rating(database, ada.id, ids[0]) == 1


def test_files_are_counted_for_a_day(database: Database):
    ada, ids = join(database, "Ada"), store(database, "One")
    imports.like(database, ada.id, ids, "link", NOW)
    imports.like(database, ada.id, ids, "file", NOW)

    assert (
        imports.count_files_today(database, ada.id, NOW + timedelta(hours=23))
        == 1
    )
    assert (
        imports.count_files_today(database, ada.id, NOW + timedelta(hours=25))
        == 0
    )


def test_brought_papers_are_found_by_id_or_title_and_never_changed(
    database: Database,
):
    listed_paper = replace(
        paper("Known well", abstract="As its source tells it."),
        arxiv_id="2601.00001",
    )
    papers.store(database, [listed_paper, paper("By its title")])
    before = [
        stored(database, title) for title in ("Known well", "By its title")
    ]

    ids = own.import_papers(
        database,
        join(database, "Ada").id,
        [
            replace(
                paper("Buy my pills"),
                arxiv_id="2601.00001",
                listed=date(1999, 1, 1),
            ),
            paper(
                "BY ITS {TITLE}",
                abstract="Other words.",
                listed=date(1999, 1, 1),
            ),
        ],
    )

    assert ids == [public_paper.id for public_paper in before]
    assert [
        stored(database, public_paper.title) for public_paper in before
    ] == before


def test_a_brought_paper_is_not_on_offer_until_a_source_lists_it(
    database: Database,
):
    ada = join(database, "Ada")
    own_paper = replace(
        paper("Mine alone", abstract="My words."), arxiv_id="2601.00002"
    )
    own.import_papers(
        database, ada.id, [replace(own_paper, listed=date(2020, 1, 1))]
    )
    stamp, hidden = papers.stamp(database), titles(database)

    papers.store(
        database,
        [
            replace(
                own_paper,
                abstract="Its own words.",
                source="arxiv",
                listed=TODAY,
            )
        ],
    )

    [now] = papers.newest(database, 10)
    assert hidden == set()
    assert papers.stamp(database) != stamp
    assert (now.source, now.listed, now.abstract) == (
        "arxiv",
        TODAY,
        "Its own words.",
    )


def test_a_link_does_not_find_what_only_a_file_told_of(database: Database):
    ada = join(database, "Ada")
    own.import_papers(
        database, ada.id, [replace(paper("Mine alone"), arxiv_id="2601.00003")]
    )

    assert papers.by_arxiv_ids(database, ["2601.00003"]) == {}


def test_ratings_of_a_brought_paper_follow_it_when_two_turn_out_to_be_one(
    database: Database,
):
    ada = join(database, "Ada")
    [own_id] = own.import_papers(
        database, ada.id, [paper("One and the same", abstract="My words.")]
    )
    bundle = imports.like(database, ada.id, [own_id], "file", NOW)
    listed_paper = replace(
        paper("Another title"), arxiv_id="2601.00004", abstract="Its words."
    )
    papers.store(database, [listed_paper])

    papers.store(
        database, [replace(listed_paper, title="One and the same", abstract="")]
    )

    [one] = papers.newest(database, 10)
    back = imports.read(database, ada.id, bundle.id)
    assert (one.abstract, one.listed) == ("Its words.", TODAY)
    assert existing(back).liked == 1
    assert feedback.rating(database, ada.id, one.id or 0) == 1


def test_clean_up_leaves_brought_papers_that_somebody_keeps(database: Database):
    ada = join(database, "Ada")
    kept, nobodys = own.import_papers(
        database, ada.id, [paper("Kept"), paper("Nobody's")]
    )
    imports.like(database, ada.id, [kept], "file", NOW)

    cleanup.clean_up(database, LATER)

    assert list(papers.by_ids(database, [kept, nobodys], ada.id)) == [kept]


def test_questions_not_yet_asked_keep_no_paper_from_the_picks(
    database: Database,
):
    ada, ids = join(database, "Ada"), store(database, "One", "Two")
    questions = recommend(database, ada, ids, kind="ask", policy="ask")
    recommendations.record_sending(database, questions.picks[:1], NOW)

    assert read_feedback(database, ada).shown == {ids[0]}
    assert [
        pick.sent for pick in existing(digests.unasked(database, ada.id)).picks
    ] == [True, False]
    assert len(recommend(database, ada, ids).picks) == 1
    assert digests.unasked(database, ada.id) is None
