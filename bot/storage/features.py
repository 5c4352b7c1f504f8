"""Feature versions and their paper vectors: arrays as bytes, never code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.floods import OFFERED, shared
from bot.storage.papers import paper_of
from bot.storage.tables import (
    FeatureVersionRow,
    PaperRow,
    PaperVectorRow,
    RatingRow,
)
from bot.storage.visible import PUBLIC
from recommender.features import FIT_WINDOW, MIN_FIT_PAPERS, PaperFeatures
from recommender.papers import StoredPaper
from recommender.vectors import Vectors

MOST = 50_000
KEPT = 2  # versions: the newest, and the one that requests under way still use
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Version:
    """One complete feature version."""

    id: int
    created_at: datetime
    papers: int


def newest(database: Database) -> Version | None:
    """Return the newest complete version, None before the first fit."""
    with database.read() as session:
        row = session.scalar(
            select(FeatureVersionRow)
            .where(FeatureVersionRow.complete)
            .order_by(FeatureVersionRow.id.desc())
            .limit(1)
        )
        return Version(row.id, row.created_at, row.papers) if row else None


def to_cover(database: Database) -> list[StoredPaper]:
    """Return the papers a new version is fitted on: the last 90 days', and every rated one.

    A reader's own papers are not among them: their words must not teach anybody else's model.

    Where fewer than 5,000 are that new, the newest 5,000; never more than 50,000.
    """
    with database.read() as session:
        rows = select(PaperRow).where(PaperRow.id.in_(_to_cover(session)))
        newest_first = rows.order_by(PaperRow.listed.desc(), PaperRow.id.desc())
        return [paper_of(row) for row in session.scalars(newest_first)]


def uncovered(database: Database, version: int) -> list[StoredPaper]:
    """Return the papers to cover that came, or were rated, after a version was fitted."""
    with database.read() as session:
        covered = select(PaperVectorRow.paper_id).where(
            PaperVectorRow.version_id == version
        )
        missing = (
            PaperRow.id.in_(_to_cover(session)),
            PaperRow.id.not_in(covered),
        )
        rows = select(PaperRow).where(*missing).order_by(PaperRow.id)
        return [paper_of(row) for row in session.scalars(rows)]


def own(database: Database, version: int | None = None) -> list[StoredPaper]:
    """Return the rated papers that are a reader's own and have no vector under a version.

    They need one to teach their reader's taste; no version is fitted on them.
    """
    covered = select(PaperVectorRow.paper_id).where(
        PaperVectorRow.version_id == version
    )
    rated = PaperRow.id.in_(select(RatingRow.paper_id))
    missing = select(PaperRow).where(
        ~PUBLIC, rated, PaperRow.id.not_in(covered)
    )
    with database.read() as session:
        rows = session.scalars(missing.order_by(PaperRow.id.desc()).limit(MOST))
        return [paper_of(row) for row in rows]


def save(
    database: Database,
    features: PaperFeatures,
    papers: Sequence[StoredPaper],
    vectors: Vectors,
    now: datetime,
) -> int:
    """Store a version and its vectors; it counts once all are in. Older than two go."""
    with database.write() as session:
        row = FeatureVersionRow(
            created_at=now,
            vocabulary="\n".join(features.terms_),
            idf=features.idf_.astype(np.float32).tobytes(),
            projection=features.projection_.astype(np.float16).tobytes(),
            components=features.projection_.shape[1],
            average_length=features.average_length_,
        )
        session.add(row)
        session.flush()
        version = row.id
    add(database, version, papers, vectors)
    with database.write() as session:
        session.get_one(FeatureVersionRow, version).complete = True
        ids = select(FeatureVersionRow.id).where(FeatureVersionRow.complete)
        kept = session.scalars(
            ids.order_by(FeatureVersionRow.id.desc()).limit(KEPT)
        ).all()
        # By age: a newer one that is not complete belongs to a fit still under way elsewhere.
        session.execute(
            delete(FeatureVersionRow).where(FeatureVersionRow.id < kept[-1])
        )
    return version


def add(
    database: Database,
    version: int,
    papers: Sequence[StoredPaper],
    vectors: Vectors,
) -> None:
    """Store the vectors of more papers under a version; a paper that went meanwhile has none."""
    rows = [
        {"version_id": version, "paper_id": paper.id, **_bytes(vectors, number)}
        for number, paper in enumerate(papers)
    ]
    for start in range(0, len(rows), CHUNK):
        with database.write() as session:
            some = rows[start : start + CHUNK]
            ids = PaperRow.id.in_([row["paper_id"] for row in some])
            present = set(session.scalars(select(PaperRow.id).where(ids)))
            put = database.insert(PaperVectorRow).on_conflict_do_nothing()
            left = [row for row in some if row["paper_id"] in present]
            if left:
                session.execute(put, left)
            model = session.get_one(FeatureVersionRow, version)
            model.papers = _count(session, version)


def model(database: Database, version: int) -> PaperFeatures | None:
    """Return a version's fitted features, None when it is gone."""
    with database.read() as session:
        row = session.get(FeatureVersionRow, version)
        if row is None:
            return None
        terms = row.vocabulary.split("\n")
        projection = np.frombuffer(row.projection, np.float16).astype(
            np.float32
        )
        return PaperFeatures.restore(
            terms,
            np.frombuffer(row.idf, np.float32),
            projection.reshape(-1, row.components),
            average_length=row.average_length,
        )


