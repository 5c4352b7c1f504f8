"""Saved papers: those that a reader keeps for later."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, SaveRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper


def save(
    database: Database, reader_id: int, paper_id: int, now: datetime
) -> None:
    """Save a paper for a reader; a paper that is saved already stays as it is."""
    insert = database.insert(SaveRow).values(
        reader_id=reader_id,
        paper_id=paper_id,
        saved_at=now,
    )

    with database.write() as session:
        session.execute(
            insert.on_conflict_do_nothing(
                index_elements=["reader_id", "paper_id"]
            )
        )


def is_saved(database: Database, reader_id: int, paper_id: int) -> bool:
    """Tell whether a reader saved a paper."""
    with database.read() as session:
        return session.get(SaveRow, (reader_id, paper_id)) is not None


def remove(
    database: Database, reader_id: int, paper_ids: Iterable[int]
) -> None:
    """Remove papers from a reader's saved ones."""
    statement = delete(SaveRow).where(
        SaveRow.reader_id == reader_id,
        SaveRow.paper_id.in_(list(paper_ids)),
    )

    with database.write() as session:
        session.execute(statement)


def of_reader(database: Database, reader_id: int) -> list[StoredPaper]:
    """Return the papers that a reader saved, the latest first."""
    saved_papers = (
        select(PaperRow)
        .join(SaveRow, SaveRow.paper_id == PaperRow.id)
        .where(SaveRow.reader_id == reader_id, visible_to(reader_id))
        .order_by(SaveRow.saved_at.desc(), PaperRow.id.desc())
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(saved_papers)]
