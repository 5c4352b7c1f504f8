"""Papers in and out of storage: one row each, however many sources name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.markup import people
from bot.storage import words
from bot.storage.database import Database
from bot.storage.models import BroughtRow, PaperRow, RatingRow, SaveRow
from bot.storage.outgoing import RecommendationRow
from recommender.papers import Paper, arxiv_id, title_key

KEY_LENGTH = 512
CHUNK = 500
UNREAD = re.compile(r"[\\{}():$]|\bet al\b")
FILE = "file"  # an operator's, which names no list
BROUGHT = "brought"  # known from a reader's own file alone: nobody else is to hear of it
LISTED = PaperRow.source != BROUGHT


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch of papers: how many were new, how many we had."""

    new: int = 0
    known: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.known + other.known)


def store(database: Database, papers: Iterable[Paper]) -> Stored:
    """Store `papers`, each merged with the one we had by arXiv id or by title."""
    batch = [_canonical(paper) for paper in papers]
    total = Stored()
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")  # two at once would both find a paper new
            total += _store_chunk(session, batch[start : start + CHUNK])
    return total


def bring(database: Database, papers: Iterable[Paper]) -> list[int]:
    """Return the ids of a reader's own papers, one for each; store those that are not there.

    What is there stays as it is: one reader's file must not change what others read. What is
    new is for whoever brings it alone, until a source lists it.
    """
    batch = [replace(_canonical(paper), source=BROUGHT, upvotes=None) for paper in papers]
    found: list[int] = []
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")
            found += _bring_chunk(session, batch[start : start + CHUNK])
    return found


def by_arxiv_ids(database: Database, ids: Iterable[str]) -> dict[str, Paper]:
    """Return those of the papers that a source told us of, by arXiv id."""
    with database.read() as session:
        named = PaperRow.arxiv_id.in_(list(ids))
        rows = session.scalars(select(PaperRow).where(named, LISTED))
        return {row.arxiv_id: paper_of(row) for row in rows if row.arxiv_id}


def by_ids(database: Database, ids: Iterable[int]) -> dict[int, Paper]:
    """Return stored papers by their own id."""
    with database.read() as session:
        rows = session.scalars(select(PaperRow).where(PaperRow.id.in_(list(ids))))
        return {row.id: paper_of(row) for row in rows}


def called(database: Database, title: str) -> list[int]:
    """Return the listed paper with this title, letters and digits alone compared; none, or one."""
    key = title_key(title)[:KEY_LENGTH]
    with database.read() as session:
        named = select(PaperRow.id).where(
            LISTED, PaperRow.title_key == key, PaperRow.title_key != ""
        )
        return list(session.scalars(named))


def newest(database: Database, most: int) -> list[Paper]:
    """Return the `most` papers listed last, newest first; none that readers alone know of."""
    with database.read() as session:
        order = (PaperRow.listed.desc(), PaperRow.id.desc())
        return [
            paper_of(row)
            for row in session.scalars(select(PaperRow).where(LISTED).order_by(*order).limit(most))
        ]


def listed(database: Database, after: date, upto: date) -> list[Paper]:
    """Return the papers listed after one day and up to another, oldest first."""
    with database.read() as session:
        days = (PaperRow.listed > after, PaperRow.listed <= upto)
        rows = select(PaperRow).where(*days).order_by(PaperRow.listed, PaperRow.id)
        return [replace(paper_of(row), id=None) for row in session.scalars(rows)]


def catch_up(database: Database) -> None:
    """Let all papers be found that were stored before there was a search."""
    with database.read() as session:
        there = words.everyone(session)
        ids = [i for i in session.scalars(select(PaperRow.id).where(LISTED)) if i not in there]
    for start in range(0, len(ids), CHUNK):
        with database.write() as session:
            database.take_turns(session, "papers")
            some = select(PaperRow).where(LISTED, PaperRow.id.in_(ids[start : start + CHUNK]))
            words.index(session, session.scalars(some))


def count(database: Database) -> int:
    """Return how many papers are stored."""
    with database.read() as session:
        return session.scalar(select(func.count(PaperRow.id))) or 0


def stamp(database: Database) -> tuple[int, int]:
    """Return what changes whenever a listed paper comes or goes: how many, and the last."""
    with database.read() as session:
        counted = select(func.count(PaperRow.id), func.coalesce(func.max(PaperRow.id), 0))
        counted = counted.where(LISTED)
        count, last = session.execute(counted).one()
        return count, last


