"""Rows of papers: found by arXiv id or title, updated from a source, and merged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.markup import dois, list_keys
from bot.storage import (
    card_values,
    fulltext,
    listing_days,
    standing_matches,
)
from bot.storage.group_tables import InlineCardRow, VoteRow
from bot.storage.reader_tables import OF_PAPERS
from bot.storage.tables import PaperRow, RatingRow, SearchRow
from recommender.papers import Paper, arxiv_id, author_key, title_key

# The longest title key, in characters.
KEY_LENGTH = 512

# The longest part of a title in a second key, which is followed by a digest.
LONGEST_PART = 400

# How many papers one transaction stores.
CHUNK = 500

# Whose words are kept where sources differ; all others are trusted less.
TRUST = {
    "arxiv": 5,
    "huggingface": 4,
    "biorxiv": 3,
    "medrxiv": 3,
    "crossref": 2,
    "openreview": 1,
    "acl": 1,
    "semanticscholar": 1,
}

# Titles with fewer words, such as "Editorial", may be those of several papers.
WORDS_OF_A_SUBJECT = 3


class RowIndex:
    """Rows of one owner, or of none, by each of their ids and by title."""

    def __init__(self, rows: Iterable[PaperRow]) -> None:
        self.by_id: dict[str, PaperRow] = {}
        self.by_title: dict[str, PaperRow] = {}
        for row in rows:
            self.by_id |= dict.fromkeys(identifiers(row), row)
            if row.title_key:
                self.by_title[row.title_key] = row

    def find(self, paper: Paper | PaperRow, key: str | None) -> PaperRow | None:
        """Return the first row that is the same paper."""
        return next(iter(self.find_all(paper, key)), None)

    def find_all(
        self, paper: Paper | PaperRow, key: str | None
    ) -> list[PaperRow]:
        """Return the rows that are the same paper, those with an id of it first."""
        rows: list[PaperRow] = []
        for identifier in identifiers(paper):
            row = self.by_id.get(identifier)
            if row is not None and not _have_two_arxiv_ids(row, paper):
                rows.append(row)

        namesake = self.by_title.get(key or "")
        if namesake is not None and not _are_different(namesake, paper):
            rows.append(namesake)
        elif (
            row := self.by_title.get(second_key(paper, key) or "")
        ) is not None:
            rows.append(row)

        # A record that names two of arXiv's papers does not make one of them.
        arxiv_id = next((row.arxiv_id for row in rows if row.arxiv_id), None)
        return list(
            {
                id(row): row for row in rows if row.arxiv_id in {None, arxiv_id}
            }.values()
        )

    def add(self, row: PaperRow, paper: Paper, key: str | None) -> bool:
        """Add a row with those ids and the title of a paper that no other row has.

        Return whether its arXiv id is new, which is one of its indexed words.
        """
        former_id = row.arxiv_id
        for name in ("arxiv_id", "doi", "preprint_doi"):
            value = getattr(paper, name)
            is_free = self.by_id.get(f"{name} {value}", row) is row
            if getattr(row, name) is None and is_free:
                setattr(row, name, value)

        is_title = row.title_key is None or row.title == paper.title
        if key and is_title and self.by_title.get(key, row) is row:
            row.title_key = key
        elif row.title_key is None:
            row.title_key = second_key(paper, key)
        if row.title_key:
            self.by_title.setdefault(row.title_key, row)

        self.by_id |= dict.fromkeys(identifiers(row), row)
        return row.arxiv_id != former_id

    def remove(self, row: PaperRow) -> None:
        """Remove a row that was merged into another."""
        for index in (self.by_id, self.by_title):
            for key in [key for key, other in index.items() if other is row]:
                del index[key]


def identifiers(paper: Paper | PaperRow) -> list[str]:
    """Return the ids of a paper, each with its kind, the strongest first."""
    ids = [
        ("arxiv_id", paper.arxiv_id),
        ("doi", paper.doi),
        ("preprint_doi", paper.preprint_doi),
    ]
    return [f"{kind} {value}" for kind, value in ids if value]


def canonical(paper: Paper) -> Paper:
    """Return a paper with each of its ids in its one spelling, in its own field."""
    named_dois = [paper.doi, paper.preprint_doi]
    ids = [dois.cited(doi) for doi in named_dois if doi]
    arxiv_ids = [dois.arxiv_id_of(doi) for doi in ids if doi]
    journal = [doi for doi in ids if doi and not _is_of_preprint(doi)]
    preprint = [doi for doi in ids if doi and dois.is_preprint(doi)]

    return replace(
        paper,
        arxiv_id=next(
            filter(None, [arxiv_id(paper.arxiv_id or ""), *arxiv_ids]), None
        ),
        doi=next(iter(journal), None),
        preprint_doi=next(iter(preprint), None),
    )


def _is_of_preprint(doi: str) -> bool:
    return dois.is_preprint(doi) or dois.arxiv_id_of(doi) is not None


def title_keys(papers: Sequence[Paper]) -> list[str | None]:
    """Return the key of each paper's title, or None for a title without letters."""
    return [title_key(paper.title)[:KEY_LENGTH] or None for paper in papers]


