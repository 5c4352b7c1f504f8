"""The outbox: claims deliveries, and records what became of each of their messages.

A process claims a delivery under a lease, which it renews before each call to Telegram.
After a call that may have arrived, a message is sent once more, and then never again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.markup import list_keys
from bot.schedule.due import MAX_DELAY
from bot.storage import (
    readers,
    recommendations,
    standing_matches,
    subscriptions,
)
from bot.storage.database import Database
from bot.storage.deliveries import is_claimable, is_next
from bot.storage.delivery_tables import (
    DAILY,
    DeliveryRow,
    OutgoingRow,
    RecommendationRow,
)
from bot.storage.readers import Reader
from bot.storage.tables import ReaderRow

# How long a claim lasts. A call is shorter, so a message that is still in the state
# `sending` when its lease ends was cut off by the end of its process.
LEASE = timedelta(minutes=1)

# How many calls for one message may have arrived: the first, and one more if the
# outcome of the first is unknown.
MAX_ATTEMPTS = 2

# The same for calls that the end of their process cut off. One more is allowed, since a
# process that ends has rarely sent anything.
MAX_INTERRUPTED_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery.

    `digest_id` is None until the papers are chosen, and if there are none. `failures` counts
    the consecutive calls that never reached Telegram. `approval` is `asked`, then `given`, of a
    post that its owner sees first. `lease_until` proves the claim: a process that finds
    another value in the database has lost it.
    """

    id: int
    kind: str
    reader: Reader
    local_date: date
    due_at: datetime
    digest_id: int | None
    failures: int
    lease_until: datetime
    approval: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether to send without sound: as the reader wishes, or without picks."""
        return self.digest_id is None or not self.reader.sound


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An unsent message of a delivery; `attempts` counts calls that may have arrived."""

    id: int
    position: int
    attempts: int


# The columns of a claimed delivery; those of its reader follow.
COLUMNS = tuple(
    getattr(DeliveryRow, name)
    for name in Delivery.__dataclass_fields__
    if name != "reader"
)


def claim(
    database: Database,
    now: datetime,
    most: int,
    *,
    kind: str = DAILY,
    daily_due_before: datetime | None = None,
) -> list[Delivery]:
    """Claim up to `most` deliveries of a kind, the oldest first.

    While Daily Papers are late, only those of their readers due by `daily_due_before`.
    """
    condition = is_next(now, kind)
    if daily_due_before is not None:
        has_waited = DeliveryRow.due_at <= daily_due_before
        reads_daily = subscriptions.reads(
            DeliveryRow.reader_id, list_keys.DAILY
        )
        condition = and_(condition, or_(has_waited, ~reads_daily))

    # Rows that another process is claiming are skipped; SQLite has one writer at a time anyway.
    candidates = (
        select(DeliveryRow.id)
        .where(condition)
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("candidates")
    )
    lease = (
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(select(candidates.c.id)))
        .values(lease_until=now + LEASE)
        .returning(DeliveryRow.id)
    )

    with database.write() as session:
        claimed_ids = session.scalars(lease).all()

        rows = session.execute(
            select(*COLUMNS, *readers.COLUMNS)
            .join(ReaderRow, ReaderRow.id == DeliveryRow.reader_id)
            .where(DeliveryRow.id.in_(claimed_ids))
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
        )
        return [_delivery(row) for row in rows]


def add_messages(
    database: Database,
    delivery: Delivery,
    digest_id: int | None,
    positions: Iterable[int],
) -> Delivery:
    """Set the digest of a delivery, and create a message for each position.

    Without a digest the message says that there are no picks. The last message of a digest
    tells of the new papers of standing searches.
    """
    with database.write() as session:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery.id)
            .values(digest_id=digest_id)
        )

        for position in positions:
            row = OutgoingRow(delivery_id=delivery.id, position=position)
            session.add(row)
        if digest_id is not None:
            standing_matches.attach(session, delivery.reader.id, digest_id)

    return replace(delivery, digest_id=digest_id)


def has_messages(database: Database, delivery: Delivery) -> bool:
    """Return whether a delivery has its messages already, from before a crash."""
    first = select(OutgoingRow.id).where(OutgoingRow.delivery_id == delivery.id)

    with database.read() as session:
        return session.scalar(first.limit(1)) is not None


def unsent_messages(database: Database, delivery: Delivery) -> list[Outgoing]:
    """Return the messages of a delivery that need another call, in order."""
    needs_call = or_(
        OutgoingRow.state == "pending",
        and_(
            OutgoingRow.state == "uncertain",
            OutgoingRow.attempts < MAX_ATTEMPTS,
        ),
        and_(
            OutgoingRow.state == "sending",
            OutgoingRow.attempts < MAX_INTERRUPTED_ATTEMPTS,
        ),
    )

    with database.read() as session:
        rows = session.scalars(
            select(OutgoingRow)
            .where(OutgoingRow.delivery_id == delivery.id, needs_call)
            .order_by(OutgoingRow.position)
        )
        return [Outgoing(row.id, row.position, row.attempts) for row in rows]


