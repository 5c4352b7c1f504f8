"""Digests as their readers see them: the picks, with present ratings and saves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.storage import standing
from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, DigestRow, RecommendationRow
from bot.storage.digest_statements import (
    BY_ID,
    BY_MESSAGE,
    BY_PICK,
    DIGEST,
    PAPER,
    PICKS,
    RECOMMENDATION,
    SET_RECEIPT,
)
from bot.storage.feedback import RatingEvent, put_rating, topic_key
from bot.storage.papers import paper_of
from bot.storage.receipts import (
    Reason,
    Receipt,
    reason_of,
    receipt_of,
    to_row,
)
from bot.storage.standing import Match
from bot.storage.tables import TopicRow
from recommender.papers import StoredPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A recommended paper as its reader sees it; `value` is their present rating.

    `sent` says that the call which shows the paper was made, so that it may have been
    seen.
    """

    id: int
    rank: int
    paper: StoredPaper
    policy: str
    reason: Reason
    value: int = 0
    saved: bool = False
    chat_id: int | None = None
    message_id: int | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A topic that a digest offers; `wanted` says if it is one of the reader's topics."""

    text: str
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """What a reader missed since a day: `papers` in all, of which `ids` fit them."""

    since: date
    papers: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Papers that were chosen at once for a reader; `receipt` is the effect of the last tap.

    `silent_since` is the last time the source answered, if it was silent when the papers
    were chosen. `held_back` counts the places that stayed empty because no other paper
    reached the quality bar. `offers` are the topics below the papers, once a week, and
    `matches` new papers of standing searches, which may come on a day without picks, as may
    what the reader `missed`.
    """

    id: int
    reader_id: int
    kind: str
    local_date: date
    new_papers: int
    next_due_at: datetime | None
    picks: tuple[Pick, ...]
    receipt: Receipt
    style: str = "digest"
    silent_since: datetime | None = None
    held_back: int = 0
    offers: tuple[Offer, ...] = ()
    matches: tuple[Match, ...] = ()
    missed: Missed | None = None

    @property
    def position(self) -> int:
        """The position of its message in a delivery: the rank of the first pick."""
        return self.picks[0].rank if self.picks else 1

    def pick(self, pick_id: int) -> Pick:
        """Return the pick with an id."""
        return next(pick for pick in self.picks if pick.id == pick_id)

    def with_pick(self, newer: Pick) -> "Digest":
        """Return the digest with one of its picks replaced by a newer state of it."""
        picks = [newer if pick.id == newer.id else pick for pick in self.picks]
        return replace(self, picks=tuple(picks))

    def part(self, pick_id: int) -> "Digest":
        """Return the part of the digest whose message shows a pick."""
        return next(
            part
            for part in self.parts()
            if any(pick.id == pick_id for pick in part.picks)
        )

    def parts(self) -> tuple["Digest", ...]:
        """Return the part that each message shows: all, or in `cards` one pick each."""
        if self.style != "cards" or not self.picks:
            return (self,)

        # The last card has the topics, and the new papers of searches.
        last = len(self.picks) - 1
        return tuple(
            replace(
                self,
                picks=(pick,),
                offers=self.offers if number == last else (),
                matches=self.matches if number == last else (),
                missed=self.missed if number == last else None,
            )
            for number, pick in enumerate(self.picks)
        )


def read(database: Database, digest_id: int) -> Digest | None:
    """Return a digest, or None if it has neither picks nor matches."""
    digest = _read(database, BY_ID, {"digest": digest_id})
    if digest is not None:
        return digest

    with database.read() as session:
        row = session.get(DigestRow, digest_id)
        has_news = row is not None and (row.matches or row.missed_since)
        if row is None or not has_news:
            return None

        return _digest(session.connection(), row, [])


def by_message(
    database: Database, chat_id: int, message_id: int
) -> Digest | None:
    """Return the digest that a message shows."""
    return _read(database, BY_MESSAGE, {"chat": chat_id, "message": message_id})


def by_pick(database: Database, reader_id: int, pick_id: int) -> Digest | None:
    """Return the digest of a reader's pick, or None if the pick is somebody else's."""
    with database.reading() as connection:
        return read_by_pick(connection, reader_id, pick_id)


def read_by_pick(
    connection: Connection, reader_id: int, pick_id: int
) -> Digest | None:
    """Return the digest of a reader's pick within an open transaction."""
    return _execute(connection, BY_PICK, {"reader": reader_id, "pick": pick_id})


def of_reader(
    database: Database, reader_id: int, digest_id: int
) -> Digest | None:
    """Return a digest, or None if it is somebody else's."""
    digest = read(database, digest_id)
    if digest is None or digest.reader_id != reader_id:
        return None

    return digest


def unasked(database: Database, reader_id: int) -> Digest | None:
    """Return the digest whose papers a reader was not asked about yet, if there is any."""
    unasked_ids = select(RecommendationRow.digest_id).where(
        is_unasked(RecommendationRow.reader_id == reader_id)
    )
    return _read(
        database,
        PICKS.where(DigestRow.id.in_(unasked_ids.scalar_subquery())),
        {},
    )


def discard(database: Database, digest_id: int) -> None:
    """Delete a digest that was never sent, so that its papers can be picked again."""
    with database.write() as session:
        session.execute(delete(DigestRow).where(DigestRow.id == digest_id))


