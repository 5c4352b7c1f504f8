"""Feedback of readers: their ratings, topics and follows, from which a taste is learned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.markup import list_keys
from bot.storage.database import Database, Insert
from bot.storage.feedback_statements import (
    EDIT,
    FEED,
    FOLLOW,
    LIST,
    MUTED,
    RATING,
    SHOWN,
    VOTE,
    WANTED,
    everything,
)
from bot.storage.tables import RatingRow, TopicRow
from recommender.papers import Rating
from recommender.phrases import words

# How many topics one reader can have: each has a button in the list.
MOST_TOPICS = 50

# How many papers of a reader's own feeds are on offer, the newest ones: those of a busy feed
# would be tens of thousands within a month.
MOST_FEED_PAPERS = 2_000

# The longest topic that is stored, in characters.
TOPIC_LENGTH = 100

# Every tap runs this.
EVERYTHING = everything(MOST_FEED_PAPERS)

Parts = Row[*tuple[Any, ...]]


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
    with database.reading() as connection:
        return read(connection, reader_id, zone, today)


def read(
    connection: Connection, reader_id: int, zone: str, today: date
) -> Feedback:
    """Return a reader's feedback within an open transaction."""
    parts: dict[int, list[Parts]] = defaultdict(list)
    rows = connection.execute(EVERYTHING, {"reader": reader_id})
    # All at once: one after another takes twice as long.
    for row in rows.all():
        parts[row[0]].append(row)

    local_zone = ZoneInfo(zone)
    ordinal = today.toordinal()

    def age(moment: datetime) -> int:
        return ordinal - moment.astimezone(local_zone).toordinal()

    # By their numbers: the one who was followed first comes first.
    wanted, muted, follows, edits = (
        sorted(parts[part], key=itemgetter(1))
        for part in (WANTED, MUTED, FOLLOW, EDIT)
    )
    return Feedback(
        ratings=tuple(
            Rating(paper_id, value, age(moment))
            for _, paper_id, value, _, moment in _latest(
                [*parts[RATING], *parts[VOTE]]
            )
        ),
        wanted=tuple(text for _, _, _, text, _ in wanted),
        muted=tuple(text for _, _, _, text, _ in muted),
        follows=tuple(author for _, _, _, author, _ in follows),
        shown=_ids_in(parts[SHOWN]),
        edits=tuple((term, value) for _, _, value, term, _ in edits),
        fitting=frozenset(
            author for _, _, fitting, author, _ in follows if fitting
        ),
        wanted_ages=tuple(age(moment) for *_, moment in wanted),
        lists=frozenset(
            [key for _, _, _, key, _ in parts[LIST]] or [list_keys.DAILY]
        ),
        feed_papers=_ids_in(parts[FEED]),
        reader_id=reader_id,
    )


def _latest(ratings: Iterable[Parts]) -> list[Parts]:
    """Return the last rating of each paper, the oldest first: a vote in a group is one, too."""
    # By moment, paper, and votes after ratings.
    by_time = sorted(ratings, key=itemgetter(4, 1, 0))
    last = {row[1]: row for row in by_time}

    return [row for row in by_time if last[row[1]] is row]


def _ids_in(rows: Sequence[Parts]) -> frozenset[int]:
    """Return the ids in the text of a row; it has none if there are no ids."""
    return frozenset(
        int(number) for row in rows if row[3] for number in row[3].split(",")
    )


def rate(database: Database, event: RatingEvent) -> None:
    """Store a rating; one with the same value as before changes nothing."""
    with database.writing() as connection:
        put_rating(database, connection, event)


def put_rating(
    database: Database, connection: Connection, event: RatingEvent
) -> None:
    """Store a rating within an open transaction."""
    connection.execute(
        _rating_upsert(is_sqlite=database.is_sqlite),
        {
            "reader_id": event.reader_id,
            "paper_id": event.paper_id,
            "value": event.value,
            "rated_at": event.rated_at,
            "origin": event.origin,
        },
    )


@cache
def _rating_upsert(*, is_sqlite: bool) -> Insert:
    """Return the statement that stores a rating; to build it takes longer than to run it."""
    dialect = sqlite if is_sqlite else postgresql
    insert: Insert = dialect.insert(RatingRow.__table__)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["reader_id", "paper_id"],
        set_={
            "value": new.value,
            "rated_at": new.rated_at,
            "origin": new.origin,
            # Undoing an earlier reset must not change a new rating.
            "was": None,
            "was_at": None,
        },
        where=RatingRow.value != new.value,
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
