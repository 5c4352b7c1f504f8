"""The outbox: nobody else's row, each message sent once, and again only where in doubt."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.schedule import due as schedule
from bot.storage import deliveries, digests, feedback, outbox, readers
from bot.storage.database import Database
from bot.storage.digests import Digest
from bot.storage.outbox import LEASE, Delivery, Outgoing
from tests.storage.factories import (
    NOW,
    TODAY,
    at_once,
    due,
    existing,
    recommend,
    store,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def claimed(database: Database, now: datetime = NOW) -> list[Delivery]:
    return outbox.claim(database, now, 10)


def again(database: Database, now: datetime) -> tuple[Delivery, Outgoing]:
    """Claim what is left at a later moment, and return its first message."""
    [one] = claimed(database, now)
    return one, outbox.unsent_messages(database, one)[0]


def shown_papers(database: Database, delivery: Delivery) -> frozenset[int]:
    return feedback.of_reader(database, delivery.reader.id, "UTC", TODAY).shown


@pytest.fixture
def delivery(database: Database) -> Delivery:
    """The delivery of Ada's, due and claimed at NOW, that will send a digest of two papers."""
    ada = due(database, "Ada")
    deliveries.create_due(database, NOW)
    [one] = claimed(database)
    digest = recommend(
        database, ada, store(database, "Attention", "Diffusion"), kind="daily"
    )
    return outbox.add_messages(database, one, digest.id, [1])


@pytest.fixture
def message(database: Database, delivery: Delivery) -> Outgoing:
    [message] = outbox.unsent_messages(database, delivery)
    return message


@pytest.fixture
def cards(database: Database) -> Delivery:
    """A delivery of Bo's in three cards."""
    bo = due(database, "Bo", style="cards")
    deliveries.create_due(database, NOW)
    [one] = claimed(database)
    ids = store(database, "Attention", "Diffusion", "Robots")
    digest = recommend(database, bo, ids, kind="daily", style="cards")
    return outbox.add_messages(database, one, digest.id, [1, 2, 3])


def digest_of(database: Database, delivery: Delivery) -> Digest:
    return existing(digests.read(database, delivery.digest_id or 0))


def start(
    database: Database, delivery: Delivery, message: Outgoing, now: datetime
) -> Delivery:
    return existing(outbox.start_sending(database, delivery, message, now))


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(
    database: Database, delivery: Delivery
):
    assert claimed(database, NOW + LEASE - timedelta(seconds=1)) == []
    assert [one.id for one in claimed(database, NOW + LEASE)] == [delivery.id]


def test_two_claimers_never_get_the_same_row(database: Database):
    values = {
        "at": time(9),
        "created_at": NOW,
        "next_due_at": NOW,
        "name": "one of many",
    }
    for chat in range(100, 140):
        readers.find_or_create(database, chat, values)
    deliveries.create_due(database, NOW)

    taken = at_once(*[lambda: outbox.claim(database, NOW, 10)] * 4)
    rest = outbox.claim(database, NOW, 40)

    ids = [one.id for some in (*taken, rest) for one in some]
    assert len(ids) == len(set(ids)) == 40


def test_the_oldest_are_claimed_first_and_only_those_due_early_enough(
    database: Database,
):
    for name, minutes in (("Ada", 1), ("Bo", 3), ("Cy", 2)):
        due(database, name, NOW - minutes * MINUTE)
    deliveries.create_due(database, NOW)

    waited = outbox.claim(database, NOW, 10, daily_due_before=NOW - 2 * MINUTE)

    assert [one.reader.name for one in waited] == ["Bo", "Cy"]
    assert [one.reader.name for one in claimed(database)] == ["Ada"]


def test_a_delivery_remembers_what_it_chose(
    database: Database, delivery: Delivery
):
    [retry] = claimed(database, NOW + LEASE)

    assert retry.digest_id == delivery.digest_id
    assert outbox.has_messages(database, retry)
    assert [
        one.position for one in outbox.unsent_messages(database, retry)
    ] == [1]


