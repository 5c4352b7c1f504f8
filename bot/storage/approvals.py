"""Posts that their owner sees before they go out: asked for, approved, or skipped."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.delivery_tables import DeliveryRow

# The states of an approval.
ASKED = "asked"
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Post:
    """A post that waits for its owner's word."""

    delivery_id: int
    group_id: int
    digest_id: int


def ask(database: Database, delivery: outbox.Delivery, until: datetime) -> None:
    """Note that the owner was shown a post; nobody claims its delivery before a time."""
    with database.write() as session:
        session.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.id == delivery.id,
                DeliveryRow.state == "pending",
                DeliveryRow.lease_until == delivery.lease_until,
            )
            .values(approval=ASKED, lease_until=until)
        )


def waiting(database: Database, delivery_id: int) -> Post | None:
    """Return a post that waits for its owner's word; None if it went out, or never will."""
    with database.read() as session:
        row = _waiting(session, delivery_id)
        if row is None or row.digest_id is None:
            return None

        return Post(row.id, row.reader_id, row.digest_id)


def give(database: Database, delivery_id: int, now: datetime) -> bool:
    """Let a post go out at once; return False if it waits no more."""
    with database.write() as session:
        row = _waiting(session, delivery_id)
        if row is None:
            return False

        row.approval = GIVEN
        row.lease_until = None
        # The hours that its owner took are no delay.
        row.due_at = now
        return True


def skip(database: Database, delivery_id: int) -> bool:
    """Let a post never go out; its papers can be picked again."""
    with database.write() as session:
        row = _waiting(session, delivery_id)
        if row is None:
            return False

        outbox.close(session, row)
        return True


def _waiting(session: Session, delivery_id: int) -> DeliveryRow | None:
    return session.scalar(
        select(DeliveryRow)
        .where(
            DeliveryRow.id == delivery_id,
            DeliveryRow.state == "pending",
            DeliveryRow.approval == ASKED,
        )
        .with_for_update()
    )
