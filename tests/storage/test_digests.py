"""What was recommended is read back as it was sent, and no paper is recommended twice."""

from datetime import timedelta

import pytest

from bot.storage import deliveries, digests, feedback, outbox, recommendations
from bot.storage.database import Database
from bot.storage.digests import Digest, Offer
from bot.storage.feedback import RatingEvent
from bot.storage.readers import Reader
from bot.storage.receipts import Reason, Receipt
from bot.storage.recommendations import Choice
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    existing,
    join,
    recommend,
    store,
    stored,
)

REASON = Reason(
    kind="close",
    title="Ünïcode",
    words=(("state space model", 0.42), ("long context", -0.1)),
    evidence=(("like", 7, 0.3), ("wanted", "long context", 0.1)),
    upvotes=3,
)
LATER = NOW + timedelta(minutes=11)


def offered(digest: Digest | None) -> list[int]:
    return [pick.paper.id for pick in existing(digest).picks]


def rating(reader: Reader, paper_id: int, value: int) -> RatingEvent:
    return RatingEvent(
        reader_id=reader.id,
        paper_id=paper_id,
        value=value,
        rated_at=NOW,
        origin="pick",
    )


def choices_of(first: int, second: int) -> list[Choice]:
    return [
        Choice(
            paper_id=first,
            score=0.1 + 0.2,
            policy="follow",
            popularity=0.9,
            reason=REASON,
        ),
        Choice(
            paper_id=second,
            score=-1e-9,
            policy="personal",
            popularity=0.5,
            reason=Reason(),
        ),
    ]


def test_a_digest_is_read_back_as_it_was_recorded(database: Database):
    ada = join(database, "Ada", next_due_at=LATER)
    ids = store(database, "Attention", "Diffusion")
    choices = choices_of(ids[1], ids[0])

    recorded = recommendations.record(
        database,
        ada.id,
        choices,
        kind="daily",
        local_date=TODAY,
        new_papers=31,
        feature_version=None,
        now=NOW,
    )

    assert digests.read(database, recorded.id) == recorded
    assert [
        (p.rank, p.paper, p.policy, p.reason, p.value) for p in recorded.picks
    ] == [
        (1, stored(database, "Diffusion"), "follow", REASON, 0),
        (2, stored(database, "Attention"), "personal", Reason(), 0),
    ]
    assert (recorded.reader_id, recorded.kind, recorded.local_date) == (
        ada.id,
        "daily",
        TODAY,
    )
    assert (recorded.new_papers, recorded.next_due_at, recorded.receipt) == (
        31,
        LATER,
        Receipt(),
    )
    assert {(pick.chat_id, pick.message_id) for pick in recorded.picks} == {
        (None, None)
    }


def test_a_digest_without_picks_can_be_recorded_but_shows_nothing_later(
    database: Database,
):
    ada = join(database, "Ada")

    digest = recommend(database, ada, [])

    assert digest.picks == ()
    assert digests.read(database, digest.id) is None


def test_a_digest_that_is_not_there_is_none(database: Database):
    assert digests.read(database, 1) is None
    assert digests.by_message(database, 11, 1) is None
    assert digests.by_pick(database, 1, 1) is None


def test_a_digest_is_found_by_the_message_that_shows_it(database: Database):
    ada = join(database, "Ada")
    first, second = store(database, "Attention", "Diffusion")
    digest, other = (
        recommend(database, ada, [first]),
        recommend(database, ada, [second]),
    )
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)
    recommendations.record_sent(database, other.picks, ada.chat_id, 502, NOW)

    stored = existing(digests.by_message(database, ada.chat_id, 501))

    assert stored == digests.read(database, digest.id)
    assert stored.id == digest.id
    assert {(pick.chat_id, pick.message_id) for pick in stored.picks} == {
        (ada.chat_id, 501)
    }
    assert digests.by_message(database, 22, 501) is None


