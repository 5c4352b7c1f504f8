"""Bundles: papers that a reader imported at once, liked and taken back together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from bot.storage import paper_rows
from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import (
    BundlePaperRow,
    BundleRow,
    PaperRow,
    RatingRow,
    ReaderRow,
)
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

DAY = timedelta(days=1)

# How many papers of a bundle are returned: as many as one message can have links.
FIRST_PAPERS = 20

# How many rows are written at once.
CHUNK = 500

IS_RATING_OF_PAPER = and_(
    RatingRow.reader_id == BundlePaperRow.reader_id,
    RatingRow.paper_id == BundlePaperRow.paper_id,
)


@dataclass(frozen=True, slots=True)
class BundlePaper:
    """One paper of a bundle, and its reader's present rating."""

    paper: StoredPaper
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Papers imported at once: how many, how many are liked now, and the first of them.

    `origin` is `link` or `file`.
    """

    id: int
    origin: str
    count: int
    liked: int
    first_papers: tuple[BundlePaper, ...]


def like(
    database: Database,
    reader_id: int,
    paper_ids: Sequence[int],
    origin: str,
    now: datetime,
) -> Bundle:
    """Like papers as a bundle, which remembers the earlier rating of each.

    A file says less than a tap: papers that are rated already keep their rating, and do
    not become part of a file's bundle. Papers that a source merged into another one a
    moment ago are left out too.
    """
    paper_ids = list(dict.fromkeys(paper_ids))

    with database.write() as session:
        database.take_turns(session, "papers")
        paper_ids = paper_rows.existing_ids(session, paper_ids)
        ratings = _lock_ratings(session, reader_id)

        if origin == "file":
            paper_ids = [
                paper_id
                for paper_id in paper_ids
                if paper_id not in ratings or not ratings[paper_id].value
            ]

        bundle = BundleRow(reader_id=reader_id, origin=origin, created_at=now)
        session.add(bundle)
        session.flush()

        rows = [
            {
                "reader_id": reader_id,
                "paper_id": paper_id,
                "bundle_id": bundle.id,
                "place": place,
                **_earlier_rating(ratings.get(paper_id)),
            }
            for place, paper_id in enumerate(paper_ids)
        ]
        _upsert(database, session, BundlePaperRow, rows)
        _like(database, session, bundle, paper_ids, now)

        return _bundle(session, bundle)


def read(database: Database, reader_id: int, bundle_id: int) -> Bundle | None:
    """Return a reader's bundle, or None if it is somebody else's."""
    with database.read() as session:
        row = _find(session, reader_id, bundle_id)

        return _bundle(session, row) if row else None


def rate(
    database: Database,
    reader_id: int,
    bundle_id: int,
    paper_id: int | None,
    *,
    liked: bool,
    now: datetime,
) -> Bundle | None:
    """Like a bundle or one of its papers again, or restore the earlier ratings.

    A paper that was rated otherwise since then keeps that rating. Return None if the
    bundle is somebody else's.
    """
    with database.write() as session:
        bundle = _find(session, reader_id, bundle_id)
        if bundle is None:
            return None

        papers = select(BundlePaperRow).where(
            BundlePaperRow.bundle_id == bundle_id
        )
        if paper_id is not None:
            papers = papers.where(BundlePaperRow.paper_id == paper_id)
        rows = session.scalars(papers).all()

        if liked:
            paper_ids = [row.paper_id for row in rows]
            _like(database, session, bundle, paper_ids, now)
        else:
            _restore_ratings(database, session, rows)

        return _bundle(session, bundle)


def count_files_today(database: Database, reader_id: int, now: datetime) -> int:
    """Return how many files of a reader were read in the last 24 hours."""
    recent = select(func.count(BundleRow.id)).where(
        BundleRow.reader_id == reader_id,
        BundleRow.origin == "file",
        BundleRow.created_at > now - DAY,
    )

    with database.read() as session:
        return session.scalars(recent).one()


def _lock_ratings(session: Session, reader_id: int) -> dict[int, RatingRow]:
    """Lock a reader's row, and return their ratings by paper."""
    session.execute(
        select(ReaderRow.id).where(ReaderRow.id == reader_id).with_for_update()
    )
    rows = session.scalars(
        select(RatingRow).where(RatingRow.reader_id == reader_id)
    )
    return {row.paper_id: row for row in rows}


