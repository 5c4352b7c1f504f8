"""Stores the picks of many due readers at once: their digests, deliveries and messages."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Table,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from bot.storage.base import Base
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DAILY,
    SECOND_LOOK,
    DeliveryRow,
    DigestRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.receipts import to_row
from bot.storage.recommendations import Choice, release_papers
from bot.storage.standing_matches import IS_PENDING
from bot.storage.standing_tables import StandingMatchRow
from bot.storage.tables import RatingRow, ReaderRow

# Values of one row, by the names of the columns.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDigest:
    """What a due reader is to get: `local_date` is the day that it is for.

    `due_at` is the moment at which it is due, and `next_due_at` the reader's next one after it.
    """

    reader_id: int
    due_at: datetime
    local_date: date
    next_due_at: datetime | None
    choices: Sequence[Choice]
    style: str = "digest"
    new_papers: int = 0
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class RatingColumns:
    """Ratings as arrays, (n_ratings,), those of one reader beside each other.

    `seconds` are the moments of the ratings, since the beginning of 1970 in UTC.
    """

    reader_ids: NDArray[np.int64]
    paper_ids: NDArray[np.int64]
    values: NDArray[np.int64]
    seconds: NDArray[np.int64]


def ratings(database: Database, reader_ids: range) -> RatingColumns:
    """Return all ratings of the readers in a range of ids, also those taken back."""
    moment = RatingRow.rated_at
    seconds = (
        func.strftime("%s", moment)
        if database.is_sqlite
        else func.floor(func.extract("epoch", moment))
    )
    statement = (
        select(
            RatingRow.reader_id,
            RatingRow.paper_id,
            RatingRow.value,
            cast(seconds, BigInteger),
        )
        .where(
            RatingRow.reader_id >= reader_ids.start,
            RatingRow.reader_id < reader_ids.stop,
        )
        .order_by(RatingRow.reader_id, RatingRow.rated_at, RatingRow.paper_id)
    )
    with database.read() as session:
        # The driver's own tuples: there are hundreds of thousands.
        result = session.connection().execute(statement)
        columns = np.array(result.cursor.fetchall(), np.int64).reshape(-1, 4)
    return RatingColumns(*np.ascontiguousarray(columns.T))


def picked_papers(
    database: Database, reader_ids: range, paper_ids: Collection[int]
) -> NDArray[np.int64]:
    """Return which of some papers were picked for readers before, (n, 2) reader and paper ids."""
    statement = select(
        RecommendationRow.reader_id, RecommendationRow.paper_id
    ).where(
        RecommendationRow.reader_id >= reader_ids.start,
        RecommendationRow.reader_id < reader_ids.stop,
        RecommendationRow.paper_id.in_(paper_ids),
    )
    with database.read() as session:
        pairs = [tuple(row) for row in session.execute(statement)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def record(
    database: Database,
    digests: Iterable[DueDigest],
    *,
    feature_version: int | None,
    now: datetime,
) -> int:
    """Store the digests of due readers, each with its delivery and messages; return how many.

    A reader is left out who is not due at that moment any more, who has a delivery of that day,
    or whose standing searches have something to tell: `deliveries.create_due` takes them. The
    rows are those of `create_due`, `recommendations.record` and `outbox.add_messages`; no
    process has claimed them.
    """
    with database.write() as session:
        by_reader = {digest.reader_id: digest for digest in digests}
        due = _still_due(database, session, by_reader)
        if not due:
            return 0

        of_readers = database.among(RecommendationRow.reader_id, due)
        release_papers(session, of_readers, now)
        choices = _available(session, due, of_readers)
        _set_next_due(database, session, due.values())

        digest_ids = dict(
            zip(
                (reader_id for reader_id in due if choices[reader_id]),
                _new_ids(database, session, DigestRow, len(due)),
                strict=False,
            )
        )
        rows = _Rows(due, choices, digest_ids, feature_version, now)
        _insert(database, session, DigestRow, rows.digests())
        _insert(database, session, RecommendationRow, rows.recommendations())

        delivery_ids = _new_ids(database, session, DeliveryRow, len(due))
        delivery_rows = rows.deliveries(delivery_ids)
        _insert(database, session, DeliveryRow, delivery_rows)
        _insert(database, session, OutgoingRow, rows.messages(delivery_rows))
        return len(due)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of the digests to store; all values are written out, as COPY knows no defaults.

    `choices` are what is left of each reader's, and `digest_ids` the new ids of the digests,
    both by the reader's id. A reader without choices has no digest.
    """

    due: Mapping[int, DueDigest]
    choices: Mapping[int, Sequence[Choice]]
    digest_ids: Mapping[int, int]
    feature_version: int | None
    now: datetime

    def digests(self) -> list[Row]:
        """Return the rows of the digests."""
        return [
            self._digest(self.due[reader_id], digest_id)
            for reader_id, digest_id in self.digest_ids.items()
        ]

    def _digest(self, digest: DueDigest, digest_id: int) -> Row:
        return {
            "id": digest_id,
            "reader_id": digest.reader_id,
            "kind": DAILY,
            "local_date": digest.local_date,
            "style": digest.style,
            "new_papers": digest.new_papers,
            "held_back": digest.held_back,
            "next_due_at": digest.next_due_at,
            "receipt": {},
            "offers": [],
            "matches": 0,
            "missed_papers": 0,
            "missed_ids": [],
            "created_at": self.now,
        }

    def recommendations(self) -> list[Row]:
        """Return the rows of the picks."""
        return [
            {
                "reader_id": reader_id,
                "digest_id": digest_id,
                "paper_id": choice.paper_id,
                "rank": rank,
                "score": choice.score,
                "policy": choice.policy,
                "team": choice.team,
                "popularity": choice.popularity,
                "feature_version": self.feature_version,
                "reason": to_row(choice.reason),
            }
            for reader_id, digest_id in self.digest_ids.items()
            for rank, choice in enumerate(self.choices[reader_id], start=1)
        ]

    def deliveries(self, ids: Sequence[int]) -> list[Row]:
        """Return the rows of the deliveries, with these ids."""
        return [
            {
                "id": delivery_id,
                "reader_id": reader_id,
                "local_date": digest.local_date,
                "kind": DAILY,
                "state": "pending",
                "due_at": digest.due_at,
                "approval": "",
                "failures": 0,
                "digest_id": self.digest_ids.get(reader_id),
            }
            for delivery_id, (reader_id, digest) in zip(
                ids, self.due.items(), strict=True
            )
        ]

    def messages(self, deliveries: Sequence[Row]) -> list[Row]:
        """Return the rows of the messages: one, or in `cards` one for each pick."""
        return [
            {
                "delivery_id": delivery["id"],
                "position": position,
                "state": "pending",
                "attempts": 0,
            }
            for delivery in deliveries
            for position in self._positions(delivery["reader_id"])
        ]

    def _positions(self, reader_id: int) -> range:
        picks = len(self.choices[reader_id])
        is_whole = self.due[reader_id].style != "cards"
        return range(1, 2 if is_whole else max(picks, 1) + 1)


