"""The tables of what was chosen for readers, and of what was sent to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NUMBERED, Base, its_paper, its_reader

ASK = "ask"  # the kind of a digest, and the policy of its picks, that asks instead of recommending


class DigestRow(Base):
    """One reader's recommendations of one moment, and what their message says around them."""

    __tablename__ = "digests"
    __table_args__ = (
        CheckConstraint("kind IN ('daily', 'now', 'ask')", name="kind"),
        CheckConstraint("style IN ('digest', 'cards')", name="style"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    kind: Mapped[str] = mapped_column(String(8))
    local_date: Mapped[date]
    style: Mapped[str] = mapped_column(String(8), default="digest")
    new_papers: Mapped[int]
    held_back: Mapped[int] = mapped_column(
        default=0
    )  # places for which nothing was good enough
    silent_since: Mapped[
        datetime | None
    ]  # the source had not answered since, when it was chosen
    next_due_at: Mapped[datetime | None]
    receipt: Mapped[
        dict[str, Any]
    ]  # the last lesson learned from this message, empty before
    # Topics that it offers below its papers, once a week.
    offers: Mapped[list[str]] = mapped_column(
        default=list, server_default=text("'[]'")
    )
    created_at: Mapped[datetime]


class RecommendationRow(Base):
    """A paper chosen for a reader; an impression once it was sent."""

    __tablename__ = "recommendations"
    __table_args__ = (
        UniqueConstraint("digest_id", "rank"),
        UniqueConstraint("reader_id", "paper_id"),
        Index("ix_recommendations_message", "chat_id", "message_id"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    digest_id: Mapped[int] = mapped_column(
        ForeignKey("digests.id", ondelete="CASCADE")
    )
    paper_id: Mapped[int] = its_paper()
    rank: Mapped[int]
    score: Mapped[float]
    policy: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(16), default="")
    popularity: Mapped[float]
    feature_version: Mapped[int | None]
    reason: Mapped[dict[str, Any]]
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """What one reader is due on one of their dates: claimed under a lease until it is finished."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("reader_id", "local_date", "kind"),
        CheckConstraint(
            "state IN ('pending', 'sent', 'uncertain', 'cancelled')",
            name="state",
        ),
        Index("ix_deliveries_state", "state", "due_at"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    local_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    lease_until: Mapped[
        datetime | None
    ]  # somebody is at it, or it waits, until then
    failures: Mapped[int] = mapped_column(
        default=0
    )  # calls in a row that never left
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("digests.id", ondelete="SET NULL"), index=True
    )


class OutgoingRow(Base):
    """One message of a delivery: the digest, one of its cards, or the line of an empty day."""

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("delivery_id", "position"),
        CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'uncertain', 'cancelled')",
            name="state",
        ),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(
        default=0
    )  # calls that may have arrived
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