def start_sending(
    database: Database, delivery: Delivery, message: Outgoing, now: datetime
) -> Delivery | None:
    """Record that a message is about to be sent, so that it counts as shown from now on.

    Return the delivery under a new lease, or None if its lease is lost: another process
    claimed it, or the reader left.
    """
    lease_until = now + LEASE
    renew_lease = (
        update(DeliveryRow)
        .where(
            DeliveryRow.id == delivery.id,
            DeliveryRow.state == "pending",
            DeliveryRow.lease_until == delivery.lease_until,
        )
        .values(lease_until=lease_until)
        .returning(DeliveryRow.id)
    )

    with database.write() as session:
        if session.scalar(renew_lease) is None:
            return None

        row = session.get_one(OutgoingRow, message.id)
        row.state = "sending"
        row.attempts += 1

        _update_picks(session, delivery, message, sent_at=now)

    return replace(delivery, lease_until=lease_until)


def record_sent(
    database: Database,
    delivery: Delivery,
    message: Outgoing,
    message_id: int,
    now: datetime,
) -> None:
    """Record that a message arrived, and its number in the reader's chat."""
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.state = "sent"
        row.message_id = message_id
        row.sent_at = now

        _update_picks(
            session,
            delivery,
            message,
            chat_id=delivery.reader.chat_id,
            message_id=message_id,
        )

        session.get_one(DeliveryRow, delivery.id).failures = 0


def mark_uncertain(
    database: Database, delivery: Delivery, message: Outgoing, until: datetime
) -> None:
    """Record that a message may have arrived, and leave its delivery alone until a time."""
    with database.write() as session:
        session.get_one(OutgoingRow, message.id).state = "uncertain"
        session.get_one(DeliveryRow, delivery.id).lease_until = until


def postpone(
    database: Database,
    delivery: Delivery,
    message: Outgoing,
    until: datetime,
    *,
    failures: int = 0,
) -> None:
    """Postpone a message that certainly did not arrive; its call is not counted."""
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.state = _state_before_call(message)
        row.attempts = message.attempts

        if message.attempts == 0:
            _update_picks(session, delivery, message, sent_at=None)

        delivery_row = session.get_one(DeliveryRow, delivery.id)
        delivery_row.lease_until = until
        delivery_row.failures = failures


def cancel(database: Database, delivery: Delivery, message: Outgoing) -> None:
    """Give up a message; its papers can be picked again unless they may have arrived."""
    with database.write() as session:
        row = session.get_one(OutgoingRow, message.id)
        row.state = "uncertain" if message.attempts else "cancelled"
        if message.attempts:
            return

        session.execute(
            delete(RecommendationRow).where(
                recommendations.of_message(delivery.digest_id, message.position)
            )
        )


def finish(database: Database, delivery: Delivery) -> str:
    """Close a delivery that has nothing more to send; return its final state."""
    with database.write() as session:
        return close(session, session.get_one(DeliveryRow, delivery.id))


def deactivate_reader(database: Database, reader_id: int) -> None:
    """Deactivate a reader who can't be reached, and close their open deliveries."""
    with database.write() as session:
        session.execute(
            update(ReaderRow)
            .where(ReaderRow.id == reader_id)
            .values(active=False)
        )

        pending = select(DeliveryRow).where(
            DeliveryRow.reader_id == reader_id,
            DeliveryRow.state == "pending",
        )
        for row in session.scalars(pending).all():
            close(session, row)


def expire(database: Database, now: datetime, most: int = 500) -> int:
    """Close up to `most` deliveries over six hours late, for the next day; return how many."""
    late = (
        select(DeliveryRow)
        .where(is_claimable(now), DeliveryRow.due_at <= now - MAX_DELAY)
        .order_by(DeliveryRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )

    with database.write() as session:
        rows = session.scalars(late).all()
        for row in rows:
            close(session, row)

        return len(rows)


def _delivery(row: Row[Any]) -> Delivery:
    n = len(COLUMNS)
    names = (column.key for column in COLUMNS)
    values = dict(zip(names, row[:n], strict=True))
    reader = dict(zip(Reader.__dataclass_fields__, row[n:], strict=True))
    return Delivery(**values, reader=Reader(**reader))


def _state_before_call(message: Outgoing) -> str:
    """Return the state to which a message returns when its call did not count."""
    if message.attempts == 0:
        return "pending"

    # Both earlier calls were cut off by the end of their process. In the state
    # `uncertain` the third one would not be made any more.
    if message.attempts == MAX_ATTEMPTS:
        return "sending"

    return "uncertain"


def _update_picks(
    session: Session, delivery: Delivery, message: Outgoing, **values: object
) -> None:
    session.execute(
        update(RecommendationRow)
        .where(recommendations.of_message(delivery.digest_id, message.position))
        .values(**values)
    )


def close(session: Session, delivery: DeliveryRow) -> str:
    """End a delivery and its open messages; return the state that tells most of it."""
    messages = session.scalars(
        select(OutgoingRow)
        .where(OutgoingRow.delivery_id == delivery.id)
        .order_by(OutgoingRow.position)
    ).all()

    for message in messages:
        if message.state == "pending":
            message.state = "cancelled"
        elif message.state == "sending":
            message.state = "uncertain"

    states = {message.state for message in messages}
    if "sent" in states:
        delivery.state = "sent"
    elif "uncertain" in states:
        delivery.state = "uncertain"
    else:
        delivery.state = "cancelled"

    if not messages or messages[-1].state == "cancelled":
        standing_matches.release(session, delivery.digest_id)
    recommendations.delete_unsent(session, delivery.digest_id)

    return delivery.state