def vectors(
    database: Database,
    version: int,
    width: tuple[int, int],
    ids: Sequence[int] | None = None,
) -> tuple[list[int], Vectors]:
    """Return paper ids and their vectors, `width` terms and components wide; all, or some."""
    wanted = select(
        PaperVectorRow.paper_id,
        PaperVectorRow.terms,
        PaperVectorRow.weights,
        PaperVectorRow.dense,
    ).where(PaperVectorRow.version_id == version)
    if ids is not None:
        wanted = wanted.where(PaperVectorRow.paper_id.in_(ids))
    found: list[int] = []
    parts = [
        (
            np.empty(0, np.int64),
            np.empty(0, np.int32),
            *np.empty((2, 0), np.float32),
        )
    ]
    with database.read() as session:
        streamed = session.execute(
            wanted.order_by(PaperVectorRow.paper_id),
            execution_options={"yield_per": CHUNK},
        )
        # A chunk at a time: tens of thousands of small arrays at once would leave the memory full
        # of holes, which a process that runs for months never gives back.
        for rows in streamed.partitions():
            keys, columns, weights, dense = zip(*rows, strict=True)
            found += keys
            parts.append(
                (
                    np.array(
                        [len(column) // 4 for column in columns], np.int64
                    ),
                    np.frombuffer(b"".join(columns), np.int32),
                    np.frombuffer(b"".join(weights), np.float16).astype(
                        np.float32
                    ),
                    np.frombuffer(b"".join(dense), np.float16).astype(
                        np.float32
                    ),
                )
            )
    lengths, terms, values, block = map(
        np.concatenate, zip(*parts, strict=True)
    )
    starts = np.concatenate([[0], lengths.cumsum()]).astype(np.int32)
    sparse = csr_array((values, terms, starts), shape=(len(found), width[0]))
    return found, Vectors(sparse, block.reshape(len(found), width[1]))


def _to_cover(session: Session) -> Select[int]:
    last = (
        session.scalar(select(func.max(PaperRow.listed)).where(PUBLIC))
        or date.max
    )
    newest_first = PaperRow.listed.desc(), PaperRow.id.desc()
    rated = PUBLIC & PaperRow.id.in_(select(RatingRow.paper_id))
    newest, offered = (
        PaperRow.id.in_(shared(most)) for most in (MIN_FIT_PAPERS, OFFERED)
    )
    recent = PUBLIC & (PaperRow.listed > last - FIT_WINDOW)
    covered = select(PaperRow.id).where(or_(rated, newest, recent))
    return covered.order_by(rated.desc(), offered.desc(), *newest_first).limit(
        MOST
    )


def _bytes(vectors: Vectors, number: int) -> dict[str, bytes]:
    start, end = (
        vectors.sparse.indptr[number],
        vectors.sparse.indptr[number + 1],
    )
    return {
        "terms": vectors.sparse.indices[start:end].astype(np.int32).tobytes(),
        "weights": vectors.sparse.data[start:end].astype(np.float16).tobytes(),
        "dense": vectors.dense[number].astype(np.float16).tobytes(),
    }


def _count(session: Session, version: int) -> int:
    covered = (
        select(func.count())
        .select_from(PaperVectorRow)
        .join(PaperRow, PaperRow.id == PaperVectorRow.paper_id)
        .where(PUBLIC, PaperVectorRow.version_id == version)
    )
    return session.scalar(covered) or 0
