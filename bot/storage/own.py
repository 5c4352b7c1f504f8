"""Readers' own papers: imported from a file, and invisible to everybody else.

Once a source lists such a paper, it becomes public with the words of the source, and the
reader's feedback moves to the public paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import paper_rows
from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK, RowIndex
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC, own
from recommender.papers import Paper

# The source of a paper that only a reader's file has, and of one that only their feed has.
IMPORTED = "brought"
FEED = "feed"
SOURCES = frozenset({IMPORTED, FEED})


def import_papers(
    database: Database,
    reader_id: int,
    papers: Iterable[Paper],
    *,
    source: str = IMPORTED,
) -> list[int]:
    """Store the papers of a reader's file or feed; return the id of each.

    A paper that a source listed stays as it is: one reader's file must not change what
    others read. Any other becomes the reader's own, with the words of the file.
    """
    batch = [
        replace(paper_rows.canonical(paper), source=source, upvotes=None)
        for paper in papers
    ]

    ids: list[int] = []
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")
            ids += _import_chunk(
                session, reader_id, batch[start : start + CHUNK]
            )
    return ids


def merge_into_public(session: Session, public: Sequence[PaperRow]) -> None:
    """Merge readers' own copies of some public papers into these."""
    index = RowIndex(public)
    copies = select(PaperRow).where(~PUBLIC, paper_rows.has_name_of(public))

    for copy in session.scalars(copies).all():
        row = index.find(copy, copy.title_key)
        if row is not None:
            paper_rows.merge(session, keep=row, drop=copy)


def _import_chunk(
    session: Session, reader_id: int, papers: Sequence[Paper]
) -> list[int]:
    keys = paper_rows.title_keys(papers)
    public = paper_rows.find_rows(session, papers, keys, PUBLIC)
    private = paper_rows.find_rows(session, papers, keys, own(reader_id))

    rows = []
    for paper, key in zip(papers, keys, strict=True):
        row = public.find(paper, key)
        if row is None:
            row = _own_row(session, reader_id, private, paper, key)
        rows.append(row)
    session.flush()

    return [row.id for row in rows]


def _own_row(
    session: Session,
    reader_id: int,
    private: RowIndex,
    paper: Paper,
    key: str | None,
) -> PaperRow:
    """Return a reader's own row for a paper, new or updated."""
    row = private.find(paper, key)
    if row is None:
        row = paper_rows.new_row(paper)
        row.reader_id = reader_id

    paper_rows.update_row(row, paper)
    private.add(row, paper, key)
    session.add(row)

    return row
