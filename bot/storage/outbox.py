"""The outbox: deliveries claimed under a lease, and each of their messages from call to outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.schedule import due
from bot.storage.database import Database
from bot.storage.delivery_tables import (
    DeliveryRow,
    DigestRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.readers import Reader, reader_of
from bot.storage.tables import ReaderRow

LEASE = timedelta(
    minutes=1
)  # longer than a call takes; what it ends in `sending` is uncertain
CALLS = (
    2  # that may have arrived: the first, and one more after an uncertain first
)
CUT = 3  # the same where the process died in both, as a process that dies sends rather less


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery: to whom, for which local date, and the digest once chosen.

    `lease_until` proves the claim; `failures` counts the calls in a row that never left.
    """

    id: int
    reader: Reader
    local_date: date
    due_at: datetime
    digest_id: int | None
    failures: int
    lease_until: datetime

    @property
    def is_silent(self) -> bool:
        """Tell whether it makes no sound: its reader wants none, or it only says: no picks."""
        return self.digest_id is None or not self.reader.sound


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of a delivery that is still to be sent; `attempts` may have arrived."""

    id: int
    position: int
    attempts: int


def claim(
    database: Database,
    now: datetime,
    most: int,
    *,
    due_before: datetime | None = None,
) -> list[Delivery]:
    """Lease up to `most` deliveries that nobody is at, oldest first, in one statement.

    With `due_before`, only those that were due by then.
    """
    oldest = DeliveryRow.due_at, DeliveryRow.id
    wanted = (
        and_(free(now), DeliveryRow.due_at <= due_before)
        if due_before
        else free(now)
    )
    found = select(DeliveryRow.id).where(wanted).order_by(*oldest).limit(most)
    # Rows that another process is claiming now are passed over; SQLite has one writer at a time.
    found_ = found.with_for_update(skip_locked=True).cte("found")
    taken = update(DeliveryRow).where(DeliveryRow.id.in_(select(found_.c.id)))
    with database.write() as session:
        ids = session.scalars(
            taken.values(lease_until=now + LEASE).returning(DeliveryRow.id)
        )
        rows = session.execute(
            select(DeliveryRow, ReaderRow)
            .join(ReaderRow, ReaderRow.id == DeliveryRow.reader_id)
            .where(DeliveryRow.id.in_(ids.all()))
            .order_by(*oldest)
        )
        return [_delivery(row, reader) for row, reader in rows]


def choose(
    database: Database,
    delivery: Delivery,
    digest_id: int | None,
    positions: Iterable[int],
) -> Delivery:
    """Remember which digest a delivery will send, and in which messages; None is only a line."""
    with database.write() as session:
        mine = update(DeliveryRow).where(DeliveryRow.id == delivery.id)
        session.execute(mine.values(digest_id=digest_id))
        for position in positions:
            row = OutgoingRow(delivery_id=delivery.id, position=position)
            session.add(row)
    return replace(delivery, digest_id=digest_id)


def is_chosen(database: Database, delivery: Delivery) -> bool:
    """Tell whether a delivery knows what to send already, from before a crash."""
    with database.read() as session:
        mine = select(OutgoingRow.id).where(
            OutgoingRow.delivery_id == delivery.id
        )
        return session.scalar(mine.limit(1)) is not None


def unsent(database: Database, delivery: Delivery) -> list[Outgoing]:
    """Return the messages still to be sent, in order: new ones, and uncertain ones once more.

    One that is in `sending` was cut by the end of its process.
    """
    in_doubt = or_(
        and_(OutgoingRow.state == "uncertain", OutgoingRow.attempts < CALLS),
        and_(OutgoingRow.state == "sending", OutgoingRow.attempts < CUT),
    )
    with database.read() as session:
        rows = session.scalars(
            select(OutgoingRow)
            .where(OutgoingRow.delivery_id == delivery.id)
            .where(or_(OutgoingRow.state == "pending", in_doubt))
            .order_by(OutgoingRow.position)
        )
        return [Outgoing(row.id, row.position, row.attempts) for row in rows]


def start(
    database: Database, delivery: Delivery, message: Outgoing, now: datetime
) -> Delivery | None:
    """Say that the call is about to be made: from here on it may have arrived.

    Returns the delivery under its new lease; None where it was lost: another process has it,
    or its reader left meanwhile.
    """
    until = now + LEASE
    with database.write() as session:
        held = (
            update(DeliveryRow)
            .where(
                DeliveryRow.id == delivery.id, DeliveryRow.state == "pending"
            )
            .where(DeliveryRow.lease_until == delivery.lease_until)
            .values(lease_until=until)
            .returning(DeliveryRow.id)
        )
        if session.scalar(held) is None:
            return None
        row = session.get_one(OutgoingRow, message.id)
        row.state, row.attempts = "sending", row.attempts + 1
        session.execute(
            update(RecommendationRow)
            .where(_shown_by(delivery, message))
            .values(sent_at=now)
        )
    return replace(delivery, lease_until=until)


def sent(
    database: Database,
    delivery: Delivery,
    message: Outgoing,
    message_id: int,
    now: datetime,
) -> None:
    """Say that a call arrived, and which message shows its papers."""
    where = {"chat_id": delivery.reader.chat_id, "message_id": message_id}
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.state, row.message_id, row.sent_at = "sent", message_id, now
        session.execute(
            update(RecommendationRow)
            .where(_shown_by(delivery, message))
            .values(**where)
        )
        session.get_one(DeliveryRow, delivery.id).failures = 0


def doubt(
    database: Database, delivery: Delivery, message: Outgoing, until: datetime
) -> None:
    """Say that a call may or may not have arrived; the first time it is made again at `until`."""
    with database.write() as session:
        session.get_one(OutgoingRow, message.id).state = "uncertain"
        session.get_one(DeliveryRow, delivery.id).lease_until = until


def put_back(
    database: Database,
    delivery: Delivery,
    message: Outgoing,
    until: datetime,
    *,
    failures: int = 0,
) -> None:
    """Leave a message whose call certainly did not arrive until later; it was no attempt."""
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.attempts = message.attempts
        # Two calls that may have arrived were both cut: the third is still to be made.
        row.state = {0: "pending", CALLS: "sending"}.get(
            row.attempts, "uncertain"
        )
        if row.attempts == 0:
            session.execute(
                update(RecommendationRow)
                .where(_shown_by(delivery, message))
                .values(sent_at=None)
            )
        mine = session.get_one(DeliveryRow, delivery.id)
        mine.lease_until, mine.failures = until, failures


def cancel(database: Database, delivery: Delivery, message: Outgoing) -> None:
    """Give a message up that can't be sent, and free its papers unless they may have arrived."""
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.state = "uncertain" if message.attempts else "cancelled"
        if not message.attempts:
            session.execute(
                delete(RecommendationRow).where(_shown_by(delivery, message))
            )


