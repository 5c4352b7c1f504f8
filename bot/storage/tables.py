"""The tables of readers, their feedback, papers and sources."""

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

from bot.storage.base import (
    STABLE_IDS,
    Base,
    paper_key,
    reader_key,
    reader_reference,
)

# Conditions of the partial indexes, one per database. Public papers and readers' own
# ones have indexes of their own: with a common one, SQLite would search for the newest
# public papers by an owner that they don't have.
IS_PUBLIC: dict[str, Any] = {
    "sqlite_where": text("reader_id IS NULL"),
    "postgresql_where": text("reader_id IS NULL"),
}
IS_OWN: dict[str, Any] = {
    "sqlite_where": text("reader_id IS NOT NULL"),
    "postgresql_where": text("reader_id IS NOT NULL"),
}


class BotRow(Base):
    """The bot that the database belongs to, with its id from the first getMe."""

    __tablename__ = "bot"
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    username: Mapped[str] = mapped_column(String(64), default="")
    adopted_at: Mapped[datetime]


class ReaderRow(Base):
    """One reader, a person or a group: the chat, the time of the picks, other settings."""

    __tablename__ = "readers"
    __table_args__ = (
        CheckConstraint("picks BETWEEN 1 AND 10", name="picks"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays"),
        CheckConstraint("style IN ('digest', 'cards')", name="style"),
        CheckConstraint("bar IN ('strict', 'normal', 'off')", name="bar"),
        CheckConstraint("kind IN ('person', 'group', 'channel')", name="kind"),
        CheckConstraint("weekly_day BETWEEN 0 AND 6", name="weekly_day"),
        CheckConstraint("text IN ('gist', 'both', 'abstract')", name="text"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # A group or a channel reads too: its members vote in place of one person.
    kind: Mapped[str] = mapped_column(
        String(8), default="person", server_default="person"
    )
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(128), default="")
    language: Mapped[str] = mapped_column(String(16), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    at: Mapped[time]
    # Bit 0 is Monday.
    weekdays: Mapped[int] = mapped_column(default=0b0011111)
    picks: Mapped[int] = mapped_column(default=5)
    style: Mapped[str] = mapped_column(String(8), default="digest")
    bar: Mapped[str] = mapped_column(
        String(8), default="normal", server_default="normal"
    )
    # What stands under a title: the gist, the gist and the abstract, or the abstract.
    text: Mapped[str] = mapped_column(
        String(8), default="gist", server_default="gist"
    )
    # Whether a card shows the picture of its paper.
    previews: Mapped[bool] = mapped_column(default=True, server_default=true())
    explores: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Whether votes in groups count for the person's own picks.
    votes_count: Mapped[bool] = mapped_column(
        default=True, server_default=true()
    )
    sound: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Whether a week is summed up, and on which weekday; null is the last one with picks.
    weekly: Mapped[bool] = mapped_column(default=True, server_default=true())
    weekly_day: Mapped[int | None]
    paused_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    dialogue: Mapped[str] = mapped_column(String(32), default="")
    # The forum topic in which a group reads; null for the chat itself.
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    # The last message, command or tap; null before the first one.
    seen_at: Mapped[datetime | None]
    weekly_due_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class PaperRow(Base):
    """One paper, public or one reader's own, identified by its ids or its title."""

    __tablename__ = "papers"
    __table_args__ = (
        # Each id and each title has at most one public paper, and at most one own
        # paper of each reader.
        Index(
            "ix_papers_public_arxiv_id", "arxiv_id", unique=True, **IS_PUBLIC
        ),
        Index(
            "ix_papers_public_title_key", "title_key", unique=True, **IS_PUBLIC
        ),
        Index("ix_papers_public_doi", "doi", unique=True, **IS_PUBLIC),
        Index(
            "ix_papers_public_preprint_doi",
            "preprint_doi",
            unique=True,
            **IS_PUBLIC,
        ),
        Index("ix_papers_own_arxiv_id", "arxiv_id", "reader_id", unique=True),
        Index("ix_papers_own_doi", "doi", "reader_id", unique=True),
        Index(
            "ix_papers_own_preprint_doi",
            "preprint_doi",
            "reader_id",
            unique=True,
        ),
        Index("ix_papers_own_title_key", "title_key", "reader_id", unique=True),
        Index("ix_papers_reader_id", "reader_id", **IS_OWN),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # The reader who owns the paper; null if it is public.
    reader_id: Mapped[int | None] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE")
    )
    arxiv_id: Mapped[str | None] = mapped_column(String(32))
    # In lower case, as DOIs are compared.
    doi: Mapped[str | None] = mapped_column(String(256))
    preprint_doi: Mapped[str | None] = mapped_column(String(256))
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
    # Whose words the title and the abstract are; empty if they are of `source`.
    text_source: Mapped[str] = mapped_column(
        String(32), default="", server_default=""
    )
    venue: Mapped[str] = mapped_column(Text, default="", server_default="")
    links: Mapped[dict[str, Any]]
    # The ISO day on which each list named the paper, by the key of the list.
    lists: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    # The paper in a sentence, and whose words it is: a source's, or a model's.
    gist: Mapped[str] = mapped_column(Text, default="", server_default="")
    gist_source: Mapped[str] = mapped_column(
        String(32), default="", server_default=""
    )
    organization: Mapped[str] = mapped_column(
        String(128), default="", server_default=""
    )
    # The stars of its code, whose address is among the links.
    stars: Mapped[int | None]
    thumbnail: Mapped[str] = mapped_column(Text, default="", server_default="")


class TopicRow(Base):
    """A topic that a reader typed, either wanted or muted."""

    __tablename__ = "topics"
    __table_args__ = (
        UniqueConstraint("reader_id", "key"),
        CheckConstraint("kind IN ('wanted', 'muted')", name="kind"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    text: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]


class FollowRow(Base):
    """An author whom a reader follows."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("reader_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    author: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128))
    # Whether the reader wants only those papers that fit their taste.
    fitting: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class RatingRow(Base):
    """A reader's present rating of a paper; 0 after they took it back."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)
    reader_id: Mapped[int] = reader_key()
    paper_id: Mapped[int] = paper_key()
    value: Mapped[int]
    rated_at: Mapped[datetime]
    # One of the origins that `feedback.RatingEvent` lists.
    origin: Mapped[str] = mapped_column(String(16))
    # Value and time of the rating before a reset took it back.
    was: Mapped[int | None]
    was_at: Mapped[datetime | None]


class BundleRow(Base):
    """Papers that a reader imported at once: the links of one message, or one file."""

    __tablename__ = "bundles"
    __table_args__ = (
        CheckConstraint("origin IN ('link', 'file')", name="origin"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    origin: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class BundlePaperRow(Base):
    """One paper of a bundle, and its rating before; null if it had none."""

    __tablename__ = "brought"
    reader_id: Mapped[int] = reader_key()
    paper_id: Mapped[int] = paper_key()
    bundle_id: Mapped[int] = mapped_column(
        ForeignKey("bundles.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int]
    value: Mapped[int | None]
    rated_at: Mapped[datetime | None]
    origin: Mapped[str | None] = mapped_column(String(16))


class SaveRow(Base):
    """A paper that a reader saved."""

    __tablename__ = "saves"
    reader_id: Mapped[int] = reader_key()
    paper_id: Mapped[int] = paper_key()
    saved_at: Mapped[datetime]


class TasteEditRow(Base):
    """A word of a taste that its reader moved up or down; 0 after they took it back."""

    __tablename__ = "taste_edits"
    __table_args__ = (
        UniqueConstraint("reader_id", "term"),
        CheckConstraint("value IN (-1, 0, 1)", name="value"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    term: Mapped[str] = mapped_column(String(128))
    value: Mapped[int]
    edited_at: Mapped[datetime]
    # Value and time of the edit before a reset took it back.
    was: Mapped[int | None]
    was_at: Mapped[datetime | None]


class SubscriptionRow(Base):
    """A list of papers that a reader chose; without any, they read Daily Papers."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("reader_id", "key"), STABLE_IDS)
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    # As `markup.list_keys` writes it.
    key: Mapped[str] = mapped_column(String(96), index=True)
    # What the list is called, if its key does not tell: a journal.
    name: Mapped[str] = mapped_column(String(256), default="")
    # The feed of a reader's own, which has no other name for anybody else.
    feed_id: Mapped[int | None] = mapped_column(
        ForeignKey("feeds.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    # When the list was fetched first; null until then.
    fetched_at: Mapped[datetime | None]


class FeedRow(Base):
    """A feed whose address readers gave: it is fetched once for all of them.

    The address may hold a secret, so it is shown to its subscribers alone.
    """

    __tablename__ = "feeds"
    __table_args__ = STABLE_IDS
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(2000), unique=True)
    # What the last answer said for the next conditional request.
    etag: Mapped[str] = mapped_column(String(512), default="")
    last_modified: Mapped[str] = mapped_column(String(128), default="")
    next_check_at: Mapped[datetime] = mapped_column(index=True)
    # The last answer that was a feed, and the last one that was not the same as before.
    succeeded_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    # When its subscribers were told that it is dead; null since it lives.
    reported_at: Mapped[datetime | None]


class FeedEntryRow(Base):
    """A paper that a reader's own feed named, the last time at `seen_at`."""

    __tablename__ = "feed_entries"
    reader_id: Mapped[int] = reader_key()
    paper_id: Mapped[int] = paper_key()
    feed_id: Mapped[int] = mapped_column(
        ForeignKey("feeds.id", ondelete="CASCADE"), index=True
    )
    seen_at: Mapped[datetime]


class LookupRow(Base):
    """A paper's link that a reader sent, looked up already or still waiting for it."""

    __tablename__ = "lookups"
    __table_args__ = (
        Index("ix_lookups_pending", "done_at", "next_try_at"),
        STABLE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    # The text form of a `bot.markup.references.Reference`.
    reference: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class SearchRow(Base):
    """A reader's search with its results, so that any process can turn its pages."""

    __tablename__ = "searches"
    __table_args__ = STABLE_IDS
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = reader_reference()
    words: Mapped[str] = mapped_column(String(300), default="")
    # The paper to which similar ones were searched for, in place of words.
    like_id: Mapped[int | None] = mapped_column(
        ForeignKey("papers.id", ondelete="CASCADE"), index=True
    )
    paper_ids: Mapped[list[int]] = mapped_column("found")
    created_at: Mapped[datetime]


class InviteRow(Base):
    """A deep link that lets one more person in."""

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]


class SourceRow(Base):
    """The outcome of the last fetch from a source, for the operator."""

    __tablename__ = "sources"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tried_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    # A source that throttled the bot is not asked again before this time.
    not_before: Mapped[datetime | None]
    papers: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
