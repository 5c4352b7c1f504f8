"""The one statement that reads all feedback of a reader, in parts of one form."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from bot.storage.base import UtcDateTime
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

# The parts of the one statement that reads all feedback. Every tap runs it, and to run one for each
# table costs more than what SQLite does for all.
RATING, VOTE, WANTED, MUTED, FOLLOW, EDIT, LIST, SHOWN, FEED = range(9)


def constant(number: int) -> ColumnElement[int]:
    """Return a number as a part of the statement: each parameter costs time at each tap."""
    return literal_column(str(number), Integer)


READER: BindParameter[int] = bindparam("reader")

NOTHING = constant(0)
IS_WANTED = literal_column("'wanted'", String)
IS_PERSON = literal_column("'person'", String)
IS_ASKED = literal_column(f"'{ASK}'", String)
NO_TEXT = cast(null(), String)
NO_MOMENT = cast(null(), UtcDateTime)

# Each row has a part, a number, a value, a text and a moment.
RATINGS = select(
    constant(RATING).label("part"),
    RatingRow.paper_id.label("number"),
    RatingRow.value.label("value"),
    NO_TEXT.label("text"),
    RatingRow.rated_at.label("moment"),
).where(RatingRow.reader_id == READER)
VOTES = (
    select(
        constant(VOTE),
        VoteRow.paper_id,
        VoteRow.value,
        NO_TEXT,
        VoteRow.voted_at,
    )
    .join(ReaderRow, ReaderRow.chat_id == VoteRow.user_id)
    .where(
        ReaderRow.id == READER,
        ReaderRow.kind == IS_PERSON,
        ReaderRow.votes_count,
        VoteRow.value != NOTHING,
    )
)
TOPICS = select(
    case(
        (TopicRow.kind == IS_WANTED, constant(WANTED)),
        else_=constant(MUTED),
    ),
    TopicRow.id,
    constant(0),
    TopicRow.text,
    TopicRow.created_at,
).where(TopicRow.reader_id == READER)
FOLLOWS = select(
    constant(FOLLOW),
    FollowRow.id,
    cast(FollowRow.fitting, Integer),
    FollowRow.author,
    NO_MOMENT,
).where(FollowRow.reader_id == READER)
EDITS = select(
    constant(EDIT),
    TasteEditRow.id,
    TasteEditRow.value,
    TasteEditRow.term,
    NO_MOMENT,
).where(TasteEditRow.reader_id == READER, TasteEditRow.value != NOTHING)
LISTS = select(
    constant(LIST), constant(0), constant(0), SubscriptionRow.key, NO_MOMENT
).where(SubscriptionRow.reader_id == READER)


def _ids(part: int, ids: Select[int]) -> Select[int, int, int, str, datetime]:
    """Return a part that is one row: the ids in one text, as there may be thousands."""
    [column] = ids.subquery().columns
    text = func.aggregate_strings(cast(column, String), ",")
    return select(constant(part), constant(0), constant(0), text, NO_MOMENT)


SHOWN_PAPERS = _ids(
    SHOWN,
    select(RecommendationRow.paper_id).where(
        RecommendationRow.reader_id == READER,
        # A paper that was only to be asked about can still be picked.
        or_(
            RecommendationRow.policy != IS_ASKED,
            RecommendationRow.sent_at.is_not(None),
        ),
    ),
)


def everything(most_feed_papers: int) -> CompoundSelect[Any]:
    """Return the statement that reads all feedback of a reader."""
    feed_papers = _ids(
        FEED,
        select(FeedEntryRow.paper_id)
        .where(FeedEntryRow.reader_id == READER)
        .order_by(FeedEntryRow.paper_id.desc())
        .limit(constant(most_feed_papers)),
    )
    return union_all(
        RATINGS,
        VOTES,
        TOPICS,
        FOLLOWS,
        EDITS,
        LISTS,
        SHOWN_PAPERS,
        feed_papers,
    )