def test_a_pick_belongs_to_its_reader(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    digest = recommend(database, ada, store(database, "Attention", "Diffusion"))

    pick = digest.picks[1].id

    assert digests.by_pick(database, ada.id, pick) == digest
    assert digests.by_pick(database, bo.id, pick) is None


def test_a_rating_and_what_it_taught_are_stored_together(database: Database):
    ada = join(database, "Ada")
    attention, diffusion = store(database, "Attention", "Diffusion")
    digest = recommend(database, ada, [attention, diffusion])
    receipt = Receipt(pick=1, words=("attention",), changed=2)

    digests.store_rating(
        database, digest.id, rating(ada, diffusion, -1), receipt
    )

    again = existing(digests.read(database, digest.id))
    assert again.receipt == receipt
    assert [pick.value for pick in again.picks] == [0, -1]
    assert feedback.rating(database, ada.id, diffusion) == -1


def test_what_was_learned_is_not_stored_without_its_rating(database: Database):
    ada = join(database, "Ada")
    [attention] = store(database, "Attention")
    digest = recommend(database, ada, [attention])

    with pytest.raises(Exception, match=r"(?i)constraint"):
        digests.store_rating(
            database,
            digest.id,
            rating(ada, attention, 2),
            Receipt(words=("attention",)),
        )

    assert digests.read(database, digest.id) == digest


def test_a_digest_shows_only_its_own_readers_ratings(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    [attention] = store(database, "Attention")
    digest = recommend(database, ada, [attention])

    feedback.rate(database, rating(bo, attention, 1))

    assert existing(digests.read(database, digest.id)).picks[0].value == 0


def test_a_paper_that_was_recommended_is_left_out_and_the_ranks_close_up(
    database: Database,
):
    ada = join(database, "Ada")
    one, two, three = store(database, "Attention", "Diffusion", "Segmentation")
    recommend(database, ada, [one], kind="daily")

    digest = recommend(database, ada, [one, two, three])

    assert [(pick.rank, pick.paper.id) for pick in digest.picks] == [
        (1, two),
        (2, three),
    ]


def test_one_readers_papers_are_still_another_readers(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    ids = store(database, "Attention", "Diffusion")
    recommend(database, ada, ids)

    assert offered(recommend(database, bo, ids)) == ids


def test_two_digests_at_once_never_hold_the_same_paper(database: Database):
    ada = join(database, "Ada")
    ids = store(database, *(f"Paper number {n}" for n in range(8)))

    made = at_once(
        *[
            lambda chosen=chosen: recommend(database, ada, chosen)
            for chosen in (ids[:5], ids[3:], ids[::-1], ids[2:7])
        ]
    )

    assert sorted(i for digest in made for i in offered(digest)) == ids


def test_a_discarded_digest_frees_its_papers(database: Database):
    ada = join(database, "Ada")
    ids = store(database, "Attention", "Diffusion")
    digest = recommend(database, ada, ids, kind="daily")

    digests.discard(database, digest.id)

    assert digests.read(database, digest.id) is None
    assert offered(recommend(database, ada, ids)) == ids


def test_picks_asked_for_and_never_sent_are_free_after_ten_minutes(
    database: Database,
):
    ada = join(database, "Ada")
    ids = store(database, "Attention", "Diffusion")
    abandoned = recommend(database, ada, ids, kind="now")

    within = recommend(database, ada, ids, now=NOW + timedelta(minutes=10))
    after = recommend(database, ada, ids, now=LATER)

    assert offered(within) == []
    assert offered(after) == ids
    assert digests.read(database, abandoned.id) is None


def test_picks_that_were_sent_stay_shown(database: Database):
    ada = join(database, "Ada")
    ids = store(database, "Attention", "Diffusion")
    digest = recommend(database, ada, ids, kind="now")
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)

    assert offered(recommend(database, ada, ids, now=LATER)) == []


def test_a_daily_digest_waits_for_its_delivery_however_long(database: Database):
    ada = join(database, "Ada", next_due_at=NOW)
    ids = store(database, "Attention", "Diffusion")
    digest = recommend(database, ada, ids, kind="daily")
    deliveries.create_due(database, NOW)
    (delivery,) = outbox.claim(database, NOW, 1)
    outbox.add_messages(database, delivery, digest.id, [1])

    assert offered(recommend(database, ada, ids, now=LATER)) == []
    assert digests.read(database, digest.id) is not None


def test_a_daily_digest_that_no_delivery_will_send_frees_its_papers(
    database: Database,
):
    ada = join(database, "Ada")
    ids = store(database, "Attention", "Diffusion")
    recommend(database, ada, ids, kind="daily")

    assert offered(recommend(database, ada, ids, now=LATER)) == ids


def test_offered_topics_are_read_back_with_what_is_wanted_of_them_now(
    database: Database,
):
    ada, [attention] = join(database, "Ada"), store(database, "Attention")
    recorded = recommend(
        database, ada, [attention], offers=["speech", "robotics", "OCR"]
    )
    feedback.set_topics(database, ada.id, ["Robotics"], "wanted", NOW)
    feedback.set_topics(database, ada.id, ["OCR"], "muted", NOW)

    offers = existing(digests.read(database, recorded.id)).offers

    assert recorded.offers == (Offer("speech"), Offer("robotics"), Offer("OCR"))
    assert offers == (
        Offer("speech"),
        Offer("robotics", wanted=True),
        Offer("OCR"),
    )


def test_what_was_offered_is_known_from_a_day_on(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    attention, diffusion = store(database, "Attention", "Diffusion")
    recommend(
        database,
        ada,
        [attention],
        offers=["speech"],
        day=TODAY - timedelta(days=9),
    )
    recommend(database, ada, [diffusion], offers=["robotics"])

    assert digests.offered_topics(
        database, ada.id, TODAY - timedelta(days=9)
    ) == [
        "speech",
        "robotics",
    ]
    assert digests.offered_topics(database, ada.id, TODAY) == ["robotics"]
    assert digests.offered_topics(database, bo.id, TODAY) == []


def test_nobody_else_gets_a_digest_by_its_number(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    recorded = recommend(
        database, ada, store(database, "Attention"), offers=["speech"]
    )

    assert digests.of_reader(database, ada.id, recorded.id) == recorded
    assert digests.of_reader(database, bo.id, recorded.id) is None
