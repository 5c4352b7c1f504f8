"""What readers searched for, and the papers that were found, as each reader marked them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import PaperRow, RatingRow, SaveRow, SearchRow
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

LONGEST = 300  # characters of what is sought
KEPT = (
    50  # searches of one reader: whoever turns pages does so in one of the last
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search: for `words`, or for more like the paper `like_id`; `found` are papers' ids."""

    id: int
    words: str
    like_id: int | None
    found: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A paper that was found, and what its reader said of it."""

    paper: StoredPaper
    value: int = 0
    saved: bool = False


def note(
    database: Database,
    reader_id: int,
    found: Sequence[int],
    now: datetime,
    *,
    words: str = "",
    like_id: int | None = None,
) -> Search:
    """Remember a search; those before the reader's last 50 go."""
    asked = {"words": words[:LONGEST], "like_id": like_id, "found": list(found)}
    mine = select(SearchRow.id).where(SearchRow.reader_id == reader_id)
    last = mine.order_by(SearchRow.id.desc()).limit(KEPT)
    with database.write() as session:
        row = SearchRow(reader_id=reader_id, created_at=now, **asked)
        session.add(row)
        session.flush()
        others = SearchRow.reader_id == reader_id, SearchRow.id.not_in(last)
        session.execute(delete(SearchRow).where(*others))
        return _search(row)


def read(database: Database, reader_id: int, search_id: int) -> Search | None:
    """Return a search of this reader, None for anybody else's."""
    mine = SearchRow.reader_id == reader_id, SearchRow.id == search_id
    with database.read() as session:
        row = session.scalar(select(SearchRow).where(*mine))
        return _search(row) if row else None


def hits(database: Database, reader_id: int, ids: Sequence[int]) -> list[Hit]:
    """Return papers as a reader marked them, in this order; what is gone is left out."""
    rated = (RatingRow.paper_id == PaperRow.id) & (
        RatingRow.reader_id == reader_id
    )
    kept = (SaveRow.paper_id == PaperRow.id) & (SaveRow.reader_id == reader_id)
    marked = (
        select(PaperRow, RatingRow.value, SaveRow.saved_at)
        .outerjoin(RatingRow, rated)
        .outerjoin(SaveRow, kept)
        .where(PaperRow.id.in_(ids), visible_to(reader_id))
    )
    with database.read() as session:
        there = {
            row.id: Hit(
                paper=paper_of(row),
                value=value or 0,
                saved=saved_at is not None,
            )
            for row, value, saved_at in session.execute(marked)
        }
    return [there[paper_id] for paper_id in ids if paper_id in there]


def _search(row: SearchRow) -> Search:
    return Search(
        id=row.id, words=row.words, like_id=row.like_id, found=tuple(row.found)
    )
