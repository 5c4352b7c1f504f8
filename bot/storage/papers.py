"""Papers in and out of storage: one row each, however many sources name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.markup import people
from bot.storage import fulltext, own, paper_rows
from bot.storage.database import Database
from bot.storage.paper_rows import CHUNK, KEY_LENGTH, RowIndex
from bot.storage.tables import FeedEntryRow, PaperRow
from bot.storage.visible import PUBLIC, visible_to
from recommender.papers import Paper, StoredPaper, title_key

# Markup in the name of an author, which was stored before sources were parsed for it.
MARKUP = re.compile(r"[\\{}():$]|\bet al\b")


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How many papers of a batch were new, and how many were stored already."""

    new: int = 0
    existing: int = 0

    def __add__(self, other: "StoreCounts") -> "StoreCounts":
        return StoreCounts(self.new + other.new, self.existing + other.existing)


def store(database: Database, papers: Iterable[Paper]) -> StoreCounts:
    """Store papers; each updates the stored paper with its arXiv id or title."""
    batch = [paper_rows.canonical(paper) for paper in papers]

    total = StoreCounts()
    for start in range(0, len(batch), CHUNK):
        with database.write() as session:
            # Two processes at once would both find a paper new.
            database.take_turns(session, "papers")
            total += _store_chunk(session, batch[start : start + CHUNK])

    return total


def by_arxiv_ids(
    database: Database, ids: Iterable[str]
) -> dict[str, StoredPaper]:
    """Return the public papers with some arXiv ids, by these."""
    papers = select(PaperRow).where(PaperRow.arxiv_id.in_(list(ids)), PUBLIC)

    with database.read() as session:
        return {
            row.arxiv_id: paper_of(row)
            for row in session.scalars(papers)
            if row.arxiv_id
        }


def by_dois(database: Database, ids: Iterable[str]) -> dict[str, StoredPaper]:
    """Return the public papers with some DOIs, of journals or of preprints, by these."""
    names = list(ids)
    papers = select(PaperRow).where(
        PUBLIC,
        or_(PaperRow.doi.in_(names), PaperRow.preprint_doi.in_(names)),
    )

    with database.read() as session:
        return {
            doi: paper_of(row)
            for row in session.scalars(papers)
            for doi in (row.doi, row.preprint_doi)
            if doi in names
        }


def find(database: Database, paper: Paper) -> StoredPaper | None:
    """Return the public paper that is the same as one, by an id of it or by its title."""
    canonical = paper_rows.canonical(paper)
    [key] = paper_rows.title_keys([canonical])

    with database.read() as session:
        index = paper_rows.find_rows(session, [canonical], [key], PUBLIC)
        row = index.find(canonical, key)
        return paper_of(row) if row else None


def by_ids(
    database: Database, ids: Iterable[int], reader_id: int | None = None
) -> dict[int, StoredPaper]:
    """Return the papers with some ids that a reader may see, or the public ones."""
    papers = select(PaperRow).where(
        PaperRow.id.in_(list(ids)), visible_to(reader_id)
    )

    with database.read() as session:
        return {row.id: paper_of(row) for row in session.scalars(papers)}


def upvotes(database: Database, ids: Iterable[int]) -> dict[int, int]:
    """Return the upvotes of those papers whose source counts them, by id."""
    numbers = list(ids)
    counted: dict[int, int] = {}
    with database.read() as session:
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            rows = session.execute(
                select(PaperRow.id, PaperRow.upvotes).where(
                    PaperRow.id.in_(chunk)
                )
            )
            counted |= {
                paper_id: votes for paper_id, votes in rows if votes is not None
            }
    return counted


def of_feeds(database: Database, feed_ids: Iterable[int]) -> list[StoredPaper]:
    """Return the papers that some feeds named, of each of their subscribers."""
    entries = select(FeedEntryRow.paper_id).where(
        FeedEntryRow.feed_id.in_(list(feed_ids))
    )
    statement = select(PaperRow).where(PaperRow.id.in_(entries))

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(statement)]


def ids_with_title(database: Database, title: str) -> list[int]:
    """Return the id of the public paper with a title, or no id.

    Only letters and digits of the title count.
    """
    key = title_key(title)[:KEY_LENGTH]
    papers = select(PaperRow.id).where(
        PUBLIC, PaperRow.title_key == key, PaperRow.title_key != ""
    )

    with database.read() as session:
        return list(session.scalars(papers))