def finish(database: Database, delivery: Delivery) -> str:
    """Close a delivery that has nothing more to send; return how it ended."""
    with database.write() as session:
        return _close(session, session.get_one(DeliveryRow, delivery.id))


def leave(database: Database, reader_id: int) -> None:
    """Stop sending to a reader who can't be reached: what waits is cancelled, its papers free."""
    with database.write() as session:
        left = (
            update(ReaderRow)
            .where(ReaderRow.id == reader_id)
            .values(active=False)
        )
        session.execute(left)
        for row in session.scalars(
            select(DeliveryRow).where(
                DeliveryRow.reader_id == reader_id,
                DeliveryRow.state == "pending",
            )
        ).all():
            _close(session, row)


def expire(database: Database, now: datetime, most: int = 500) -> int:
    """Close what is more than six hours late: the next day brings its papers; return how many."""
    late = and_(free(now), DeliveryRow.due_at <= now - due.LATEST)
    with database.write() as session:
        found = (
            select(DeliveryRow).where(late).order_by(DeliveryRow.id).limit(most)
        )
        rows = session.scalars(found.with_for_update(skip_locked=True)).all()
        for row in rows:
            _close(session, row)
        return len(rows)


def free(now: datetime) -> ColumnElement[bool]:
    """Tell which deliveries have something to send, with nobody at them."""
    nobody = or_(
        DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now
    )
    return and_(DeliveryRow.state == "pending", nobody)


def _delivery(row: DeliveryRow, reader: ReaderRow) -> Delivery:
    if row.lease_until is None:
        raise LookupError("a delivery that nobody claimed")
    return Delivery(
        row.id,
        reader_of(reader),
        row.local_date,
        row.due_at,
        row.digest_id,
        row.failures,
        row.lease_until,
    )


def _shown_by(delivery: Delivery, message: Outgoing) -> ColumnElement[bool]:
    """Tell which recommendations a message shows: all of a digest, or the one of a card."""
    cards = select(DigestRow.id).where(
        DigestRow.id == delivery.digest_id, DigestRow.style == "cards"
    )
    whole = RecommendationRow.digest_id.not_in(cards.scalar_subquery())
    return and_(
        RecommendationRow.digest_id == delivery.digest_id,
        or_(whole, RecommendationRow.rank == message.position),
    )


def _close(session: Session, row: DeliveryRow) -> str:
    mine = select(OutgoingRow).where(OutgoingRow.delivery_id == row.id)
    ends = {"pending": "cancelled", "sending": "uncertain"}
    for message in (messages := session.scalars(mine).all()):
        message.state = ends.get(message.state, message.state)
    states = {message.state for message in messages}
    row.state = next(
        (state for state in ("sent", "uncertain") if state in states),
        "cancelled",
    )
    _free_unsent(session, row.digest_id)
    return row.state


def _free_unsent(session: Session, digest_id: int | None) -> None:
    its = RecommendationRow.digest_id == digest_id
    session.execute(
        delete(RecommendationRow).where(
            its, RecommendationRow.sent_at.is_(None)
        )
    )
    if session.scalar(select(RecommendationRow.id).where(its).limit(1)) is None:
        session.execute(delete(DigestRow).where(DigestRow.id == digest_id))
