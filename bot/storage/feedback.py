"""Feedback of readers: their ratings, topics and follows, from which a taste is learned."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bot.markup import list_keys
from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, RecommendationRow
from bot.storage.group_tables import VoteRow
from bot.storage.tables import (
    FeedEntryRow,
    FollowRow,
    RatingRow,
    ReaderRow,
    SubscriptionRow,
    TasteEditRow,
    TopicRow,
)
from recommender.papers import Rating
from recommender.phrases import words

# How many topics one reader can have: each has a button in the list.
MOST_TOPICS = 50

# How many papers of a reader's own feeds are on offer, the newest ones: those of a busy feed
# would be tens of thousands within a month.
MOST_FEED_PAPERS = 2_000

# The longest topic that is stored, in characters.
TOPIC_LENGTH = 100

# Every tap runs these statements, and building them costs more than SQLite's answer.
READER: BindParameter[int] = bindparam("reader")
RATINGS = (
    select(RatingRow.paper_id, RatingRow.value, RatingRow.rated_at)
    .where(RatingRow.reader_id == READER)
    .order_by(RatingRow.rated_at, RatingRow.paper_id)
)
VOTES = (
    select(VoteRow.paper_id, VoteRow.value, VoteRow.voted_at)
    .join(ReaderRow, ReaderRow.chat_id == VoteRow.user_id)
    .where(
        ReaderRow.id == READER,
        ReaderRow.kind == "person",
        ReaderRow.votes_count,
        VoteRow.value != 0,
    )
)
TOPICS = (
    select(TopicRow.text, TopicRow.kind, TopicRow.created_at)
    .where(TopicRow.reader_id == READER)
    .order_by(TopicRow.id)
)
FOLLOWS = (
    select(FollowRow.author, FollowRow.fitting)
    .where(FollowRow.reader_id == READER)
    .order_by(FollowRow.id)
)
EDITS = (
    select(TasteEditRow.term, TasteEditRow.value)
    .where(TasteEditRow.reader_id == READER, TasteEditRow.value != 0)
    .order_by(TasteEditRow.id)
)
LISTS = select(SubscriptionRow.key).where(SubscriptionRow.reader_id == READER)
FEED_PAPERS = (
    select(FeedEntryRow.paper_id)
    .where(FeedEntryRow.reader_id == READER)
    .order_by(FeedEntryRow.paper_id.desc())
    .limit(MOST_FEED_PAPERS)
)
SHOWN_PAPERS = select(RecommendationRow.paper_id).where(
    RecommendationRow.reader_id == READER,
    # A paper that was only to be asked about can still be picked.
    or_(
        RecommendationRow.policy != ASK,
        RecommendationRow.sent_at.is_not(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """All feedback of one reader, and the ids of the papers that they were shown.

    `edits` are words of the taste that the reader moved up (1) or down (−1). `fitting`
    are those of the followed authors whose papers have to fit the taste too.
    `wanted_ages` are the days since each wanted topic was typed, if they are known.
    `lists` are the keys of the lists whose papers the reader wants, and `feed_papers` the
    ids of those in their own feeds. Without a `reader_id` the feedback is nobody's, who
    has no papers of their own.
    """

    ratings: tuple[Rating, ...] = ()
    wanted: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    shown: frozenset[int] = frozenset()
    edits: tuple[tuple[str, int], ...] = ()
    fitting: frozenset[str] = frozenset()
    wanted_ages: tuple[int, ...] = ()
    lists: frozenset[str] = frozenset({list_keys.DAILY})
    feed_papers: frozenset[int] = frozenset()
    reader_id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingEvent:
    """A rating as a reader gives it.

    `value` is 1, −1, or 0 to take a rating back. `origin` is where the reader gave it:
    pick, reaction, link, file, ask, list or search.
    """

    reader_id: int
    paper_id: int
    value: int
    rated_at: datetime
    origin: str


class Topic(NamedTuple):
    """A reader's topic; its `kind` is `wanted` or `muted`."""

    id: int
    text: str
    kind: str


