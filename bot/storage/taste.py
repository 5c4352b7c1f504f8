"""What readers change of their taste by hand: words moved, ratings looked through, all reset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, RatingRow, TasteEditRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

LONGEST = 56  # bytes of a word: it travels in its buttons
MOST = 15  # words of one reader: each has a row of buttons
# The two tables that a reset takes back, and when each of their rows was said.
SAID = ((RatingRow, RatingRow.rated_at), (TasteEditRow, TasteEditRow.edited_at))
COUNT = select(func.count())


@dataclass(frozen=True, slots=True)
class Reset:
    """How much one reset took back."""

    ratings: int
    edits: int


def move(
    database: Database, reader_id: int, term: str, value: int, now: datetime
) -> bool:
    """Move a word up (1) or down (−1), or let it be (0); False where too many are moved."""
    said = {"value": value, "edited_at": now, "was": None, "was_at": None}
    others = (
        TasteEditRow.reader_id == reader_id,
        TasteEditRow.term != term,
        TasteEditRow.value != 0,
    )
    with database.write() as session:
        moved = (
            session.scalar(select(func.count(TasteEditRow.id)).where(*others))
            or 0
        )
        if value and moved >= MOST:
            return False
        new = database.insert(TasteEditRow).values(
            reader_id=reader_id, term=term, **said
        )
        session.execute(
            new.on_conflict_do_update(
                index_elements=["reader_id", "term"],
                set_=said,
                where=TasteEditRow.value != value,
            )
        )
        return True


def ratings(
    database: Database, reader_id: int, first: int, most: int
) -> tuple[int, list[tuple[StoredPaper, int]]]:
    """Return how many papers a reader rates now; some of them with their ratings, newest first."""
    mine = RatingRow.reader_id == reader_id, RatingRow.value != 0
    with database.read() as session:
        found = (
            select(PaperRow, RatingRow.value)
            .join(RatingRow, RatingRow.paper_id == PaperRow.id)
            .where(*mine, visible_to(reader_id))
            .order_by(RatingRow.rated_at.desc(), PaperRow.id.desc())
            .offset(first)
            .limit(most)
        )
        counted = (
            session.scalar(select(func.count(RatingRow.paper_id)).where(*mine))
            or 0
        )
        return counted, [
            (paper_of(row), value) for row, value in session.execute(found)
        ]


def reset(database: Database, reader_id: int, at: datetime) -> Reset:
    """Take back every rating and edit, as of `at`; the same moment again is the same reset."""
    with database.write() as session:
        for row, said_at in SAID:
            past = {
                row.was: row.value,
                row.was_at: said_at,
                row.value: 0,
                said_at: at,
            }
            mine = row.reader_id == reader_id, row.value != 0
            session.execute(update(row).where(*mine).values(past))
    return undoable(database, reader_id, at)


def undoable(database: Database, reader_id: int, at: datetime) -> Reset:
    """Return what a reset took back and nobody has said anew."""
    return _count(
        database,
        [
            COUNT.select_from(row).where(
                row.reader_id == reader_id, said_at == at, row.was.is_not(None)
            )
            for row, said_at in SAID
        ],
    )


def held(database: Database, reader_id: int) -> Reset:
    """Return what a reset would take back."""
    return _count(
        database,
        [
            COUNT.select_from(row).where(
                row.reader_id == reader_id, row.value != 0
            )
            for row, _ in SAID
        ],
    )


def restore(database: Database, reader_id: int, at: datetime) -> Reset:
    """Undo the reset of a moment: everything as it was, but for what has been said anew."""
    undone = undoable(database, reader_id, at)
    with database.write() as session:
        for row, said_at in SAID:
            before = {
                row.value: row.was,
                said_at: row.was_at,
                row.was: None,
                row.was_at: None,
            }
            mine = (
                row.reader_id == reader_id,
                said_at == at,
                row.was.is_not(None),
            )
            session.execute(update(row).where(*mine).values(before))
    return undone


def _count(database: Database, asked: Sequence[Select[int]]) -> Reset:
    with database.read() as session:
        ratings, edits = (session.scalar(each) or 0 for each in asked)
    return Reset(ratings, edits)
