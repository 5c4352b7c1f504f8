"""What became of the papers that were shown: liked, rated otherwise, saved, or let be."""

from dataclasses import replace
from datetime import timedelta

from bot.storage import impressions, recommendations, saves
from bot.storage.database import Database
from bot.storage.impressions import Impression
from bot.storage.receipts import Reason
from bot.storage.recommendations import Choice
from tests.storage.factories import NOW, TODAY, join, rate, recommend, store


def test_only_what_was_sent_to_this_reader_is_an_impression(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    ids = store(database, "One", "Two", "Three", "Four", "Five")
    digest = recommend(database, ada, ids[:4])
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)
    recommend(database, ada, ids[4:])
    for paper_id, value in zip(ids, (1, -1, 0), strict=False):
        rate(database, ada, paper_id, value)
    rate(database, bo, ids[3], 1)

    seen = impressions.of_reader(database, ada.id)

    expected = Impression(digest.id, TODAY, "personal", "", -1, tapped=True)
    assert seen == [
        replace(expected, value=1),
        expected,
        replace(expected, value=0),
        replace(expected, value=0, tapped=False),
    ]
    assert impressions.of_reader(database, bo.id) == []


def test_a_saved_paper_was_touched_and_a_question_was_no_pick(
    database: Database,
):
    ada, ids = join(database, "Ada"), store(database, "One", "Two")
    digest = recommend(database, ada, ids[:1])
    questions = recommend(database, ada, ids[1:], kind="ask", policy="ask")
    for impression_digest, message in ((digest, 501), (questions, 502)):
        recommendations.record_sent(
            database, impression_digest.picks, ada.chat_id, message, NOW
        )
    saves.save(database, ada.id, ids[0], NOW)

    seen = impressions.of_reader(database, ada.id)

    assert [
        (impression.digest_id, impression.liked, impression.tapped)
        for impression in seen
    ] == [(digest.id, False, True)]


def test_the_side_of_the_proof_that_a_paper_is_on_is_told(database: Database):
    ada, ids = join(database, "Ada"), store(database, "One", "Two")
    choices = [
        Choice(
            paper_id=i,
            score=0,
            policy=policy,
            popularity=0,
            reason=Reason(),
            team=team,
        )
        for i, policy, team in zip(
            ids, ("score", "proof"), ("personal", "popular"), strict=True
        )
    ]
    digest = recommendations.record(
        database,
        ada.id,
        choices,
        kind="now",
        local_date=TODAY,
        new_papers=2,
        feature_version=None,
        now=NOW,
    )
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)

    sides = [
        (impression.policy, impression.team)
        for impression in impressions.of_reader(database, ada.id)
    ]

    assert sides == [("score", "personal"), ("proof", "popular")]


def test_ratings_come_with_their_moments_and_none_that_was_taken_back(
    database: Database,
):
    ada, ids = join(database, "Ada"), store(database, "One", "Two", "Three")
    for paper_id, value in zip(ids, (1, -1, 0), strict=True):
        rate(database, ada, paper_id, value)

    assert sorted(impressions.ratings(database, ada.id)) == [
        (NOW, -1),
        (NOW, 1),
    ]


def test_only_what_was_left_alone_can_have_a_second_look_and_once(
    database: Database,
):
    ada = join(database, "Ada")
    ids = store(database, "Liked", "Disliked", "Undone", "Saved", "Passed")
    digest = recommend(database, ada, ids)
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)
    for paper_id, value in zip(ids, (1, -1, 0), strict=False):
        rate(database, ada, paper_id, value)
    saves.save(database, ada.id, ids[3], NOW)

    def passed() -> list[int]:
        since, upto = TODAY - timedelta(days=9), TODAY
        picks = impressions.passed(database, ada.id, since, upto)
        return [pick.paper_id for pick in picks]

    before = passed()
    look = recommend(database, ada, [ids[4]], policy="second-look")
    again = recommend(database, ada, [ids[4]], policy="personal")

    assert before == [ids[4]]
    assert [pick.paper.title for pick in look.picks] == ["Passed"]
    assert again.picks == ()
    assert passed() == []
    assert impressions.last_second_look(database, ada.id) == TODAY
