"""Papers that readers keep for later."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, SaveRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper


def keep(
    database: Database, reader_id: int, paper_id: int, now: datetime
) -> None:
    """Keep a paper; keeping it twice is keeping it once."""
    with database.write() as session:
        new = database.insert(SaveRow).values(
            reader_id=reader_id, paper_id=paper_id, saved_at=now
        )
        session.execute(
            new.on_conflict_do_nothing(index_elements=["reader_id", "paper_id"])
        )


def drop(database: Database, reader_id: int, paper_ids: Iterable[int]) -> None:
    """Keep these papers no longer."""
    mine = SaveRow.reader_id == reader_id, SaveRow.paper_id.in_(list(paper_ids))
    with database.write() as session:
        session.execute(delete(SaveRow).where(*mine))


def of_reader(database: Database, reader_id: int) -> list[StoredPaper]:
    """Return the papers a reader keeps, the last one first."""
    with database.read() as session:
        mine = (
            select(PaperRow)
            .join(SaveRow, SaveRow.paper_id == PaperRow.id)
            .where(SaveRow.reader_id == reader_id, visible_to(reader_id))
            .order_by(SaveRow.saved_at.desc(), PaperRow.id.desc())
        )
        return [paper_of(row) for row in session.scalars(mine)]