def of_reader(
    database: Database, reader_id: int, zone: str, today: date
) -> Feedback:
    """Return a reader's feedback, with ages in whole days of their own calendar."""
    reader = {"reader": reader_id}
    local_zone = ZoneInfo(zone)

    def age(moment: datetime) -> int:
        return (today - moment.astimezone(local_zone).date()).days

    with database.read() as session:
        topics = session.execute(TOPICS, reader).all()
        follows = session.execute(FOLLOWS, reader).all()
        ratings = session.execute(RATINGS, reader).all()
        votes = session.execute(VOTES, reader).all()
        edits = session.execute(EDITS, reader).all()
        shown_papers = session.scalars(SHOWN_PAPERS, reader).all()
        lists = session.scalars(LISTS, reader).all()
        feed_papers = session.scalars(FEED_PAPERS, reader).all()

    wanted = [topic for topic in topics if topic.kind == "wanted"]
    return Feedback(
        ratings=tuple(
            Rating(paper_id, value, age(rated_at))
            for paper_id, value, rated_at in _latest([*ratings, *votes])
        ),
        wanted=tuple(topic.text for topic in wanted),
        muted=tuple(topic.text for topic in topics if topic.kind == "muted"),
        follows=tuple(author for author, _ in follows),
        shown=frozenset(shown_papers),
        edits=tuple((term, value) for term, value in edits),
        fitting=frozenset(author for author, fitting in follows if fitting),
        wanted_ages=tuple(age(topic.created_at) for topic in wanted),
        lists=frozenset(lists or [list_keys.DAILY]),
        feed_papers=frozenset(feed_papers),
        reader_id=reader_id,
    )


def _latest(
    ratings: Sequence[tuple[int, int, datetime]],
) -> list[tuple[int, int, datetime]]:
    """Return the last rating of each paper, the oldest first: a vote in a group is one, too."""
    by_time = sorted(ratings, key=lambda rating: (rating[2], rating[0]))
    last = {rating[0]: rating for rating in by_time}

    return [rating for rating in by_time if last[rating[0]] is rating]


def rate(database: Database, event: RatingEvent) -> None:
    """Store a rating; one with the same value as before changes nothing."""
    with database.write() as session:
        put_rating(database, session, event)


def put_rating(
    database: Database, session: Session, event: RatingEvent
) -> None:
    """Store a rating within an open transaction."""
    values = asdict(event)
    changes = {
        "value": event.value,
        "rated_at": event.rated_at,
        "origin": event.origin,
        # Undoing an earlier reset must not change a new rating.
        "was": None,
        "was_at": None,
    }

    insert = database.insert(RatingRow).values(**values)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["reader_id", "paper_id"],
            set_=changes,
            where=RatingRow.value != event.value,
        )
    )


def rating(database: Database, reader_id: int, paper_id: int) -> int:
    """Return a reader's present rating of a paper, or 0 if there is none."""
    with database.read() as session:
        row = session.get(RatingRow, (reader_id, paper_id))

        return row.value if row else 0


def was_rated(database: Database, reader_id: int, paper_id: int) -> bool:
    """Return whether a reader ever rated a paper, also if they took that back."""
    with database.read() as session:
        return session.get(RatingRow, (reader_id, paper_id)) is not None


def topic_key(text: str) -> str:
    """Return a key that is equal for two spellings of one topic."""
    # Only the part of the text that is stored counts.
    key = " ".join(words(text[:TOPIC_LENGTH]))

    return key[:TOPIC_LENGTH]


def has_room(database: Database, reader_id: int) -> bool:
    """Tell whether a reader may have another topic."""
    return len(topics(database, reader_id)) < MOST_TOPICS


def set_topics(
    database: Database,
    reader_id: int,
    texts: Iterable[str],
    kind: str,
    now: datetime,
) -> None:
    """Add topics of a kind, wanted or muted; a topic that is there changes its kind."""
    with database.write() as session:
        for text in texts:
            insert = database.insert(TopicRow).values(
                reader_id=reader_id,
                key=topic_key(text),
                text=text[:TOPIC_LENGTH],
                kind=kind,
                created_at=now,
            )
            session.execute(
                insert.on_conflict_do_update(
                    index_elements=["reader_id", "key"], set_={"kind": kind}
                )
            )


def remove_topics(
    database: Database, reader_id: int, texts: Iterable[str]
) -> list[str]:
    """Delete topics of a reader; return the deleted ones as they were typed."""
    keys = [topic_key(text) for text in texts]
    statement = (
        delete(TopicRow)
        .where(TopicRow.reader_id == reader_id, TopicRow.key.in_(keys))
        .returning(TopicRow.text)
    )

    with database.write() as session:
        return list(session.scalars(statement))


def topics(database: Database, reader_id: int) -> list[Topic]:
    """Return a reader's topics, the oldest first."""
    statement = (
        select(TopicRow.id, TopicRow.text, TopicRow.kind)
        .where(TopicRow.reader_id == reader_id)
        .order_by(TopicRow.id)
    )

    with database.read() as session:
        return [Topic(*row) for row in session.execute(statement)]