def test_what_arrived_is_never_sent_again_and_its_papers_know_their_message(
    database: Database, delivery: Delivery, message: Outgoing
):
    current = start(database, delivery, message, NOW)
    outbox.record_sent(database, current, message, 501, NOW)

    ended = outbox.finish(database, current)

    assert ended == "sent"
    assert claimed(database, NOW + DAY) == []
    digest = existing(
        digests.by_message(database, delivery.reader.chat_id, 501)
    )
    assert [pick.paper.title for pick in digest.picks] == [
        "Attention",
        "Diffusion",
    ]


def test_a_started_call_is_leased_anew(
    database: Database, delivery: Delivery, message: Outgoing
):
    later = NOW + LEASE - timedelta(seconds=1)
    start(database, delivery, message, later)

    assert claimed(database, NOW + LEASE) == []
    assert len(claimed(database, later + LEASE)) == 1


def test_who_lost_the_lease_sends_nothing(
    database: Database, delivery: Delivery, message: Outgoing
):
    [taken] = claimed(database, NOW + LEASE)

    late = outbox.start_sending(database, delivery, message, NOW + LEASE)

    assert late is None
    assert (
        outbox.start_sending(database, taken, message, NOW + LEASE) is not None
    )


def test_a_crash_in_mid_call_sends_again_and_so_does_a_second_one_but_no_third(
    database: Database, delivery: Delivery, message: Outgoing
):
    start(database, delivery, message, NOW)
    attempts = []
    for crash in (1, 2):
        one, doubtful = again(database, NOW + crash * LEASE)
        attempts.append(doubtful.attempts)
        start(database, one, doubtful, NOW + crash * LEASE)

    [last] = claimed(database, NOW + 3 * LEASE)

    assert attempts == [1, 2]
    assert outbox.unsent_messages(database, last) == []
    assert outbox.finish(database, last) == "uncertain"
    assert len(shown_papers(database, delivery)) == 2


def test_a_third_call_that_never_left_is_made_later(
    database: Database, delivery: Delivery, message: Outgoing
):
    start(database, delivery, message, NOW)
    second, doubtful = again(database, NOW + LEASE)
    start(database, second, doubtful, NOW + LEASE)
    third, cut = again(database, NOW + 2 * LEASE)
    current = start(database, third, cut, NOW + 2 * LEASE)

    outbox.postpone(database, current, cut, NOW + 3 * LEASE)

    assert again(database, NOW + 3 * LEASE)[1] == cut


def test_a_doubtful_message_is_sent_again_exactly_once(
    database: Database, delivery: Delivery, message: Outgoing
):
    current = start(database, delivery, message, NOW)
    outbox.mark_uncertain(database, current, message, NOW + 2 * MINUTE)
    early = claimed(database, NOW + MINUTE)
    second, doubtful = again(database, NOW + 2 * MINUTE)
    outbox.mark_uncertain(
        database,
        start(database, second, doubtful, NOW),
        doubtful,
        NOW + 3 * MINUTE,
    )

    [third] = claimed(database, NOW + DAY)

    assert early == []
    assert outbox.unsent_messages(database, third) == []


def test_a_message_put_back_comes_again_later_and_that_was_no_attempt(
    database: Database, delivery: Delivery, message: Outgoing
):
    one, again_ = delivery, message
    for tries in range(1, 4):
        current = start(database, one, again_, NOW)
        outbox.postpone(
            database, current, again_, NOW + tries * MINUTE, failures=tries
        )
        assert (
            claimed(database, NOW + tries * MINUTE - timedelta(seconds=1)) == []
        )
        one, again_ = again(database, NOW + tries * MINUTE)

    assert (one.failures, again_.attempts) == (3, 0)


def test_a_second_call_that_never_left_leaves_the_doubt_about_the_first(
    database: Database, delivery: Delivery, message: Outgoing
):
    outbox.mark_uncertain(
        database, start(database, delivery, message, NOW), message, NOW + MINUTE
    )
    second, doubtful = again(database, NOW + MINUTE)
    current = start(database, second, doubtful, NOW + MINUTE)

    outbox.postpone(database, current, doubtful, NOW + 2 * MINUTE)

    third, same = again(database, NOW + 2 * MINUTE)
    assert same == doubtful
    assert outbox.expire(database, NOW + DAY) == 1
    assert deliveries.count_by_state(database, NOW) == {"uncertain": 1}
    assert len(shown_papers(database, third)) == 2


