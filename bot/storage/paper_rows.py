"""Rows of papers: found by arXiv id or title, updated from a source, and merged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.storage import fulltext
from bot.storage.reader_tables import OF_PAPERS
from bot.storage.tables import PaperRow, RatingRow, SearchRow
from recommender.papers import Paper, arxiv_id, author_key, title_key

# The longest title key, in characters.
KEY_LENGTH = 512

# How many papers one transaction stores.
CHUNK = 500

# The source of an operator's file, whose papers no list has named.
FILE = "file"


class RowIndex:
    """Rows of one owner, or of none, by arXiv id and by title."""

    def __init__(self, rows: Iterable[PaperRow]) -> None:
        rows = list(rows)
        self.by_id = {row.arxiv_id: row for row in rows if row.arxiv_id}
        self.by_title = {row.title_key: row for row in rows if row.title_key}

    def find(self, paper: Paper | PaperRow, key: str | None) -> PaperRow | None:
        """Return the row with a paper's arXiv id, else the one with its title."""
        return self.find_by_id(paper) or self.find_by_title(paper, key)

    def find_by_id(self, paper: Paper | PaperRow) -> PaperRow | None:
        """Return the row with a paper's arXiv id."""
        return self.by_id.get(paper.arxiv_id or "")

    def find_by_title(
        self, paper: Paper | PaperRow, key: str | None
    ) -> PaperRow | None:
        """Return the row with a title, unless its id or first author is different."""
        row = self.by_title.get(key or "")
        if row is None or _are_different(row, paper):
            return None

        return row

    def add(self, row: PaperRow, key: str | None) -> None:
        """Add a row, which gets the title key unless another row has it."""
        if key and key not in self.by_title:
            row.title_key = key
            self.by_title[key] = row
        if row.arxiv_id:
            self.by_id[row.arxiv_id] = row


def canonical(paper: Paper) -> Paper:
    """Return a paper with its arXiv id in the present spelling of arXiv."""
    if not paper.arxiv_id:
        return replace(paper, arxiv_id=None)

    return replace(paper, arxiv_id=arxiv_id(paper.arxiv_id))


def title_keys(papers: Sequence[Paper]) -> list[str | None]:
    """Return the key of each paper's title, or None for a title without letters."""
    return [title_key(paper.title)[:KEY_LENGTH] or None for paper in papers]


def find_rows(
    session: Session,
    papers: Sequence[Paper],
    keys: Sequence[str | None],
    owner: ColumnElement[bool],
) -> RowIndex:
    """Return those rows of an owner that have the id or the title of some papers."""
    ids = {paper.arxiv_id for paper in papers if paper.arxiv_id}
    has_name = or_(
        PaperRow.arxiv_id.in_(ids),
        PaperRow.title_key.in_({key for key in keys if key}),
    )

    return RowIndex(session.scalars(select(PaperRow).where(owner, has_name)))


def existing_ids(session: Session, ids: Sequence[int]) -> list[int]:
    """Return those of the ids that papers still have, in their order."""
    existing = set[int]()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        existing |= set(
            session.scalars(select(PaperRow.id).where(PaperRow.id.in_(chunk)))
        )

    return [paper_id for paper_id in ids if paper_id in existing]


def new_row(paper: Paper) -> PaperRow:
    """Return a new row, to which `update_row` adds the contents of the paper."""
    return PaperRow(
        listed=paper.listed,
        source=paper.source,
        authors=[],
        categories=[],
        keywords=[],
        links={},
        abstract="",
    )


def update_row(row: PaperRow, paper: Paper) -> bool:
    """Update a row from a paper; return whether its indexed words changed.

    The values that the paper lacks stay.
    """
    former_words = _indexed_fields(row)

    row.title = paper.title
    row.arxiv_id = row.arxiv_id or paper.arxiv_id
    row.abstract = paper.abstract or row.abstract
    row.authors = list(paper.authors) or row.authors
    row.categories = list(paper.categories) or row.categories
    row.keywords = list(paper.keywords) or row.keywords
    row.published = paper.published or row.published
    row.links = {**row.links, **paper.links}
    row.listed = _listing_day(row, paper)

    if row.source == FILE:
        row.source = paper.source
    if paper.upvotes is not None:
        # Popularity is compared among the papers of one source.
        row.upvotes = paper.upvotes
        row.source = paper.source

    return _indexed_fields(row) != former_words


def merge(session: Session, *, keep: PaperRow, drop: PaperRow) -> None:
    """Move all feedback of readers from `drop` to `keep`, and delete `drop`.

    If a reader rated both papers, the later rating stays.
    """
    session.flush()
    _delete_older_ratings(session, keep=keep, drop=drop)

    for model in OF_PAPERS:
        readers_of_keep = (
            select(model.reader_id)
            .where(model.paper_id == keep.id)
            .scalar_subquery()
        )
        session.execute(
            update(model)
            .where(
                model.paper_id == drop.id,
                model.reader_id.not_in(readers_of_keep),
            )
            .values(paper_id=keep.id)
        )

    session.execute(
        update(SearchRow)
        .where(SearchRow.like_id == drop.id)
        .values(like_id=keep.id)
    )

    fulltext.remove(session, [drop.id])
    session.execute(delete(PaperRow).where(PaperRow.id == drop.id))
    session.expunge(drop)


def _delete_older_ratings(
    session: Session, *, keep: PaperRow, drop: PaperRow
) -> None:
    """Delete the ratings of `keep` that are older than the same reader's of `drop`."""
    ratings = select(RatingRow).where(RatingRow.paper_id == drop.id)

    for rating in session.scalars(ratings).all():
        kept_rating = session.get(RatingRow, (rating.reader_id, keep.id))
        if kept_rating is None or kept_rating.rated_at >= rating.rated_at:
            continue

        session.delete(kept_rating)
        session.flush()


def _are_different(row: PaperRow, paper: Paper | PaperRow) -> bool:
    """Return whether two papers of one title differ by their ids or first authors."""
    if row.arxiv_id and paper.arxiv_id:
        return row.arxiv_id != paper.arxiv_id
    if not row.authors or not paper.authors:
        return False

    # "A. Vaswani" and "Ashish Vaswani" are one person: a common name is enough.
    names = set(author_key(row.authors[0]).split())
    other_names = set(author_key(paper.authors[0]).split())

    return not any(len(name) > 1 for name in names & other_names)


def _listing_day(row: PaperRow, paper: Paper) -> date:
    """Return the earliest day on which a list named a paper.

    The date in a file is no listing, so it gives way to that of a list.
    """
    if row.source == FILE and paper.source != FILE:
        return paper.listed
    if paper.source == FILE and row.source != FILE:
        return row.listed

    return min(row.listed, paper.listed)


def _indexed_fields(row: PaperRow) -> tuple[object, ...]:
    return row.title, row.abstract, row.authors, row.arxiv_id