def _earlier_rating(row: RatingRow | None) -> dict[str, Any]:
    """Return the rating to restore: none if the paper was unrated or liked already."""
    if row is None or row.value == 1:
        return {"value": None, "rated_at": None, "origin": None}

    return {"value": row.value, "rated_at": row.rated_at, "origin": row.origin}


def _like(
    database: Database,
    session: Session,
    bundle: BundleRow,
    paper_ids: Sequence[int],
    now: datetime,
) -> None:
    """Like those of the papers that are not liked yet."""
    liked = select(RatingRow.paper_id).where(
        RatingRow.reader_id == bundle.reader_id, RatingRow.value == 1
    )
    liked_ids = set(session.scalars(liked))

    rows = [
        {
            "reader_id": bundle.reader_id,
            "paper_id": paper_id,
            "value": 1,
            "rated_at": now,
            "origin": bundle.origin,
        }
        for paper_id in paper_ids
        if paper_id not in liked_ids
    ]
    _upsert(database, session, RatingRow, rows)


def _restore_ratings(
    database: Database, session: Session, rows: Sequence[BundlePaperRow]
) -> None:
    """Delete the likes of a bundle's papers, and put their earlier ratings back."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]

        deleted = session.scalars(
            delete(RatingRow)
            .where(
                RatingRow.reader_id == chunk[0].reader_id,
                RatingRow.paper_id.in_([row.paper_id for row in chunk]),
                RatingRow.value == 1,
            )
            .returning(RatingRow.paper_id)
        )
        deleted_ids = set(deleted)

        earlier_ratings = [
            {
                "reader_id": row.reader_id,
                "paper_id": row.paper_id,
                "value": row.value,
                "rated_at": row.rated_at,
                "origin": row.origin,
            }
            for row in chunk
            if row.value is not None and row.paper_id in deleted_ids
        ]
        _upsert(database, session, RatingRow, earlier_ratings)


def _upsert(
    database: Database,
    session: Session,
    model: type[BundlePaperRow | RatingRow],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Insert rows, or update those with the same reader and paper."""
    if not rows:
        return

    keys = ["reader_id", "paper_id"]
    insert = database.insert(model)
    upsert = insert.on_conflict_do_update(
        index_elements=keys,
        set_={
            name: insert.excluded[name] for name in rows[0] if name not in keys
        },
    )

    for start in range(0, len(rows), CHUNK):
        session.execute(upsert, rows[start : start + CHUNK])


def _find(session: Session, reader_id: int, bundle_id: int) -> BundleRow | None:
    return session.scalar(
        select(BundleRow).where(
            BundleRow.id == bundle_id, BundleRow.reader_id == reader_id
        )
    )


def _bundle(session: Session, bundle: BundleRow) -> Bundle:
    session.flush()

    is_inside = BundlePaperRow.bundle_id == bundle.id
    papers = select(func.count()).select_from(BundlePaperRow).where(is_inside)
    liked_papers = papers.join(RatingRow, IS_RATING_OF_PAPER).where(
        RatingRow.value == 1
    )
    first_papers = (
        select(PaperRow, RatingRow.value)
        .join(
            BundlePaperRow,
            and_(
                BundlePaperRow.paper_id == PaperRow.id,
                visible_to(bundle.reader_id),
            ),
        )
        .outerjoin(RatingRow, IS_RATING_OF_PAPER)
        .where(is_inside)
        .order_by(BundlePaperRow.place)
        .limit(FIRST_PAPERS)
    )

    return Bundle(
        id=bundle.id,
        origin=bundle.origin,
        count=session.scalars(papers).one(),
        liked=session.scalars(liked_papers).one(),
        first_papers=tuple(
            BundlePaper(paper_of(row), value or 0)
            for row, value in session.execute(first_papers)
        ),
    )
