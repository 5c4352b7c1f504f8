"""Papers in and out of storage: one row each, however many sources name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.markup import people
from bot.storage import fulltext, own, paper_rows
from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK, KEY_LENGTH
from bot.storage.tables import PaperRow
from bot.storage.visible import PUBLIC, visible_to
from recommender.papers import Paper, StoredPaper, title_key

UNREAD = re.compile(r"[\\{}():$]|\bet al\b")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch of papers: how many were new, how many we had."""

    new: int = 0
    known: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.known + other.known)


def store(database: Database, papers: Iterable[Paper]) -> Stored:
    """Store `papers`, each merged with the one we had by arXiv id or by title."""
    batch = [paper_rows.canonical(paper) for paper in papers]
    total = Stored()
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            database.take_turns(
                session, "papers"
            )  # two at once would both find a paper new
            total += _store_chunk(session, batch[start : start + CHUNK])
    return total


def by_arxiv_ids(
    database: Database, ids: Iterable[str]
) -> dict[str, StoredPaper]:
    """Return those of the papers that a source told us of, by arXiv id."""
    with database.read() as session:
        named = PaperRow.arxiv_id.in_(list(ids))
        rows = session.scalars(select(PaperRow).where(named, PUBLIC))
        return {row.arxiv_id: paper_of(row) for row in rows if row.arxiv_id}


def by_ids(
    database: Database, ids: Iterable[int], reader_id: int | None = None
) -> dict[int, StoredPaper]:
    """Return stored papers by their own id: those that a reader may see, else public ones."""
    with database.read() as session:
        some = PaperRow.id.in_(list(ids)), visible_to(reader_id)
        rows = session.scalars(select(PaperRow).where(*some))
        return {row.id: paper_of(row) for row in rows}


def called(database: Database, title: str) -> list[int]:
    """Return the listed paper with this title, letters and digits alone compared; none, or one."""
    key = title_key(title)[:KEY_LENGTH]
    with database.read() as session:
        named = select(PaperRow.id).where(
            PUBLIC, PaperRow.title_key == key, PaperRow.title_key != ""
        )
        return list(session.scalars(named))


def newest(database: Database, most: int) -> list[StoredPaper]:
    """Return the `most` papers listed last, newest first; none that readers alone know of."""
    with database.read() as session:
        order = (PaperRow.listed.desc(), PaperRow.id.desc())
        return [
            paper_of(row)
            for row in session.scalars(
                select(PaperRow).where(PUBLIC).order_by(*order).limit(most)
            )
        ]


def listed(database: Database, after: date, upto: date) -> list[StoredPaper]:
    """Return the papers listed after one day and up to another, oldest first."""
    with database.read() as session:
        days = (PUBLIC, PaperRow.listed > after, PaperRow.listed <= upto)
        rows = (
            select(PaperRow).where(*days).order_by(PaperRow.listed, PaperRow.id)
        )
        return [paper_of(row) for row in session.scalars(rows)]


def catch_up(database: Database) -> None:
    """Let all papers be found that were stored before there was a search."""
    with database.read() as session:
        there = fulltext.everyone(session)
        ids = [
            i
            for i in session.scalars(select(PaperRow.id).where(PUBLIC))
            if i not in there
        ]
    for start in range(0, len(ids), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")
            some = select(PaperRow).where(
                PUBLIC, PaperRow.id.in_(ids[start : start + CHUNK])
            )
            fulltext.index(session, session.scalars(some))


def count(database: Database) -> int:
    """Return how many papers are stored, without those that readers alone know of."""
    with database.read() as session:
        return (
            session.scalar(select(func.count(PaperRow.id)).where(PUBLIC)) or 0
        )


def stamp(database: Database) -> tuple[int, int]:
    """Return what changes whenever a listed paper comes or goes: how many, and the last."""
    with database.read() as session:
        counted = select(
            func.count(PaperRow.id), func.coalesce(func.max(PaperRow.id), 0)
        )
        counted = counted.where(PUBLIC)
        count, last = session.execute(counted).one()
        return count, last


def paper_of(row: PaperRow) -> StoredPaper:
    """Return the value of a row."""
    return StoredPaper(
        id=row.id,
        arxiv_id=row.arxiv_id,
        title=row.title,
        abstract=row.abstract,
        authors=_people(row.authors),
        categories=tuple(row.categories),
        keywords=tuple(row.keywords),
        listed=row.listed,
        published=row.published,
        upvotes=row.upvotes,
        source=row.source,
        links=row.links,
    )


def _people(stored: Sequence[str]) -> tuple[str, ...]:
    """Return names, those read anew that were stored before sources read them."""
    return (
        people.several(stored)
        if any(map(UNREAD.search, stored))
        else tuple(stored)
    )


def _store_chunk(session: Session, papers: list[Paper]) -> Stored:
    keys = paper_rows.keys_of(papers)
    shelf = paper_rows.shelf(session, papers, keys, PUBLIC)
    new, rows, changed = 0, list[PaperRow](), list[PaperRow]()
    for paper, key in zip(papers, keys, strict=True):
        named, titled = shelf.named(paper), shelf.titled(paper, key)
        if named and titled and named is not titled:
            _merge(session, keep=named, drop=titled)
            changed.append(named)
            del shelf.by_key[key or ""]
        row = named or titled
        if row is None:
            row = paper_rows.blank(paper)
            session.add(row)
            new += 1
        if paper_rows.learn(row, paper):
            changed.append(row)
        shelf.put(row, key)
        rows.append(row)
    session.flush()
    own.adopt(session, _kept(session, rows))
    fulltext.index(session, _kept(session, changed))
    return Stored(new=new, known=len(papers) - new)


def _merge(session: Session, *, keep: PaperRow, drop: PaperRow) -> None:
    """Make one public paper of two."""
    told = paper_of(drop)
    paper_rows.move(session, keep=keep, drop=drop)
    paper_rows.learn(keep, told)


def _kept(session: Session, rows: Iterable[PaperRow]) -> list[PaperRow]:
    """Return rows once each, without those that became one with another."""
    return list({row.id: row for row in rows if row in session}.values())