def newest(database: Database, most: int) -> list[StoredPaper]:
    """Return the `most` public papers listed last, the newest first."""
    papers = (
        select(PaperRow)
        .where(PUBLIC)
        .order_by(PaperRow.listed.desc(), PaperRow.id.desc())
        .limit(most)
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(papers)]


def listed_between(
    database: Database, after: date, upto: date
) -> list[StoredPaper]:
    """Return the public papers listed after a day and up to another, the oldest first."""
    papers = (
        select(PaperRow)
        .where(PUBLIC, PaperRow.listed > after, PaperRow.listed <= upto)
        .order_by(PaperRow.listed, PaperRow.id)
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(papers)]


def index_missing(database: Database) -> None:
    """Add those public papers to the search index that are not in it yet.

    They were stored by a version without a search.
    """
    with database.read() as session:
        if fulltext.count(session) == _count_public(session):
            return
        indexed = fulltext.indexed_ids(session)
        public_ids = session.scalars(select(PaperRow.id).where(PUBLIC))
        missing = [
            paper_id for paper_id in public_ids if paper_id not in indexed
        ]

    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        with database.write() as session:
            database.take_turns(session, "papers")
            papers = select(PaperRow).where(PUBLIC, PaperRow.id.in_(chunk))
            fulltext.index(session, session.scalars(papers))


def count(database: Database) -> int:
    """Return the number of public papers."""
    with database.read() as session:
        return _count_public(session)


def stamp(database: Database) -> tuple[int, int]:
    """Return a value that changes when a public paper is added or deleted.

    It is the number of public papers and the last id.
    """
    statement = select(
        func.count(PaperRow.id), func.coalesce(func.max(PaperRow.id), 0)
    ).where(PUBLIC)

    with database.read() as session:
        number, last_id = session.execute(statement).one()
        return number, last_id


def paper_of(row: PaperRow) -> StoredPaper:
    """Return a row as a value that outlives its session."""
    return StoredPaper(
        id=row.id,
        arxiv_id=row.arxiv_id,
        title=row.title,
        abstract=row.abstract,
        authors=author_names(row.authors),
        categories=tuple(row.categories),
        keywords=tuple(row.keywords),
        listed=row.listed,
        published=row.published,
        upvotes=row.upvotes,
        source=row.source,
        links=row.links,
        doi=row.doi,
        preprint_doi=row.preprint_doi,
        venue=row.venue,
        lists={key: date.fromisoformat(day) for key, day in row.lists.items()},
        gist=row.gist,
        gist_source=row.gist_source,
        organization=row.organization,
        stars=row.stars,
        thumbnail=row.thumbnail,
    )


def author_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return stored names without the markup that old versions stored with them."""
    if any(map(MARKUP.search, names)):
        return people.several(names)

    return tuple(names)


def _count_public(session: Session) -> int:
    return session.scalars(select(func.count(PaperRow.id)).where(PUBLIC)).one()


def _store_chunk(session: Session, papers: list[Paper]) -> StoreCounts:
    keys = paper_rows.title_keys(papers)
    index = paper_rows.find_rows(session, papers, keys, PUBLIC)
    new = 0
    rows: list[PaperRow] = []
    changed_rows: list[PaperRow] = []

    for paper, key in zip(papers, keys, strict=True):
        same = index.find_all(paper, key)
        row, *others = same or [paper_rows.new_row(paper)]
        if not same:
            session.add(row)
            new += 1

        for other in others:
            # So far the two were not known to be one paper.
            _merge(session, index, keep=row, drop=other)
            changed_rows.append(row)
        has_new_words = paper_rows.update_row(row, paper)
        if index.add(row, paper, key) or has_new_words:
            changed_rows.append(row)
        rows.append(row)

    session.flush()
    own.merge_into_public(session, _remaining(session, rows))
    fulltext.index(session, _remaining(session, changed_rows))

    return StoreCounts(new=new, existing=len(papers) - new)


def _merge(
    session: Session,
    index: RowIndex,
    *,
    keep: PaperRow,
    drop: PaperRow,
) -> None:
    """Merge two rows of one public paper, with the contents and the ids of both."""
    dropped_paper = paper_of(drop)
    dropped_key = drop.title_key
    index.remove(drop)
    paper_rows.merge(session, keep=keep, drop=drop)
    paper_rows.update_row(keep, dropped_paper)
    index.add(keep, dropped_paper, dropped_key)


def _remaining(session: Session, rows: Iterable[PaperRow]) -> list[PaperRow]:
    """Return rows once each, without those that were merged into another."""
    return list({row.id: row for row in rows if row in session}.values())