def paper_of(row: PaperRow) -> Paper:
    """Return the value of a row."""
    return Paper(
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
    return people.several(stored) if any(map(UNREAD.search, stored)) else tuple(stored)


def _canonical(paper: Paper) -> Paper:
    return replace(paper, arxiv_id=arxiv_id(paper.arxiv_id) if paper.arxiv_id else None)


def _store_chunk(session: Session, papers: list[Paper]) -> Stored:
    keys = [title_key(paper.title)[:KEY_LENGTH] or None for paper in papers]
    rows = _rows_named(session, papers, keys)
    by_id = {row.arxiv_id: row for row in rows if row.arxiv_id}
    by_key = {row.title_key: row for row in rows if row.title_key}
    new, changed = 0, list[PaperRow]()
    for paper, key in zip(papers, keys, strict=True):
        named, titled = by_id.get(paper.arxiv_id or ""), _titled(by_key, paper, key)
        if named and titled and named is not titled:
            _merge(session, keep=named, drop=titled)
            changed.append(named)
            del by_key[key or ""]
        row = named or titled
        if row is None:
            row = _blank(paper)
            session.add(row)
            new += 1
        if _learn(row, paper):
            changed.append(row)
        if key and key not in by_key:  # the key goes with the title, unless another has it
            row.title_key = key
            by_key[key] = row
        by_id |= {row.arxiv_id: row} if row.arxiv_id else {}
    session.flush()
    words.index(session, {row.id: row for row in changed if row in session}.values())
    return Stored(new=new, known=len(papers) - new)


def _bring_chunk(session: Session, papers: list[Paper]) -> list[int]:
    keys = [title_key(paper.title)[:KEY_LENGTH] or None for paper in papers]
    rows = _rows_named(session, papers, keys)
    by_id = {row.arxiv_id: row for row in rows if row.arxiv_id}
    by_key = {row.title_key: row for row in rows if row.title_key}
    found = []
    for paper, key in zip(papers, keys, strict=True):
        row = by_id.get(paper.arxiv_id or "") or _titled(by_key, paper, key)
        if row is None:
            row = _blank(paper)
            _learn(row, paper)
            session.add(row)
            if key and key not in by_key:
                row.title_key = key
                by_key[key] = row
            by_id |= {row.arxiv_id: row} if row.arxiv_id else {}
        found.append(row)
    session.flush()
    return [row.id for row in found]


def _titled(by_key: dict[str, PaperRow], paper: Paper, key: str | None) -> PaperRow | None:
    """Return the row with this title; two papers may share one, if their ids say they are two."""
    row = by_key.get(key or "")
    two = row is not None and row.arxiv_id and paper.arxiv_id not in {None, row.arxiv_id}
    return None if two else row


def _rows_named(session: Session, papers: list[Paper], keys: list[str | None]) -> list[PaperRow]:
    ids = {paper.arxiv_id for paper in papers if paper.arxiv_id}
    named = or_(PaperRow.arxiv_id.in_(ids), PaperRow.title_key.in_({key for key in keys if key}))
    return list(session.scalars(select(PaperRow).where(named)))


def _merge(session: Session, *, keep: PaperRow, drop: PaperRow) -> None:
    """Move all that is known of `drop` to `keep`; of two ratings of one reader the later stays."""
    session.flush()
    for rating in session.scalars(select(RatingRow).where(RatingRow.paper_id == drop.id)).all():
        ours = session.get(RatingRow, (rating.reader_id, keep.id))
        if ours is not None and ours.rated_at < rating.rated_at:
            session.delete(ours)
            session.flush()
    for model in (RatingRow, SaveRow, RecommendationRow, BroughtRow):
        taken = select(model.reader_id).where(model.paper_id == keep.id).scalar_subquery()
        moved = update(model).where(model.paper_id == drop.id, model.reader_id.not_in(taken))
        session.execute(moved.values(paper_id=keep.id))
    if drop.source != BROUGHT:
        _learn(keep, paper_of(drop))
    words.forget(session, [drop.id])
    session.execute(delete(PaperRow).where(PaperRow.id == drop.id))
    session.expunge(drop)


def _blank(paper: Paper) -> PaperRow:
    return PaperRow(
        listed=paper.listed,
        source=paper.source,
        authors=[],
        categories=[],
        keywords=[],
        links={},
        abstract="",
    )


def _learn(row: PaperRow, paper: Paper) -> bool:
    """Take from `paper` what it knows; what it leaves out stays. Tell whether its words changed.

    A paper that a reader brought becomes everybody's as its source tells it, and no other way.
    """
    before = _said(row)
    if row.source == BROUGHT != paper.source:
        row.source, row.listed, row.abstract, row.links = paper.source, paper.listed, "", {}
        row.authors, row.categories, row.keywords, row.published = [], [], [], None
    row.title = paper.title
    row.arxiv_id = row.arxiv_id or paper.arxiv_id
    row.abstract = paper.abstract or row.abstract
    row.authors = list(paper.authors) or row.authors
    row.categories = list(paper.categories) or row.categories
    row.keywords = list(paper.keywords) or row.keywords
    row.published = paper.published or row.published
    row.links = {**row.links, **paper.links}
    row.listed = _listed(row, paper)
    if row.source == FILE:
        row.source = paper.source
    if paper.upvotes is not None:  # popularity is counted among the papers of one source
        row.upvotes, row.source = paper.upvotes, paper.source
    return before != _said(row)


def _listed(row: PaperRow, paper: Paper) -> date:
    """Return when a list first named a paper: what a file tells of its date is no listing."""
    if FILE in {row.source, paper.source} and row.source != paper.source:
        return paper.listed if row.source == FILE else row.listed
    return min(row.listed, paper.listed)


def _said(row: PaperRow) -> tuple[object, ...]:
    """Return all of a paper that it is found by."""
    return row.source == BROUGHT, row.title, row.abstract, row.authors, row.arxiv_id
