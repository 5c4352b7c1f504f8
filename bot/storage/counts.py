"""Counts of what is stored, for the operator."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select

from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, DeliveryRow, RecommendationRow
from bot.storage.tables import PaperRow, RatingRow, ReaderRow
from bot.storage.visible import PUBLIC

IS_SENT_PICK = and_(
    RecommendationRow.sent_at.is_not(None), RecommendationRow.policy != ASK
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many papers, readers, active groups, ratings and picks are stored."""

    papers: int
    newest_day: date | None
    readers: int
    active_readers: int
    groups: int
    likes: int
    dislikes: int
    picks_sent: int
    picks_liked: int


def count(database: Database) -> Numbers:
    """Count papers, readers, ratings and picks."""
    papers = select(func.count(PaperRow.id)).where(PUBLIC)
    newest_day = select(func.max(PaperRow.listed)).where(PUBLIC)
    people = select(func.count(ReaderRow.id)).where(ReaderRow.kind == "person")
    groups = select(func.count(ReaderRow.id)).where(
        ReaderRow.kind != "person", ReaderRow.active
    )
    ratings = select(RatingRow.value, func.count()).group_by(RatingRow.value)
    picks = select(func.count(RecommendationRow.id)).where(IS_SENT_PICK)
    liked_picks = picks.join(
        RatingRow,
        and_(
            RatingRow.reader_id == RecommendationRow.reader_id,
            RatingRow.paper_id == RecommendationRow.paper_id,
        ),
    ).where(RatingRow.value == 1)

    with database.read() as session:
        ratings_by_value: dict[int, int] = dict(session.execute(ratings).all())

        return Numbers(
            papers=session.scalars(papers).one(),
            newest_day=session.scalar(newest_day),
            readers=session.scalars(people).one(),
            active_readers=session.scalars(
                people.where(ReaderRow.active)
            ).one(),
            groups=session.scalars(groups).one(),
            likes=ratings_by_value.get(1, 0),
            dislikes=ratings_by_value.get(-1, 0),
            picks_sent=session.scalars(picks).one(),
            picks_liked=session.scalars(liked_picks).one(),
        )


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many papers, readers, active readers and active groups there are."""

    papers: int
    readers: int
    active_readers: int
    groups: int


def sizes(database: Database) -> Sizes:
    """Count what is quickly counted, for whoever asks every few seconds."""
    is_person = ReaderRow.kind == "person"
    papers = select(func.count(PaperRow.id)).where(PUBLIC)
    chats = select(is_person, ReaderRow.active, func.count()).group_by(
        is_person, ReaderRow.active
    )

    with database.read() as session:
        chats_by_kind = {
            (bool(person), bool(active)): count
            for person, active, count in session.execute(chats)
        }
        active_readers = chats_by_kind.get((True, True), 0)
        return Sizes(
            papers=session.scalars(papers).one(),
            readers=active_readers + chats_by_kind.get((True, False), 0),
            active_readers=active_readers,
            groups=chats_by_kind.get((False, True), 0),
        )


def count_stuck(database: Database, before: datetime) -> int:
    """Return how many deliveries were due before a time and are not finished."""
    late = select(func.count(DeliveryRow.id)).where(
        DeliveryRow.state == "pending", DeliveryRow.due_at < before
    )

    with database.read() as session:
        return session.scalars(late).one()
