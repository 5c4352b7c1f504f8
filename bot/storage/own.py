"""A reader's own papers: brought by a file, seen by nobody else, until a source tells of them.

Then the source's words are everybody's, and what the reader said of the own paper is said of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.storage import paper_rows
from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK, Shelf
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC, own
from recommender.papers import Paper

# The source of a paper that is known from its reader's own file alone.
BROUGHT = "brought"


def bring(
    database: Database, reader_id: int, papers: Iterable[Paper]
) -> list[int]:
    """Return the ids of the papers of a reader's file, one for each.

    One that a source told of is everybody's, and stays as it is: one reader's file must not
    change what others read. Any other becomes this reader's own, in the file's words.
    """
    batch = [
        replace(paper_rows.canonical(p), source=BROUGHT, upvotes=None)
        for p in papers
    ]
    ids: list[int] = []
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")
            ids += _bring(session, reader_id, batch[start : start + CHUNK])
    return ids


def adopt(session: Session, public: Sequence[PaperRow]) -> None:
    """Let readers' own copies of papers go that are public now."""
    shelf = Shelf(public)
    alike = or_(
        PaperRow.arxiv_id.in_([*shelf.by_id]),
        PaperRow.title_key.in_([*shelf.by_key]),
    )
    for copy in session.scalars(select(PaperRow).where(~PUBLIC, alike)).all():
        row = shelf.named(copy) or shelf.titled(copy, copy.title_key)
        if row is not None:
            paper_rows.move(session, keep=row, drop=copy)


def _bring(
    session: Session, reader_id: int, papers: Sequence[Paper]
) -> list[int]:
    keys = paper_rows.keys_of(papers)
    public = paper_rows.shelf(session, papers, keys, PUBLIC)
    private = paper_rows.shelf(session, papers, keys, own(reader_id))
    rows = []
    for paper, key in zip(papers, keys, strict=True):
        row = public.named(paper) or public.titled(paper, key)
        if row is None:
            row = _own(session, reader_id, private, paper, key)
        rows.append(row)
    session.flush()
    return [row.id for row in rows]


def _own(
    session: Session,
    reader_id: int,
    private: Shelf,
    paper: Paper,
    key: str | None,
) -> PaperRow:
    """Return a reader's own row of a paper, with what the paper tells of itself."""
    row = private.named(paper) or private.titled(paper, key)
    if row is None:
        row = paper_rows.blank(paper)
        row.reader_id = reader_id
    paper_rows.learn(row, paper)
    private.put(row, key)
    session.add(row)
    return row
