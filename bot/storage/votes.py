"""Votes of a group's members on its cards, and of anybody on a card of inline mode."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, delete, func, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import RecommendationRow
from bot.storage.group_tables import InlineCardRow, VoteRow
from bot.storage.tables import PaperRow, ReaderRow
from bot.storage.visible import PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that people vote on: a pick of a group, or an inline message.

    `id` names the pick, or is Telegram's id of the inline message; `group_id` is None
    for the latter.
    """

    id: str
    paper_id: int
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member thinks of a paper: 1 or −1, and since when."""

    paper_id: int
    value: int
    voted_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many people like a card, and how many don't."""

    likes: int = 0
    dislikes: int = 0


def toggle(
    database: Database, card: Card, user_id: int, value: int, now: datetime
) -> int:
    """Store a person's vote, or take it back if it is their present one; return the new value."""
    vote = VoteRow(
        card=card.id,
        group_id=card.group_id,
        user_id=user_id,
        paper_id=card.paper_id,
        value=0,
        voted_at=now,
    )
    insert = database.insert(VoteRow).values(
        {
            column.key: getattr(vote, column.key)
            for column in VoteRow.__table__.columns
            if column.key != "id"
        }
    )
    with database.write() as session:
        session.execute(
            insert.on_conflict_do_nothing(index_elements=["card", "user_id"])
        )
        row = session.scalars(
            select(VoteRow)
            .where(VoteRow.card == card.id, VoteRow.user_id == user_id)
            .with_for_update()
        ).one()
        row.value = 0 if row.value == value else value
        row.voted_at = now

        return row.value


def present(database: Database, card: Card, user_id: int) -> int:
    """Return a person's present vote on a card; 0 if there is none."""
    statement = select(VoteRow.value).where(
        VoteRow.card == card.id, VoteRow.user_id == user_id
    )
    with database.read() as session:
        return session.scalar(statement) or 0


def counts(database: Database, cards: Iterable[str]) -> dict[str, Count]:
    """Return the votes on each card; one that nobody voted on has none."""
    cards = list(cards)
    totals: dict[str, dict[int, int]] = defaultdict(dict)
    statement = (
        select(VoteRow.card, VoteRow.value, func.count())
        .where(VoteRow.card.in_(cards))
        .group_by(VoteRow.card, VoteRow.value)
    )
    with database.read() as session:
        for card, value, n in session.execute(statement):
            totals[card][value] = n

    return {
        card: Count(totals[card].get(1, 0), totals[card].get(-1, 0))
        for card in cards
    }


def of_group(database: Database, group_id: int) -> dict[int, list[Vote]]:
    """Return the present votes of each member of a group, the oldest first."""
    statement = (
        select(VoteRow)
        .where(VoteRow.group_id == group_id, VoteRow.value != 0)
        .order_by(VoteRow.voted_at, VoteRow.id)
    )
    members: dict[int, list[Vote]] = defaultdict(list)
    with database.read() as session:
        for row in session.scalars(statement):
            vote = Vote(row.paper_id, row.value, row.voted_at)
            members[row.user_id].append(vote)

    return dict(members)


def pick_card(database: Database, pick_id: int, chat_id: int) -> Card | None:
    """Return the card of a group's pick, or None if that chat was not sent it."""
    statement = (
        select(RecommendationRow)
        .join(ReaderRow, ReaderRow.id == RecommendationRow.reader_id)
        .where(
            RecommendationRow.id == pick_id,
            RecommendationRow.sent_at.is_not(None),
            ReaderRow.chat_id == chat_id,
            ReaderRow.kind != "person",
        )
    )
    with database.read() as session:
        row = session.scalar(statement)
        if row is None:
            return None

        return Card(
            id=pick_key(row.id),
            paper_id=row.paper_id,
            group_id=row.reader_id,
        )


def pick_key(pick_id: int) -> str:
    """Return the id of the card that shows a group's pick."""
    return f"pick {pick_id}"


def inline_card(
    database: Database, message_id: str, paper_id: int, now: datetime
) -> Card | None:
    """Return the card in an inline message; the first that is said of it holds for ever.

    None if it shows another paper, or one that not everybody may see.
    """
    with database.write() as session:
        is_public = select(PaperRow.id).where(PaperRow.id == paper_id, PUBLIC)
        if session.scalar(is_public) is None:
            return None

        insert = database.insert(InlineCardRow).values(
            id=message_id, paper_id=paper_id, posted_at=now
        )
        session.execute(insert.on_conflict_do_nothing(index_elements=["id"]))
        row = session.get_one(InlineCardRow, message_id)
        if row.paper_id != paper_id:
            return None

        return Card(id=message_id, paper_id=paper_id)


def count(user_id: int | ScalarSelect[int]) -> Select[int]:
    """Return the query for how many votes of a person are stored, but those taken back."""
    return select(func.count(VoteRow.id)).where(
        VoteRow.user_id == user_id, VoteRow.value != 0
    )


def count_of_person(database: Database, user_id: int) -> int:
    """Return how many votes of a person are stored, without those that they took back."""
    with database.read() as session:
        return session.scalars(count(user_id)).one()


def has_voted(database: Database, user_id: int) -> bool:
    """Tell whether anything is stored of a person's votes, if only that they took one back."""
    statement = select(VoteRow.id).where(VoteRow.user_id == user_id).limit(1)
    with database.read() as session:
        return session.scalar(statement) is not None


def delete_of_person(session: Session, user_id: int) -> None:
    """Delete all votes of a person."""
    session.execute(delete(VoteRow).where(VoteRow.user_id == user_id))