def test_a_message_given_up_frees_its_papers(
    database: Database, delivery: Delivery, message: Outgoing
):
    current = start(database, delivery, message, NOW)
    outbox.cancel(database, current, message)

    ended = outbox.finish(database, current)

    assert ended == "cancelled"
    assert shown_papers(database, delivery) == frozenset()
    assert digests.read(database, delivery.digest_id or 0) is None


def test_cards_are_sent_one_by_one_and_each_knows_its_message(
    database: Database, cards: Delivery
):
    current = cards
    for number, message in enumerate(
        outbox.unsent_messages(database, cards), start=501
    ):
        current = start(database, current, message, NOW)
        outbox.record_sent(database, current, message, number, NOW)

    ended = outbox.finish(database, current)

    assert ended == "sent"
    assert [pick.message_id for pick in digest_of(database, cards).picks] == [
        501,
        502,
        503,
    ]
    second = existing(digests.by_message(database, cards.reader.chat_id, 502))
    assert [pick.paper.title for pick in second.picks] == ["Diffusion"]


def test_after_a_crash_between_two_cards_only_the_missing_ones_are_sent(
    database: Database, cards: Delivery
):
    first, second, _ = outbox.unsent_messages(database, cards)
    current = start(database, cards, first, NOW)
    outbox.record_sent(database, current, first, 501, NOW)
    start(database, current, second, NOW)

    [retry] = claimed(database, NOW + LEASE)

    assert [
        (m.position, m.attempts)
        for m in outbox.unsent_messages(database, retry)
    ] == [(2, 1), (3, 0)]


def test_one_card_given_up_frees_that_paper_alone(
    database: Database, cards: Delivery
):
    first, second, third = outbox.unsent_messages(database, cards)
    current = cards
    for message in (first, third):
        current = start(database, current, message, NOW)
        outbox.record_sent(
            database, current, message, 500 + message.position, NOW
        )
    current = start(database, current, second, NOW)
    outbox.cancel(database, current, second)

    ended = outbox.finish(database, current)

    assert ended == "sent"
    left = [pick.paper.title for pick in digest_of(database, cards).picks]
    assert left == ["Attention", "Robots"]


def test_who_leaves_gets_nothing_more_and_frees_what_waited(
    database: Database, delivery: Delivery, message: Outgoing
):
    due(database, "Bo")
    deliveries.create_due(database, NOW)

    outbox.deactivate_reader(database, delivery.reader.id)

    assert outbox.start_sending(database, delivery, message, NOW) is None
    assert [one.reader.name for one in claimed(database, NOW + LEASE)] == ["Bo"]
    assert deliveries.count_by_state(database, NOW) == {
        "cancelled": 1,
        "pending": 1,
    }
    assert shown_papers(database, delivery) == frozenset()
    assert not existing(readers.by_id(database, delivery.reader.id)).active


def test_what_is_six_hours_late_is_left_to_the_next_day(
    database: Database, delivery: Delivery
):
    in_time = outbox.expire(database, NOW + schedule.MAX_DELAY - MINUTE)

    late = outbox.expire(database, NOW + schedule.MAX_DELAY)

    assert (in_time, late) == (0, 1)
    assert deliveries.count_by_state(database, NOW) == {"cancelled": 1}
    assert shown_papers(database, delivery) == frozenset()


def test_a_delivery_under_way_is_not_taken_for_late(
    database: Database, delivery: Delivery, message: Outgoing
):
    late = NOW + schedule.MAX_DELAY
    [current] = claimed(database, late - MINUTE)
    start(database, current, message, late)

    assert outbox.expire(database, late) == 0


def test_an_empty_day_is_a_message_too(database: Database):
    due(database, "Cy")
    deliveries.create_due(database, NOW)
    [one] = claimed(database)
    line = outbox.add_messages(database, one, None, [1])
    [message] = outbox.unsent_messages(database, line)

    outbox.record_sent(
        database, start(database, line, message, NOW), message, 501, NOW
    )

    assert outbox.finish(database, replace(line)) == "sent"
