"""Standing searches: what readers want to be told of, and which new papers matched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.storage import fulltext, standing_matches
from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.standing_matches import is_pending
from bot.storage.standing_tables import StandingMatchRow, StandingSearchRow
from bot.storage.tables import FeedEntryRow, PaperRow
from bot.storage.visible import PUBLIC, own, visible_to
from recommender.papers import StoredPaper

# How many searches one reader can have at a time.
MOST = 10

# The longest key, in characters.
LONGEST_KEY = 300

# The quotation marks that make a phrase of words.
QUOTES = re.compile('["“”„«»]')

# How many new papers are read at once.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class StandingSearch:
    """A reader's standing search; papers up to `matched_id` were compared with it."""

    id: int
    words: str
    key: str
    created_at: datetime
    matched_id: int


@dataclass(frozen=True, slots=True)
class Match:
    """A new paper for the words of a standing search."""

    words: str
    paper: StoredPaper


def of_reader(database: Database, reader_id: int) -> list[StandingSearch]:
    """Return the searches that stand for a reader, the oldest first."""
    with database.read() as session:
        rows = session.scalars(
            select(StandingSearchRow)
            .where(
                StandingSearchRow.reader_id == reader_id,
                StandingSearchRow.stopped_at.is_(None),
            )
            .order_by(StandingSearchRow.created_at, StandingSearchRow.id)
        )
        return [
            StandingSearch(
                row.id, row.words, row.key, row.created_at, row.matched_id
            )
            for row in rows
        ]


def key_of(words: str) -> str:
    """Return what two spellings of one search have in common."""
    parts = (" ".join(fulltext.fold(part)) for part in QUOTES.split(words))
    return '"'.join(parts)[:LONGEST_KEY]


def last_paper_id(session: Session) -> int:
    """Return the id of the paper that was stored last."""
    return session.scalars(
        select(func.coalesce(func.max(PaperRow.id), 0))
    ).one()


def add(database: Database, reader_id: int, words: str, now: datetime) -> bool:
    """Let a search stand; return False if as many stand as one reader can have.

    Only papers that are stored from now on are new.
    """
    key = key_of(words)
    others = select(func.count(StandingSearchRow.id)).where(
        StandingSearchRow.reader_id == reader_id,
        StandingSearchRow.key != key,
        StandingSearchRow.stopped_at.is_(None),
    )

    with database.write() as session:
        if session.scalars(others).one() >= MOST:
            return False

        values = {
            "words": words,
            "created_at": now,
            "matched_id": last_paper_id(session),
            "stopped_at": None,
        }
        statement = database.insert(StandingSearchRow).values(
            reader_id=reader_id, key=key, **values
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["reader_id", "key"],
                set_=values,
                where=StandingSearchRow.stopped_at.is_not(None),
            )
        )
        return True


def stop(
    database: Database, reader_id: int, search_id: int, now: datetime
) -> None:
    """Stop a search, and forget what it matched and nobody was told of yet."""
    with database.write() as session:
        session.execute(
            update(StandingSearchRow)
            .where(
                StandingSearchRow.reader_id == reader_id,
                StandingSearchRow.id == search_id,
                StandingSearchRow.stopped_at.is_(None),
            )
            .values(stopped_at=now)
        )
        session.execute(
            delete(StandingMatchRow).where(
                StandingMatchRow.reader_id == reader_id,
                StandingMatchRow.search_id == search_id,
                StandingMatchRow.digest_id.is_(None),
            )
        )


def new_papers(
    database: Database, reader_id: int, after_id: int
) -> list[StoredPaper]:
    """Return the next papers stored after one, public or in the reader's own feeds."""
    in_feeds = select(FeedEntryRow.paper_id).where(
        FeedEntryRow.reader_id == reader_id
    )
    own_feeds = and_(own(reader_id), PaperRow.id.in_(in_feeds))
    statement = (
        select(PaperRow)
        .where(PaperRow.id > after_id, or_(PUBLIC, own_feeds))
        .order_by(PaperRow.id)
        .limit(CHUNK)
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(statement)]


def record(
    database: Database,
    reader_id: int,
    matches: Mapping[int, int],
    upto: int,
) -> None:
    """Store new matches, the search of each paper, of all papers up to an id."""
    with database.write() as session:
        existing = set(
            session.scalars(
                select(StandingMatchRow.paper_id).where(
                    StandingMatchRow.reader_id == reader_id,
                    StandingMatchRow.paper_id.in_(list(matches)),
                )
            )
        )
        session.add_all(
            StandingMatchRow(
                reader_id=reader_id, paper_id=paper_id, search_id=search_id
            )
            for paper_id, search_id in matches.items()
            if paper_id not in existing
        )
        session.execute(
            update(StandingSearchRow)
            .where(
                StandingSearchRow.reader_id == reader_id,
                StandingSearchRow.matched_id < upto,
            )
            .values(matched_id=upto)
        )


def pending(database: Database, reader_id: int) -> list[StoredPaper]:
    """Return the matched papers that a reader was not told of yet."""
    statement = (
        select(PaperRow)
        .join(StandingMatchRow, StandingMatchRow.paper_id == PaperRow.id)
        .where(is_pending(reader_id), visible_to(reader_id))
        .order_by(PaperRow.id)
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(statement)]


def drop(database: Database, reader_id: int, paper_ids: Iterable[int]) -> None:
    """Never tell a reader of these papers, which are muted or no news any more."""
    with database.write() as session:
        session.execute(
            update(StandingMatchRow)
            .where(
                is_pending(reader_id),
                StandingMatchRow.paper_id.in_(list(paper_ids)),
            )
            .values(search_id=None)
        )


def of_digest(session: Session, digest_id: int) -> tuple[Match, ...]:
    """Return the new papers that a digest tells of, those of each search together."""
    rows = session.execute(standing_matches.of_digest(digest_id))

    return tuple(Match(words, paper_of(paper)) for words, paper in rows)
