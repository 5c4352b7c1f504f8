"""Searches of readers, and their results with each reader's ratings and saves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, RatingRow, SaveRow, SearchRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

# The longest search text, in characters.
LONGEST = 300

# How many searches of a reader are kept: pages are turned in one of the last.
KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search by `words`, or for papers like `like_id`; `paper_ids` are its results."""

    id: int
    words: str
    like_id: int | None
    paper_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A paper among the results of a search, as its reader rated and saved it."""

    paper: StoredPaper
    value: int = 0
    saved: bool = False


def record(
    database: Database,
    reader_id: int,
    paper_ids: Sequence[int],
    now: datetime,
    *,
    words: str = "",
    like_id: int | None = None,
) -> Search:
    """Store a search with the ids of its results; delete all but the reader's last 50."""
    row = SearchRow(
        reader_id=reader_id,
        words=words[:LONGEST],
        like_id=like_id,
        paper_ids=list(paper_ids),
        created_at=now,
    )
    last_searches = (
        select(SearchRow.id)
        .where(SearchRow.reader_id == reader_id)
        .order_by(SearchRow.id.desc())
        .limit(KEPT)
    )

    with database.write() as session:
        session.add(row)
        session.flush()

        session.execute(
            delete(SearchRow).where(
                SearchRow.reader_id == reader_id,
                SearchRow.id.not_in(last_searches),
            )
        )
        return _search(row)


def read(database: Database, reader_id: int, search_id: int) -> Search | None:
    """Return a reader's search, or None if it is gone or somebody else's."""
    statement = select(SearchRow).where(
        SearchRow.reader_id == reader_id, SearchRow.id == search_id
    )

    with database.read() as session:
        row = session.scalar(statement)

        return _search(row) if row else None


def hits(database: Database, reader_id: int, ids: Sequence[int]) -> list[Hit]:
    """Return the papers with these ids in their order, without deleted ones."""
    is_rating = and_(
        RatingRow.paper_id == PaperRow.id, RatingRow.reader_id == reader_id
    )
    is_save = and_(
        SaveRow.paper_id == PaperRow.id, SaveRow.reader_id == reader_id
    )
    statement = (
        select(PaperRow, RatingRow.value, SaveRow.saved_at)
        .outerjoin(RatingRow, is_rating)
        .outerjoin(SaveRow, is_save)
        .where(PaperRow.id.in_(ids), visible_to(reader_id))
    )

    with database.read() as session:
        hits_by_id = {
            row.id: Hit(
                paper=paper_of(row),
                value=value or 0,
                saved=saved_at is not None,
            )
            for row, value, saved_at in session.execute(statement)
        }

    return [hits_by_id[paper_id] for paper_id in ids if paper_id in hits_by_id]


def _search(row: SearchRow) -> Search:
    return Search(
        id=row.id,
        words=row.words,
        like_id=row.like_id,
        paper_ids=tuple(row.paper_ids),
    )
