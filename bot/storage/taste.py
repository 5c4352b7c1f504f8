"""Changes of a taste by hand: words moved, the list of ratings, and the reset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, RatingRow, TasteEditRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

# The longest word, in bytes: its buttons carry it.
LONGEST = 56

# How many words one reader can move: each has a row of buttons.
MOST = 15

# The tables that a reset takes back, each with its column for the time of a change.
RESET_TABLES = (
    (RatingRow, RatingRow.rated_at),
    (TasteEditRow, TasteEditRow.edited_at),
)


@dataclass(frozen=True, slots=True)
class Reset:
    """How many ratings and moved words a reset takes back."""

    ratings: int
    edits: int


def move_word(
    database: Database, reader_id: int, term: str, value: int, now: datetime
) -> bool:
    """Move a word up (1), down (−1) or back (0); return False if too many are moved."""
    changes = {"value": value, "edited_at": now, "was": None, "was_at": None}
    insert = database.insert(TasteEditRow).values(
        reader_id=reader_id, term=term, **changes
    )
    count_others = select(func.count(TasteEditRow.id)).where(
        TasteEditRow.reader_id == reader_id,
        TasteEditRow.term != term,
        TasteEditRow.value != 0,
    )

    with database.write() as session:
        if value and session.scalars(count_others).one() >= MOST:
            return False

        session.execute(
            insert.on_conflict_do_update(
                index_elements=["reader_id", "term"],
                set_=changes,
                where=TasteEditRow.value != value,
            )
        )
        return True


def rated_papers(
    database: Database, reader_id: int, first: int, most: int
) -> tuple[int, list[tuple[StoredPaper, int]]]:
    """Return the number of a reader's ratings, and a page of papers with their ratings.

    The page begins at number `first` and has up to `most` papers, the last rated first.
    """
    is_rated = (RatingRow.reader_id == reader_id) & (RatingRow.value != 0)
    count = select(func.count(RatingRow.paper_id)).where(is_rated)
    page = (
        select(PaperRow, RatingRow.value)
        .join(RatingRow, RatingRow.paper_id == PaperRow.id)
        .where(is_rated, visible_to(reader_id))
        .order_by(RatingRow.rated_at.desc(), PaperRow.id.desc())
        .offset(first)
        .limit(most)
    )

    with database.read() as session:
        ratings = [
            (paper_of(row), value) for row, value in session.execute(page)
        ]
        return session.scalars(count).one(), ratings


def reset(database: Database, reader_id: int, at: datetime) -> Reset:
    """Take back every rating and moved word; the same time again is the same reset."""
    with database.write() as session:
        for table, changed_at in RESET_TABLES:
            session.execute(
                update(table)
                .where(table.reader_id == reader_id, table.value != 0)
                .values(
                    {
                        table.was: table.value,
                        table.was_at: changed_at,
                        table.value: 0,
                        changed_at: at,
                    }
                )
            )

    return undoable(database, reader_id, at)


def undoable(database: Database, reader_id: int, at: datetime) -> Reset:
    """Return what a reset took back and its reader has not changed since."""
    return _count(
        database,
        [
            select(func.count())
            .select_from(table)
            .where(
                table.reader_id == reader_id,
                changed_at == at,
                table.was.is_not(None),
            )
            for table, changed_at in RESET_TABLES
        ],
    )


def resettable(database: Database, reader_id: int) -> Reset:
    """Return what a reset would take back."""
    return _count(
        database,
        [
            select(func.count())
            .select_from(table)
            .where(table.reader_id == reader_id, table.value != 0)
            for table, _ in RESET_TABLES
        ],
    )


def undo_reset(database: Database, reader_id: int, at: datetime) -> Reset:
    """Undo the reset of a time, without what its reader has changed since."""
    restored = undoable(database, reader_id, at)

    with database.write() as session:
        for table, changed_at in RESET_TABLES:
            session.execute(
                update(table)
                .where(
                    table.reader_id == reader_id,
                    changed_at == at,
                    table.was.is_not(None),
                )
                .values(
                    {
                        table.value: table.was,
                        changed_at: table.was_at,
                        table.was: None,
                        table.was_at: None,
                    }
                )
            )

    return restored


def _count(database: Database, statements: Sequence[Select[int]]) -> Reset:
    with database.read() as session:
        ratings, edits = (
            session.scalars(statement).one() for statement in statements
        )
    return Reset(ratings, edits)
