"""The tables: who reads, what they said, what papers there are, and how these look as vectors."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import NUMBERED, Base, its_reader

# Partial indexes, as each database wants to be told of them. Were readers' own papers not apart,
# SQLite would look for the newest public ones by the owner they don't have.
OF_NOBODY: dict[str, Any] = {
    f"{name}_where": text("reader_id IS NULL")
    for name in ("sqlite", "postgresql")
}
OF_SOMEBODY: dict[str, Any] = {
    f"{name}_where": text("reader_id IS NOT NULL")
    for name in ("sqlite", "postgresql")
}


class BotRow(Base):
    """Whose database this is: the bot's id from the first getMe."""

    __tablename__ = "bot"
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    username: Mapped[str] = mapped_column(String(64), default="")
    adopted_at: Mapped[datetime]


class ReaderRow(Base):
    """One reader: where to write, when, and how much."""

    __tablename__ = "readers"
    __table_args__ = (
        CheckConstraint("picks BETWEEN 1 AND 10", name="picks"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays"),
        CheckConstraint("style IN ('digest', 'cards')", name="style"),
        CheckConstraint("bar IN ('strict', 'normal', 'off')", name="bar"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(128), default="")
    language: Mapped[str] = mapped_column(String(16), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    at: Mapped[time]
    weekdays: Mapped[int] = mapped_column(default=0b0011111)  # Monday is bit 0
    picks: Mapped[int] = mapped_column(default=5)
    style: Mapped[str] = mapped_column(String(8), default="digest")
    bar: Mapped[str] = mapped_column(
        String(8), default="normal", server_default="normal"
    )
    explores: Mapped[bool] = mapped_column(default=True, server_default=true())
    sound: Mapped[bool] = mapped_column(default=True, server_default=true())
    paused_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    dialogue: Mapped[str] = mapped_column(String(32), default="")
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class PaperRow(Base):
    """One paper, known by its arXiv id, by its title, or by both; public, or one reader's own."""

    __tablename__ = "papers"
    __table_args__ = (
        # Of an id, and of a title, there is one public paper, and one of each reader's own.
        Index(
            "ix_papers_public_arxiv_id", "arxiv_id", unique=True, **OF_NOBODY
        ),
        Index(
            "ix_papers_public_title_key", "title_key", unique=True, **OF_NOBODY
        ),
        Index("ix_papers_own_arxiv_id", "arxiv_id", "reader_id", unique=True),
        Index("ix_papers_own_title_key", "title_key", "reader_id", unique=True),
        Index("ix_papers_reader_id", "reader_id", **OF_SOMEBODY),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose own it is; empty for what a source told everybody.
    reader_id: Mapped[int | None] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE")
    )
    arxiv_id: Mapped[str | None] = mapped_column(String(32))
    title_key: Mapped[str | None] = mapped_column(String(512))
    title: Mapped[str] = mapped_column(Text)
    abstract: Mapped[str] = mapped_column(Text, default="")
    authors: Mapped[list[str]]
    categories: Mapped[list[str]]
    keywords: Mapped[list[str]]
    listed: Mapped[date] = mapped_column(index=True)
    published: Mapped[datetime | None]
    upvotes: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(32))
    links: Mapped[dict[str, Any]]


class TopicRow(Base):
    """A topic a reader typed: wanted, or muted."""

    __tablename__ = "topics"
    __table_args__ = (
        UniqueConstraint("reader_id", "key"),
        CheckConstraint("kind IN ('wanted', 'muted')", name="kind"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    text: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]


class FollowRow(Base):
    """An author whose papers a reader always wants to see."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("reader_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    author: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128))
    fitting: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # only what fits
    created_at: Mapped[datetime]


class RatingRow(Base):
    """What a reader says of a paper now; 0 after taking it back."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)
    reader_id: Mapped[int] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )
    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    value: Mapped[int]
    rated_at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(
        String(16)
    )  # as `feedback.RatingEvent` names it
    was: Mapped[int | None]  # its value and time before a reset took it back
    was_at: Mapped[datetime | None]


class BundleRow(Base):
    """Papers that a reader brought together: by the links of one message, or by one file."""

    __tablename__ = "bundles"
    __table_args__ = (
        CheckConstraint("origin IN ('link', 'file')", name="origin"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    origin: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class BroughtRow(Base):
    """One paper of a bundle, and what its reader said of it before: nothing where all is empty."""

    __tablename__ = "brought"
    reader_id: Mapped[int] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )
    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    bundle_id: Mapped[int] = mapped_column(
        ForeignKey("bundles.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    value: Mapped[int | None]
    rated_at: Mapped[datetime | None]
    origin: Mapped[str | None] = mapped_column(String(16))


class SaveRow(Base):
    """A paper a reader keeps for later."""

    __tablename__ = "saves"
    reader_id: Mapped[int] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )
    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    saved_at: Mapped[datetime]


class TasteEditRow(Base):
    """A word of the learned taste that a reader moved up or down; 0 after taking it back."""

    __tablename__ = "taste_edits"
    __table_args__ = (
        UniqueConstraint("reader_id", "term"),
        CheckConstraint("value IN (-1, 0, 1)", name="value"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    term: Mapped[str] = mapped_column(String(128))
    value: Mapped[int]
    edited_at: Mapped[datetime]
    was: Mapped[int | None]  # as of a rating
    was_at: Mapped[datetime | None]


class LookupRow(Base):
    """A link a reader sent: found at once, or still to be looked up."""

    __tablename__ = "lookups"
    __table_args__ = (
        Index("ix_lookups_pending", "done_at", "next_try_at"),
        NUMBERED,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    arxiv_id: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class SearchRow(Base):
    """What a reader searched for and what was found, so that any process can turn its pages."""

    __tablename__ = "searches"
    __table_args__ = NUMBERED
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = its_reader()
    words: Mapped[str] = mapped_column(String(300), default="")
    like_id: Mapped[int | None] = (
        mapped_column(  # more like this paper, where there are no words
            ForeignKey("papers.id", ondelete="CASCADE"), index=True
        )
    )
    found: Mapped[list[int]]
    created_at: Mapped[datetime]


class FeatureVersionRow(Base):
    """One fitted feature model: arrays as bytes, never code; complete once its papers are in."""

    __tablename__ = "feature_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    complete: Mapped[bool] = mapped_column(default=False)
    papers: Mapped[int] = mapped_column(default=0)
    vocabulary: Mapped[str] = mapped_column(Text)
    idf: Mapped[bytes]
    projection: Mapped[
        bytes
    ]  # of the first terms, those that several papers share
    components: Mapped[int]
    average_length: Mapped[float]


class PaperVectorRow(Base):
    """One paper under one feature version: its terms, and its place in the dense space."""

    __tablename__ = "paper_vectors"
    version_id: Mapped[int] = mapped_column(
        ForeignKey("feature_versions.id", ondelete="CASCADE"), primary_key=True
    )
    paper_id: Mapped[int] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    terms: Mapped[bytes]  # int32 column numbers
    weights: Mapped[bytes]  # float16, one a term
    dense: Mapped[bytes]  # float16


class InviteRow(Base):
    """A deep link that lets one more person in."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]


class SourceRow(Base):
    """How the last fetch from each source went, for the operator."""

    __tablename__ = "sources"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tried_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    not_before: Mapped[
        datetime | None
    ]  # a source that throttled us is left alone until then
    papers: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
