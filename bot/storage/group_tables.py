"""The tables of groups: their settings and admins, and the votes of their members."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import STABLE_IDS, Base, paper_reference

# The owner of a group whose owner was deleted.
NOBODY = 0


def group_key() -> Mapped[int]:
    """Return the primary key of a group, which is that of its reader."""
    return mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )


class GroupRow(Base):
    """What a group or a channel has beside the settings of every reader."""

    __tablename__ = "groups"
    __table_args__ = (
        CheckConstraint("asking IN ('admins', 'everybody')", name="asking"),
    )
    group_id: Mapped[int] = group_key()
    # The person who set the bot up there, by their number in Telegram.
    owner_id: Mapped[int] = mapped_column(BigInteger, index=True)
    # Who may ask for more picks.
    asking: Mapped[str] = mapped_column(String(12), default="admins")
    # Minutes after which a post goes without its owner's word; −1 means never, null that the
    # owner is not asked.
    approval: Mapped[int | None]
    # Why nothing is posted, while an admin has to change something; empty if nothing is wrong.
    paused: Mapped[str] = mapped_column(String(16), default="")
    # When somebody asked for more picks last.
    asked_at: Mapped[datetime | None]
    # When the bot was sent away; null while it is there.
    left_at: Mapped[datetime | None]


class GroupAdminRow(Base):
    """Somebody who was an admin of a group when Telegram was last asked."""

    __tablename__ = "group_admins"
    group_id: Mapped[int] = group_key()
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )


class VoteRow(Base):
    """A person's present vote on a card; 0 after they took it back."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("card", "user_id"),
        CheckConstraint("value IN (-1, 0, 1)", name="value"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # The key of a group's pick, or the id of an inline message.
    card: Mapped[str] = mapped_column(String(128))
    # The group whose card it is; null for an inline message, whose chat nobody knows.
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    paper_id: Mapped[int] = paper_reference()
    value: Mapped[int]
    voted_at: Mapped[datetime]


class InlineCardRow(Base):
    """A card that somebody posted by inline mode, and its one paper."""

    __tablename__ = "inline_cards"
    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    paper_id: Mapped[int] = paper_reference()
    posted_at: Mapped[datetime]
