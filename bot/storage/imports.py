"""Papers that readers brought together, liked as one and taken back as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.storage import paper_rows
from bot.storage.database import Database
from bot.storage.papers import paper_of
from bot.storage.tables import (
    BroughtRow,
    BundleRow,
    PaperRow,
    RatingRow,
    ReaderRow,
)
from bot.storage.visible import visible_to
from recommender.papers import StoredPaper

DAY = timedelta(days=1)
SOME = (
    20  # of its papers are shown by name: as many as the links of one message
)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """One paper of a bundle, and what its reader says of it now."""

    paper: StoredPaper
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Papers brought at once: how many, how many of them are liked now, and the first of them."""

    id: int
    origin: str  # link, file
    count: int
    liked: int
    some: tuple[Brought, ...]


def like(
    database: Database,
    reader_id: int,
    paper_ids: Sequence[int],
    origin: str,
    now: datetime,
) -> Bundle:
    """Like papers, and remember what was said of each before.

    A file says less than a tap: a paper rated before keeps its rating, and out of the bundle. So
    does one that a source took over a moment ago.
    """
    paper_ids = list(dict.fromkeys(paper_ids))
    with database.write() as session:
        database.take_turns(session, "papers")
        paper_ids = paper_rows.present(session, paper_ids)
        session.execute(
            select(ReaderRow.id)
            .where(ReaderRow.id == reader_id)
            .with_for_update()
        )
        mine = select(RatingRow).where(RatingRow.reader_id == reader_id)
        rated = {row.paper_id: row for row in session.scalars(mine)}
        if origin == "file":
            said = {paper_id for paper_id, row in rated.items() if row.value}
            paper_ids = [
                paper_id for paper_id in paper_ids if paper_id not in said
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
            }
            | _before(rated.get(paper_id))
            for place, paper_id in enumerate(paper_ids)
        ]
        _put(database, session, BroughtRow, rows)
        _like(database, session, bundle, paper_ids, now)
        return _read(session, bundle)


def read(database: Database, reader_id: int, bundle_id: int) -> Bundle | None:
    """Return what a reader brought, as it stands now; None for anybody else's."""
    with database.read() as session:
        bundle = _of(session, reader_id, bundle_id)
        return _read(session, bundle) if bundle else None


def rate(
    database: Database,
    reader_id: int,
    bundle_id: int,
    paper_id: int | None,
    *,
    liked: bool,
    now: datetime,
) -> Bundle | None:
    """Like all of a bundle again, or one paper; or take it back: what was said before holds again.

    What was rated otherwise since then stays so. None for anybody else's bundle.
    """
    with database.write() as session:
        bundle = _of(session, reader_id, bundle_id)
        if bundle is None:
            return None
        mine = select(BroughtRow).where(BroughtRow.bundle_id == bundle_id)
        if paper_id is not None:
            mine = mine.where(BroughtRow.paper_id == paper_id)
        rows = session.scalars(mine).all()
        if liked:
            _like(
                database, session, bundle, [row.paper_id for row in rows], now
            )
        else:
            _take_back(database, session, rows)
        return _read(session, bundle)


def files_today(database: Database, reader_id: int, now: datetime) -> int:
    """Return how many files of this reader were read in the last 24 hours."""
    with database.read() as session:
        recent = select(func.count(BundleRow.id)).where(
            BundleRow.reader_id == reader_id,
            BundleRow.origin == "file",
            BundleRow.created_at > now - DAY,
        )
        return session.scalar(recent) or 0


def _before(row: RatingRow | None) -> dict[str, Any]:
    """Return what to go back to: a paper that was liked already was not rated before that."""
    told = row if row is not None and row.value != 1 else None
    return {
        name: told and getattr(told, name)
        for name in ("value", "rated_at", "origin")
    }


def _like(
    database: Database,
    session: Session,
    bundle: BundleRow,
    paper_ids: Sequence[int],
    now: datetime,
) -> None:
    said = {
        "reader_id": bundle.reader_id,
        "value": 1,
        "rated_at": now,
        "origin": bundle.origin,
    }
    liked = select(RatingRow.paper_id).where(
        RatingRow.reader_id == bundle.reader_id, RatingRow.value == 1
    )
    known = set(session.scalars(liked))
    rows = [{"paper_id": i, **said} for i in paper_ids if i not in known]
    _put(database, session, RatingRow, rows)


def _take_back(
    database: Database, session: Session, rows: Sequence[BroughtRow]
) -> None:
    restored = [
        {
            "reader_id": row.reader_id,
            "paper_id": row.paper_id,
            "value": row.value,
            "rated_at": row.rated_at,
            "origin": row.origin,
        }
        for row in rows
        if row.value is not None
    ]
    for start in range(0, len(rows), CHUNK):
        some = [row.paper_id for row in rows[start : start + CHUNK]]
        mine = (
            RatingRow.reader_id == rows[0].reader_id,
            RatingRow.paper_id.in_(some),
        )
        gone = (
            delete(RatingRow)
            .where(*mine, RatingRow.value == 1)
            .returning(RatingRow.paper_id)
        )
        were = set(session.scalars(gone))
        _put(
            database,
            session,
            RatingRow,
            [row for row in restored if row["paper_id"] in were],
        )


def _put(
    database: Database,
    session: Session,
    model: type[BroughtRow | RatingRow],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Write rows of one reader and paper each, over those that are there."""
    insert = database.insert(model)
    keys = ["reader_id", "paper_id"]
    for start in range(0, len(rows), CHUNK):
        others = {
            name: insert.excluded[name] for name in rows[0] if name not in keys
        }
        put = insert.on_conflict_do_update(index_elements=keys, set_=others)
        session.execute(put, rows[start : start + CHUNK])


def _of(session: Session, reader_id: int, bundle_id: int) -> BundleRow | None:
    mine = select(BundleRow).where(
        BundleRow.id == bundle_id, BundleRow.reader_id == reader_id
    )
    return session.scalar(mine)


def _read(session: Session, bundle: BundleRow) -> Bundle:
    session.flush()
    joined = (RatingRow.reader_id == BroughtRow.reader_id) & (
        RatingRow.paper_id == BroughtRow.paper_id
    )
    inside = BroughtRow.bundle_id == bundle.id
    liked = select(func.count()).select_from(BroughtRow).join(RatingRow, joined)
    some = (
        select(PaperRow, RatingRow.value)
        .join(
            BroughtRow,
            (BroughtRow.paper_id == PaperRow.id) & visible_to(bundle.reader_id),
        )
        .outerjoin(RatingRow, joined)
        .where(inside)
        .order_by(BroughtRow.place)
        .limit(SOME)
    )
    return Bundle(
        id=bundle.id,
        origin=bundle.origin,
        count=session.scalar(
            select(func.count()).select_from(BroughtRow).where(inside)
        )
        or 0,
        liked=session.scalar(liked.where(inside, RatingRow.value == 1)) or 0,
        some=tuple(
            Brought(paper_of(row), value or 0)
            for row, value in session.execute(some)
        ),
    )
