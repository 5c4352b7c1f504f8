"""Everything that is kept of one reader: counted, and deleted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update

from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow, RecommendationRow
from bot.storage.tables import (
    FollowRow,
    InviteRow,
    LookupRow,
    PaperRow,
    RatingRow,
    ReaderRow,
    SaveRow,
    SearchRow,
    TasteEditRow,
    TopicRow,
)
from bot.storage.visible import own


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much is kept of one reader; `shown` are papers they were sent, `links` what they sent,
    `own` are papers that only their own files tell of.
    """

    ratings: int
    topics: int
    follows: int
    saved: int
    edits: int
    shown: int
    links: int
    searches: int
    own: int


def held(database: Database, reader_id: int) -> Held:
    """Count what is kept of a reader; ratings that were taken back do not count."""
    kinds: dict[str, tuple[type[Base], tuple[ColumnElement[bool], ...]]] = {
        "ratings": (
            RatingRow,
            (RatingRow.reader_id == reader_id, RatingRow.value != 0),
        ),
        "topics": (TopicRow, (TopicRow.reader_id == reader_id,)),
        "follows": (FollowRow, (FollowRow.reader_id == reader_id,)),
        "edits": (
            TasteEditRow,
            (TasteEditRow.reader_id == reader_id, TasteEditRow.value != 0),
        ),
        "saved": (SaveRow, (SaveRow.reader_id == reader_id,)),
        "shown": (
            RecommendationRow,
            (
                RecommendationRow.reader_id == reader_id,
                RecommendationRow.sent_at.is_not(None),
            ),
        ),
        "links": (LookupRow, (LookupRow.reader_id == reader_id,)),
        "searches": (SearchRow, (SearchRow.reader_id == reader_id,)),
        "own": (PaperRow, (own(reader_id),)),
    }
    with database.read() as session:
        counted = {
            name: session.scalar(
                select(func.count()).select_from(table).where(*mine)
            )
            or 0
            for name, (table, mine) in kinds.items()
        }
    return Held(**counted)


def forget(database: Database, reader_id: int) -> bool:
    """Delete a reader and every row that is theirs; False where there is none by that number.

    An invitation they used stays used, but no longer says by whom.
    """
    with database.write() as session:
        reader = session.get(ReaderRow, reader_id, with_for_update=True)
        if reader is None:
            return False
        used = update(InviteRow).where(InviteRow.used_by == reader.chat_id)
        session.execute(used.values(used_by=None))
        # Deliveries before digests, as who sends them locks them; the rest goes with its reader.
        session.execute(
            delete(DeliveryRow).where(DeliveryRow.reader_id == reader_id)
        )
        session.execute(delete(ReaderRow).where(ReaderRow.id == reader_id))
        return True
