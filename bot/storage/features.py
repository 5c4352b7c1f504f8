"""Feature versions: fitted feature models, and the papers' vectors under each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sqlalchemy import Row, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.feature_tables import FeatureVersionRow, PaperVectorRow
from bot.storage.papers import paper_of
from bot.storage.source_limits import OFFERED, shared
from bot.storage.tables import FeedEntryRow, PaperRow, RatingRow
from bot.storage.visible import PUBLIC
from recommender.features import FIT_WINDOW, MIN_FIT_PAPERS, PaperFeatures
from recommender.papers import StoredPaper
from recommender.vectors import Vectors

# A version covers at most so many papers.
MOST = 50_000

# How many versions are kept: the newest, and the one that requests still use.
KEPT = 2

# How many vectors are read or written at once.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Version:
    """A complete feature version, and how many papers it covers."""

    id: int
    created_at: datetime
    papers: int


def newest(database: Database) -> Version | None:
    """Return the newest complete version, or None before the first fit."""
    statement = (
        select(FeatureVersionRow)
        .where(FeatureVersionRow.complete)
        .order_by(FeatureVersionRow.id.desc())
        .limit(1)
    )

    with database.read() as session:
        row = session.scalar(statement)

        return Version(row.id, row.created_at, row.papers) if row else None


def to_cover(database: Database) -> list[StoredPaper]:
    """Return the papers on which a new version is fitted, the latest listed first.

    These are the papers of the last 90 days and all rated ones; if fewer than 5,000
    papers are that new, the newest 5,000; and never more than 50,000. Readers' own
    papers are not among them: their words must not teach anybody else's model.
    """
    with database.read() as session:
        papers = (
            select(PaperRow)
            .where(PaperRow.id.in_(_ids_to_cover(session)))
            .order_by(PaperRow.listed.desc(), PaperRow.id.desc())
        )
        return [paper_of(row) for row in session.scalars(papers)]


def uncovered(database: Database, version: int) -> list[StoredPaper]:
    """Return the papers to cover that have no vector under a version yet.

    They were listed or rated after the version was fitted.
    """
    with database.read() as session:
        papers = (
            select(PaperRow)
            .where(
                PaperRow.id.in_(_ids_to_cover(session)),
                PaperRow.id.not_in(_covered_ids(version)),
            )
            .order_by(PaperRow.id)
        )
        return [paper_of(row) for row in session.scalars(papers)]


def own(database: Database, version: int | None = None) -> list[StoredPaper]:
    """Return readers' own papers, rated or in their feeds, without a vector under a version.

    They need one to teach their reader's taste or to be picked, although no version is
    fitted on them.
    """
    papers = (
        select(PaperRow)
        .where(
            ~PUBLIC,
            or_(
                PaperRow.id.in_(select(RatingRow.paper_id)),
                PaperRow.id.in_(select(FeedEntryRow.paper_id)),
            ),
            PaperRow.id.not_in(_covered_ids(version)),
        )
        .order_by(PaperRow.id.desc())
        .limit(MOST)
    )

    with database.read() as session:
        return [paper_of(row) for row in session.scalars(papers)]


def save(
    database: Database,
    features: PaperFeatures,
    papers: Sequence[StoredPaper],
    vectors: Vectors,
    now: datetime,
) -> int:
    """Store a version with its vectors, delete all but the last two; return its id.

    The version is used only once all of its vectors are stored.
    """
    row = FeatureVersionRow(
        created_at=now,
        vocabulary="\n".join(features.terms_),
        idf=features.idf_.astype(np.float32).tobytes(),
        projection=features.projection_.astype(np.float16).tobytes(),
        components=features.projection_.shape[1],
        average_length=features.average_length_,
    )
    with database.write() as session:
        session.add(row)
        session.flush()
        version = row.id

    add(database, version, papers, vectors)

    with database.write() as session:
        session.get_one(FeatureVersionRow, version).complete = True
        _delete_old_versions(session)

    return version


def add(
    database: Database,
    version: int,
    papers: Sequence[StoredPaper],
    vectors: Vectors,
) -> None:
    """Store the vectors of papers under a version, except those of deleted papers."""
    rows = [
        {
            "version_id": version,
            "paper_id": paper.id,
            **_vector_as_bytes(vectors, number),
        }
        for number, paper in enumerate(papers)
    ]

    for start in range(0, len(rows), CHUNK):
        with database.write() as session:
            _insert_vectors(database, session, rows[start : start + CHUNK])

            row = session.get_one(FeatureVersionRow, version)
            row.papers = _count_public(session, version)


def model(database: Database, version: int) -> PaperFeatures | None:
    """Return the fitted features of a version, or None if it was deleted."""
    with database.read() as session:
        row = session.get(FeatureVersionRow, version)
        if row is None:
            return None

        projection = np.frombuffer(row.projection, np.float16)
        return PaperFeatures.restore(
            row.vocabulary.split("\n"),
            np.frombuffer(row.idf, np.float32),
            projection.astype(np.float32).reshape(-1, row.components),
            average_length=row.average_length,
        )


def vectors(
    database: Database,
    version: int,
    width: tuple[int, int],
    ids: Sequence[int] | None = None,
) -> tuple[list[int], Vectors]:
    """Return the ids of papers and their vectors under a version.

    `width` is the number of terms and of components. With `ids` only these papers are
    read, otherwise all.
    """
    statement = (
        select(
            PaperVectorRow.paper_id,
            PaperVectorRow.terms,
            PaperVectorRow.weights,
            PaperVectorRow.dense,
        )
        .where(PaperVectorRow.version_id == version)
        .order_by(PaperVectorRow.paper_id)
    )
    if ids is not None:
        statement = statement.where(PaperVectorRow.paper_id.in_(ids))

    blocks = [_VectorBlock.from_rows([])]
    with database.read() as session:
        rows = session.execute(
            statement, execution_options={"yield_per": CHUNK}
        )
        # One chunk at a time: tens of thousands of small arrays at once would leave the
        # memory full of holes, which a process that runs for months never gives back.
        blocks += map(_VectorBlock.from_rows, rows.partitions())

    return _join_blocks(blocks, width)


@dataclass(frozen=True, slots=True)
class _VectorBlock:
    """The vectors of some papers; the terms of all stand in one array."""

    paper_ids: list[int]
    term_counts: NDArray[np.int64]
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]
    dense: NDArray[np.float32]

    @classmethod
    def from_rows(
        cls, rows: Sequence[Row[int, bytes, bytes, bytes]]
    ) -> "_VectorBlock":
        # A term is four bytes.
        term_counts = [len(row.terms) // 4 for row in rows]

        return cls(
            paper_ids=[row.paper_id for row in rows],
            term_counts=np.array(term_counts, np.int64),
            terms=np.frombuffer(b"".join(row.terms for row in rows), np.int32),
            weights=_as_float32(row.weights for row in rows),
            dense=_as_float32(row.dense for row in rows),
        )


def _as_float32(parts: Iterable[bytes]) -> NDArray[np.float32]:
    return np.frombuffer(b"".join(parts), np.float16).astype(np.float32)


def _join_blocks(
    blocks: Sequence[_VectorBlock], width: tuple[int, int]
) -> tuple[list[int], Vectors]:
    """Return the ids and vectors of all blocks, the terms as rows of a sparse matrix."""
    paper_ids = [paper_id for block in blocks for paper_id in block.paper_ids]
    term_counts = np.concatenate([block.term_counts for block in blocks])
    weights = np.concatenate([block.weights for block in blocks])
    terms = np.concatenate([block.terms for block in blocks])
    dense = np.concatenate([block.dense for block in blocks])

    row_starts = np.concatenate([[0], term_counts.cumsum()]).astype(np.int32)
    sparse = csr_array(
        (weights, terms, row_starts), shape=(len(paper_ids), width[0])
    )

    return paper_ids, Vectors(sparse, dense.reshape(len(paper_ids), width[1]))


def _ids_to_cover(session: Session) -> Select[int]:
    last_day = session.scalar(select(func.max(PaperRow.listed)).where(PUBLIC))
    first_day = (last_day or date.max) - FIT_WINDOW

    is_rated = PUBLIC & PaperRow.id.in_(select(RatingRow.paper_id))
    is_newest = PaperRow.id.in_(shared(MIN_FIT_PAPERS))
    is_offered = PaperRow.id.in_(shared(OFFERED))
    is_recent = PUBLIC & (PaperRow.listed > first_day)

    return (
        select(PaperRow.id)
        .where(or_(is_rated, is_newest, is_recent))
        .order_by(
            is_rated.desc(),
            is_offered.desc(),
            PaperRow.listed.desc(),
            PaperRow.id.desc(),
        )
        .limit(MOST)
    )


def _covered_ids(version: int | None) -> Select[int]:
    return select(PaperVectorRow.paper_id).where(
        PaperVectorRow.version_id == version
    )


def _delete_old_versions(session: Session) -> None:
    kept_ids = session.scalars(
        select(FeatureVersionRow.id)
        .where(FeatureVersionRow.complete)
        .order_by(FeatureVersionRow.id.desc())
        .limit(KEPT)
    ).all()

    # By age: a newer version that is not complete belongs to another fit, which is
    # still storing it.
    session.execute(
        delete(FeatureVersionRow).where(FeatureVersionRow.id < kept_ids[-1])
    )


def _insert_vectors(
    database: Database, session: Session, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert the vectors of those papers that still exist."""
    papers = select(PaperRow.id).where(
        PaperRow.id.in_([row["paper_id"] for row in rows])
    )
    existing_ids = set(session.scalars(papers))

    valid_rows = [row for row in rows if row["paper_id"] in existing_ids]
    if valid_rows:
        insert = database.insert(PaperVectorRow).on_conflict_do_nothing()
        session.execute(insert, valid_rows)


def _vector_as_bytes(vectors: Vectors, number: int) -> dict[str, bytes]:
    """Return the columns of `PaperVectorRow` for one row of the vectors."""
    sparse = vectors.sparse
    entries = slice(sparse.indptr[number], sparse.indptr[number + 1])

    return {
        "terms": sparse.indices[entries].astype(np.int32).tobytes(),
        "weights": sparse.data[entries].astype(np.float16).tobytes(),
        "dense": vectors.dense[number].astype(np.float16).tobytes(),
    }


def _count_public(session: Session, version: int) -> int:
    public_vectors = (
        select(func.count())
        .select_from(PaperVectorRow)
        .join(PaperRow, PaperRow.id == PaperVectorRow.paper_id)
        .where(PUBLIC, PaperVectorRow.version_id == version)
    )
    return session.scalars(public_vectors).one()
