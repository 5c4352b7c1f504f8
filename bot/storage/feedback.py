"""What readers said: ratings, topics, follows; all that is learned comes from here."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, delete, select
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.delivery_tables import ASK, RecommendationRow
from bot.storage.tables import FollowRow, RatingRow, TasteEditRow, TopicRow
from recommender.papers import Rating
from recommender.phrases import words

MOST_TOPICS = 50  # of one reader: each has a button in the list
TOPIC_LENGTH = 100

# Asked at every tap, so built once: building a statement costs more than SQLite's answer.
READER: BindParameter[int] = bindparam("reader")
RATED = (
    select(RatingRow.paper_id, RatingRow.value, RatingRow.rated_at)
    .where(RatingRow.reader_id == READER)
    .order_by(RatingRow.rated_at, RatingRow.paper_id)
)
TOPICS = (
    select(TopicRow.text, TopicRow.kind, TopicRow.created_at)
    .where(TopicRow.reader_id == READER)
    .order_by(TopicRow.id)
)
FOLLOWED = (
    select(FollowRow.author, FollowRow.fitting)
    .where(FollowRow.reader_id == READER)
    .order_by(FollowRow.id)
)
EDITED = (
    select(TasteEditRow.term, TasteEditRow.value)
    .where(TasteEditRow.reader_id == READER, TasteEditRow.value != 0)
    .order_by(TasteEditRow.id)
)
SHOWN = select(RecommendationRow.paper_id).where(
    RecommendationRow.reader_id == READER,
    # A question that was not asked yet keeps no paper from the picks.
    (RecommendationRow.policy != ASK) | RecommendationRow.sent_at.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything one reader said, and the ids of papers that were shown to them.

    `edits` are words of their taste moved by hand: up (1) or down (−1); `fitting` are those of
    the authors they follow of whom they want only what fits them too; `wanted_ages` are the
    days since each wanted topic was typed, where that is known. Without a `reader_id` it is
    nobody's, who has no papers of their own.
    """

    ratings: tuple[Rating, ...] = ()
    wanted: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    shown: frozenset[int] = frozenset()
    edits: tuple[tuple[str, int], ...] = ()
    fitting: frozenset[str] = frozenset()
    wanted_ages: tuple[int, ...] = ()
    reader_id: int | None = field(default=None, compare=False)


def of_reader(
    database: Database, reader_id: int, zone: str, today: date
) -> Feedback:
    """Return what a reader said; ratings are aged in whole days of the reader's own date."""
    mine, local = {"reader": reader_id}, ZoneInfo(zone)
    with database.read() as session:
        topics = session.execute(TOPICS, mine).all()
        follows = session.execute(FOLLOWED, mine).all()
        return Feedback(
            tuple(
                Rating(paper, value, (today - at.astimezone(local).date()).days)
                for paper, value, at in session.execute(RATED, mine)
            ),
            tuple(text for text, kind, _ in topics if kind == "wanted"),
            tuple(text for text, kind, _ in topics if kind == "muted"),
            tuple(name for name, _ in follows),
            frozenset(session.scalars(SHOWN, mine)),
            tuple(
                (term, value) for term, value in session.execute(EDITED, mine)
            ),
            frozenset(name for name, fitting in follows if fitting),
            tuple(
                (today - at.astimezone(local).date()).days
                for _, kind, at in topics
                if kind == "wanted"
            ),
            reader_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingEvent:
    """What a reader says of one paper: `value` 1, −1, or 0 to take it back; `origin` from where."""

    reader_id: int
    paper_id: int
    value: int
    rated_at: datetime
    origin: str  # pick, reaction, link, file, ask, list, search


def rate(database: Database, said: RatingEvent) -> None:
    """Store a rating; saying it twice is saying it once."""
    with database.write() as session:
        put_rating(database, session, said)


def put_rating(database: Database, session: Session, said: RatingEvent) -> None:
    """Store a rating within a transaction that is already open."""
    values = asdict(said)
    insert = database.insert(RatingRow).values(**values)
    changed = {name: values[name] for name in ("value", "rated_at", "origin")}
    changed |= {
        "was": None,
        "was_at": None,
    }  # what is said anew, no undone reset may take back
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["reader_id", "paper_id"],
            set_=changed,
            where=RatingRow.value != said.value,
        )
    )


def rating(database: Database, reader_id: int, paper_id: int) -> int:
    """Return what a reader says of a paper now, 0 for nothing."""
    with database.read() as session:
        row = session.get(RatingRow, (reader_id, paper_id))
        return row.value if row else 0


def knows(database: Database, reader_id: int, paper_id: int) -> bool:
    """Tell whether a reader ever rated this paper, also if they took it back."""
    with database.read() as session:
        return session.get(RatingRow, (reader_id, paper_id)) is not None


def topic_key(text: str) -> str:
    """Return what two spellings of one topic have in common."""
    return " ".join(words(text[:TOPIC_LENGTH]))[
        :TOPIC_LENGTH
    ]  # as much as is kept of it


def set_topics(
    database: Database,
    reader_id: int,
    texts: Iterable[str],
    kind: str,
    now: datetime,
) -> None:
    """Want or mute topics; one that was said before changes its kind."""
    with database.write() as session:
        for text in texts:
            said = {
                "text": text[:TOPIC_LENGTH],
                "kind": kind,
                "created_at": now,
            }
            insert = database.insert(TopicRow).values(
                reader_id=reader_id, key=topic_key(text), **said
            )
            session.execute(
                insert.on_conflict_do_update(
                    index_elements=["reader_id", "key"], set_={"kind": kind}
                )
            )


def remove_topics(
    database: Database, reader_id: int, texts: Iterable[str]
) -> list[str]:
    """Forget topics; return those that were there, as they were written."""
    keys = [topic_key(text) for text in texts]
    with database.write() as session:
        gone = delete(TopicRow).where(
            TopicRow.reader_id == reader_id, TopicRow.key.in_(keys)
        )
        return list(session.scalars(gone.returning(TopicRow.text)))


class Topic(NamedTuple):
    """A reader's topic; its `kind` is `wanted` or `muted`."""

    id: int
    text: str
    kind: str


def topics(database: Database, reader_id: int) -> list[Topic]:
    """Return a reader's topics, oldest first."""
    with database.read() as session:
        mine = select(TopicRow.id, TopicRow.text, TopicRow.kind).where(
            TopicRow.reader_id == reader_id
        )
        rows = session.execute(mine.order_by(TopicRow.id))
        return [Topic(*row) for row in rows]
