"""Counts and deletes everything that is stored of one reader."""

from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from bot.storage import deeds, signals, votes
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow
from bot.storage.group_tables import NOBODY, GroupAdminRow, GroupRow
from bot.storage.reader_tables import EXPORTED, ReaderTable
from bot.storage.tables import InviteRow, ReaderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCounts:
    """How many rows are stored of one reader.

    `sources` are the lists that they chose, `shown` are papers that they were sent,
    `links` are those that they sent, `standing` are searches that tell of new papers, `own`
    are papers that only their own files and feeds have, and `votes` are theirs in groups and
    under shared papers.
    """

    ratings: int
    topics: int
    follows: int
    sources: int
    saved: int
    edits: int
    shown: int
    links: int
    searches: int
    standing: int
    own: int
    votes: int


def count_data(database: Database, reader_id: int) -> DataCounts:
    """Count what is stored of a reader, without the ratings that they took back."""
    with database.read() as session:
        counts = {
            table.count: session.scalars(_count(table, reader_id)).one()
            for table in EXPORTED
            if table.count is not None
        }
        chat_id = select(ReaderRow.chat_id).where(ReaderRow.id == reader_id)
        counts["votes"] = session.scalars(
            votes.count(chat_id.scalar_subquery())
        ).one()

    return DataCounts(**counts)


def delete_reader(database: Database, reader_id: int) -> bool:
    """Delete a reader and all of their rows; return False if there is no such reader.

    Their invitation stays used, but no longer says by whom.
    """
    with database.write() as session:
        reader = session.get(ReaderRow, reader_id, with_for_update=True)
        if reader is None:
            return False

        session.execute(
            update(InviteRow)
            .where(InviteRow.used_by == reader.chat_id)
            .values(used_by=None)
        )

        # Deliveries before digests, the order in which the sender locks them. All other
        # rows are deleted with their reader.
        session.execute(
            delete(DeliveryRow).where(DeliveryRow.reader_id == reader_id)
        )
        session.execute(delete(ReaderRow).where(ReaderRow.id == reader_id))
        _delete_traces(session, reader.chat_id)
        signal = signals.forgotten(reader_id, reader.chat_id)
        signals.add(database, session, signal)

        return True


def delete_voter(database: Database, user_id: int) -> None:
    """Delete what groups hold of somebody who never started the bot."""
    with database.write() as session:
        _delete_traces(session, user_id)


def _delete_traces(session: Session, user_id: int) -> None:
    """Delete a person's deeds and votes, and that they are an admin or an owner."""
    deeds.delete_of_person(session, user_id)
    votes.delete_of_person(session, user_id)
    session.execute(
        delete(GroupAdminRow).where(GroupAdminRow.user_id == user_id)
    )
    session.execute(
        update(GroupRow)
        .where(GroupRow.owner_id == user_id)
        .values(owner_id=NOBODY)
    )


def _count(table: ReaderTable, reader_id: int) -> Select[int]:
    statement = (
        select(func.count())
        .select_from(table.model)
        .where(table.model.reader_id == reader_id)
    )
    if table.condition is None:
        return statement

    return statement.where(table.condition)