def store_rating(
    database: Database, digest_id: int, event: RatingEvent, receipt: Receipt
) -> None:
    """Store a rating and its receipt in one transaction."""
    with database.writing() as connection:
        put_rating(database, connection, event)
        _set_receipt(connection, digest_id, receipt)


def store_receipt(database: Database, digest_id: int, receipt: Receipt) -> None:
    """Store the effect of a tap on an offered topic."""
    with database.writing() as connection:
        _set_receipt(connection, digest_id, receipt)


def store_missed(database: Database, digest_id: int, missed: Missed) -> None:
    """Let a digest offer what its reader missed."""
    with database.write() as session:
        session.execute(
            update(DigestRow)
            .where(DigestRow.id == digest_id)
            .values(
                missed_since=missed.since,
                missed_papers=missed.papers,
                missed_ids=list(missed.ids),
            )
        )


def offered_by(
    database: Database, reader_id: int, digest_id: int
) -> Digest | None:
    """Return the digest that shows what another one offered, if there is one."""
    statement = PICKS.where(
        DigestRow.reader_id == reader_id, DigestRow.offered_by == digest_id
    )
    return _read(database, statement, {})


def offered_topics(
    database: Database, reader_id: int, since: date
) -> list[str]:
    """Return the topics that a reader was offered since a local date."""
    statement = select(DigestRow.offers).where(
        DigestRow.reader_id == reader_id, DigestRow.local_date >= since
    )

    with database.read() as session:
        offers = session.scalars(statement).all()

    return [topic for topics in offers for topic in topics]


def is_unasked(of_readers: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for the papers that some readers were not asked about yet."""
    return and_(
        of_readers,
        RecommendationRow.policy == ASK,
        RecommendationRow.sent_at.is_(None),
    )


def digest_of(session: Session, row: DigestRow) -> Digest:
    """Return a digest within an open transaction, also one without picks."""
    # What was added is read from the tables.
    session.flush()
    connection = session.connection()
    rows = connection.execute(BY_ID, {"digest": row.id}).all()

    return _digest(connection, row, rows)


def _read(
    database: Database,
    statement: Select[*tuple[Any, ...]],
    parameters: dict[str, int],
) -> Digest | None:
    with database.reading() as connection:
        return _execute(connection, statement, parameters)


def _execute(
    connection: Connection,
    statement: Select[*tuple[Any, ...]],
    parameters: dict[str, int],
) -> Digest | None:
    """Return the digest whose picks a statement finds."""
    rows = connection.execute(statement, parameters).all()
    if not rows:
        return None

    # Before the digest stand the rating and the save of its first pick.
    row = DIGEST.entity(rows[0][2 : 2 + len(DIGEST)])
    return _digest(connection, row, rows)


def _digest(
    connection: Connection, row: DigestRow, rows: Sequence[Any]
) -> Digest:
    """Return the digest of a row, with a pick for each of the `rows` of `PICKS`."""
    return Digest(
        id=row.id,
        reader_id=row.reader_id,
        kind=row.kind,
        local_date=row.local_date,
        new_papers=row.new_papers,
        next_due_at=row.next_due_at,
        picks=tuple(map(_pick, rows)),
        receipt=receipt_of(row.receipt),
        style=row.style,
        silent_since=row.silent_since,
        held_back=row.held_back,
        # A message without picks is never rendered again.
        offers=_offers(connection, row) if rows else (),
        matches=_matches(connection, row),
        missed=_missed(row),
    )


def _pick(values: Sequence[Any]) -> Pick:
    """Return the pick of a row of `PICKS`."""
    value, saved_at, *columns = values
    row = RECOMMENDATION.entity(columns[len(DIGEST) : -len(PAPER)])
    paper = PAPER.entity(columns[-len(PAPER) :])
    return Pick(
        id=row.id,
        rank=row.rank,
        paper=paper_of(paper),
        policy=row.policy,
        reason=reason_of(row.reason),
        value=value or 0,
        saved=saved_at is not None,
        chat_id=row.chat_id,
        message_id=row.message_id,
        sent=row.sent_at is not None,
    )


def _missed(row: DigestRow) -> Missed | None:
    if row.missed_since is None:
        return None
    return Missed(row.missed_since, row.missed_papers, tuple(row.missed_ids))


def _matches(connection: Connection, row: DigestRow) -> tuple[Match, ...]:
    """Return what a digest tells of the reader's standing searches."""
    if not row.matches:
        return ()

    with Session(connection) as session:
        return standing.of_digest(session, row.id)


def _offers(connection: Connection, row: DigestRow) -> tuple[Offer, ...]:
    """Return the topics of a digest, and which of them its reader wants now."""
    if not row.offers:
        return ()

    wanted_keys = connection.scalars(
        select(TopicRow.key).where(
            TopicRow.reader_id == row.reader_id, TopicRow.kind == "wanted"
        )
    ).all()

    return tuple(
        Offer(text, wanted=topic_key(text) in wanted_keys)
        for text in row.offers
    )


def _set_receipt(
    connection: Connection, digest_id: int, receipt: Receipt
) -> None:
    connection.execute(
        SET_RECEIPT, {"digest": digest_id, "new_receipt": to_row(receipt)}
    )
