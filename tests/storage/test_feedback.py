"""What readers said is the only truth: ratings with their days, and topics however spelled."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.storage import feedback
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.readers import Reader
from bot.storage.tables import FollowRow
from recommender.papers import Rating
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    join,
    rate,
    recommend,
    store,
)


def read_feedback(
    database: Database, reader: Reader, today: date = TODAY
) -> Feedback:
    return feedback.of_reader(database, reader.id, reader.zone, today)


def test_a_reader_who_said_nothing_said_nothing(database: Database):
    cy = join(database, "Cy")
    [paper_id] = store(database, "Attention")

    assert read_feedback(database, cy) == Feedback()
    assert feedback.rating(database, cy.id, paper_id) == 0


@pytest.mark.parametrize("value", [1, -1, 0])
def test_a_rating_can_be_changed_and_taken_back(database: Database, value: int):
    ada = join(database, "Ada")
    [paper_id] = store(database, "Attention")
    rate(database, ada, paper_id, 1)
    rate(database, ada, paper_id, -1)

    rate(database, ada, paper_id, value)

    assert feedback.rating(database, ada.id, paper_id) == value
    assert read_feedback(database, ada).ratings == (Rating(paper_id, value),)


def test_the_day_of_a_rating_is_the_day_it_was_last_changed(database: Database):
    ada = join(database, "Ada")
    [paper_id] = store(database, "Attention")
    rate(database, ada, paper_id, 1, NOW - timedelta(days=9))

    rate(database, ada, paper_id, -1, NOW - timedelta(days=4))

    assert read_feedback(database, ada).ratings == (
        Rating(paper_id, -1, age=4),
    )


def test_saying_the_same_again_does_not_make_it_newer(database: Database):
    ada = join(database, "Ada")
    [paper_id] = store(database, "Attention")
    rate(database, ada, paper_id, 1, NOW - timedelta(days=9))

    rate(database, ada, paper_id, 1, NOW)

    assert read_feedback(database, ada).ratings == (Rating(paper_id, 1, age=9),)


def test_two_taps_at_once_make_one_rating(database: Database):
    ada = join(database, "Ada")
    [paper_id] = store(database, "Attention")

    at_once(
        *[
            lambda value=value: rate(database, ada, paper_id, value)
            for value in (1, -1) * 3
        ]
    )

    [rating] = read_feedback(database, ada).ratings
    assert rating.value in {1, -1}


def test_readers_rate_on_their_own(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    [paper_id] = store(database, "Attention")

    rate(database, ada, paper_id, 1)
    rate(database, bo, paper_id, -1)

    assert feedback.rating(database, ada.id, paper_id) == 1
    assert feedback.rating(database, bo.id, paper_id) == -1


@pytest.mark.parametrize(
    ("zone", "today", "age"),
    [
        ("UTC", date(2026, 3, 3), 1),
        ("Asia/Tokyo", date(2026, 3, 3), 0),  # there it was 08:30 on the 3rd
        ("America/Los_Angeles", date(2026, 3, 3), 1),
        ("Pacific/Honolulu", date(2026, 3, 2), 0),
    ],
)
def test_ratings_age_in_whole_days_of_the_readers_zone(
    database: Database, zone: str, today: date, age: int
):
    ada = join(database, "Ada", zone=zone)
    [paper_id] = store(database, "Attention")

    rate(database, ada, paper_id, 1, datetime(2026, 3, 2, 23, 30, tzinfo=UTC))

    assert read_feedback(database, ada, today).ratings == (
        Rating(paper_id, 1, age=age),
    )


def test_ratings_are_told_oldest_first(database: Database):
    ada = join(database, "Ada")
    first, second, third = store(
        database, "Attention", "Diffusion", "Segmentation"
    )
    for paper_id, hours in ((second, 3), (third, 1), (first, 2)):
        rate(database, ada, paper_id, 1, NOW - timedelta(hours=hours))

    assert [
        rating.paper_id for rating in read_feedback(database, ada).ratings
    ] == [
        second,
        first,
        third,
    ]


def test_what_was_recommended_counts_as_shown_to_that_reader_alone(
    database: Database,
):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    ids = store(database, "Attention", "Diffusion")

    recommend(database, ada, ids)

    assert read_feedback(database, ada).shown == set(ids)
    assert read_feedback(database, bo).shown == set()


def test_followed_authors_are_part_of_what_was_said(database: Database):
    ada = join(database, "Ada")
    with database.write() as session:
        session.add(
            FollowRow(
                reader_id=ada.id,
                author="Tri Dao",
                key="dao tri",
                created_at=NOW,
            )
        )

    assert read_feedback(database, ada).follows == ("Tri Dao",)


def test_topics_are_wanted_or_muted_in_the_order_they_came(database: Database):
    ada = join(database, "Ada")
    feedback.set_topics(
        database, ada.id, ["robots", "diffusion models"], "wanted", NOW
    )
    feedback.set_topics(database, ada.id, ["medical imaging"], "muted", NOW)

    result = read_feedback(database, ada)

    assert result.wanted == ("robots", "diffusion models")
    assert result.muted == ("medical imaging",)
    listed = feedback.topics(database, ada.id)
    assert [(text, kind) for _, text, kind in listed] == [
        ("robots", "wanted"),
        ("diffusion models", "wanted"),
        ("medical imaging", "muted"),
    ]


def test_muting_a_wanted_topic_turns_it_round(database: Database):
    ada = join(database, "Ada")
    feedback.set_topics(database, ada.id, ["diffusion models"], "wanted", NOW)

    feedback.set_topics(database, ada.id, ["diffusion models"], "muted", NOW)

    result = read_feedback(database, ada)
    assert (result.wanted, result.muted) == ((), ("diffusion models",))


@pytest.mark.parametrize(
    "spelling",
    [
        "State-Space Models",
        "state space model",
        "STATE SPACE MODELS",
        "state‑space model",
    ],
)
def test_spellings_of_one_topic_are_one_topic(
    database: Database, spelling: str
):
    ada = join(database, "Ada")
    feedback.set_topics(database, ada.id, ["state space models"], "wanted", NOW)

    feedback.set_topics(database, ada.id, [spelling], "wanted", NOW)

    assert read_feedback(database, ada).wanted == ("state space models",)
    assert feedback.remove_topics(database, ada.id, [spelling]) == [
        "state space models"
    ]
    assert read_feedback(database, ada).wanted == ()


def test_removing_topics_tells_which_were_there(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    feedback.set_topics(
        database, ada.id, ["Robots", "diffusion"], "wanted", NOW
    )
    feedback.set_topics(database, bo.id, ["Robots"], "wanted", NOW)

    gone = feedback.remove_topics(database, ada.id, ["robot", "knitting"])

    assert gone == ["Robots"]
    assert read_feedback(database, ada).wanted == ("diffusion",)
    assert read_feedback(database, bo).wanted == ("Robots",)


@pytest.mark.parametrize(
    "text",
    ["x" * 300, "models " * 40, "the ﬃ ligature " * 20],
    ids=["word", "plurals", "ligatures"],
)
def test_a_topic_too_long_to_keep_is_cut_and_can_be_removed_as_it_is_shown(
    database: Database, text: str
):
    ada = join(database, "Ada")
    feedback.set_topics(database, ada.id, [text], "wanted", NOW)
    [topic] = read_feedback(database, ada).wanted

    gone = feedback.remove_topics(database, ada.id, [topic])

    assert topic == text[:100]
    assert gone == [topic]


def test_a_topic_remembers_the_day_it_was_typed(database: Database):
    ada = join(database, "Ada")
    feedback.set_topics(
        database, ada.id, ["vision"], "wanted", NOW - timedelta(days=9)
    )
    feedback.set_topics(
        database, ada.id, ["audio"], "muted", NOW - timedelta(days=5)
    )
    feedback.set_topics(database, ada.id, ["agents"], "wanted", NOW)

    assert read_feedback(database, ada).wanted == ("vision", "agents")
    assert read_feedback(database, ada).wanted_ages == (9, 0)
