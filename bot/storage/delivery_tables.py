"""The tables of digests with their picks, and of deliveries with their messages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import (
    STABLE_IDS,
    Base,
    paper_reference,
    reader_reference,
)

# The kind of a digest whose papers ask a new reader for ratings, and the policy of its
# picks. They do not count as recommendations.
ASK = "ask"

# The policy of a pick that its reader passed some weeks before.
SECOND_LOOK = "second-look"
# The kinds of deliveries: the picks of a day, and the sum of a week.
DAILY = "daily"
WEEKLY = "weekly"


class DigestRow(Base):
    """Papers chosen at once for a reader, and what else their message shows."""

    __tablename__ = "digests"
    __table_args__ = (
        CheckConstraint("kind IN ('daily', 'now', 'ask')", name="kind"),
        CheckConstraint("style IN ('digest', 'cards')", name="style"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    kind: Mapped[str] = mapped_column(String(8))
    local_date: Mapped[date]
    style: Mapped[str] = mapped_column(String(8), default="digest")
    new_papers: Mapped[int]
    # The number of places that stayed empty because no paper reached the quality bar.
    held_back: Mapped[int] = mapped_column(default=0)
    # The last time the source answered, if it was silent when the papers were chosen.
    silent_since: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    # The effect of the last tap on this message; empty before the first tap.
    receipt: Mapped[dict[str, Any]]
    # Topics that the message offers below its papers, once a week.
    offers: Mapped[list[str]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    # How many new papers of standing searches it tells of below its own.
    matches: Mapped[int] = mapped_column(default=0, server_default="0")
    # Of a digest after a pause: since when papers were missed, how many in all, and those that
    # fit the reader. The digest that shows them names this one.
    missed_since: Mapped[date | None]
    missed_papers: Mapped[int] = mapped_column(default=0, server_default="0")
    missed_ids: Mapped[list[int]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    offered_by: Mapped[int | None]
    created_at: Mapped[datetime]


class RecommendationRow(Base):
    """A paper of a digest; it counts as an impression once it was sent."""

    __tablename__ = "recommendations"
    __table_args__ = (
        UniqueConstraint("digest_id", "rank"),
        # A paper comes once, and by a second look once more.
        Index(
            "ix_recommendations_first_look",
            "reader_id",
            "paper_id",
            unique=True,
            sqlite_where=text("policy <> 'second-look'"),
            postgresql_where=text("policy <> 'second-look'"),
        ),
        Index("ix_recommendations_message", "chat_id", "message_id"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    digest_id: Mapped[int] = mapped_column(
        ForeignKey("digests.id", ondelete="CASCADE")
    )
    paper_id: Mapped[int] = paper_reference()
    rank: Mapped[int]
    score: Mapped[float]
    policy: Mapped[str] = mapped_column(String(16))
    # The paper's side in a comparison with the most upvoted papers; empty outside of one.
    team: Mapped[str] = mapped_column(String(16), default="")
    popularity: Mapped[float]
    feature_version: Mapped[int | None]
    reason: Mapped[dict[str, Any]]
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
    # When the reader opened the paper in full, the first time.
    opened_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """What is due to a reader on a local date, claimed by a process under a lease."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("reader_id", "local_date", "kind"),
        CheckConstraint(
            "state IN ('pending', 'sent', 'uncertain', 'cancelled')",
            name="state",
        ),
        Index("ix_deliveries_state", "state", "due_at"),
        Index(
            "ix_deliveries_pending",
            "kind",
            "due_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    local_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    # No other process may claim the delivery before: one works on it, or it has to wait.
    lease_until: Mapped[datetime | None]
    # Of a post that its owner sees first: `asked` once they were shown it, `given` after that.
    approval: Mapped[str] = mapped_column(
        String(8), default="", server_default=""
    )
    # The number of consecutive calls that never reached Telegram.
    failures: Mapped[int] = mapped_column(default=0)
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("digests.id", ondelete="SET NULL"), index=True
    )


# The ids of digests that have a delivery. Nulls are left out, as `NOT IN` a list with one of
# them is never true.
WITH_DELIVERY = select(DeliveryRow.digest_id).where(
    DeliveryRow.digest_id.is_not(None)
)


class OutgoingRow(Base):
    """One message of a delivery: a digest, a card of it, a week, or the line of an empty day."""

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("delivery_id", "position"),
        CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'uncertain', 'cancelled')",
            name="state",
        ),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="pending")
    # The number of calls that may have arrived.
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
