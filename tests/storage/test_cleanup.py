"""Tables do not grow for ever, and nothing that is still needed goes."""

from datetime import timedelta

from bot.storage import (
    cleanup,
    deliveries,
    digests,
    feedback,
    groups,
    links,
    outbox,
    votes,
)
from bot.storage.database import Database
from bot.storage.groups import Group
from bot.storage.votes import Card, Count
from tests.storage.factories import (
    NOW,
    TODAY,
    due,
    existing,
    join,
    recommend,
    store,
)

LATER = NOW + timedelta(days=61)


def test_finished_deliveries_go_and_what_they_showed_stays(database: Database):
    ada = due(database, "Ada")
    deliveries.create_due(database, NOW)
    [one] = outbox.claim(database, NOW, 10)
    digest = recommend(
        database, ada, store(database, "Attention"), kind="daily"
    )
    delivery = outbox.add_messages(database, one, digest.id, [1])
    [message] = outbox.unsent_messages(database, delivery)
    started = outbox.start_sending(database, delivery, message, NOW)
    assert started is not None
    outbox.record_sent(database, started, message, 501, NOW)
    outbox.finish(database, started)

    early = cleanup.clean_up(database, NOW + timedelta(days=59))
    gone = cleanup.clean_up(database, LATER)

    assert (early, gone) == (0, 1)
    assert deliveries.count_by_state(database, NOW) == {}
    assert digests.by_message(database, ada.chat_id, 501) is not None
    assert len(feedback.of_reader(database, ada.id, "UTC", TODAY).shown) == 1


def test_what_is_still_to_be_sent_stays(database: Database):
    ada = due(database, "Ada")
    deliveries.create_due(database, NOW)
    [one] = outbox.claim(database, NOW, 10)
    digest = recommend(
        database, ada, store(database, "Attention"), kind="daily"
    )
    outbox.add_messages(database, one, digest.id, [1])

    gone = cleanup.clean_up(database, LATER)

    assert gone == 0
    assert digests.read(database, digest.id) is not None


def test_look_ups_go_once_they_are_told_and_old(database: Database):
    ada = join(database, "Ada")
    links.record(database, ada.id, "2401.00001", NOW, retry=None)
    links.record(database, ada.id, "2401.00002", NOW, retry=LATER)

    gone = cleanup.clean_up(database, LATER)

    assert gone == 1
    assert [one.reference for one in links.due_lookups(database, LATER)] == [
        "2401.00002"
    ]


def test_a_digest_without_papers_that_nobody_was_sent_goes(database: Database):
    ada = join(database, "Ada")
    recommend(database, ada, [])

    gone = cleanup.clean_up(database, NOW + timedelta(days=3))

    assert gone == 1


def test_the_data_of_a_group_go_thirty_days_after_it_was_left(
    database: Database,
):
    lab = new_group(database)
    [paper_id] = store(database, "Attention")
    card = Card(id="pick 1", paper_id=paper_id, group_id=lab.id)
    shared = existing(votes.inline_card(database, "shared", paper_id, NOW))
    for voted_card in (card, shared):
        votes.toggle(database, voted_card, 11, 1, NOW)

    groups.leave(database, lab.id, NOW)
    cleanup.clean_up(database, NOW + timedelta(days=29))
    early = groups.find(database, -100)
    cleanup.clean_up(database, NOW + timedelta(days=30))

    assert early is not None
    assert groups.find(database, -100) is None
    assert votes.counts(database, [card.id, shared.id]) == {
        card.id: Count(),
        shared.id: Count(likes=1),
    }


def test_a_group_that_comes_back_in_time_keeps_its_data(database: Database):
    lab = new_group(database)
    groups.leave(database, lab.id, NOW)
    again = new_group(database)

    cleanup.clean_up(database, NOW + timedelta(days=90))

    assert again.id == lab.id
    assert groups.find(database, -100) == again


def new_group(database: Database) -> Group:
    return existing(
        groups.set_up(
            database,
            -100,
            owner_id=11,
            name="Lab",
            approval=None,
            values={"kind": "group", "at": NOW.time(), "created_at": NOW},
        )
    )
