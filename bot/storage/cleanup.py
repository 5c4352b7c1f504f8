"""What is of no more use goes: finished deliveries, told look-ups, old searches, unsent digests,
and own papers of which their readers say nothing any more."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select

from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DeliveryRow,
    DigestRow,
    RecommendationRow,
)
from bot.storage.paper_rows import OF_READERS
from bot.storage.tables import LookupRow, PaperRow, SearchRow
from bot.storage.visible import PUBLIC

FINISHED = timedelta(days=60)
UNSENT = timedelta(days=2)
# A reader's own papers, once nothing is said of them any more.
UNUSED = (
    ~PUBLIC,
    *(PaperRow.id.not_in(select(model.paper_id)) for model in OF_READERS),
)


def clean_up(database: Database, now: datetime) -> int:
    """Delete what nobody asks for any more; return how many rows went.

    What readers said, and what was shown to them, stays: no paper comes twice.
    """
    with database.write() as session:
        gone = [
            cast(
                "CursorResult[Any]", session.execute(delete(model).where(*old))
            )
            for model, old in _gone(now).items()
        ]
        return sum(each.rowcount for each in gone)


def _gone(now: datetime) -> dict[type, tuple[ColumnElement[bool], ...]]:
    shown = select(RecommendationRow.digest_id)
    waiting = select(DeliveryRow.digest_id).where(DeliveryRow.digest_id > 0)
    return {
        DeliveryRow: (
            DeliveryRow.state != "pending",
            DeliveryRow.due_at < now - FINISHED,
        ),
        LookupRow: (LookupRow.done_at < now - FINISHED,),
        SearchRow: (SearchRow.created_at < now - FINISHED,),
        DigestRow: (
            DigestRow.id.not_in(shown),
            DigestRow.id.not_in(waiting),
            DigestRow.created_at < now - UNSENT,
        ),
        PaperRow: UNUSED,
    }
