"""The operator's numbers are counts of what is stored."""

from datetime import timedelta

from bot.storage import (
    counts,
    deliveries,
    outbox,
    readers,
    recommendations,
)
from bot.storage.counts import Numbers
from bot.storage.database import Database
from tests.storage.factories import NOW, TODAY, join, rate, recommend, store


def test_everything_is_nothing_at_first(database: Database):
    assert counts.count(database) == Numbers(0, None, 0, 0, 0, 0, 0, 0, 0)
    assert counts.count_stuck(database, NOW) == 0


def test_readers_ratings_and_picks_are_counted(database: Database):
    ada, bo = join(database, "Ada"), join(database, "Bo")
    ids = store(database, "Attention", "Diffusion", "Segmentation")
    digest = recommend(database, ada, ids[:2])
    recommendations.record_sent(database, digest.picks, ada.chat_id, 501, NOW)
    recommend(database, bo, ids[:1])
    for reader, paper_id, value in (
        (ada, 0, 1),
        (ada, 1, -1),
        (ada, 2, 1),
        (bo, 0, 1),
        (bo, 1, 0),
    ):
        rate(database, reader, ids[paper_id], value)
    readers.change(database, bo.id, active=False)

    assert counts.count(database) == Numbers(
        papers=3,
        newest_day=TODAY,
        readers=2,
        active_readers=1,
        groups=0,
        likes=3,
        dislikes=1,
        picks_sent=2,
        picks_liked=1,
    )


def test_a_delivery_that_was_not_sent_is_stuck_after_a_while(
    database: Database,
):
    for name in ("Ada", "Bo"):
        join(database, name, next_due_at=NOW)
    deliveries.create_due(database, NOW)
    one, _ = outbox.claim(database, NOW, 2)
    outbox.finish(database, one)

    assert counts.count_stuck(database, NOW) == 0
    assert counts.count_stuck(database, NOW + timedelta(seconds=1)) == 1
