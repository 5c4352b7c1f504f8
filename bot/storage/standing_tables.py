"""The tables of standing searches, and of the papers that they matched."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import (
    STABLE_IDS,
    Base,
    paper_key,
    reader_key,
    reader_reference,
)


class StandingSearchRow(Base):
    """A search whose new papers a reader is told of until they stop it."""

    __tablename__ = "standing_searches"
    __table_args__ = (UniqueConstraint("reader_id", "key"), STABLE_IDS)
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    words: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    # The last paper that was compared with the search; those before it are not new.
    matched_id: Mapped[int]
    # A stopped search stays for the old messages that name it.
    stopped_at: Mapped[datetime | None]


class StandingMatchRow(Base):
    """A new paper that a reader's search matched; without a search it is no news to them."""

    __tablename__ = "standing_matches"
    reader_id: Mapped[int] = reader_key()
    paper_id: Mapped[int] = paper_key()
    search_id: Mapped[int | None] = mapped_column(
        ForeignKey("standing_searches.id", ondelete="SET NULL"), index=True
    )
    # The digest that tells of it; null until one does.
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("digests.id", ondelete="SET NULL"), index=True
    )
