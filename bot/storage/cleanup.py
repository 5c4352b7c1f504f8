"""Deletes rows that nobody needs any more."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, select

from bot.storage import erasure, groups
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    WITH_DELIVERY,
    DeliveryRow,
    DigestRow,
    RecommendationRow,
)
from bot.storage.process_tables import DeedRow
from bot.storage.reader_tables import OF_PAPERS
from bot.storage.tables import (
    FeedRow,
    LookupRow,
    PaperRow,
    SearchRow,
    SubscriptionRow,
)
from bot.storage.visible import PUBLIC

# How long finished deliveries, answered links and searches are kept.
FINISHED = timedelta(days=60)

# How long a digest is kept that was never sent.
UNSENT = timedelta(days=2)

# How long it counts that a question was asked; nothing else is remembered that long.
DEEDS = timedelta(days=1)

# Readers' own papers without any rating, save, pick or bundle.
UNUSED = (
    ~PUBLIC,
    *(PaperRow.id.not_in(select(model.paper_id)) for model in OF_PAPERS),
)


def clean_up(database: Database, now: datetime) -> int:
    """Delete old rows that nobody needs; return how many were deleted.

    Feedback and sent picks are kept, so that no paper is picked twice.
    """
    deleted = 0
    with database.write() as session:
        left_groups = groups.ids_to_delete(session, now)
    for group_id in left_groups:
        deleted += erasure.delete_reader(database, group_id)

    with database.write() as session:
        for statement in _deletions(now):
            result = cast("CursorResult[Any]", session.execute(statement))
            deleted += result.rowcount

    return deleted


def _deletions(now: datetime) -> list[Delete]:
    with_picks = select(RecommendationRow.digest_id)
    chosen_feeds = select(SubscriptionRow.feed_id).where(
        SubscriptionRow.feed_id.is_not(None)
    )

    return [
        delete(DeliveryRow).where(
            DeliveryRow.state != "pending",
            DeliveryRow.due_at < now - FINISHED,
        ),
        delete(LookupRow).where(LookupRow.done_at < now - FINISHED),
        delete(SearchRow).where(SearchRow.created_at < now - FINISHED),
        delete(DigestRow).where(
            DigestRow.id.not_in(with_picks),
            DigestRow.matches == 0,
            DigestRow.missed_since.is_(None),
            DigestRow.id.not_in(WITH_DELIVERY),
            DigestRow.created_at < now - UNSENT,
        ),
        delete(FeedRow).where(
            FeedRow.id.not_in(chosen_feeds),
            # A feed that is being read for the first time has no subscriber yet.
            FeedRow.next_check_at < now - UNSENT,
        ),
        delete(DeedRow).where(DeedRow.done_at < now - DEEDS),
        delete(PaperRow).where(*UNUSED),
    ]
