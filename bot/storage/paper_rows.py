"""Papers as rows: blank, matched by arXiv id or title, taught by a source, moved to another row."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.storage import fulltext
from bot.storage.delivery_tables import RecommendationRow
from bot.storage.tables import (
    BroughtRow,
    PaperRow,
    RatingRow,
    SaveRow,
    SearchRow,
)
from recommender.papers import Paper, arxiv_id, author_key, title_key

KEY_LENGTH = 512
CHUNK = 500
# The source of an operator's file, which names no list.
FILE = "file"
# What a reader says or was shown: one row for each reader and paper.
OF_READERS = (RatingRow, SaveRow, RecommendationRow, BroughtRow)


class Shelf:
    """Rows of one owner, by arXiv id and by title."""

    def __init__(self, rows: Iterable[PaperRow]) -> None:
        rows = list(rows)
        self.by_id = {row.arxiv_id: row for row in rows if row.arxiv_id}
        self.by_key = {row.title_key: row for row in rows if row.title_key}

    def named(self, paper: Paper | PaperRow) -> PaperRow | None:
        """Return the row with a paper's arXiv id."""
        return self.by_id.get(paper.arxiv_id or "")

    def titled(
        self, paper: Paper | PaperRow, key: str | None
    ) -> PaperRow | None:
        """Return the row with a title, unless its id or its first author says it is another."""
        row = self.by_key.get(key or "")
        return None if row is None or _are_two(row, paper) else row

    def put(self, row: PaperRow, key: str | None) -> None:
        """Keep a row; the key goes with its title, unless another row has it."""
        if key and key not in self.by_key:
            row.title_key = key
            self.by_key[key] = row
        if row.arxiv_id:
            self.by_id[row.arxiv_id] = row


def canonical(paper: Paper) -> Paper:
    """Return a paper with its arXiv id as arXiv writes it today."""
    return replace(
        paper, arxiv_id=arxiv_id(paper.arxiv_id) if paper.arxiv_id else None
    )


def keys_of(papers: Sequence[Paper]) -> list[str | None]:
    """Return by what each paper is known where it has no id."""
    return [title_key(paper.title)[:KEY_LENGTH] or None for paper in papers]


def shelf(
    session: Session,
    papers: Sequence[Paper],
    keys: Sequence[str | None],
    whose: ColumnElement[bool],
) -> Shelf:
    """Read those rows of one owner that some papers may be."""
    ids = {paper.arxiv_id for paper in papers if paper.arxiv_id}
    named = or_(
        PaperRow.arxiv_id.in_(ids),
        PaperRow.title_key.in_({key for key in keys if key}),
    )
    return Shelf(session.scalars(select(PaperRow).where(whose, named)))


def present(session: Session, ids: Sequence[int]) -> list[int]:
    """Return those of the ids that are papers' still, in their order."""
    rows = set[int]()
    for start in range(0, len(ids), CHUNK):
        some = PaperRow.id.in_(ids[start : start + CHUNK])
        rows |= set(session.scalars(select(PaperRow.id).where(some)))
    return [paper_id for paper_id in ids if paper_id in rows]


def blank(paper: Paper) -> PaperRow:
    """Return a row about to be taught."""
    return PaperRow(
        listed=paper.listed,
        source=paper.source,
        authors=[],
        categories=[],
        keywords=[],
        links={},
        abstract="",
    )


def learn(row: PaperRow, paper: Paper) -> bool:
    """Take from `paper` what it knows; what it leaves out stays. Tell whether its words changed."""
    before = _said(row)
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
    if (
        paper.upvotes is not None
    ):  # popularity is counted among the papers of one source
        row.upvotes, row.source = paper.upvotes, paper.source
    return before != _said(row)


def move(session: Session, *, keep: PaperRow, drop: PaperRow) -> None:
    """Move all that readers said of `drop` to `keep`, and let `drop` go.

    Of two ratings of one reader the later stays.
    """
    session.flush()
    for rating in session.scalars(
        select(RatingRow).where(RatingRow.paper_id == drop.id)
    ).all():
        ours = session.get(RatingRow, (rating.reader_id, keep.id))
        if ours is not None and ours.rated_at < rating.rated_at:
            session.delete(ours)
            session.flush()
    for model in OF_READERS:
        taken = (
            select(model.reader_id)
            .where(model.paper_id == keep.id)
            .scalar_subquery()
        )
        moved = update(model).where(
            model.paper_id == drop.id, model.reader_id.not_in(taken)
        )
        session.execute(moved.values(paper_id=keep.id))
    liked = update(SearchRow).where(SearchRow.like_id == drop.id)
    session.execute(liked.values(like_id=keep.id))
    fulltext.forget(session, [drop.id])
    session.execute(delete(PaperRow).where(PaperRow.id == drop.id))
    session.expunge(drop)


def _are_two(row: PaperRow, paper: Paper | PaperRow) -> bool:
    """Tell whether papers of one title are two: their ids differ, or their first authors do."""
    if row.arxiv_id and paper.arxiv_id:
        return row.arxiv_id != paper.arxiv_id
    if not row.authors or not paper.authors:
        return False
    # "A. Vaswani" and "Ashish Vaswani" are one person: a name in common is enough.
    first, other = (
        set(author_key(each.authors[0]).split()) for each in (row, paper)
    )
    return not any(len(name) > 1 for name in first & other)


def _listed(row: PaperRow, paper: Paper) -> date:
    """Return when a list first named a paper: what a file tells of its date is no listing."""
    if FILE in {row.source, paper.source} and row.source != paper.source:
        return paper.listed if row.source == FILE else row.listed
    return min(row.listed, paper.listed)


def _said(row: PaperRow) -> tuple[object, ...]:
    """Return all of a paper that it is found by."""
    return row.title, row.abstract, row.authors, row.arxiv_id