def second_key(paper: Paper | PaperRow, key: str | None) -> str | None:
    """Return the key of a paper without ids where the title alone can't be one.

    Another paper has the title, or there are no letters in it. Without a key of its own, the
    paper would be a new one each time it is read. No title's key has a space in it.
    """
    if identifiers(paper):
        return None

    rest = "\n".join(
        [*paper.authors[:1], paper.title, paper.links.get("page", "")]
    )
    digest = blake2b(rest.encode(), digest_size=16).hexdigest()
    return f"{(key or '')[:LONGEST_PART]} {digest}"


def find_rows(
    session: Session,
    papers: Sequence[Paper],
    keys: Sequence[str | None],
    owner: ColumnElement[bool],
) -> RowIndex:
    """Return those rows of an owner that have an id or the title of some papers."""
    second_keys = map(second_key, papers, keys)
    title_keys = set(filter(None, [*keys, *second_keys]))
    is_same = or_(has_name_of(papers), PaperRow.title_key.in_(title_keys))
    return RowIndex(session.scalars(select(PaperRow).where(owner, is_same)))


def has_name_of(papers: Sequence[Paper | PaperRow]) -> ColumnElement[bool]:
    """Return the condition for rows with an id of some papers, or with a row's title."""
    names = ("arxiv_id", "doi", "preprint_doi", "title_key")
    return or_(
        *(
            getattr(PaperRow, name).in_(
                {getattr(paper, name, None) for paper in papers} - {None}
            )
            for name in names
        )
    )


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
        title="",
        listed=paper.listed,
        source=paper.source,
        text_source=paper.source,
        authors=[],
        categories=[],
        keywords=[],
        links={},
        lists={},
        abstract="",
        venue="",
        gist="",
        organization="",
        thumbnail="",
    )


def update_row(row: PaperRow, paper: Paper) -> bool:
    """Update a row from a paper; return whether its indexed words changed.

    The values that the paper lacks stay, and so do those of a source that is trusted
    more. The ids are set by `RowIndex.add`.
    """
    former_words = _indexed_fields(row)

    if _trust(paper.source) >= _trust(row.text_source or row.source):
        row.text_source = paper.source
        _set_contents(row, paper, replaces=True)
    else:
        _set_contents(row, paper, replaces=False)

    row.keywords = list(paper.keywords) or row.keywords
    row.venue = paper.venue or row.venue
    row.links = {**row.links, **paper.links}
    listing_days.update(row, paper)
    card_values.update(row, paper)

    if row.source == list_keys.FILE:
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

    standing_matches.note_merged(
        session, keep_id=keep.id, drop_id=drop.id, owner_id=drop.reader_id
    )
    for table in (VoteRow, InlineCardRow):
        is_of_drop = table.paper_id == drop.id
        session.execute(
            update(table).where(is_of_drop).values(paper_id=keep.id)
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
    if _have_two_dois(row, paper):
        return True
    if not row.authors or not paper.authors:
        # What has an id could be named by it, and a title alone is none.
        return bool(identifiers(row) and identifiers(paper))

    # "A. Vaswani" and "Ashish Vaswani" are one person: a common name is enough.
    names = set(author_key(row.authors[0]).split())
    other_names = set(author_key(paper.authors[0]).split())

    return not any(len(name) > 1 for name in names & other_names)


def _have_two_arxiv_ids(row: PaperRow, paper: Paper | PaperRow) -> bool:
    """Return whether two papers have different arXiv ids, whatever else they share."""
    both = bool(row.arxiv_id and paper.arxiv_id)
    return both and row.arxiv_id != paper.arxiv_id


def _have_two_dois(row: PaperRow, paper: Paper | PaperRow) -> bool:
    """Return whether two papers of a title such as "Editorial" have different DOIs.

    Versions of one paper at a conference and in a journal have different ones too, but
    their title says what they are about.
    """
    is_general = len(row.title.split()) < WORDS_OF_A_SUBJECT
    both = bool(row.doi and paper.doi)
    return is_general and both and row.doi != paper.doi


def _trust(source: str) -> int:
    """Return how much the words of a source are trusted; a file's the least."""
    return TRUST.get(source, 0)


def _set_contents(row: PaperRow, paper: Paper, *, replaces: bool) -> None:
    """Set what a source says of a paper: all that it has, or only what is missing."""
    for name in ("title", "abstract", "published"):
        value = getattr(paper, name)
        if value and (replaces or not getattr(row, name)):
            setattr(row, name, value)

    if paper.authors and (replaces or not row.authors):
        row.authors = list(paper.authors)

    # Two sources may sort a paper into categories of their own.
    row.categories = list(dict.fromkeys((*row.categories, *paper.categories)))


def _indexed_fields(row: PaperRow) -> tuple[object, ...]:
    return row.title, row.abstract, row.authors, row.arxiv_id
