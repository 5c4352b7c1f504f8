"""Matches of standing searches: told by a digest, freed if it never came, kept in a merge."""

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.storage.delivery_tables import DigestRow, RecommendationRow
from bot.storage.standing_tables import StandingMatchRow, StandingSearchRow
from bot.storage.tables import PaperRow
from bot.storage.visible import visible_to

# The condition for matches that their reader was not told of yet.
IS_PENDING = and_(
    StandingMatchRow.search_id.is_not(None),
    StandingMatchRow.digest_id.is_(None),
)


def attach(session: Session, reader_id: int, digest_id: int) -> None:
    """Let a digest tell of all that its reader was not told of yet."""
    session.execute(
        update(StandingMatchRow)
        .where(is_pending(reader_id))
        .values(digest_id=digest_id)
    )
    number = len(session.execute(of_digest(digest_id)).all())
    session.execute(
        update(DigestRow)
        .where(DigestRow.id == digest_id)
        .values(matches=number)
    )


def release(session: Session, digest_id: int | None) -> None:
    """Let the next digest tell of what this one never told, and offer what it never did."""
    session.execute(
        update(StandingMatchRow)
        .where(StandingMatchRow.digest_id == digest_id)
        .values(digest_id=None)
    )
    session.execute(
        update(DigestRow)
        .where(DigestRow.id == digest_id)
        .values(matches=0, missed_since=None)
    )


def note_merged(
    session: Session, *, keep_id: int, drop_id: int, owner_id: int | None
) -> None:
    """Note that a paper is no news to those whose searches saw another row of it."""
    seen = [
        StandingSearchRow.matched_id >= drop_id,
        StandingSearchRow.matched_id < keep_id,
        StandingSearchRow.reader_id.not_in(
            select(StandingMatchRow.reader_id).where(
                StandingMatchRow.paper_id == keep_id
            )
        ),
    ]
    if owner_id is not None:
        seen.append(StandingSearchRow.reader_id == owner_id)

    readers = select(
        StandingSearchRow.reader_id, literal(keep_id, Integer)
    ).where(*seen)
    session.execute(
        insert(StandingMatchRow).from_select(
            ["reader_id", "paper_id"], readers.distinct()
        )
    )


def is_pending(reader_id: int) -> ColumnElement[bool]:
    """Return the condition for matches that a reader was not told of yet."""
    return and_(StandingMatchRow.reader_id == reader_id, IS_PENDING)


def of_digest(digest_id: int) -> Select[str, PaperRow]:
    """Return the statement for the matches of a digest that are not among its picks."""
    picks = select(RecommendationRow.paper_id).where(
        RecommendationRow.digest_id == digest_id
    )
    return (
        select(StandingSearchRow.words, PaperRow)
        .join(
            StandingMatchRow, StandingMatchRow.search_id == StandingSearchRow.id
        )
        .join(PaperRow, PaperRow.id == StandingMatchRow.paper_id)
        .where(
            StandingMatchRow.digest_id == digest_id,
            StandingMatchRow.paper_id.not_in(picks),
            visible_to(StandingMatchRow.reader_id),
        )
        .order_by(StandingSearchRow.id, PaperRow.id)
    )