def _still_due(
    database: Database, session: Session, digests: Mapping[int, DueDigest]
) -> dict[int, DueDigest]:
    """Lock the readers, and return the digests of those to whom they can still be sent."""
    readers = (
        select(ReaderRow.id, ReaderRow.next_due_at)
        .where(database.among(ReaderRow.id, digests), ReaderRow.active)
        .order_by(ReaderRow.id)
        .with_for_update(skip_locked=True)
    )
    due = {
        reader_id: digests[reader_id]
        for reader_id, due_at in session.execute(readers)
        if due_at == digests[reader_id].due_at
    }

    days = {digest.local_date for digest in due.values()}
    delivered = select(DeliveryRow.reader_id, DeliveryRow.local_date).where(
        database.among(DeliveryRow.reader_id, due),
        DeliveryRow.local_date.in_(days),
        DeliveryRow.kind == DAILY,
    )
    for reader_id, day in session.execute(delivered):
        if reader_id in due and due[reader_id].local_date == day:
            del due[reader_id]

    has_matches = select(StandingMatchRow.reader_id).where(
        database.among(StandingMatchRow.reader_id, due), IS_PENDING
    )
    for reader_id in session.scalars(has_matches.distinct()):
        del due[reader_id]
    return due


def _available(
    session: Session,
    due: Mapping[int, DueDigest],
    of_readers: ColumnElement[bool],
) -> dict[int, list[Choice]]:
    """Return the choices whose papers were not picked before, and second looks, by reader."""
    paper_ids = {c.paper_id for digest in due.values() for c in digest.choices}
    picked = select(
        RecommendationRow.reader_id, RecommendationRow.paper_id
    ).where(
        of_readers,
        RecommendationRow.paper_id.in_(paper_ids),
    )
    pairs = {(reader, paper) for reader, paper in session.execute(picked)}

    return {
        reader_id: [
            choice
            for choice in digest.choices
            if choice.policy == SECOND_LOOK
            or (reader_id, choice.paper_id) not in pairs
        ]
        for reader_id, digest in due.items()
    }


def _set_next_due(
    database: Database, session: Session, digests: Iterable[DueDigest]
) -> None:
    """Set the readers' next due moments, of which many have the same."""
    readers: dict[datetime | None, list[int]] = defaultdict(list)
    for digest in digests:
        readers[digest.next_due_at].append(digest.reader_id)

    for moment, ids in readers.items():
        session.execute(
            update(ReaderRow)
            .where(database.among(ReaderRow.id, ids))
            .values(next_due_at=moment)
            .execution_options(synchronize_session=False)
        )


def _new_ids(
    database: Database, session: Session, model: type[Base], n: int
) -> list[int]:
    """Return n ids that no row of a table had before."""
    name = model.__tablename__
    if database.is_sqlite:
        # Nobody else writes meanwhile, and rows with these ids move the sequence on.
        last = session.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"),
            {"name": name},
        )
        return list(range((last or 0) + 1, (last or 0) + n + 1))

    sequence = func.pg_get_serial_sequence(name, "id")
    numbers = func.generate_series(1, n).table_valued("number")
    statement = select(func.nextval(sequence)).select_from(numbers)
    return list(session.scalars(statement))


def _insert(
    database: Database,
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
) -> None:
    """Insert rows with the same columns, by COPY where the database has it."""
    if not rows:
        return
    if database.is_sqlite:
        table: Any = model.__table__
        session.execute(insert(table), rows)
    else:
        copy_rows(session, model, rows)


def copy_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows with the same columns into PostgreSQL, by COPY within the transaction."""
    table: Any = model.__table__
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    converters = _converters(session, table, names)

    driver: Any = session.connection().connection.driver_connection
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = row.copy()
            for name, convert in converters.items():
                values[name] = convert(values[name])
            copy.write_row(list(values.values()))


def _converters(session: Session, table: Table, names: Iterable[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    """Return the functions from values to those of the driver, by column, where it needs one."""
    dialect = session.connection().dialect
    processors = {
        name: table.columns[name]
        .type.dialect_impl(dialect)
        .bind_processor(dialect)
        for name in names
    }
    return {name: f for name, f in processors.items() if f is not None}
