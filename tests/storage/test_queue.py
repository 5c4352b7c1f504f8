"""The queue of what is due: how long it is, since when, and when it moved last."""

from datetime import datetime, timedelta

from sqlalchemy import update

from bot.markup import list_keys
from bot.storage import (
    approvals,
    deliveries,
    outbox,
    queue,
    readers,
    subscriptions,
)
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.queue import Queue
from tests.storage.factories import NOW, choose, due

MINUTE = timedelta(minutes=1)
LATER = NOW + 20 * MINUTE
EMPTY = Queue(0, None)


def read(
    database: Database,
    now: datetime = LATER,
    daily_due_before: datetime | None = None,
) -> Queue:
    return queue.read(database, now, daily_due_before=daily_due_before)


def test_who_is_due_is_in_the_queue_before_a_delivery_exists_and_after(
    database: Database,
) -> None:
    due(database, "Ada")
    due(database, "Bo", NOW + 5 * MINUTE)
    due(database, "Cy", LATER + MINUTE)

    before = read(database)
    deliveries.create_due(database, LATER)
    after = read(database)

    assert before == after == Queue(2, NOW)


def test_a_delivery_that_a_process_holds_still_waits(
    database: Database,
) -> None:
    due(database, "Ada")
    deliveries.create_due(database, NOW)
    outbox.claim(database, LATER, 1)

    assert read(database) == Queue(1, NOW)


def test_what_was_sent_is_out_of_the_queue_and_says_when(
    database: Database,
) -> None:
    due(database, "Ada")
    deliveries.create_due(database, NOW)
    [delivery] = outbox.claim(database, NOW, 1)
    delivery = outbox.add_messages(database, delivery, None, [0])
    [message] = outbox.unsent_messages(database, delivery)

    never = queue.last_sent_at(database)
    started = outbox.start_sending(database, delivery, message, NOW)
    assert started is not None
    outbox.record_sent(database, started, message, 7, NOW + MINUTE)
    outbox.finish(database, started)

    assert never is None
    assert queue.last_sent_at(database) == NOW + MINUTE
    assert read(database) == EMPTY


def test_who_left_or_paused_is_not_in_the_queue(database: Database) -> None:
    ada = due(database, "Ada")
    bo = due(database, "Bo")
    readers.change(database, ada.id, active=False)
    readers.change(database, bo.id, next_due_at=None)

    assert read(database) == EMPTY


def test_a_post_that_waits_for_its_owner_is_not_in_the_queue(
    database: Database,
) -> None:
    due(database, "Ada")
    deliveries.create_due(database, NOW)
    with database.write() as session:
        session.execute(update(DeliveryRow).values(approval=approvals.ASKED))

    assert read(database) == EMPTY


def test_the_sum_of_a_week_waits_behind_its_picks_and_then_counts(
    database: Database,
) -> None:
    ada = due(database, "Ada")
    readers.change(database, ada.id, weekly_due_at=NOW)

    before = read(database)
    deliveries.create_due(database, NOW)
    behind = read(database)
    [picks] = outbox.claim(database, NOW, 1)
    outbox.finish(database, picks)
    alone = read(database)

    assert before == behind == Queue(1, NOW)
    assert alone == Queue(1, NOW)


def test_while_the_daily_list_is_late_its_readers_are_not_in_the_queue(
    database: Database,
) -> None:
    due(database, "Ada")
    bo = due(database, "Bo", NOW + MINUTE)
    choose(database, bo, "arxiv:cs.RO")
    subscriptions.remove(database, bo.id, list_keys.DAILY)
    expected = Queue(1, NOW + MINUTE)

    undelivered = read(database, daily_due_before=NOW - MINUTE)
    deliveries.create_due(database, LATER)
    waiting = read(database, daily_due_before=NOW - MINUTE)
    over = read(database, daily_due_before=NOW)

    assert undelivered == waiting == expected
    assert over == Queue(2, NOW)
