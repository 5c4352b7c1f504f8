"""Counts of what is stored, for the operator."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, DeliveryRow, RecommendationRow
from bot.storage.tables import PaperRow, RatingRow, ReaderRow
from bot.storage.visible import PUBLIC


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much of everything there is."""

    papers: int
    newest_day: date | None
    readers: int
    active_readers: int
    likes: int
    dislikes: int
    picks_sent: int
    picks_liked: int


def count(database: Database) -> Numbers:
    """Count papers, readers, ratings and picks."""
    with database.read() as session:
        rated = select(RatingRow.value, func.count()).group_by(RatingRow.value)
        values: dict[int, int] = dict(session.execute(rated).all())
        sent = RecommendationRow.sent_at.is_not(None) & (
            RecommendationRow.policy != ASK
        )
        liked = (
            select(func.count(RecommendationRow.id))
            .join(
                RatingRow,
                (RatingRow.reader_id == RecommendationRow.reader_id)
                & (RatingRow.paper_id == RecommendationRow.paper_id),
            )
            .where(sent, RatingRow.value == 1)
        )
        return Numbers(
            papers=_one(session, select(func.count(PaperRow.id)).where(PUBLIC)),
            newest_day=session.scalar(
                select(func.max(PaperRow.listed)).where(PUBLIC)
            ),
            readers=_one(session, select(func.count(ReaderRow.id))),
            active_readers=_one(
                session,
                select(func.count(ReaderRow.id)).where(ReaderRow.active),
            ),
            likes=values.get(1, 0),
            dislikes=values.get(-1, 0),
            picks_sent=_one(
                session, select(func.count(RecommendationRow.id)).where(sent)
            ),
            picks_liked=_one(session, liked),
        )


def stuck(database: Database, before: datetime) -> int:
    """Return how many deliveries should have been sent before a moment, and were not."""
    with database.read() as session:
        late = DeliveryRow.state == "pending", DeliveryRow.due_at < before
        return _one(session, select(func.count(DeliveryRow.id)).where(*late))


def _one(session: Session, statement: Select[int]) -> int:
    return session.scalar(statement) or 0
